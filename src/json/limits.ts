// The guard in front of Vault since 1.20.3: refuses JSON that is excessive or broken before anything decodes it.

/** How much a body may hold. */
export interface JsonLimits {
  readonly maxDepth: number
  /** of a string or number as it is written, in bytes */
  readonly maxStringBytes: number
  readonly maxObjectEntries: number
  readonly maxArrayElements: number
  /** brackets, strings, numbers, literals, commas and colons */
  readonly maxTokens: number
}

/** Vault's own. Source: `reference/raft.md` §1.8. */
export const defaultJsonLimits: JsonLimits = {
  maxDepth: 300, maxStringBytes: 1_048_576, maxObjectEntries: 10_000, maxArrayElements: 10_000, maxTokens: 500_000
}

/**
 * Looks at a body that opens with `{` or `[`; any other passes. It is no parser: what passes may still be malformed.
 *
 * @returns the text of the error, undefined if there is none
 */
export function checkJsonLimits (text: string, limits: JsonLimits = defaultJsonLimits): string | undefined {
  try {
    new Scanner(text, limits).scan()
    return undefined
  } catch (error) {
    if (error instanceof LimitError) return error.message
    throw error
  }
}

/** What a body is refused for, in the words of the server. */
class LimitError extends Error {}

/** An object or list that is still open. */
interface Container {
  readonly end: '}' | ']'
  /** keys seen so far, in an object */
  readonly keys: Set<string> | undefined
  /** elements so far, in an array */
  elements: number
  /** an object whose next string is a key */
  keyNext: boolean
}

const NUMBER = /[0-9.eE+-]+/y
const LITERAL = /[^ \t\r\n,}\]]+/y
const STRING_REST = /[^"\\]*/y
const VALID_NUMBER = /^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** Runs over a body once and counts what the limits are about. */
class Scanner {
  readonly #text: string
  readonly #limits: JsonLimits
  readonly #open: Container[] = []
  #at: number
  #tokens = 0

  constructor (text: string, limits: JsonLimits) {
    this.#text = text
    this.#limits = limits
    this.#at = text.startsWith('\ufeff') ? 1 : 0
  }

  scan (): void {
    this.#skipSpace()
    const first = this.#text[this.#at]
    if (first !== '{' && first !== '[') return
    let afterComma = false
    for (let next: string | undefined = first; next !== undefined; next = this.#text[this.#at]) {
      if (afterComma) this.#refuseEnd(next)
      if (this.#open.length === 0 && this.#tokens > 0) {
        throw new LimitError(`invalid character '${next}' after top-level value`)
      }
      if (++this.#tokens > this.#limits.maxTokens) throw new LimitError('JSON payload exceeds allowed token count')
      afterComma = next === ','
      this.#token(next)
      this.#skipSpace()
    }
    if (this.#open.length > 0) throw new LimitError('malformed JSON, unclosed containers')
  }

  #refuseEnd (next: string): void {
    if (next === '}') throw new LimitError("invalid character '}' after object key-value pair")
    if (next === ']') throw new LimitError("invalid character ']' after array element")
  }

  #token (next: string): void {
    if (next === '{' || next === '[') this.#openContainer(next)
    else if (next === '}' || next === ']') this.#closeContainer(next)
    else if (next === '"') this.#placeString(this.#string())
    else if (next === ',') this.#comma()
    else if (next === ':') this.#at += 1
    else this.#scalar(next)
  }

  #openContainer (bracket: '{' | '['): void {
    this.#placeValue()
    if (this.#open.length >= this.#limits.maxDepth) throw new LimitError('JSON input exceeds allowed nesting depth')
    const isObject = bracket === '{'
    this.#open.push({ end: isObject ? '}' : ']', keys: isObject ? new Set() : undefined, elements: 0, keyNext: isObject })
    this.#at += 1
  }

  #closeContainer (bracket: '}' | ']'): void {
    const container = this.#open.pop()
    if (container?.keys !== undefined && !container.keyNext) throw new LimitError("invalid character '}' after object key")
    if (container?.end !== bracket) throw new LimitError(`malformed JSON: mismatched closing delimiter '${bracket}'`)
    this.#at += 1
  }

  #comma (): void {
    const container = this.#open.at(-1)
    if (container?.keys !== undefined) container.keyNext = true
    this.#at += 1
  }

  /** A value begins: one more element, or the end of waiting for a member's value. */
  #placeValue (): void {
    const container = this.#open.at(-1)
    if (container === undefined) return
    if (container.keys !== undefined) container.keyNext = true
    else if (++container.elements > this.#limits.maxArrayElements) throw new LimitError('JSON array exceeds allowed element count')
  }

  #placeString (value: string): void {
    const container = this.#open.at(-1)
    if (container?.keys === undefined || !container.keyNext) return this.#placeValue()
    if (container.keys.has(value)) throw new LimitError(`duplicate key '${value}' in object`)
    if (container.keys.add(value).size > this.#limits.maxObjectEntries) throw new LimitError('JSON object exceeds allowed entry count')
    container.keyNext = false
  }

  #scalar (next: string): void {
    if (next === 't' || next === 'f' || next === 'n') this.#match(LITERAL)
    else if (next === '-' || (next >= '0' && next <= '9')) this.#number()
    else throw new LimitError(`invalid character '${next}' looking for beginning of value`)
    this.#placeValue()
  }

  #number (): void {
    const second = this.#text[this.#at + 1] ?? ''
    if (this.#text[this.#at] === '0' && second >= '0' && second <= '9') throw new LimitError(`invalid character '${second}' after top-level value`)
    const number = this.#match(NUMBER)
    if (number.length > this.#limits.maxStringBytes) throw new LimitError('JSON number value exceeds allowed length')
    if (!VALID_NUMBER.test(number) || !Number.isFinite(Number(number))) {
      throw new LimitError(`malformed JSON, invalid number syntax for '${number}'`)
    }
  }

  /** @returns the string without its escapes */
  #string (): string {
    const start = ++this.#at
    let value = this.#match(STRING_REST)
    let last = ''
    while (this.#text[this.#at] === '\\') {
      last = this.#escape()
      const rest = this.#match(STRING_REST)
      value += wellFormed(last) + rest
      if (rest !== '') last = ''
    }
    this.#checkLength(start)
    if (this.#at >= this.#text.length) throw new LimitError('malformed JSON, unclosed string')
    if (/^[\ud800-\udbff]$/.test(last)) throw new LimitError('malformed JSON, unterminated surrogate pair in string')
    this.#at += 1
    return value
  }

  #checkLength (start: number): void {
    const units = this.#at - start
    const { maxStringBytes } = this.#limits
    if (units * 3 <= maxStringBytes) return
    if (units > maxStringBytes || Buffer.byteLength(this.#text.slice(start, this.#at)) > maxStringBytes) throw new LimitError('JSON string value exceeds allowed length')
  }

  /** @returns what the escape stands for */
  #escape (): string {
    const letter = this.#text[this.#at + 1]
    if (letter === undefined) throw new LimitError('malformed JSON, unterminated escape sequence in string')
    this.#at += 2
    if (letter === 'u') return this.#codeUnit()
    const character = SHORT_ESCAPES[letter]
    if (character === undefined) throw new LimitError(`invalid character '${letter}' in string escape code`)
    return character
  }

  #codeUnit (): string {
    const digits = this.#text.slice(this.#at, this.#at + 4)
    if (digits.length < 4) throw new LimitError('malformed JSON, unterminated unicode escape in string')
    const wrong = /[^0-9a-fA-F]/.exec(digits)
    if (wrong !== null) throw new LimitError(`invalid character '${wrong[0]}' in string escape code`)
    this.#at += 4
    return String.fromCharCode(parseInt(digits, 16))
  }

  #match (pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [match] = pattern.exec(this.#text) ?? ['']
    this.#at += match.length
    return match
  }

  /** The unit separator counts as space here. */
  #skipSpace (): void {
    for (; ; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09 && unit !== 0x1f) return
    }
  }
}

/** Each half of a pair of surrogates is taken by itself, and so is lost. */
function wellFormed (character: string): string {
  return /[\ud800-\udfff]/.test(character) ? '\ufffd' : character
}
