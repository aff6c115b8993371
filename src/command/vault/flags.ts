// Flags as Go's package `flag` reads them, with the kinds of values that the real client has.
import { GoError } from '../../go/values.js'
import { formatDurationMs, parseDurationMs } from '../../go/durations.js'
import { parseGoBool, parseIntLiteral } from '../../go/strconv.js'
import { Ending, usage } from './ending.js'

export type FlagKind = 'text' | 'switch' | 'number' | 'duration' | 'texts' | 'pairs'

/** One flag; durations are kept in milliseconds, `system` as -1 s. */
export interface FlagDefinition {
  readonly name: string
  readonly kind: FlagKind
  readonly description: string
  readonly aliases?: readonly string[]
  readonly default?: FlagValue
  /** `VAULT_…`; read where the command line says nothing */
  readonly variable?: string
  /** taken, and not shown in the help */
  readonly hidden?: true
}

export type FlagValue = string | boolean | number | readonly string[] | Readonly<Record<string, string>>

/** What a command line says, and where it says nothing the environment and the defaults. */
export class Flags {
  readonly #values = new Map<string, FlagValue>()
  readonly #given = new Set<string>()

  constructor (readonly definitions: readonly FlagDefinition[], lookup: (variable: string) => string | undefined) {
    for (const definition of definitions) {
      if (definition.default !== undefined) this.#values.set(definition.name, definition.default)
      const text = definition.variable === undefined ? undefined : lookup(definition.variable)
      if (text !== undefined) this.#readVariable(definition, text)
    }
  }

  /** What cannot be read counts as unset, as it does in the real client. */
  #readVariable (definition: FlagDefinition, text: string): void {
    try {
      this.#values.set(definition.name, readValue(definition, text, undefined))
    } catch (error) {
      if (!(error instanceof GoError)) throw error
    }
  }

  /** @throws {Ending} `invalid value "x" for flag -cas: …` */
  set (definition: FlagDefinition, text: string): void {
    const { name, kind } = definition
    const before = this.#given.has(name) ? this.#values.get(name) : undefined
    try {
      this.#values.set(name, readValue(definition, text, before))
    } catch (error) {
      if (!(error instanceof GoError)) throw error
      const what = kind === 'switch' ? 'invalid boolean value' : 'invalid value'
      const where = kind === 'switch' ? `-${name}` : `flag -${name}`
      throw usage(`${what} ${JSON.stringify(text)} for ${where}: ${error.message}`)
    }
    this.#given.add(name)
  }

  /** Whether the command line has it. */
  isGiven (name: string): boolean {
    return this.#given.has(name)
  }

  text (name: string): string {
    return String(this.#values.get(name) ?? '')
  }

  isOn (name: string): boolean {
    return this.#values.get(name) === true
  }

  number (name: string): number {
    return Number(this.#values.get(name) ?? 0)
  }

  /** `1m0s`; `0s` where nothing was said */
  duration (name: string): string {
    return formatDurationMs(this.number(name))
  }

  texts (name: string): readonly string[] | undefined {
    const value = this.#values.get(name)
    return Array.isArray(value) ? value : undefined
  }

  pairs (name: string): Readonly<Record<string, string>> | undefined {
    const value = this.#values.get(name)
    return typeof value === 'object' && !Array.isArray(value) ? value as Readonly<Record<string, string>> : undefined
  }
}

/** @throws {GoError} */
function readValue ({ kind }: FlagDefinition, text: string, before: FlagValue | undefined): FlagValue {
  switch (kind) {
    case 'text': return text.trim()
    case 'switch': return readSwitch(text)
    case 'number': return Number(parseIntLiteral(text))
    case 'duration': return parseDurationMs(text === 'system' ? '-1' : text)
    case 'texts': return [...Array.isArray(before) ? before : [], text.trim()]
    case 'pairs': return { ...before as Readonly<Record<string, string>> | undefined, ...readPair(text) }
  }
}

function readSwitch (text: string): boolean {
  const value = parseGoBool(text)
  if (value === undefined) throw new GoError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`)
  return value
}

function readPair (text: string): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 0) throw new GoError(`missing = in KV pair: ${JSON.stringify(text)}`)
  return { [text.slice(0, at)]: text.slice(at + 1) }
}

/**
 * Reads flags up to the first word that is none, or up to `--`.
 *
 * @returns the words behind them
 * @throws {Ending} `flag provided but not defined: -x`, `flag needs an argument: -x`
 */
export function readFlags (args: readonly string[], flags: Flags): string[] {
  const byName = new Map(flags.definitions.flatMap((each) => namesOf(each).map((name) => [name, each])))
  let at = 0
  for (;;) {
    const word = args[at]
    if (word === undefined || !word.startsWith('-') || word === '-') return args.slice(at)
    at++
    if (word === '--') return args.slice(at)
    const { name, value } = splitFlag(word)
    const definition = byName.get(name)
    if (definition === undefined) throw usage(`flag provided but not defined: -${name}`)
    if (definition.kind === 'switch') flags.set(definition, value ?? 'true')
    else {
      const next = value ?? args[at++]
      if (next === undefined) throw usage(`flag needs an argument: -${name}`)
      flags.set(definition, next)
    }
  }
}

function namesOf ({ name, aliases = [] }: FlagDefinition): readonly string[] {
  return [name, ...aliases]
}

function splitFlag (word: string): { name: string, value: string | undefined } {
  const [, name = '', value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  if (name === '' || name.startsWith('-')) throw new Ending(1, `bad flag syntax: ${word}`)
  return { name, value }
}
