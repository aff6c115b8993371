// Reads JSON whose text comes in parts.
import { decode, Reader } from './read.js'
import type { JsonValue } from './value.js'

const COMMA = 0x2c
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** A value whose text comes in parts: each is read as it comes, so that it is never there as a whole. */
export class JsonParts {
  readonly #reader = new Reader('', { goesOn: true })
  /** what came behind the last comma between two values */
  #rest: Uint8Array[] = []
  #isInString = false
  #isEscaped = false
  #value: JsonValue | undefined

  /** @throws JsonSyntaxError */
  take (bytes: Uint8Array): void {
    const end = this.#lastComma(bytes) + 1
    if (end > 0) {
      this.#read([...this.#rest, bytes.subarray(0, end)])
      this.#rest = []
    }
    if (end < bytes.length) this.#rest.push(bytes.subarray(end))
  }

  /** Whether nothing has come but space. */
  get isBlank (): boolean {
    return this.#value === undefined && !this.#reader.hasBegun && decode(Buffer.concat(this.#rest)).trim() === ''
  }

  /** The value, once all of its text has come. @throws JsonSyntaxError */
  end (): JsonValue {
    if (this.#value !== undefined) return this.#value
    this.#reader.feed(decode(Buffer.concat(this.#rest)))
    return this.#reader.read()
  }

  #read (bytes: Uint8Array[]): void {
    if (this.#value !== undefined) return
    this.#reader.feed(decode(Buffer.concat(bytes)), { goesOn: true })
    this.#value = this.#reader.advance()
  }

  /** Outside of strings; -1: there is none. */
  #lastComma (bytes: Uint8Array): number {
    let found = -1
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === QUOTE) this.#isInString = !this.#isInString
      else if (byte === BACKSLASH) this.#isEscaped = this.#isInString
      else if (byte === COMMA && !this.#isInString) found = i
    }
    return found
  }
}
