// What the client has around it: all it reads and writes but for files and the server.

export type Environment = Readonly<Record<string, string | undefined>>

export interface Surroundings {
  /** the name it was called by: `bao` reads `BAO_…` before `VAULT_…` and speaks of OpenBao */
  readonly program: 'vault' | 'bao'
  readonly environment: Environment
  /** where `.vault-token` lies; undefined: nowhere */
  readonly home: string | undefined
  /** whether people read standard output: a lone field is followed by a line break then */
  readonly isTerminal: boolean
  out (text: string): void
  err (text: string): void
  /** all of standard input */
  stdin (): Promise<string>
  /**
   * A line that nobody sees being typed.
   *
   * @throws {Error} `file descriptor 0 is not a terminal`
   */
  secretLine (): Promise<string>
}

/** An environment variable by its `VAULT_…` name; `bao` looks for `BAO_…` first. */
export function variable ({ program, environment }: Pick<Surroundings, 'program' | 'environment'>, name: string): string | undefined {
  const own = program === 'bao' ? environment[name.replace('VAULT_', 'BAO_')] : undefined
  return own ?? environment[name]
}
