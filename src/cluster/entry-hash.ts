// The hash of an entry: fast, as each write makes one or two; nobody has to be kept from finding two that are equal.
import { hash } from 'node:crypto'
import { isScalar, JsonNumber, normalized, printJson, type JsonObject, type JsonValue } from '../json/index.js'

/** 160 bits, as Vault shows its roots. */
export const HASH_WORDS = 5
export type HashWords = ArrayLike<number>

/** Longer text is hashed by the machine's own code, to which the way is long. */
const LONG_TEXT = 300
const SURROGATE_OR_ITS_STAND_IN = /[\ud800-\udfff\ufffd]/
/** Deeper values are hashed as they print: no nesting overflows the stack. */
const DEEPEST = 200
/** What distinguishes a list from an object, and both from text. */
const TEXT = 1
const NUMBER = 2
const LIST = 3
const OBJECT = 4
const WORD = 5

/**
 * Two lanes of 32 bits, in the manner of FNV-1a, spread over the words in the end. The members of an object are added
 * up, so that their order does not matter, as it does not when they are printed.
 */
export class EntryHash {
  #a = 0
  #b = 0
  readonly #words = new Uint32Array(HASH_WORDS)

  /** @returns the same array each time */
  of (path: string, value: JsonValue): HashWords {
    this.#a = 0x811c9dc5
    this.#b = 0x9747b28c
    this.#text(path)
    this.#value(value, 0)
    for (let i = 0; i < HASH_WORDS; i++) {
      this.#words[i] = spread(this.#a ^ Math.imul(i + 1, 0x9e3779b1)) ^ spread(this.#b + Math.imul(i, 0x85ebca77))
    }
    return this.#words
  }

  #value (value: JsonValue, depth: number): void {
    if (typeof value === 'string') {
      this.#take(TEXT)
      this.#text(value)
    } else if (typeof value === 'number' || value instanceof JsonNumber) {
      this.#take(NUMBER)
      this.#text(Object.is(value, -0) ? '-0' : String(value))
    } else if (isScalar(value)) {
      this.#take(WORD)
      this.#text(String(value))
    } else if (depth > DEEPEST) this.#text(printJson(normalized(value)))
    else if (Array.isArray(value)) this.#list(value, depth)
    else this.#object(value as JsonObject, depth)
  }

  #list (list: readonly JsonValue[], depth: number): void {
    this.#take(LIST)
    for (const member of list) this.#value(member, depth + 1)
    this.#take(list.length)
  }

  #object (object: JsonObject, depth: number): void {
    const [a, b] = [this.#a, this.#b]
    let sumA = 0
    let sumB = 0
    for (const key of Object.keys(object)) {
      const member = object[key]
      if (member === undefined) continue
      this.#a = a
      this.#b = b
      this.#text(key)
      this.#value(member, depth + 1)
      sumA = (sumA + spread(this.#a)) | 0
      sumB = (sumB + spread(this.#b)) | 0
    }
    this.#a = a
    this.#b = b
    this.#take(OBJECT)
    this.#take(sumA)
    this.#take(sumB)
  }

  #take (word: number): void {
    this.#a = Math.imul(this.#a ^ word, 0x01000193)
    this.#b = Math.imul(this.#b ^ word, 0x5bd1e995) ^ (this.#b >>> 15)
  }

  /** Characters beyond U+FFFF go the long way; halves of their pairs count as what they are printed as. */
  #text (text: string): void {
    if (text.length > LONG_TEXT || SURROGATE_OR_ITS_STAND_IN.test(text)) return this.#longText(text)
    let a = this.#a
    let b = this.#b
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      a = Math.imul(a ^ unit, 0x01000193)
      b = Math.imul(b ^ unit, 0x5bd1e995) ^ (b >>> 15)
    }
    this.#a = a
    this.#b = b
    this.#take(text.length)
  }

  #longText (text: string): void {
    const digits = hash('sha1', text)
    this.#take(parseInt(digits.slice(0, 8), 16) | 0)
    this.#take(parseInt(digits.slice(8, 16), 16) | 0)
    this.#take(text.length)
  }
}

/** The last step of MurmurHash3: each bit depends on all. */
function spread (word: number): number {
  let mixed = word ^ (word >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
