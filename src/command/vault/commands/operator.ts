// `operator init`, `unseal`, `seal`, `step-down`, `members`, `key-status`, `rotate`.
import { FORMAT_FLAG } from '../common-flags.js'
import { bareMembers, showSeal } from './status.js'
import { failure, saying, usage, type ExitCode } from '../ending.js'
import { isObject, type JsonObject } from '../../../json/index.js'
import { columns, wrapText } from '../output/table.js'
import { numberOf, textOf, textsOf } from '../secret.js'
import { expectAtMost, type Command, type Session } from '../command.js'
import type { FlagDefinition } from '../flags.js'

export function noArguments ({ args }: Session): void {
  expectAtMost(args, 0)
}

const KEY_FLAGS: readonly FlagDefinition[] = [
  { name: 'key-shares', kind: 'number', aliases: ['n'], description: 'how many shares the key is split into' },
  { name: 'key-threshold', kind: 'number', aliases: ['t'], description: 'how many of them are needed' },
  { name: 'pgp-keys', kind: 'text', description: 'public PGP keys to encrypt the shares with, separated by commas' },
  { name: 'root-token-pgp-key', kind: 'text', description: 'public PGP key to encrypt the root token with' },
  { name: 'recovery-shares', kind: 'number', description: 'how many shares the recovery key is split into' },
  { name: 'recovery-threshold', kind: 'number', description: 'how many of them are needed' },
  { name: 'recovery-pgp-keys', kind: 'text', description: 'public PGP keys for the shares of the recovery key' },
  { name: 'stored-shares', kind: 'number', default: -1, hidden: true, description: 'without effect' }
]

const init: Command = {
  words: 'operator init',
  synopsis: 'Initializes a server',
  takes: '',
  flags: [FORMAT_FLAG, { name: 'status', kind: 'switch', description: 'tell whether it is initialised: 0 yes, 2 no, 1 an error' }, ...KEY_FLAGS],
  async run (session) {
    noArguments(session)
    const { flags, output } = session
    if (flags.number('stored-shares') !== -1) output.warn('-stored-shares has no effect and will be removed in Vault 1.3.\n')
    const client = session.client()
    const seal = await client.beforehand(async () => {
      return await bareMembers(client, 'sys/seal-status').catch((error: Error) => { throw failure(error.message) })
    })
    if (flags.isOn('status')) return await initStatus(session)
    const request = initRequest(session, seal['recovery_seal'] === true)
    const call = { method: 'PUT', body: request } as const
    const answer = await saying('Error initializing', async () => await bareMembers(client, 'sys/init', call))
    return output.isTable ? showInitialized(session, request, answer) : output.data(machineInit(request, answer))
  }
}

async function initStatus (session: Session): Promise<ExitCode> {
  const answer = await saying('Error checking init status', async () => await bareMembers(session.client(), 'sys/init'), 1)
  const initialized = answer['initialized'] === true
  if (session.output.isTable) session.output.line(initialized ? 'Vault is initialized' : 'Vault is not initialized')
  else session.output.data({ Initialized: initialized })
  return initialized ? 0 : 2
}

const SHARES = 5
const THRESHOLD = 3

function initRequest ({ flags }: Session, recovery: boolean): JsonObject {
  const list = (name: string) => flags.text(name) === '' ? null : flags.text(name).split(',')
  return {
    secret_shares: flags.number('key-shares') || (recovery ? 0 : SHARES),
    secret_threshold: flags.number('key-threshold') || (recovery ? 0 : THRESHOLD),
    stored_shares: 0,
    pgp_keys: list('pgp-keys'),
    recovery_shares: flags.number('recovery-shares') || (recovery ? SHARES : 0),
    recovery_threshold: flags.number('recovery-threshold') || (recovery ? THRESHOLD : 0),
    recovery_pgp_keys: list('recovery-pgp-keys'),
    root_token_pgp_key: flags.text('root-token-pgp-key')
  }
}

/** Keys in base64 where the server gives them so. */
function keysIn (answer: JsonObject, name: string): readonly string[] {
  const [plain, base64] = [textsOf(answer[name]) ?? [], textsOf(answer[`${name}_base64`]) ?? []]
  return base64.length === plain.length ? base64 : plain
}

function showInitialized ({ output }: Session, request: JsonObject, answer: JsonObject): ExitCode {
  const keys = keysIn(answer, 'keys')
  const recovery = keysIn(answer, 'recovery_keys')
  keys.forEach((key, i) => { output.line(`Unseal Key ${i + 1}: ${key}`) })
  recovery.forEach((key, i) => { output.line(`Recovery Key ${i + 1}: ${key}`) })
  output.line(`\nInitial Root Token: ${textOf(answer['root_token'])}\n`)
  const [shares, threshold] = [request['secret_shares'], request['secret_threshold']].map(String)
  if (keys.length === 0) output.line('Success! Vault is initialized')
  else {
    output.wrapped(`Vault initialized with ${shares} key shares and a key threshold of ${threshold}. Please securely ` +
      'distribute the key shares printed above. When the Vault is re-sealed, restarted, or stopped, you must supply at least ' +
      `${threshold} of these keys to unseal it before it can start servicing requests.`)
    output.line()
    output.wrapped(`Vault does not store the generated root key. Without at least ${threshold} keys to reconstruct ` +
      'the root key, Vault will remain permanently sealed!')
    output.line()
    output.wrapped('It is possible to generate new unseal keys, provided you have a quorum of existing unseal keys shares. ' +
      'See "vault operator rekey" for more information.')
  }
  if (recovery.length > 0) {
    output.line()
    const [some, enough] = [request['recovery_shares'], request['recovery_threshold']].map(String)
    output.wrapped(`Recovery key initialized with ${some} key shares and a key threshold of ${enough}. ` +
      'Please securely distribute the key shares printed above.')
  }
  return 0
}

function machineInit (request: JsonObject, answer: JsonObject): JsonObject {
  const hex = textsOf(answer['keys']) ?? []
  return {
    unseal_keys_b64: textsOf(answer['keys_base64']) ?? [],
    unseal_keys_hex: hex,
    unseal_shares: hex.length === 0 ? 1 : request['secret_shares'] ?? 0,
    unseal_threshold: hex.length === 0 ? 1 : request['secret_threshold'] ?? 0,
    recovery_keys_b64: textsOf(answer['recovery_keys_base64']) ?? [],
    recovery_keys_hex: textsOf(answer['recovery_keys']) ?? [],
    recovery_keys_shares: request['recovery_shares'] ?? 0,
    recovery_keys_threshold: request['recovery_threshold'] ?? 0,
    root_token: textOf(answer['root_token'])
  }
}

const NO_KEY = 'An error occurred attempting to ask for an unseal key. The raw error message is shown below, but usually this is because you ' +
  'attempted to pipe a value into the unseal command or you are executing outside of a terminal (tty). You should run the unseal command ' +
  'from a terminal for maximum security. If this is not an option, the unseal key can be provided as the first argument to the unseal ' +
  'command. The raw error was:\n\n'

const unseal: Command = {
  words: 'operator unseal',
  synopsis: 'Unseals the Vault server',
  takes: '[KEY]',
  flags: [
    FORMAT_FLAG,
    { name: 'reset', kind: 'switch', description: 'forget the keys so far' },
    { name: 'migrate', kind: 'switch', description: 'migrate the seal' }
  ],
  async run (session) {
    const { args, flags } = session
    expectAtMost(args, 1)
    const client = session.client()
    const send = async (body: JsonObject) => await bareMembers(client, 'sys/unseal', { method: 'PUT', body })
    if (flags.isOn('reset')) {
      return await showSeal(session, await saying('Error resetting unseal process', async () => await send({ reset: true })))
    }
    const key = (args[0] ?? '').trim() || await askedKey(session)
    const body = { key, reset: false, migrate: flags.isOn('migrate') }
    return await showSeal(session, await saying('Error unsealing', async () => await send(body)))
  }
}

async function askedKey ({ surroundings }: Session): Promise<string> {
  surroundings.out('Unseal Key (will be hidden): ')
  try {
    return (await surroundings.secretLine()).trim()
  } catch (error) {
    throw usage(wrapText(NO_KEY + (error as Error).message))
  } finally {
    surroundings.out('\n')
  }
}

const seal: Command = {
  words: 'operator seal',
  synopsis: 'Seals the Vault server',
  takes: '',
  flags: [],
  async run (session) {
    noArguments(session)
    await saying('Error sealing', async () => await session.client().send({ method: 'PUT', path: 'sys/seal' }))
    session.output.line('Success! Vault is sealed.')
    return 0
  }
}

const stepDown: Command = {
  words: 'operator step-down',
  synopsis: 'Forces Vault to resign active duty',
  takes: '',
  flags: [],
  async run (session) {
    noArguments(session)
    const client = session.client()
    await saying('Error stepping down', async () => await client.send({ method: 'PUT', path: 'sys/step-down' }))
    session.output.line(`Success! Stepped down: ${client.settings.address}`)
    return 0
  }
}

const HEADS = ['Host Name', 'API Address', 'Cluster Address', 'Active Node', 'Version', 'Upgrade Version', 'Redundancy Zone', 'Last Echo']

const members: Command = {
  words: 'operator members',
  synopsis: 'Returns the list of nodes in the cluster',
  takes: '',
  flags: [FORMAT_FLAG],
  async run (session) {
    const answer = await bareMembers(session.client(), 'sys/ha-status').catch((error: Error) => { throw failure(error.message) })
    const nodes = (Array.isArray(answer['nodes']) ? answer['nodes'] : []).filter(isObject)
    return session.output.data({ Nodes: nodes.map(nodeRecord) }, [HEADS, ...nodes.map(nodeRow)])
  }
}

function nodeRecord (node: JsonObject): JsonObject {
  const named = (name: string) => textOf(node[name]) === '' ? {} : { [name]: textOf(node[name]) }
  return {
    hostname: textOf(node['hostname']),
    api_address: textOf(node['api_address']),
    cluster_address: textOf(node['cluster_address']),
    active_node: node['active_node'] === true,
    last_echo: node['last_echo'] ?? null,
    echo_duration_ms: numberOf(node['echo_duration_ms']),
    clock_skew_ms: numberOf(node['clock_skew_ms']),
    version: textOf(node['version']),
    ...named('upgrade_version'),
    ...named('redundancy_zone'),
    replication_primary_canary_age_ms: numberOf(node['replication_primary_canary_age_ms'])
  }
}

function nodeRow (node: JsonObject): string[] {
  const names = ['hostname', 'api_address', 'cluster_address', 'active_node', 'version', 'upgrade_version', 'redundancy_zone']
  return [
    ...names.map((name) => name === 'active_node' ? String(node[name] === true) : textOf(node[name])),
    textOf(node['last_echo']).replace(/\.\d+/, '')
  ]
}

const keyStatus: Command = {
  words: 'operator key-status',
  synopsis: 'Provides information about the active encryption key',
  takes: '',
  flags: [FORMAT_FLAG],
  async run (session) {
    noArguments(session)
    return await showKeyStatus(session)
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Go's RFC 822: `21 Nov 26 18:37 UTC` */
function rfc822 (text: string): string {
  const at = new Date(text)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${two(at.getUTCDate())} ${MONTHS[at.getUTCMonth()] ?? ''} ${two(at.getUTCFullYear() % 100)}`
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`
}

async function showKeyStatus (session: Session): Promise<ExitCode> {
  const { output } = session
  const { data } = await saying('Error reading key status', async () => await session.client().readKnown('sys/key-status')) ?? {}
  if (data === undefined || data === null) throw failure('Error reading key status: data from server response is empty')
  const { term = 0, install_time: installed = '', encryptions = 0 } = data
  if (!output.isTable) return output.data({ term, install_time: installed, encryptions })
  output.line(columns([
    ['Key Term', String(term)], ['Install Time', rfc822(textOf(installed))], ['Encryption Count', String(encryptions)]
  ]))
  return 0
}

const rotate: Command = {
  words: 'operator rotate',
  synopsis: 'Rotates the underlying encryption key',
  takes: '',
  flags: [FORMAT_FLAG],
  async run (session) {
    noArguments(session)
    await saying('Error rotating key', async () => await session.client().send({ method: 'POST', path: 'sys/rotate' }))
    session.output.tableLine('Success! Rotated key\n')
    return await showKeyStatus(session)
  }
}

export const OPERATOR: readonly Command[] = [init, unseal, seal, stepDown, members, keyStatus, rotate]
