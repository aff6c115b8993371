// The write-ahead log of a primary: what it changed lately, numbered, so that a secondary is sent only what it lacks.
import { Withheld, type Storage, type StoredValue } from '../cluster/storage.js'
import { everyPart, isObject, type JsonValue } from '../json/index.js'
import { changeOf } from './change.js'
import type { JournalEntry, JournalState } from './replication-state.js'

/** Vault's default of `logshipper_buffer_length`. */
export const DEFAULT_BUFFER_LENGTH = 16_384
/** Vault takes a tenth of the machine's memory, and this where it cannot learn how much that is. */
export const DEFAULT_BUFFER_BYTES = 2 ** 30
/** What an entry takes besides its path and texts. */
const ENTRY_BYTES = 64

/** How much of the log is kept; whoever is further behind compares merkle trees. */
export interface BufferSize {
  /** entries */
  readonly length: number
  readonly bytes: number
}

/** A write, with the counters as they were after it. */
export interface Written {
  readonly path: string
  /** undefined: it was deleted */
  readonly value: StoredValue | undefined
  readonly atMs: number
  readonly performanceWal: number
  readonly drWal: number
}

/** Grows with every write of a primary; its state is a copy, made when it is asked for. */
export class Journal {
  readonly epoch: string
  #entries: JournalEntry[]
  /** how many at the front of the list are not kept any more: taking off one by one would copy the list each time */
  #dropped = 0
  #firstNumber: number
  #bytes: number

  constructor ({ epoch, firstNumber, entries }: JournalState, readonly buffer: BufferSize) {
    this.epoch = epoch
    this.#firstNumber = firstNumber
    this.#entries = [...entries]
    this.#bytes = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  get state (): JournalState {
    return { epoch: this.epoch, firstNumber: this.#firstNumber, entries: this.#entries.slice(this.#dropped) }
  }

  /** The number of the latest change. */
  get position (): number { return this.#firstNumber + this.length - 1 }

  /** How many changes are kept. */
  get length (): number { return this.#entries.length - this.#dropped }

  add ({ path, value, ...rest }: Written): void {
    const bytes = ENTRY_BYTES + path.length + bytesOf(value)
    const [, fate, content] = changeOf(path, value)
    this.#entries.push({ path, fate, content, bytes, ...rest })
    this.#bytes += bytes
    while (this.length > this.buffer.length || (this.#bytes > this.buffer.bytes && this.length > 0)) this.#dropFirst()
    if (this.#dropped > this.buffer.length + 1000) this.#compact()
  }

  /** The changes after a position; undefined when they are not kept any more. */
  since (position: number): readonly JournalEntry[] | undefined {
    if (!this.reaches(position)) return undefined
    return this.#entries.slice(this.#dropped + position - this.#firstNumber + 1)
  }

  /** Whether all changes after a position are kept. */
  reaches (position: number): boolean {
    return position >= this.#firstNumber - 1 && position <= this.position
  }

  /** The change with a number. */
  at (number: number): JournalEntry | undefined {
    return this.#entries[this.#dropped + number - this.#firstNumber]
  }

  #dropFirst (): void {
    this.#bytes -= this.#entries[this.#dropped]?.bytes ?? 0
    this.#dropped += 1
    this.#firstNumber += 1
  }

  #compact (): void {
    this.#entries = this.#entries.slice(this.#dropped)
    this.#dropped = 0
  }
}

/** Values that are stored still are in memory once. */
export function sharedWith (storage: Storage, { entries, ...journal }: JournalState): JournalState {
  const shared = entries.map((entry) => {
    const content = entry.fate === 'value' ? storage.shared(entry.path, entry.content) : entry.content
    return content === entry.content ? entry : { ...entry, content }
  })
  return { ...journal, entries: shared }
}

/** The value that a write has left behind; undefined: none. */
export function valueIn ({ fate, content }: JournalEntry): StoredValue | undefined {
  if (fate === 'gone') return undefined
  return fate === 'withheld' ? new Withheld(String(content)) : content
}

/** About as many bytes as a value takes on its way; counted on every write, so nothing is printed for it. */
export function bytesOf (value: StoredValue | undefined): number {
  if (value === undefined) return 0
  return value instanceof Withheld ? value.hash.length : bytesOfJson(value)
}

function bytesOfJson (value: JsonValue): number {
  let bytes = 0
  everyPart(value, (part) => {
    if (typeof part === 'string') bytes += part.length + 2
    else if (isObject(part)) for (const name in part) bytes += name.length + 2
    else if (!Array.isArray(part)) bytes += 8
    return true
  })
  return bytes
}
