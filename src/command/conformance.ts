// `vault-mock conformance`: plays the recorded scenarios at any server and says where its answers differ.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs, promisify } from 'node:util'
import {
  jsonIn, loadRecordings, loadScenarios, nearestProfile, playSuite, readRecording, record, reportForm, scenarioLines,
  send, stageFor, summaryOf, tierTitle, TIERS, today, totalOf
} from '../conformance/index.js'
import type { Recordings, Report, Scenario, Suite, Target } from '../conformance/index.js'

export const CONFORMANCE_USAGE = `Usage: vault-mock conformance --url URL[,URL…] [flags]          compare a server's answers with recorded ones
       vault-mock conformance record --url URL[,URL…] --scenario NAME --server TEXT --out FILE --allow-destructive
       vault-mock conformance --list                             the scenarios, tier by tier

Plays at any server: this one, OpenBao, Vault of any edition. Without --allow-destructive it only reads: that is the part of
the tier "documents" that changes nothing. The other scenarios initialise nodes, mount, write, seal and remove peers: never
let them at a server that somebody needs. Most of them want fresh, uninitialised nodes, each its own: name one with
--scenario, or say with --fresh-nodes how the nodes are brought back to their beginning.

  --url URL[,URL…]        nodes of the server; VAULT_ADDR
  --secondary-url URL     a node of a second cluster, for replication
  --nomad-url URL         a Nomad server, for the document on its raft endpoints
  --token TOKEN           root token of a server that is initialised; VAULT_TOKEN
  --nomad-token TOKEN     management token of the Nomad region; NOMAD_TOKEN
  --profile NAME          whose recordings: vault-1.14 or openbao-2.5; the nearest to the server's version by default
  --tier NAME[,NAME…]     only these: ${TIERS.join(', ')}
  --scenario NAME[,…]     only these
  --recording FILE        compare with this recording, and play its scenario alone
  --report FILE           write a report: .json, .md, or .xml for JUnit
  --allow-destructive     play what changes the server
  --fresh-nodes COMMAND   a shell command that brings back fresh nodes, run before each scenario
  --ca-cert FILE          authority of the servers' certificates, PEM; VAULT_CACERT
  --tls-skip-verify       do not check certificates; VAULT_SKIP_VERIFY
  --server TEXT           record: what is recorded: name, version, edition
  --out FILE              record: where the recording goes

Exit code: 0 nothing differs, 1 something does, 2 wrong use or nothing could be played.
`

const WRONG_USE = 2

const FLAGS = {
  url: { type: 'string' },
  'secondary-url': { type: 'string' },
  'nomad-url': { type: 'string' },
  token: { type: 'string' },
  'nomad-token': { type: 'string' },
  profile: { type: 'string' },
  tier: { type: 'string' },
  scenario: { type: 'string' },
  recording: { type: 'string' },
  report: { type: 'string' },
  'allow-destructive': { type: 'boolean' },
  'fresh-nodes': { type: 'string' },
  'ca-cert': { type: 'string' },
  'tls-skip-verify': { type: 'boolean' },
  server: { type: 'string' },
  out: { type: 'string' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' }
} as const

type Environment = Readonly<Record<string, string | undefined>>
type Flags = ReturnType<typeof parseArgs<{ options: typeof FLAGS, allowPositionals: true }>>

/** Wrong use, or a server that cannot be judged: said in one line, exit code 2. */
class Refusal extends Error {}

/** Prints what came of it; @returns the exit code */
export async function conformance (args: readonly string[], environment: Environment, print: (text: string) => void): Promise<number> {
  try {
    const flags = readFlags(args)
    if (flags.values.help) print(CONFORMANCE_USAGE)
    else if (flags.values.list) print(listOf(await loadScenarios()))
    else if (flags.positionals[0] === 'record') return await recordOne(flags, environment, print)
    else return await compare(flags, environment, print)
    return 0
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    print(`vault-mock conformance: ${error.message}\n`)
    return WRONG_USE
  }
}

function readFlags (args: readonly string[]): Flags {
  try {
    const flags = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true })
    const [word, ...more] = flags.positionals
    if ((word !== undefined && word !== 'record') || more.length > 0) throw new Error(`what is "${[word, ...more].join(' ')}"?`)
    return flags
  } catch (error) {
    throw new Refusal(`${(error as Error).message} (--help shows the usage)`)
  }
}

function listOf (scenarios: readonly Scenario[]): string {
  return scenarios.map(({ tier, name, start, nodes = 1 }) =>
    `${tierTitle(tier).padEnd(16)}${name.padEnd(28)}${start}, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}\n`).join('')
}

async function compare (flags: Flags, environment: Environment, print: (text: string) => void): Promise<number> {
  const { report: file, scenario: named } = flags.values
  const form = file === undefined ? undefined : reportForm(file)
  if (file !== undefined && form === undefined) throw new Refusal(`--report ${file}: the ending says the form: .json, .md or .xml`)
  const target = await targetOf(flags, environment)
  const { version, profile: nearest } = await versionOf(target)
  const suite = await suiteOf(flags, nearest)
  const tiers = await answered(() => playSuite(suite, target, (result) => print(scenarioLines(result))))
  const report: Report = { servers: target.nodes, version, profile: suite.profile, date: today(), tiers }
  print(summaryOf(report))
  if (file !== undefined && form !== undefined) await writeFile(file, form(report))
  return exitCode(report, named !== undefined)
}

/** @param named the scenarios were asked for by name: each must be played */
function exitCode ({ tiers }: Report, named: boolean): number {
  const { same, different, notOffered } = totalOf(tiers)
  const left = tiers.flatMap(({ scenarios }) => scenarios).find(({ notPlayed }) => notPlayed !== undefined)
  if (named && left !== undefined) throw new Refusal(`${left.name} was not played: ${left.notPlayed}`)
  if (same + different + notOffered === 0) throw new Refusal('nothing could be played')
  return different > 0 || same === 0 ? 1 : 0
}

async function targetOf ({ values }: Flags, environment: Environment): Promise<Target> {
  const nodes = (values.url ?? environment.VAULT_ADDR ?? '').split(',').filter((url) => url !== '').map(addressOf)
  if (nodes.length === 0) throw new Refusal('--url says whose answers are to be compared')
  const authority = values['ca-cert'] ?? environment.VAULT_CACERT
  const command = values['fresh-nodes']
  return {
    nodes,
    secondary: values['secondary-url'] === undefined ? undefined : addressOf(values['secondary-url']),
    nomad: values['nomad-url'] === undefined ? undefined : addressOf(values['nomad-url']),
    token: values.token ?? environment.VAULT_TOKEN,
    nomadToken: values['nomad-token'] ?? environment.NOMAD_TOKEN,
    mayChange: values['allow-destructive'] === true,
    trust: {
      certificateAuthority: authority === undefined ? undefined : await readText(authority),
      skipVerify: values['tls-skip-verify'] ?? /^(1|t|true)$/i.test(environment.VAULT_SKIP_VERIFY ?? '')
    },
    renew: command === undefined ? undefined : async () => { await run(command) }
  }
}

function addressOf (url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new Refusal(`"${url}" is no address: http://127.0.0.1:8200 is one`)
  return url.replace(/\/$/, '')
}

async function readText (file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Refusal((error as Error).message)
  }
}

async function run (command: string): Promise<void> {
  try {
    await promisify(execFile)('/bin/sh', ['-c', command])
  } catch (error) {
    throw new Refusal(`--fresh-nodes: ${(error as Error).message.trim()}`)
  }
}

/** What the first node says of itself: a sealed or uninitialised one says it as well. */
async function versionOf ({ nodes: [node = ''], trust }: Target): Promise<{ version: string, profile: string }> {
  const { raw } = await answered(() => send(node, '/v1/sys/health', {}, trust))
  const health = jsonIn<{ version?: string, enterprise?: boolean }>(raw)
  if (health?.version === undefined) throw new Refusal(`${node} does not answer as Vault does`)
  return { version: health.version, profile: nearestProfile(health) }
}

/** A server that is not there is no difference: there is nothing to compare. */
async function answered <T> (ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw error instanceof Refusal ? error : new Refusal(message === '' ? String(code) : message)
  }
}

async function suiteOf ({ values }: Flags, nearest: string): Promise<Suite> {
  const profile = values.profile ?? nearest
  const all = await loadScenarios()
  if (values.recording !== undefined) return await suiteOfRecording(values.recording, all, profile)
  const recordings = await loadRecordings()
  const known = [...recordings.keys(), 'documented']
  if (!known.includes(profile)) throw new Refusal(`there are no recordings of "${profile}": ${known.join(', ')}`)
  return { scenarios: chosen(all, values.tier, values.scenario), recordings, profile }
}

async function suiteOfRecording (file: string, all: readonly Scenario[], profile: string): Promise<Suite> {
  const recording = await answered(() => readRecording(file))
  const recordings: Recordings = new Map([[profile, new Map([[recording.scenario, recording]])]])
  return { scenarios: chosen(all, undefined, recording.scenario), recordings, profile }
}

function chosen (all: readonly Scenario[], tiers: string | undefined, names: string | undefined): Scenario[] {
  const pick = (what: string, list: string | undefined, known: readonly string[]) => {
    const unknown = list?.split(',').find((each) => !known.includes(each))
    if (unknown !== undefined) throw new Refusal(`there is no ${what} "${unknown}": ${known.join(', ')}`)
    return list?.split(',')
  }
  const wantedTiers = pick('tier', tiers, TIERS)
  const wantedNames = pick('scenario', names, all.map(({ name }) => name))
  return all.filter(({ tier, name }) => (wantedTiers?.includes(tier) ?? true) && (wantedNames?.includes(name) ?? true))
}

async function recordOne (flags: Flags, environment: Environment, print: (text: string) => void): Promise<number> {
  const { scenario: name, server, out } = flags.values
  if (name === undefined || server === undefined || out === undefined) throw new Refusal('record wants --scenario, --server and --out')
  const target = await targetOf(flags, environment)
  const [scenario] = chosen(await loadScenarios(), undefined, name)
  if (scenario === undefined) throw new Refusal(`there is no scenario "${name}"`)
  await target.renew?.()
  const readiness = await answered(() => stageFor(scenario, target))
  if ('reason' in readiness) throw new Refusal(`${name} cannot be recorded: ${readiness.reason}`)
  const recording = await record(scenario, readiness.stage, server)
  await writeFile(out, JSON.stringify(recording, null, 1) + '\n')
  const faults = recording.exchanges.filter(({ fault }) => fault !== undefined)
  for (const { id, fault } of faults) print(`  ✗ ${id}: ${fault}\n`)
  print(`${name}: ${recording.exchanges.length} exchanges recorded in ${out}, ${faults.length} without an answer; secrets are masked\n`)
  return faults.length > 0 ? 1 : 0
}

