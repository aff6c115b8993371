// `vault-mock conformance`: plays the recorded scenarios at any server and says where its answers differ.
import { writeFile } from 'node:fs/promises'
import {
  jsonIn, loadRecordings, loadScenarios, nearestProfile, playSuite, readRecording, record, reportForm, scenarioLines,
  send, stageFor, summaryOf, tierTitle, TIERS, today, totalOf
} from '../conformance/index.js'
import type { Recordings, Report, Scenario, ServerVersion, Suite, Target } from '../conformance/index.js'
import { CONFORMANCE_USAGE, readFlags, Refusal, targetOf } from './conformance-flags.js'
import type { ConformanceFlags, Environment } from './conformance-flags.js'

const WRONG_USE = 2

type Print = (text: string) => void

/** Prints what came of it; @returns the exit code */
export async function conformance (args: readonly string[], environment: Environment, print: Print): Promise<number> {
  try {
    const flags = readFlags(args)
    if (flags.values.help) print(CONFORMANCE_USAGE)
    else if (flags.values.list) print(listOf(await loadScenarios()))
    else if (flags.records) return await recordOne(flags, environment, print)
    else return await compare(flags, environment, print)
    return 0
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    print(`vault-mock conformance: ${error.message}\n`)
    return WRONG_USE
  }
}

function listOf (scenarios: readonly Scenario[]): string {
  return scenarios.map(({ tier, name, start, nodes = 1 }) =>
    `${tierTitle(tier).padEnd(16)}${name.padEnd(28)}${start}, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}\n`).join('')
}

async function compare (flags: ConformanceFlags, environment: Environment, print: Print): Promise<number> {
  const { report: file, scenario: named } = flags.values
  const form = file === undefined ? undefined : reportForm(file)
  if (file !== undefined && form === undefined) {
    throw new Refusal(`--report ${file}: the ending says the form: .json, .md or .xml`)
  }
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

/** What the first node says of itself: a sealed or uninitialised one says it as well. */
async function versionOf ({ nodes: [node = ''], trust }: Target): Promise<{ version: string, profile: string }> {
  const { raw } = await answered(() => send(node, '/v1/sys/health', {}, trust))
  const health = jsonIn<ServerVersion>(raw)
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

async function suiteOf ({ values }: ConformanceFlags, nearest: string): Promise<Suite> {
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

async function recordOne (flags: ConformanceFlags, environment: Environment, print: Print): Promise<number> {
  const { scenario: name, server, out } = flags.values
  if (name === undefined || server === undefined || out === undefined) {
    throw new Refusal('record wants --scenario, --server and --out')
  }
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
  const count = `${recording.exchanges.length} exchanges recorded in ${out}, ${faults.length} without an answer`
  print(`${name}: ${count}; secrets are masked\n`)
  return faults.length > 0 ? 1 : 0
}
