// How much memory a snapshot that is read may take: an archive of a few kilobytes can hold gigabytes.
import { invalid } from '../../refusal/index.js'

/** What the command allows unless told otherwise: room for more than a million small entries. */
export const DEFAULT_SNAPSHOT_BYTES = 1024 ** 3

/** What an entry takes besides its path and value: strings, objects, its place in the tree (measured on Node 20). */
const ENTRY_BYTES = 500
/** A value that is read takes more than its text. */
const GROWTH = 4

/** Counts down; throws once there is nothing left. */
export class Budget {
  #left: number

  constructor (readonly bytes: number) {
    this.#left = bytes
  }

  /** @throws {VaultError} `invalid` */
  take (bytes: number): void {
    this.#left -= bytes
    if (this.#left >= 0) return
    throw invalid(`the snapshot takes more than the ${this.bytes} bytes of memory that --snapshot-bytes allows`)
  }

  /** @param bytes of path and value, as they stand in the archive */
  takeEntry (bytes: number): void {
    this.take(ENTRY_BYTES + GROWTH * bytes)
  }
}
