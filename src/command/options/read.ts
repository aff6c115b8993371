// From command line and environment to options; pure, so that it can be tested without a process.
import { parseArgs } from 'node:util'
import { profiles } from '../../profiles/index.js'
import { WrongValue } from './kinds.js'
import { environmentVariable, isNegative, isSwitch, type OptionDefinition } from './definition.js'
import { COMMANDS, DEFINITIONS, OPTIONS } from './table.js'
import type { Command, OptionName, Options, OptionValues } from './table.js'

/** What is wrong with a command line or an environment, in one line. */
export interface Problem {
  readonly problem: string
}

type Environment = Readonly<Record<string, string | undefined>>
type Draft = Record<string, unknown>

class Wrong extends Error {}

const BY_FLAG = new Map(DEFINITIONS.map(([name, definition]) => [definition.flag, name]))
const PARSE_OPTIONS = Object.fromEntries(DEFINITIONS.map(([, definition]) =>
  [definition.flag, { type: isSwitch(definition) ? 'boolean' as const : 'string' as const }]))

/**
 * Reads the command line, then the environment for what the command line leaves open, then takes the defaults.
 *
 * @param argv without node and script
 * @param environment `VAULT_MOCK_…` and what the real binaries read; empty variables count as unset
 * @returns the options, or the one problem to tell
 */
export function readOptions (argv: readonly string[], environment: Environment): Options | Problem {
  try {
    const draft: Draft = {}
    const command = readCommandLine(argv, draft)
    takeDevFlags(draft)
    readEnvironment(environment, draft)
    takeDevFlags(draft)
    return settle(command, draft)
  } catch (error) {
    if (error instanceof Wrong) return { problem: error.message }
    throw error
  }
}

function readCommandLine (argv: readonly string[], draft: Draft): Command {
  const { tokens } = parseArgs({
    args: argv.map(goFlag), options: PARSE_OPTIONS, strict: false, allowPositionals: true, tokens: true
  })
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind === 'option') readFlag(token.name, token.rawName, valueOf(token), draft)
  }
  return readCommand(words)
}

/** `--listen --tls` names no address: a flag is no value unless it comes with `=`. */
interface FlagToken { readonly value?: string | undefined, readonly inlineValue?: boolean | undefined }

function valueOf ({ value, inlineValue }: FlagToken): string | undefined {
  return inlineValue !== true && value?.startsWith('-') ? undefined : value
}

/** Go's flags have one dash or two, and `-h` and `-v` are short. */
function goFlag (argument: string): string {
  if (argument === '-h') return '--help'
  if (argument === '-v') return '--version'
  return /^-[a-z]/.test(argument) ? '-' + argument : argument
}

function readCommand (words: readonly string[]): Command {
  const [word = 'server', extra] = words
  const command = COMMANDS.find((name) => name === word)
  if (command === undefined) throw new Wrong(`unknown command "${word}"; there are ${COMMANDS.join(', ')}, ctl, conformance, vault, completion, version and help`)
  if (extra !== undefined) throw new Wrong(`unexpected argument "${extra}"`)
  return command
}

function readFlag (flag: string, shown: string, value: string | undefined, draft: Draft): void {
  const name = BY_FLAG.get(flag)
  if (name === undefined) throw new Wrong(`unknown flag ${shown}; see --help`)
  const definition: OptionDefinition = OPTIONS[name]
  if (value === undefined && !isSwitch(definition)) {
    throw new Wrong(`${shown} needs a value: ${shown} ${definition.placeholder}`)
  }
  const read = readValue(definition, shown, value ?? 'true')
  draft[name] = definition.repeats === true ? [draft[name] ?? [], read].flat() : read
}

function readEnvironment (environment: Environment, draft: Draft): void {
  for (const [name, definition] of DEFINITIONS) {
    if (name in draft) continue
    const variables = [environmentVariable(definition), ...definition.environment ?? []]
    const variable = variables.find((each) => environment[each])
    if (variable !== undefined) draft[name] = readValue(definition, variable, environment[variable] ?? '')
  }
}

function readValue (definition: OptionDefinition, shown: string, text: string): unknown {
  try {
    const value = definition.read(text)
    return isNegative(definition) ? !value : value
  } catch (error) {
    if (error instanceof WrongValue) throw new Wrong(`${shown} must be ${error.message}, not "${text}"`)
    throw error
  }
}

/** Fills in what follows from other options and the defaults, and refuses what does not go together. */
function settle (command: Command, draft: Draft): Options {
  const given = new Set(Object.keys(draft) as OptionName[])
  const values = settled(draft)
  const options = { ...values, ...derived(values, given), command, given }
  refuseContradictions(options)
  return options
}

/** Every option has been read by its own definition, which the types cannot follow. */
function settled (draft: Draft): OptionValues {
  const values: Draft = {}
  for (const [name, { default: unsaid }] of DEFINITIONS) values[name] = draft[name] ?? unsaid
  return values as OptionValues
}

/**
 * The real binary's names for the same things give way to ours; done for the flags before the environment is looked
 * at.
 */
function takeDevFlags (draft: Draft): void {
  draft['rootToken'] = draft['rootToken'] ?? draft['devRootTokenId']
  draft['listen'] = draft['listen'] ?? draft['devListenAddress']
  draft['tls'] = draft['tls'] ?? draft['devTls']
  for (const name of ['rootToken', 'listen', 'tls']) if (draft[name] === undefined) delete draft[name]
}

function derived (values: OptionValues, given: ReadonlySet<OptionName>): Partial<OptionValues> {
  const { listen, nodeIds } = values
  return {
    ...(nodeIds !== undefined && !given.has('nodes') && { nodes: nodeIds.length }),
    ...(values.devThreeNode && !given.has('nodes') && { nodes: THREE_NODES }),
    ...(listen.port === 0 && !given.has('nomadListen') && { nomadListen: { host: listen.host, port: 0 } }),
    ...((values.tlsCertFile ?? values.devTlsCertDir) !== undefined && { tls: true }),
    ...(profiles[values.profile].prometheusByDefault && !given.has('prometheus') && { prometheus: true })
  }
}

const THREE_NODES = 3
const HIGHEST_PORT = 65535

function refuseContradictions (options: Options): void {
  const { nodes, nodeIds, listen, nomad, nomadListen, nomadServers, tlsCertFile, tlsKeyFile } = options
  const { storage, raft, given } = options
  if (nodeIds !== undefined && nodeIds.length !== nodes) {
    throw new Wrong(`--node-ids names ${nodeIds.length} nodes, --nodes ${nodes}`)
  }
  if ((tlsCertFile === undefined) !== (tlsKeyFile === undefined)) {
    throw new Wrong('--tls-cert-file and --tls-key-file go together')
  }
  if (options.devKvV1 && options.devNoKv) throw new Wrong('--dev-kv-v1 and --dev-no-kv do not go together')
  if (storage === 'inmem' && raft === 'storage' && given.has('raft')) {
    throw new Wrong('--storage inmem has no raft: --raft storage contradicts it')
  }
  if (storage === 'inmem' && raft === 'storage' && nodes > 1) {
    throw new Wrong(`--storage inmem has one node, not ${nodes}: without raft there is nothing to join`)
  }
  if (listen.port + 2 * nodes - 1 > HIGHEST_PORT) {
    throw new Wrong(`--listen leaves no room for the ports of ${nodes} nodes below 65536`)
  }
  if (nomad && nomadListen.port + 10 * (nomadServers - 1) > HIGHEST_PORT) {
    throw new Wrong(`--nomad-listen leaves no room for the ports of ${nomadServers} servers below 65536`)
  }
}
