// What `vault-mock conformance` can be told, and the servers that this names.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { parseArgs, promisify } from 'node:util'
import { TIERS, type Target } from '../conformance/index.js'

export const CONFORMANCE_USAGE = `Usage: vault-mock conformance --url URL[,URL…] [flags]
       vault-mock conformance record --url URL[,URL…] --scenario NAME --server TEXT --out FILE --allow-destructive
       vault-mock conformance --list

Compares a server's answers with recorded ones; record makes a recording; --list names the scenarios.

Plays at any server: this one, OpenBao, Vault of any edition. Without --allow-destructive it only reads: that is the
part of the tier "documents" that changes nothing. The other scenarios initialise nodes, mount, write, seal and remove
peers: never let them at a server that somebody needs. Most of them want fresh, uninitialised nodes, each its own: name
one with --scenario, or say with --fresh-nodes how the nodes are brought back to their beginning.

  --url URL[,URL…]        nodes of the server; VAULT_ADDR
  --secondary-url URL     a node of a second cluster, for replication
  --nomad-url URL         a Nomad server, for the document on its raft endpoints
  --token TOKEN           root token of a server that is initialised; VAULT_TOKEN
  --nomad-token TOKEN     management token of the Nomad region; NOMAD_TOKEN
  --profile NAME          whose recordings: vault-1.14, vault-1.21 or openbao-2.5; the nearest to the version by default
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

export type Environment = Readonly<Record<string, string | undefined>>

type Parsed = ReturnType<typeof parseArgs<{ options: typeof FLAGS, allowPositionals: true }>>

/** What the command was told. */
export interface ConformanceFlags {
  readonly values: Parsed['values']
  /** `conformance record` */
  readonly records: boolean
}

/** Wrong use, or a server that cannot be judged: said in one line, exit code 2. */
export class Refusal extends Error {}

/** @throws {Refusal} for a word or flag that is not known */
export function readFlags (args: readonly string[]): ConformanceFlags {
  const { values, positionals } = parsed(args)
  const unknown = positionals.find((word, index) => word !== 'record' || index > 0)
  if (unknown !== undefined) throw new Refusal(`what is "${unknown}"? (--help shows the usage)`)
  return { values, records: positionals.length > 0 }
}

function parsed (args: readonly string[]): Parsed {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true })
  } catch (error) {
    const [problem = ''] = (error as Error).message.split('. ')
    throw new Refusal(`${problem} (--help shows the usage)`)
  }
}

/** @throws {Refusal} where no server is named, an address is none, or a file cannot be read */
export async function targetOf ({ values }: ConformanceFlags, environment: Environment): Promise<Target> {
  const nodes = (values.url ?? environment.VAULT_ADDR ?? '').split(',').flatMap((url) => addressOf(url) ?? [])
  if (nodes.length === 0) throw new Refusal('--url says whose answers are to be compared')
  const authority = values['ca-cert'] ?? environment.VAULT_CACERT
  const command = values['fresh-nodes']
  return {
    nodes,
    secondary: addressOf(values['secondary-url']),
    nomad: addressOf(values['nomad-url']),
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

function addressOf (url: string | undefined): string | undefined {
  if (url === undefined || url === '') return undefined
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/$/, '')
  throw new Refusal(`"${url}" is no address: http://127.0.0.1:8200 is one`)
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
