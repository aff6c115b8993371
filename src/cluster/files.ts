// The files that a client's request may write (audit devices, automated snapshots): a port, src/open gives real ones.

/** Files by the paths that clients name. Missing folders are made; every method throws what the system says. */
export interface Files {
  /** Adds text at the end of a file, which is made if it is missing; for its owner alone. */
  readonly append: (file: string, text: string) => void
  /** Adds text to what the server prints. */
  readonly print: (text: string) => void
  /** Writes a file anew; for its owner alone. */
  readonly write: (file: string, bytes: Uint8Array) => Promise<void>
  readonly remove: (file: string) => Promise<void>
}

function refuse (): never {
  throw new Error('this world was made without files')
}

/** Nothing can be written: a world that was given no files. */
export const NO_FILES: Files = {
  append: refuse,
  print: refuse,
  write: async () => refuse(),
  remove: async () => refuse()
}
