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

  /** To be told of each entry that comes, and of each that goes: what is mixed in twice is out again. */
  mix (path: string, value: StoredValue): void {
    const root = this.#roots[classOf(path)]
    const words = value instanceof Withheld ? wordsIn(value.hash) : this.#hash.of(path, value)
    for (let i = 0; i < HASH_WORDS; i++) root[i]! ^= words[i]!
  }

  /** 40 hexadecimal digits. */
  root (storageClass: StorageClass): string { return digitsOf(this.#roots[storageClass]) }

  replaceWith (other: MerkleRoots): void {
    for (const name of CLASSES) this.#roots[name].set(other.#roots[name])
  }
}

/** The hash by which an entry counts in its class's root, the same for fresh values and for those read back. */
export function entryHash (path: string, value: StoredValue): string {
  return value instanceof Withheld ? value.hash : digitsOf(new EntryHash().of(path, value))
}

export function classOf (path: string): StorageClass {
  const found = CLASSES.find((name) => path.startsWith(name) && path[name.length] === '/')
  if (found === undefined) throw new Error(`a storage path without a class: ${path}`)
  return found
}

function digitsOf (words: HashWords): string {
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(WORD_DIGITS, '0')).join('')
}

function wordsIn (digits: string): HashWords {
  return Uint32Array.from(digits.match(/.{8}/g) ?? [], (word) => parseInt(word, 16))
}
