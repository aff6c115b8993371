// The merkle roots of a storage: a hash over the entries of each class, whatever their order of arrival.
import { EntryHash, HASH_WORDS, type HashWords } from './entry-hash.js'
import type { JsonValue } from '../json/index.js'

/** The first segment of a path; replication decides by it who gets the entry. */
export type StorageClass = 'replicated' | 'local' | 'own'

/** An entry that is known by its hash alone: a paths filter holds it back. */
export class Withheld {
  /** @param hash 40 hexadecimal digits, the hash of the entry where it exists */
  constructor (readonly hash: string) {}
}

export type StoredValue = JsonValue | Withheld

const CLASSES: readonly StorageClass[] = ['replicated', 'local', 'own']
const WORD_DIGITS = 8

export class MerkleRoots {
  readonly #roots: Readonly<Record<StorageClass, Uint32Array>> = {
    replicated: new Uint32Array(HASH_WORDS), local: new Uint32Array(HASH_WORDS), own: new Uint32Array(HASH_WORDS)
  }

  readonly #hash = new EntryHash()

  constructor (entries: Iterable<readonly [string, StoredValue]> = []) {
    for (const [path, value] of entries) this.mix(path, value)
  }

  /** To be told of each entry that comes, and of each that goes: what is mixed in twice is out again. */
  mix (path: string, value: StoredValue): void {
    const root = this.#roots[classOf(path)]
    const words = value instanceof Withheld ? wordsIn(value.hash) : this.#hash.of(path, value)
    for (let i = 0; i < HASH_WORDS; i++) root[i]! ^= words[i]!
  }

  /** 40 hexadecimal digits. */
  root (storageClass: StorageClass): string { return digitsOf(this.#roots[storageClass]) }

  clone (): MerkleRoots {
    const copy = new MerkleRoots()
    for (const name of CLASSES) copy.#roots[name].set(this.#roots[name])
    return copy
  }
}

/**
 * The roots of a storage: worked out when they are first asked for, as most worlds never do, and kept up from then on.
 * Copies share them, known or not, until one of the two is written to.
 */
export class KeptRoots {
  #box: { known: MerkleRoots | undefined } = { known: undefined }
  #isShared = false

  get areKept (): boolean { return this.#box.known !== undefined }

  /** @param entries all that are there, should they be needed */
  root (storageClass: StorageClass, entries: () => Iterable<readonly [string, StoredValue]>): string {
    this.#box.known ??= new MerkleRoots(entries())
    return this.#box.known.root(storageClass)
  }

  /** To be told of each change, undefined where there is nothing. */
  changed (path: string, before: StoredValue | undefined, now: StoredValue | undefined): void {
    if (this.#isShared) {
      this.#box = { known: this.#box.known?.clone() }
      this.#isShared = false
    }
    const { known } = this.#box
    if (known === undefined) return
    if (before !== undefined) known.mix(path, before)
    if (now !== undefined) known.mix(path, now)
  }

  replaceWith (other: KeptRoots): void {
    this.#box = other.#box
    this.#isShared = other.#isShared = true
  }
}

/** The hash by which an entry counts in its class's root, the same for fresh values and for those read back. */
export function entryHash (path: string, value: StoredValue): string {
  return value instanceof Withheld ? value.hash : digitsOf(new EntryHash().of(path, value))
}

/** @throws for a path that belongs to none */
export function classOf (path: string): StorageClass {
  if (path.startsWith('replicated/')) return 'replicated'
  if (path.startsWith('local/')) return 'local'
  if (path.startsWith('own/')) return 'own'
  throw new Error(`a storage path without a class: ${path}`)
}

function digitsOf (words: HashWords): string {
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(WORD_DIGITS, '0')).join('')
}

function wordsIn (digits: string): HashWords {
  return Uint32Array.from(digits.match(/.{8}/g) ?? [], (word) => parseInt(word, 16))
}
