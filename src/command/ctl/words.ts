// What `vault-mock ctl` was told: words that are those of a path, fields, and how to answer.

/** What is asked of the controls. */
export interface Request {
  /** of a node or of the controls; VAULT_ADDR or the flag */
  readonly address: string
  readonly world: string | undefined
  /** lower case; undefined: as the server's description says */
  readonly verb: string | undefined
  /** below /_mock, as said */
  readonly words: readonly string[]
  readonly fields: readonly Field[]
  readonly file: string | undefined
  /** of a server that has one */
  readonly controlToken: string | undefined
  /** as the server answered, for programs */
  readonly json: boolean
  readonly help: boolean
}

/** `match.path=secret/**` */
export interface Field {
  readonly name: string
  readonly text: string
}

export type Environment = Readonly<Record<string, string | undefined>>

const VERBS = ['get', 'post', 'put', 'delete']
const DEFAULT_ADDRESS = 'http://127.0.0.1:8200'

/** A flag that there is not. */
export class UnknownFlag extends Error {}

/**
 * Reads the command line.
 *
 * @throws {UnknownFlag}
 */
export function readWords (args: readonly string[], environment: Environment): Request {
  const rest = [...args]
  const address = take(rest, 'address') ?? environment.VAULT_MOCK_CONTROL_ADDR ?? environment.VAULT_ADDR ?? DEFAULT_ADDRESS
  const controlToken = take(rest, 'control-token') ?? environment.VAULT_MOCK_CONTROL_TOKEN
  const world = take(rest, 'world')
  const json = takeSwitch(rest, 'json')
  const help = takeSwitch(rest, 'help') || takeSwitch(rest, 'h')
  const flag = rest.find((word) => word.startsWith('-') && !word.includes('='))
  if (flag !== undefined) throw new UnknownFlag(`unknown flag ${flag}; there are ${FLAGS.join(', ')}`)
  const verb = VERBS.includes(rest[0] ?? '') ? rest.shift() : undefined
  return {
    address: address.replace(/\/+$/, ''),
    world,
    verb,
    words: rest.filter(isWord),
    fields: rest.filter((word) => !isWord(word) && !word.startsWith('@')).map(fieldIn),
    file: rest.find((word) => word.startsWith('@'))?.slice(1),
    controlToken,
    json,
    help
  }
}

export const FLAGS = ['--address', '--world', '--control-token', '--json', '--help']

function isWord (word: string): boolean {
  return !word.includes('=') && !word.startsWith('@')
}

function fieldIn (word: string): Field {
  const mark = word.indexOf('=')
  return { name: word.slice(0, mark), text: word.slice(mark + 1) }
}

/** `--flag value`, `--flag=value`; one dash does, too. */
function take (args: string[], flag: string): string | undefined {
  const at = args.findIndex((arg) => new RegExp(`^--?${flag}(=|$)`).test(arg))
  if (at < 0) return undefined
  const [found = ''] = args.splice(at, 1)
  return found.includes('=') ? found.slice(found.indexOf('=') + 1) : args.splice(at, 1)[0]
}

function takeSwitch (args: string[], flag: string): boolean {
  const at = args.findIndex((arg) => arg === `--${flag}` || arg === `-${flag}`)
  if (at >= 0) args.splice(at, 1)
  return at >= 0
}

/** A name with a slash cannot stand in a segment: `east/raft_0` is `east:raft_0`. */
export function pathOf (words: readonly string[]): string {
  return `/_mock/${words.map((word) => encodeURIComponent(word.replace('/', ':'))).join('/')}`
}

/** `match.path=a` becomes `{ match: { path: 'a' } }`; values are JSON where they can be. */
export function bodyOf (fields: readonly Field[]): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const { name, text } of fields) {
    const names = name.split('.')
    const last = names.pop() ?? ''
    let place = body
    for (const each of names) place = memberOf(place, each)
    place[last] = valueOf(text)
  }
  return body
}

function memberOf (place: Record<string, unknown>, name: string): Record<string, unknown> {
  const member: Record<string, unknown> = {}
  const there = place[name]
  if (typeof there === 'object' && there !== null) Object.assign(member, there)
  place[name] = member
  return member
}

function valueOf (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch { return text }
}

export function queryOf (fields: readonly Field[]): string {
  if (fields.length === 0) return ''
  return `?${fields.map(({ name, text }) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`).join('&')}`
}
