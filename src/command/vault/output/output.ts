// What a command prints, in the format that was asked for.
import { goValue } from '../../../go/values.js'
import { isObject, type JsonObject, type JsonValue } from '../../../json/index.js'
import { usage, type ExitCode } from '../ending.js'
import type { Secret } from '../secret.js'
import type { Surroundings } from '../surroundings.js'
import { indentedJson } from './indented-json.js'
import { fieldOf, secretRows } from './secret-rows.js'
import { mapRows, shownValue } from './values.js'
import { table, wrapText } from './table.js'
import { yaml } from './yaml.js'

export const FORMATS = ['json', 'table', 'yaml', 'yml', 'pretty', 'raw']
const NO_TABLE = 'Could not parse output: cannot use the table formatter for this type'
const NOT_PRETTY = 'Could not parse output: cannot use the pretty formatter for this type'
const NOT_RAW = 'Could not parse output: This command does not support the -format=raw option; only `vault read` does.'

export class Output {
  readonly #surroundings: Surroundings

  constructor (surroundings: Surroundings, readonly format: string, readonly detailed: boolean) {
    this.#surroundings = surroundings
  }

  get isTable (): boolean {
    return this.format === 'table'
  }

  /** A line for standard output. */
  line (text = ''): void {
    this.#surroundings.out(`${text}\n`)
  }

  /** A line for people alone. */
  tableLine (text: string): void {
    if (this.isTable) this.line(text)
  }

  /** A line for standard error. */
  warn (text: string): void {
    this.#surroundings.err(`${text}\n`)
  }

  /** A lone value: a line break behind it would not be part of it. */
  raw (text: string): void {
    this.#surroundings.out(this.#surroundings.isTerminal ? `${text}\n` : text)
  }

  bytes (bytes: Buffer): void {
    this.line(bytes.toString())
  }

  /**
   * A value that the command has made up.
   *
   * @param rows the value as a table, head first; none: there is no such table
   */
  data (value: JsonValue, rows?: ReadonlyArray<readonly string[]>): ExitCode {
    if (this.isTable && rows !== undefined) this.line(table(rows))
    else this.line(this.#formatted(value))
    return 0
  }

  #formatted (value: JsonValue): string {
    switch (this.format) {
      case 'json': return indentedJson(value)
      case 'yaml':
      case 'yml': return yaml(value)
      case 'pretty': throw usage(NOT_PRETTY)
      case 'raw': throw usage(NOT_RAW)
      default: throw usage(NO_TABLE)
    }
  }

  /** A map as rows of keys and values; nothing for an empty one. */
  map (data: JsonObject): ExitCode {
    if (!this.isTable) return this.data(data)
    this.#keysAndValues(mapRows(data))
    return 0
  }

  secret (secret: Secret | undefined): ExitCode {
    if (!this.isTable) return this.data(secret === undefined ? null : { ...secret } as JsonObject)
    if (secret === undefined) return 0
    this.warnings(secret)
    this.#keysAndValues(secretRows(secret))
    return 0
  }

  #keysAndValues (rows: ReadonlyArray<readonly string[]>): void {
    if (rows.length > 0) this.line(table([['Key', 'Value'], ...rows]))
  }

  warnings ({ warnings }: Secret): void {
    if ((warnings ?? []).length === 0) return
    this.warn('WARNING! The following warnings were returned from Vault:\n')
    for (const warning of warnings ?? []) {
      this.warn(wrapText(`* ${warning}`, 2))
      this.warn('')
    }
  }

  /** The keys of a list, sorted in a table; `-detailed` has what is known of each beside it. */
  list (secret: Secret): ExitCode {
    const keys = secret.data?.['keys'] ?? null
    if (!this.isTable) return this.data(this.detailed && this.format === 'json' ? { ...secret } as JsonObject : keys)
    this.warnings(secret)
    if (!Array.isArray(keys) || keys.length === 0) return 0
    const names = keys.map((key: JsonValue) => String(key)).sort()
    const info = secret.data?.['key_info']
    this.line(table(this.detailed && isObject(info) ? detailedRows(names, info) : [['Keys'], ...names.map((name) => [name])]))
    return 0
  }

  /** @throws {Ending} `Field "x" not present in secret` */
  field (value: JsonValue | undefined, name: string): ExitCode {
    if (value === undefined || value === null) throw usage(`Field ${JSON.stringify(name)} not present in secret`)
    this.raw(this.isTable || this.format === 'raw' ? goValue(value) : this.#formatted(value) + (this.format === 'json' ? '' : '\n'))
    return 0
  }

  secretField (secret: Secret, name: string): ExitCode {
    return this.field(fieldOf(secret, name), name)
  }

  /** A text wrapped as the real client does, for people. */
  wrapped (text: string): void {
    this.line(wrapText(text))
  }
}

function detailedRows (names: readonly string[], info: JsonObject): string[][] {
  const known = (name: string): JsonObject => isObject(info[name]) ? info[name] : {}
  const heads = [...new Set(names.flatMap((name) => Object.keys(known(name))))].sort()
  return [
    ['Keys', ...heads],
    ...names.map((name) => [name, ...heads.map((head) => head in known(name) ? shownValue(head, known(name)[head]) : 'n/a')])
  ]
}
