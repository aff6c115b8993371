// state.bin of a snapshot archive: from bytes to storage entries, and whose storage it is.
import { JsonSyntaxError, parseJson } from '../../json/index.js'
import type { JsonValue } from '../../json/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { ARCHIVE_FORMAT, MARKER_KEY } from './archive.js'
import { ProtobufError } from './protobuf.js'
import { StorageEntryReader } from './storage-entries.js'
import type { StorageEntry } from './storage-entries.js'

/** A storage path and its value. */
export type RestoredEntry = readonly [string, JsonValue]

const STORAGE_PATH = /^(replicated|local|own)\/./

/**
 * Collects entries as they come. What is wrong with them is only said at the end, because damage to the archive as a
 * whole is told first; with the first wrong one all are dropped.
 */
export class StateReader {
  readonly #records = new StorageEntryReader()
  readonly #entries: RestoredEntry[] = []
  #marked = false
  #problem: VaultError | undefined

  push (bytes: Uint8Array): void {
    if (this.#problem !== undefined) return
    this.#attempt(() => {
      for (const entry of this.#records.push(bytes)) this.#take(entry)
    })
  }

  /**
   * All entries.
   *
   * @throws VaultError `invalid` if they are another Vault's, or no entries at all
   */
  entries (): readonly RestoredEntry[] {
    this.#attempt(() => {
      this.#records.end()
      if (!this.#marked) throw foreignStorage()
    })
    if (this.#problem !== undefined) throw this.#problem
    return this.#entries
  }

  #take (entry: StorageEntry): void {
    if (this.#marked) {
      if (!STORAGE_PATH.test(entry.key)) throw new ProtobufError(`${JSON.stringify(entry.key)} is no storage path`)
      this.#entries.push([entry.key, parseJson(entry.value, { trailing: 'refuse' })])
      return
    }
    if (entry.key !== MARKER_KEY) throw foreignStorage()
    checkFormat(parseJson(entry.value, { trailing: 'refuse' }))
    this.#marked = true
  }

  /** The first problem stays. */
  #attempt (act: () => void): void {
    if (this.#problem !== undefined) return
    try {
      act()
    } catch (error) {
      this.#problem = refusal(error)
      this.#entries.length = 0
    }
  }
}

function checkFormat (marker: JsonValue): void {
  const format = marker !== null && typeof marker === 'object' && 'format' in marker ? marker.format : undefined
  if (format !== ARCHIVE_FORMAT) throw invalid('the snapshot was taken by another version of vault-mock, whose storage format is not known here')
}

function foreignStorage (): VaultError {
  return invalid("the snapshot's storage is encrypted with the keys of another Vault and cannot be decrypted by vault-mock; only snapshots taken from vault-mock can be restored, nothing was changed")
}

/** What is wrong with the bytes is a refusal; anything else is a fault of ours. */
function refusal (error: unknown): VaultError {
  if (error instanceof VaultError) return error
  if (!(error instanceof ProtobufError || error instanceof JsonSyntaxError)) throw error
  return invalid(`the snapshot's state.bin does not hold storage entries: ${error.message}`)
}
