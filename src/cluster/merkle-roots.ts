// The merkle roots of a storage: a hash over the entries of each class, whatever their order of arrival. Few are ever
// asked for, so that a change only leaves a note, and hashing waits until somebody looks.
import { hash } from 'node:crypto'
import { everyPart, normalized, printJson, type JsonValue } from '../json/index.js'

/** The first segment of a path; replication decides by it who gets the entry. */
export type StorageClass = 'replicated' | 'local' | 'own'

/** An entry that is known by its hash alone: a paths filter holds it back. */
export class Withheld {
  /** @param hash 40 hexadecimal digits, the hash of the entry where it exists */
  constructor (readonly hash: string) {}
}

export type StoredValue = JsonValue | Withheld

const CLASSES: readonly StorageClass[] = ['replicated', 'local', 'own']
const ROOT_BYTES = 20
/** So many changes are hashed at once, before anybody asks: what was there before is kept alive until then. */
const MOST_NOTES = 1000
/** So many of those that take their time: whoever asks next is not to wait for all of them. */
const MOST_LARGE_NOTES = 30
/** Values of more parts or longer text are hashed when they go, not kept. */
const SMALL = { parts: 50, characters: 4000 }

export class MerkleRoots {
  #roots = { replicated: Buffer.alloc(ROOT_BYTES), local: Buffer.alloc(ROOT_BYTES), own: Buffer.alloc(ROOT_BYTES) }
  /** what was at a path when the roots were last right; undefined: nothing */
  #before = new Map<string, StoredValue | undefined>()
  /** how many of these changes brought a value that is not small */
  #large = 0

  /** @param valueAt what is at a path now */
  constructor (readonly valueAt: (path: string) => StoredValue | undefined) {}

  /** To be told before each change: what is there until then, and what comes. */
  willChange (path: string, before: StoredValue | undefined, after?: StoredValue): void {
    if (this.#before.size >= MOST_NOTES || this.#large >= MOST_LARGE_NOTES) this.settle()
    if (after !== undefined && !isSmall(after)) this.#large += 1
    if (this.#before.has(path)) return
    this.#before.set(path, before === undefined || isSmall(before) ? before : new Withheld(entryHash(path, before)))
  }

  /** 40 hexadecimal digits. */
  root (storageClass: StorageClass): string {
    this.settle()
    return this.#roots[storageClass].toString('hex')
  }

  replaceWith (other: MerkleRoots): void {
    const { replicated, local, own } = other.#roots
    this.#roots = { replicated: Buffer.from(replicated), local: Buffer.from(local), own: Buffer.from(own) }
    this.#before = new Map(other.#before)
    this.#large = other.#large
  }

  /** Hashes what has changed, which else waits until somebody asks. */
  settle (): void {
    for (const [path, before] of this.#before) {
      const now = this.valueAt(path)
      if (now === before) continue
      const root = this.#roots[classOf(path)]
      if (before !== undefined) mix(root, entryHash(path, before))
      if (now !== undefined) mix(root, entryHash(path, now))
    }
    this.#before.clear()
    this.#large = 0
  }
}

/** The hash by which an entry counts in its class's root, the same for fresh values and for those read back. */
export function entryHash (path: string, value: StoredValue): string {
  if (value instanceof Withheld) return value.hash
  return hash('sha1', `${path}\0${printJson(normalized(value))}`)
}

export function classOf (path: string): StorageClass {
  const found = CLASSES.find((name) => path.startsWith(name) && path[name.length] === '/')
  if (found === undefined) throw new Error(`a storage path without a class: ${path}`)
  return found
}

/** Exclusive or: the order does not matter, and what is mixed in twice is out again. */
function mix (root: Buffer, entry: string): void {
  const bytes = Buffer.from(entry, 'hex')
  for (let i = 0; i < ROOT_BYTES; i++) root[i] = (root[i] ?? 0) ^ (bytes[i] ?? 0)
}

/** Looks at no more than it takes to know. */
function isSmall (value: StoredValue): boolean {
  if (value instanceof Withheld) return true
  let [parts, characters] = [0, 0]
  return everyPart(value, (part, members) => {
    parts += 1
    if (typeof part === 'string') characters += part.length
    return parts <= SMALL.parts && members <= SMALL.parts && characters <= SMALL.characters
  })
}
