// state.bin of a snapshot archive: from bytes to storage entries, and whose storage it is.
import { JsonSyntaxError, parseJson } from '../../json/index.js'
import type { JsonValue } from '../../json/index.js'
import { invalid, type VaultError } from '../../refusal/index.js'
import { ARCHIVE_FORMAT, MARKER_KEY } from './archive.js'
import type { Budget } from '../../archive/budget.js'
import type { Storage } from '../storage.js'
import { ProtobufError } from './protobuf.js'
import { StorageEntryReader } from './storage-entries.js'
import type { StorageEntry } from './storage-entries.js'

/** A storage path and its value. */
export type RestoredEntry = readonly [string, JsonValue]

const STORAGE_PATH = /^(replicated|local|own)\/./

/** Collects entries as they come. */
export class StateReader {
  readonly #records = new StorageEntryReader()
  readonly #entries: RestoredEntry[] = []
  readonly #budget: Budget
  readonly #known: Storage | undefined
  #marked = false

  /**
   * @param budget pays for what is collected
   * @param known a storage whose values are not kept a second time
   */
  constructor (budget: Budget, known?: Storage) {
    this.#budget = budget
    this.#known = known
  }

  /** @throws VaultError `invalid` for what is no entry of ours, or one too many */
  push (bytes: Uint8Array): void {
    explained(() => {
      for (const entry of this.#records.push(bytes)) this.#take(entry)
    })
  }

  /**
   * All entries.
   *
   * @throws VaultError `invalid` if they are another Vault's, or no entries at all
   */
  entries (): readonly RestoredEntry[] {
    explained(() => { this.#records.end() })
    if (!this.#marked) throw foreignStorage()
    return this.#entries
  }

  #take (entry: StorageEntry): void {
    if (this.#marked) {
      if (!STORAGE_PATH.test(entry.key)) throw new ProtobufError(`${JSON.stringify(entry.key)} is no storage path`)
      this.#budget.takeEntry(entry.key.length + entry.value.length)
      const value = parseJson(entry.value, { trailing: 'refuse' })
      this.#entries.push([entry.key, this.#known?.shared(entry.key, value) ?? value])
      return
    }
    if (entry.key !== MARKER_KEY) throw foreignStorage()
    checkFormat(parseJson(entry.value, { trailing: 'refuse' }))
    this.#marked = true
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
function explained (act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof ProtobufError || error instanceof JsonSyntaxError)) throw error
    throw invalid(`the snapshot's state.bin does not hold storage entries: ${error.message}`)
  }
}
