// Runs one command of the client: words to a command, flags, the settings of the connection, an exit code.
import { COMMANDS, GROUPS } from './commands/index.js'
import { Client, DryRun, readAddress, type ClientSettings } from './client.js'
import { CONNECTION_FLAGS } from './common-flags.js'
import { Ending, failure, usage } from './ending.js'
import { Flags, readFlags } from './flags.js'
import { commandHelp, groupHelp, overview } from './help.js'
import { FORMATS, Output } from './output/output.js'
import { parseDurationMs } from '../../go/durations.js'
import { parseGoBool } from '../../go/strconv.js'
import { storedToken } from './token-file.js'
import { tlsOptions } from './transport.js'
import { variable, type Surroundings } from './surroundings.js'
import type { Command, Session } from './command.js'

const UNKNOWN_COMMAND = 127
const PATIENCE_MS = 60_000

/** What counts wherever it stands among the arguments. */
interface Everywhere {
  readonly format: string
  readonly detailed: boolean
}

/** @returns the exit code: 1 for wrong use, 2 for what the server refused, 127 for no such command */
export async function runClient (args: readonly string[], surroundings: Surroundings): Promise<number> {
  const everywhere = readEverywhere(args, surroundings)
  if (!FORMATS.includes(everywhere.format)) {
    surroundings.err(`Invalid output format: ${everywhere.format}\n`)
    return 1
  }
  const versionAsked = args.length === 1 && ['-v', '-version', '--version'].includes(args[0] ?? '')
  const { command, rest, known } = findCommand(versionAsked ? ['version'] : args)
  const helpAsked = beforeDashes(args).some((arg) => ['-h', '-help', '--help'].includes(arg))
  if (command === undefined) return showGroup(known, helpAsked, surroundings)
  if (helpAsked) {
    surroundings.out(commandHelp(command, surroundings.program))
    return 0
  }
  return await runCommand(command, rest, everywhere, surroundings)
}

function beforeDashes (args: readonly string[]): readonly string[] {
  const at = args.indexOf('--')
  return at < 0 ? args : args.slice(0, at)
}

/** `-format` and `-detailed` count behind the arguments, too. */
function readEverywhere (args: readonly string[], surroundings: Surroundings): Everywhere {
  const words = beforeDashes(args)
  const format = words.reduce<string | undefined>((found, word, i) => {
    return /^--?format=(.*)$/s.exec(word)?.[1] ?? (/^--?format$/.test(words[i - 1] ?? '') ? word : found)
  }, undefined)
  const detailed = words.find((word) => /^--?detailed(?:=|$)/.test(word))
  const asked = detailed === undefined ? variable(surroundings, 'VAULT_DETAILED') : detailed.split('=')[1] ?? 'true'
  return {
    format: (format || variable(surroundings, 'VAULT_FORMAT') || 'table').toLowerCase(),
    detailed: parseGoBool(asked ?? '') === true
  }
}

/** `known`: the words that name a command, or a group of them. */
interface Found {
  readonly command: Command | undefined
  readonly rest: readonly string[]
  readonly known: string
}

/** The longest run of words that names a command or a group of them. */
function findCommand (args: readonly string[]): Found {
  const first = args.findIndex((arg) => !arg.startsWith('-'))
  const words = first < 0 ? [] : args.slice(first)
  for (let count = Math.min(words.length, 4); count > 0; count--) {
    const name = words.slice(0, count).join(' ')
    const command = COMMANDS.find((each) => each.words === name)
    if (command !== undefined) return { command, rest: words.slice(count), known: name }
    if (GROUPS.some((group) => group.words === name)) return { command, rest: words.slice(count), known: name }
  }
  return { command: undefined, rest: words, known: '' }
}

function showGroup (words: string, helpAsked: boolean, { program, out, err }: Surroundings): number {
  const text = words === '' ? overview(program) : groupHelp(words, program)
  if (helpAsked) out(text)
  else err(text)
  return helpAsked ? 0 : words === '' ? UNKNOWN_COMMAND : 1
}

async function runCommand (
  command: Command, args: readonly string[], { format, detailed }: Everywhere, surroundings: Surroundings
): Promise<number> {
  const output = new Output(surroundings, command.format !== undefined && format === 'table' ? command.format : format, detailed)
  try {
    const session = openSession(command, args, output, surroundings)
    const code = await command.run(session)
    if (!dryRunAsked(session)) return code
    throw usage(session.flags.isOn('output-policy') ? 'Could not generate policy' : 'Could not generate cURL command')
  } catch (error) {
    if (error instanceof DryRun) {
      output.line(error.message)
      return 0
    }
    if (!(error instanceof Ending)) throw error
    if (error.message !== '') output.warn(error.message)
    return error.code
  }
}

function dryRunAsked ({ flags }: Session): boolean {
  return flags.isOn('output-curl-string') || flags.isOn('output-policy')
}

function openSession (command: Command, words: readonly string[], output: Output, surroundings: Surroundings): Session {
  const flags = new Flags([...CONNECTION_FLAGS, ...command.flags], (name) => variable(surroundings, name))
  const args = readFlags(words, flags)
  if (command.trailingFlags === undefined) warnOfTrailingFlags(args, output)
  if (output.format === 'raw' && command.allowsRaw === undefined) throw usage('This command does not support the -format=raw option.')
  let client: Client | undefined
  return {
    args,
    flags,
    output,
    surroundings,
    client: () => {
      client ??= openClient(flags, surroundings)
      return client
    }
  }
}

const EVERYWHERE = /^--?(?:output-curl-string|output-policy|format|detailed)(?:=|$)/

function warnOfTrailingFlags (args: readonly string[], output: Output): void {
  const trailing = args.filter((arg) => arg.startsWith('-') && arg !== '-' && !EVERYWHERE.test(arg))
  if (trailing.length === 0 || !output.isTable) return
  output.warn('Command flags must be provided before positional arguments. ' +
    `The following arguments will not be parsed as flags: [${trailing.join(',')}]`)
}

function openClient (flags: Flags, surroundings: Surroundings): Client {
  try {
    const settings = settingsOf(flags, surroundings)
    readAs('failed to create client', () => readAddress(settings.address))
    readAs(flags.isGiven('ca-cert') ? 'failed to setup TLS config' : 'failed to read environment', () => tlsOptions(settings.tls))
    const token = flags.text('token') || variable(surroundings, 'VAULT_TOKEN') || storedToken(surroundings.home)
    const namespace = flags.text('namespace').replace(/^\/+/, '').replace(/\/*$/, '/')
    return new Client(settings, token, namespace === '/' ? '' : namespace)
  } catch (error) {
    throw error instanceof Ending ? error : failure((error as Error).message)
  }
}

/** @throws {Error} with words before what it says */
function readAs (words: string, read: () => unknown): void {
  try {
    read()
  } catch (error) {
    throw new Error(`${words}: ${(error as Error).message}`)
  }
}

function settingsOf (flags: Flags, surroundings: Surroundings): ClientSettings {
  const path = (name: string): string | undefined => flags.text(name) || undefined
  const timeout = variable(surroundings, 'VAULT_CLIENT_TIMEOUT')
  return {
    address: (path('agent-address') ?? flags.text('address')).replace(/\/+$/, ''),
    tls: {
      caFile: path('ca-cert'),
      caFolder: path('ca-path'),
      certificateFile: path('client-cert'),
      keyFile: path('client-key'),
      serverName: path('tls-server-name'),
      skipsVerification: flags.isOn('tls-skip-verify')
    },
    timeoutMs: timeout === undefined || timeout === '' ? PATIENCE_MS : parseDurationMs(timeout),
    followsRedirects: !flags.isOn('disable-redirects'),
    headers: headersOf(flags),
    wrapTtl: flags.number('wrap-ttl') === 0 ? undefined : flags.duration('wrap-ttl'),
    instead: flags.isOn('output-curl-string') ? 'curl' : flags.isOn('output-policy') ? 'policy' : undefined
  }
}

function headersOf (flags: Flags): Record<string, string | readonly string[]> {
  const own = flags.pairs('header') ?? {}
  const forbidden = Object.keys(own).filter((name) => name.startsWith('X-Vault-'))
  if (forbidden.length > 0) {
    throw failure(`failed to setup Headers[${forbidden.join(', ')}]: Header starting by 'X-Vault-' are for internal usage only`)
  }
  const mfa = flags.texts('mfa')
  return {
    ...own,
    ...mfa !== undefined && { 'X-Vault-MFA': mfa },
    ...flags.isOn('policy-override') && { 'X-Vault-Policy-Override': 'true' }
  }
}
