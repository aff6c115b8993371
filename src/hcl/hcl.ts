// A small HCL1 reader, as far as policies need it: an ordered tree of items, from HCL or from JSON text.
import { readJsonObject } from './json.js'
import { literalValue } from './literals.js'
import { HclError, MAX_DEPTH, Scanner } from './scanner.js'
import type { Position, Token, TokenKind } from './scanner.js'

export { HclError } from './scanner.js'

/** `key "label" { … }` or `key = value`: one item; of equal keys all are kept, in order. */
export interface HclItem {
  /** the key and its labels, unquoted */
  readonly keys: readonly string[]
  /** the line of the `=`; 0 for a block, which has none */
  readonly assignLine: number
  readonly value: HclValue
  readonly position: Position
}

/** `{ … }`: its items in the order of the text. */
export interface HclObject {
  readonly type: 'object'
  readonly items: readonly HclItem[]
  readonly position: Position
}

/** `[ … ]`. */
export interface HclList {
  readonly type: 'list'
  readonly values: readonly HclValue[]
  readonly position: Position
}

/** A single value, with its text as written. */
export interface HclLiteral {
  readonly type: 'literal'
  readonly kind: TokenKind
  readonly text: string
  readonly value: string | number | boolean
  readonly position: Position
}
export type HclValue = HclObject | HclList | HclLiteral

const LITERALS: ReadonlySet<TokenKind> = new Set<TokenKind>(['NUMBER', 'FLOAT', 'BOOL', 'STRING', 'HEREDOC'])

/** Signals, as in HashiCorp's reader, that the text ended where an item or a value could have begun. */
const END = Symbol('end of text')

/**
 * Reads HCL text, or JSON text if it begins with `{`.
 *
 * @throws HclError `At 1:12: object expected closing RBRACE got: EOF`, and the like
 * @throws JsonSyntaxError for JSON
 */
export function readHcl (text: string): HclObject {
  if (/^\s*\{/.test(text)) return readJsonObject(text)
  const scanner = new Scanner(text)
  try {
    scanner.refuseReserved()
    const items = new Reader(scanner).items(false)
    if (scanner.fault === undefined) return { type: 'object', items, position: { line: 1, column: 1 } }
  } catch (error) {
    throw scanner.fault ?? error
  }
  throw scanner.fault
}

/** Puts tokens together to items and values, one token ahead at most. */
class Reader {
  readonly #scanner: Scanner
  /** the token last read */
  #token: Token = { kind: 'EOF', text: '', position: { line: 1, column: 0 } }
  /** the token last read is to be read again */
  #again = false
  #depth = 0

  constructor (scanner: Scanner) {
    this.#scanner = scanner
  }

  /** The items up to the end of the text or, within an object, up to its closing brace. */
  items (inObject: boolean, items: HclItem[] = []): HclItem[] {
    for (;;) {
      if (inObject && this.#peek().kind === 'RBRACE') return items
      const item = this.#item()
      if (item === END) return items
      items.push(item)
      if (this.#peek().kind === 'COMMA') this.#next()
    }
  }

  #item (): HclItem | typeof END {
    const keys = this.#keys()
    const first = keys[0]
    if (first === undefined) return END
    const value = this.#itemValue(keys)
    if (value === END) return END
    return { ...value, keys: keys.map((key) => String(literalValue(key))), position: first.position }
  }

  #itemValue (keys: readonly Token[]): { assignLine: number, value: HclValue } | typeof END {
    const { kind, position } = this.#token
    if (kind === 'LBRACE') return { assignLine: 0, value: this.#object() }
    if (kind !== 'ASSIGN') {
      const key = keys.map(({ text }) => text).join(' ')
      this.#token = { ...this.#token, kind: 'EOF' }
      throw new HclError(position, `key '${key}' expected start of object ('{') or assignment ('=')`)
    }
    const value = this.#value()
    return value === END ? END : { assignLine: position.line, value }
  }

  /** Key and labels; stands then on what follows them. None at the end of the text. */
  #keys (): Token[] {
    const keys: Token[] = []
    for (;;) {
      const token = this.#next()
      switch (token.kind) {
        case 'EOF': return keys
        case 'IDENT': case 'STRING': keys.push(token); break
        case 'ASSIGN': return this.#assigned(keys)
        case 'LBRACE':
          if (keys.length === 0) throw this.#refuse('expected: IDENT | STRING got: LBRACE')
          return keys
        case 'ILLEGAL': throw this.#refuse('illegal character')
        default:
          if (token.kind === 'RBRACE' && keys.length > 0) return keys
          throw this.#refuse(`expected: IDENT | STRING | ASSIGN | LBRACE got: ${token.kind}`)
      }
    }
  }

  #assigned (keys: Token[]): Token[] {
    if (keys.length > 1) throw this.#refuse('nested object expected: LBRACE got: ASSIGN')
    if (keys.length === 0) throw this.#refuse('no object keys found!')
    return keys
  }

  #value (): HclValue | typeof END {
    const token = this.#next()
    if (LITERALS.has(token.kind)) return this.#literal(token)
    if (token.kind === 'LBRACE') return this.#object()
    if (token.kind === 'LBRACK') return this.#list()
    if (token.kind === 'EOF') return END
    const { line, column } = token.position
    throw this.#refuse(`Unknown token: ${line}:${column} ${token.kind} ${token.text}`)
  }

  #literal (token: Token): HclLiteral {
    const value = this.#scanner.fault === undefined ? literalValue(token) : token.text
    return { type: 'literal', kind: token.kind, text: token.text, value, position: token.position }
  }

  #object (): HclObject {
    const { position } = this.#token
    const items: HclItem[] = []
    this.#nested(() => this.#itemsOrBrace(items))
    const end = this.#next()
    if (end.kind !== 'RBRACE') throw this.#refuse(`object expected closing RBRACE got: ${end.kind}`)
    return { type: 'object', items, position }
  }

  /** HashiCorp's reader takes any closing brace for the end of the object, also one that stands for a value. */
  #itemsOrBrace (items: HclItem[]): void {
    try {
      this.items(true, items)
    } catch (error) {
      if (this.#token.kind !== 'RBRACE') throw error
    }
  }

  #list (): HclList {
    const { position } = this.#token
    const values: HclValue[] = []
    let needsComma = false
    for (;;) {
      const token = this.#next()
      if (token.kind === 'RBRACK') return { type: 'list', values, position }
      if (token.kind === 'COMMA') {
        needsComma = false
        continue
      }
      if (needsComma) throw this.#refuse(`error parsing list, expected comma or list end, got: ${token.kind}`)
      values.push(this.#listValue(token))
      needsComma = token.kind !== 'LBRACK'
    }
  }

  #listValue (token: Token): HclValue {
    if (LITERALS.has(token.kind)) return this.#literal(token)
    if (token.kind === 'LBRACE') return this.#within(token, 'object', () => this.#object())
    if (token.kind === 'LBRACK') return this.#within(token, 'list', () => this.#nested(() => this.#list()))
    throw this.#refuse(`unexpected token while parsing list: ${token.kind}`)
  }

  #within<T> (token: Token, what: string, read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw new HclError(token.position, `error while trying to parse ${what} within list: ${(error as Error).message}`)
    }
  }

  #nested<T> (read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.#refuse('nested too deeply')
    const result = read()
    this.#depth -= 1
    return result
  }

  #peek (): Token {
    const token = this.#next()
    this.#again = true
    return token
  }

  #next (): Token {
    if (!this.#again) this.#token = this.#scanner.next()
    this.#again = false
    return this.#token
  }

  #refuse (reason: string): HclError {
    return new HclError(this.#token.position, reason)
  }
}
