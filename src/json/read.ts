// Reads JSON without loss, and refuses malformed text in the words of Go's encoding/json.
import { quoteFirstByte } from './characters.js'
import { emptyMap, JsonNumber, JsonSyntaxError } from './value.js'
import type { JsonValue } from './value.js'

/** How a text is read. */
export interface ReadOptions {
  /** what to do about text behind the value: a Go decoder ignores it (default), `json.Unmarshal` refuses it */
  readonly trailing?: 'ignore' | 'refuse'
}

type Container = JsonValue[] | Record<string, JsonValue>

/** Go refuses what is nested deeper. */
const MAX_DEPTH = 10_000
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const SURROGATE = /[\ud800-\udfff]/
const LONE_SURROGATE = /\p{Surrogate}/gu
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([['true', true], ['false', false], ['null', null]])

/**
 * The first JSON value of a text. Objects have no prototype, of equal keys the last wins, numbers that would print
 * differently keep their text.
 *
 * @throws JsonSyntaxError with Go's text
 */
export function parseJson (text: string | Uint8Array, options: ReadOptions = {}): JsonValue {
  const reader = new Reader(typeof text === 'string' ? text : decode(text))
  const value = reader.read()
  if (options.trailing === 'refuse') reader.refuseRest()
  return value
}

/** Unlike `TextDecoder` keeps a byte order mark, which Go refuses. */
export function decode (bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Whether more of a text comes; it goes on behind a comma. */
interface Feeding { readonly goesOn?: boolean }

/** Has a stack of its own, so that no nesting overflows the real one. */
export class Reader {
  #text: string
  #goesOn: boolean
  #at = 0
  readonly #parents: Container[] = []
  readonly #keys: string[] = []

  constructor (text: string, { goesOn = false }: Feeding = {}) {
    this.#text = text
    this.#goesOn = goesOn
  }

  /** Whether there was anything so far. */
  get hasBegun (): boolean { return this.#parents.length > 0 }

  /** What comes behind the text that was read. */
  feed (text: string, { goesOn = false }: Feeding = {}): void {
    this.#text = text
    this.#goesOn = goesOn
    this.#at = 0
  }

  /** The value, as no more text comes. */
  read (): JsonValue {
    this.#skipSpace()
    if (this.#at >= this.#text.length && this.#parents.length === 0) throw new JsonSyntaxError('EOF')
    const whole = this.advance()
    if (whole === undefined) throw this.#unexpected('after top-level value')
    return whole
  }

  /** The value, or undefined where it goes on behind the text that is there. */
  advance (): JsonValue | undefined {
    while (!this.#goesOn || this.#at < this.#text.length) {
      const parent = this.#parents.at(-1)
      if (parent !== undefined && !Array.isArray(parent)) this.#key()
      const value = this.#value()
      const whole = value === undefined ? undefined : this.#place(value)
      if (whole !== undefined) return whole
    }
    return undefined
  }

  refuseRest (): void {
    this.#skipSpace()
    if (this.#at < this.#text.length) throw this.#unexpected('after top-level value')
  }

  /** A scalar or an empty container; undefined if a container was opened and its first value comes next. */
  #value (): JsonValue | undefined {
    this.#skipSpace()
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x22: return this.#string()
      case 0x7b: return this.#open(emptyMap(), 0x7d)
      case 0x5b: return this.#open([], 0x5d)
      case 0x74: return this.#literal('true')
      case 0x66: return this.#literal('false')
      case 0x6e: return this.#literal('null')
      default: return this.#number()
    }
  }

  #open (container: Container, end: number): JsonValue | undefined {
    if (this.#parents.length >= MAX_DEPTH) throw this.#unexpected('exceeded max depth')
    this.#at += 1
    this.#skipSpace()
    if (this.#text.charCodeAt(this.#at) === end) {
      this.#at += 1
      return container
    }
    this.#parents.push(container)
    return undefined
  }

  /** Puts a value where it belongs and closes what ends behind it; the outermost value once that is complete. */
  #place (value: JsonValue): JsonValue | undefined {
    for (;;) {
      const parent = this.#parents.at(-1)
      if (parent === undefined) return value
      const ended = Array.isArray(parent) ? this.#element(parent, value) : this.#member(parent, value)
      if (!ended) return undefined
      value = parent
      this.#parents.pop()
    }
  }

  #element (array: JsonValue[], value: JsonValue): boolean {
    array.push(value)
    return this.#endsWith(0x5d, 'after array element')
  }

  #member (object: Record<string, JsonValue>, value: JsonValue): boolean {
    object[this.#keys.pop() as string] = value
    return this.#endsWith(0x7d, 'after object key:value pair')
  }

  #endsWith (end: number, context: string): boolean {
    this.#skipSpace()
    const unit = this.#text.charCodeAt(this.#at)
    if (unit !== end && unit !== 0x2c) throw this.#unexpected(context)
    this.#at += 1
    return unit === end
  }

  #key (): void {
    this.#skipSpace()
    if (this.#text.charCodeAt(this.#at) !== 0x22) throw this.#unexpected('looking for beginning of object key string')
    this.#keys.push(this.#string())
    this.#skipSpace()
    if (this.#text.charCodeAt(this.#at) !== 0x3a) throw this.#unexpected('after object key')
    this.#at += 1
  }

  #string (): string {
    const text = this.#text
    const start = this.#at
    for (let at = start + 1; ; at++) {
      const unit = text.charCodeAt(at)
      if (unit === QUOTE) {
        this.#at = at + 1
        return text.slice(start + 1, at)
      }
      if (unit === BACKSLASH || (unit >= 0xd800 && unit < 0xe000)) return this.#unusualString(start, at)
      if (!(unit >= 0x20)) throw this.#unexpected('in string literal', at)
    }
  }

  /** A string with escapes, or with surrogates that may be alone: Go reads those as U+FFFD. */
  #unusualString (start: number, at: number): string {
    const end = this.#closingQuote(at)
    const value = end < 0 ? undefined : nativeString(this.#text.slice(start, end + 1))
    if (value === undefined) throw this.#malformedString(at)
    this.#at = end + 1
    return SURROGATE.test(value) ? value.replace(LONE_SURROGATE, '\ufffd') : value
  }

  #closingQuote (from: number): number {
    const text = this.#text
    let at = text.indexOf('"', from)
    while (at >= 0) {
      let backslashes = 0
      while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++
      if (backslashes % 2 === 0) break
      at = text.indexOf('"', at + 1)
    }
    return at
  }

  /** What is wrong with a string that is. */
  #malformedString (from: number): JsonSyntaxError {
    for (let at = from; ; at++) {
      const unit = this.#text.charCodeAt(at)
      if (unit === BACKSLASH) at = this.#escape(at)
      else if (!(unit >= 0x20)) return this.#unexpected('in string literal', at)
    }
  }

  /** @returns where the last character of the escape stands */
  #escape (at: number): number {
    ESCAPE.lastIndex = at
    if (ESCAPE.test(this.#text)) return ESCAPE.lastIndex - 1
    if (this.#text[at + 1] !== 'u') throw this.#unexpected('in string escape code', at + 1)
    let digit = at + 2
    while (/[0-9a-fA-F]/.test(this.#text[digit] ?? '')) digit++
    throw this.#unexpected('in \\u hexadecimal character escape', digit)
  }

  #literal (word: string): boolean | null {
    for (let i = 1; i < word.length; i++) {
      if (this.#text[this.#at + i] === word[i]) continue
      throw this.#unexpected(`in literal ${word} (expecting '${word[i]}')`, this.#at + i)
    }
    this.#at += word.length
    return LITERALS.get(word) as boolean | null
  }

  #number (): number | JsonNumber {
    const text = this.#text
    const start = this.#at
    let at = text[start] === '-' ? start + 1 : start
    const context = at > start ? 'in numeric literal' : 'looking for beginning of value'
    if (text[at] === '0') at += 1
    else at = this.#digits(at, context)
    if (text[at] === '.') at = this.#digits(at + 1, 'after decimal point in numeric literal')
    if (text[at] === 'e' || text[at] === 'E') {
      at += text[at + 1] === '+' || text[at + 1] === '-' ? 2 : 1
      at = this.#digits(at, 'in exponent of numeric literal')
    }
    this.#at = at
    return numberOf(text.slice(start, at))
  }

  /** Skips at least one digit. */
  #digits (start: number, context: string): number {
    let at = start
    for (; ; at++) {
      const unit = this.#text.charCodeAt(at)
      if (!(unit >= 0x30 && unit <= 0x39)) break
    }
    if (at === start) throw this.#unexpected(context, at)
    return at
  }

  #skipSpace (): void {
    for (; ; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return
    }
  }

  #unexpected (context: string, at = this.#at): JsonSyntaxError {
    if (at >= this.#text.length) return new JsonSyntaxError('unexpected EOF')
    return new JsonSyntaxError(`invalid character ${quoteFirstByte(this.#text, at)} ${context}`)
  }
}

function nativeString (literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string
  } catch {
    return undefined
  }
}

/** A JavaScript number where that prints the same. */
export function numberOf (text: string): number | JsonNumber {
  const number = Number(text)
  return String(number) === text ? number : new JsonNumber(text)
}
