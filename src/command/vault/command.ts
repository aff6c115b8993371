// What a command of the client is: its words, its flags, what it does. All of them stand in commands/index.ts.
import type { Client } from './client.js'
import { usage, type ExitCode } from './ending.js'
import type { FlagDefinition, Flags } from './flags.js'
import type { Output } from './output/output.js'
import type { Surroundings } from './surroundings.js'

/** What a command that runs has. */
export interface Session {
  readonly args: readonly string[]
  readonly flags: Flags
  readonly output: Output
  readonly surroundings: Surroundings
  /**
   * Made when it is first asked for: what is wrong with the arguments is said before what is wrong with the address.
   *
   * @throws {Ending} where the settings cannot be used
   */
  client (): Client
}

export interface Command {
  /** `kv metadata get` */
  readonly words: string
  readonly synopsis: string
  /** the arguments behind the flags: `PATH [DATA K=V...]` */
  readonly takes: string
  /** beside those of the connection */
  readonly flags: readonly FlagDefinition[]
  /** `read` alone has answers as they came */
  readonly allowsRaw?: true
  /** where a table would say too little */
  readonly format?: 'pretty'
  /** what looks like a flag behind the arguments is one of theirs */
  readonly trailingFlags?: true
  run (session: Session): Promise<ExitCode>
}

/** A word that only groups commands. */
export interface Group {
  readonly words: string
  readonly synopsis: string
}

/** Exactly one argument. @throws {Ending} in the words of most commands */
export function onlyArgument ({ args }: Session): string {
  expectArguments(args, 1)
  return args[0] ?? ''
}

/** @throws {Ending} `Not enough arguments (expected 1, got 0)` */
export function expectArguments (args: readonly string[], count: number): void {
  if (args.length < count) throw usage(`Not enough arguments (expected ${count}, got ${args.length})`)
  expectAtMost(args, count)
}

/**
 * @param expected how the text says it, where fewer will do: `0-1`
 * @throws {Ending} `Too many arguments (expected 0-1, got 2)`
 */
export function expectAtMost (args: readonly string[], count: number, expected = String(count)): void {
  if (args.length > count) throw usage(`Too many arguments (expected ${expected}, got ${args.length})`)
}

/** What was said of these flags, under the names that the API has for them. */
export function givenTexts (flags: Flags, names: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(names).filter(([flag]) => flags.isGiven(flag))
  return Object.fromEntries(given.map(([flag, name]) => [name, flags.text(flag)]))
}
