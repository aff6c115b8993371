// The records of state.bin, one after the other: a varint length and a StorageEntry (sdk/plugin/pb/backend.proto).
import { BYTES, decodeFields, decodeVarint, ProtobufError, varintLength, writeVarint } from './protobuf.js'

const KEY = 1
const VALUE = 2
/** A request body has at most 32 MiB, and no stored value is larger than what came in one. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024

/** One entry of the storage in a snapshot. */
export interface StorageEntry {
  readonly key: string
  readonly value: Uint8Array
}

/** One record, its length first; written at once, as there are hundreds of thousands of them. */
export function encodeStorageEntry (key: string, value: Uint8Array | string): Uint8Array {
  const [keyBytes, valueBytes] = [Buffer.byteLength(key), Buffer.byteLength(value)]
  const length = fieldLength(keyBytes) + fieldLength(valueBytes)
  const record = Buffer.allocUnsafe(varintLength(length) + length)
  const at = writeVarint(record, length, 0)
  writeField(record, VALUE, value, valueBytes, writeField(record, KEY, key, keyBytes, at))
  return record
}

/** Nothing at all for an empty one, as proto3 has it. */
function fieldLength (bytes: number): number {
  return bytes === 0 ? 0 : 1 + varintLength(bytes) + bytes
}

/** @returns where what follows belongs */
function writeField (
  record: Buffer, number: number, value: Uint8Array | string, bytes: number, offset: number
): number {
  if (bytes === 0) return offset
  record[offset] = number * 8 + BYTES
  const at = writeVarint(record, bytes, offset + 1)
  if (typeof value === 'string') record.write(value, at)
  else record.set(value, at)
  return at + bytes
}

/** Cuts a stream of bytes into storage entries. Keeps at most one record that is not complete yet. */
export class StorageEntryReader {
  #pieces: Uint8Array[] = []
  #pendingBytes = 0
  /** how many bytes it takes to get any further */
  #neededBytes = 1

  /** @throws ProtobufError if the bytes ended within a record */
  end (): void {
    if (this.#pendingBytes > 0) throw new ProtobufError('record is cut off')
  }

  /**
   * The entries that these bytes complete.
   *
   * @throws ProtobufError for a record that is no StorageEntry
   */
  * push (bytes: Uint8Array): Generator<StorageEntry> {
    this.#pieces.push(bytes)
    this.#pendingBytes += bytes.length
    if (this.#pendingBytes < this.#neededBytes) return
    const pending = this.#pieces.length === 1 ? bytes : Buffer.concat(this.#pieces)
    let offset = 0
    for (;;) {
      const record = recordAt(pending, offset)
      if (record.end > pending.length) {
        this.#keep(pending.subarray(offset), record.end - offset)
        return
      }
      yield decodeStorageEntry(pending.subarray(record.start, record.end))
      offset = record.end
    }
  }

  #keep (rest: Uint8Array, neededBytes: number): void {
    this.#pieces = rest.length === 0 ? [] : [rest]
    this.#pendingBytes = rest.length
    this.#neededBytes = neededBytes
  }
}

/** Where a record lies; with its length cut off, the end is one byte too far to be there. */
function recordAt (bytes: Uint8Array, offset: number): { start: number, end: number } {
  const length = decodeVarint(bytes, offset)
  if (length === undefined) return { start: bytes.length, end: bytes.length + 1 }
  if (length.value > MAX_RECORD_BYTES) throw new ProtobufError(`record of ${length.value} bytes is too large`)
  const start = offset + length.length
  return { start, end: start + length.value }
}

function decodeStorageEntry (record: Uint8Array): StorageEntry {
  const fields = decodeFields(record)
  const key = fields.get(KEY) ?? new Uint8Array()
  const value = fields.get(VALUE) ?? new Uint8Array()
  return { key: Buffer.from(key).toString('utf8'), value }
}
