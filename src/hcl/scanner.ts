// Cuts HCL1 text into tokens, counting lines and columns as HashiCorp's scanner does: its errors quote them.

export type TokenKind =
  | 'ILLEGAL' | 'EOF' | 'IDENT' | 'NUMBER' | 'FLOAT' | 'BOOL' | 'STRING' | 'HEREDOC'
  | 'LBRACK' | 'RBRACK' | 'LBRACE' | 'RBRACE' | 'COMMA' | 'PERIOD' | 'ASSIGN' | 'ADD' | 'SUB'

/** Where something stands: both count from 1, columns in characters. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A piece of the text. */
export interface Token {
  readonly kind: TokenKind
  /** as written, quotes and escapes included */
  readonly text: string
  readonly position: Position
}

/** Malformed HCL, in the words of HashiCorp's reader: `At 1:12: object expected closing RBRACE got: EOF`. */
export class HclError extends Error {
  override readonly name = 'HclError'

  constructor (position: Position, reason: string) {
    super(`At ${position.line}:${position.column}: ${reason}`)
  }
}

/** Deeper texts are refused, where Go would go on: nothing a policy says is nested like that. */
export const MAX_DEPTH = 200

const PUNCTUATION: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ['[', 'LBRACK'], [']', 'RBRACK'], ['{', 'LBRACE'], ['}', 'RBRACE'],
  [',', 'COMMA'], ['=', 'ASSIGN'], ['+', 'ADD'], ['-', 'SUB'], ['.', 'PERIOD']
])
const SPACE = /[ \t\n\r]+/y
const IDENTIFIER = /[\p{L}_][\p{L}\p{Nd}_.-]*/uy
const NUMBER = /-?(?:0[xX][0-9a-fA-F]*|[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?|\.[0-9]+(?:[eE][+-]?[0-9]*)?)/y
const LINE_COMMENT = /(?:#|\/\/)[^\n]*/y
const BLOCK_COMMENT = /\/\*[^]*?\*\//y
const ANCHOR = /<<(-?[\p{L}\p{Nd}_]*)/uy
const ESCAPE = /\\(?:[abfnrtv\\"]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y
/** What HashiCorp's scanner refuses anywhere. */
const RESERVED: readonly (readonly [string, string])[] = [
  ['\0', 'unexpected null character (0x00)'],
  ['\ue123', 'unicode code point U+E123 reserved for internal use']
]

/** Reads one token after the other. What is wrong inside a token is kept in `fault`; the last one counts. */
export class Scanner {
  readonly #text: string
  #at = 0
  #line = 1
  #column = 0
  fault: HclError | undefined

  constructor (text: string) {
    this.#text = text.replaceAll('\r\n', '\n')
  }

  /** The next token, comments left out; behind the end always `EOF`. */
  next (): Token {
    this.#skipBlanks()
    if (this.#at >= this.#text.length) {
      this.#column += 1
      return { kind: 'EOF', text: '', position: this.#position() }
    }
    const start = this.#at
    const position = { line: this.#line, column: this.#column + 1 }
    const kind = this.#scan(position)
    return { kind, text: this.#text.slice(start, this.#at), position }
  }

  /** Refuses what may stand nowhere in HCL. */
  refuseReserved (): void {
    for (const [character, reason] of RESERVED) {
      const at = this.#text.indexOf(character)
      if (at < 0) continue
      this.#consume(this.#text.slice(0, at + 1))
      throw new HclError(this.#position(), reason)
    }
  }

  #scan (position: Position): TokenKind {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0)
    if (character === '"') return this.#string()
    if (character === '<') return this.#heredoc()
    const identifier = this.#match(IDENTIFIER)
    if (identifier !== undefined) return this.#word(identifier)
    const number = this.#match(NUMBER)
    if (number !== undefined) return this.#number(number)
    this.#consume(character)
    return PUNCTUATION.get(character) ?? this.#illegal(position)
  }

  #word (text: string): TokenKind {
    this.#consumeToEnd(text)
    return text === 'true' || text === 'false' ? 'BOOL' : 'IDENT'
  }

  #number (text: string): TokenKind {
    this.#consumeToEnd(text)
    if (this.#at >= this.#text.length && /^-?[1-9][0-9]*$/.test(text)) this.#column += 1
    const hexadecimal = /^-?0[xX]/.test(text)
    if (!hexadecimal && /[.eE]/.test(text)) return 'FLOAT'
    if (/^-?0[xX]$/.test(text)) this.#refuseNumber('illegal hexadecimal number')
    if (!hexadecimal && /^-?0[0-9]+[89]/.test(text)) this.#refuseNumber('illegal octal number')
    return 'NUMBER'
  }

  /** The error stands at the character that ended the number. */
  #refuseNumber (reason: string): void {
    const ended = this.#at >= this.#text.length
    this.fault = new HclError({ line: this.#line, column: this.#column + (ended ? 0 : 1) }, reason)
  }

  #illegal (position: Position): TokenKind {
    this.fault = new HclError(position, 'illegal char')
    return 'ILLEGAL'
  }

  /** Within `${…}` quotes and line ends are ordinary characters; escapes count everywhere. */
  #string (): TokenKind {
    this.#consume('"')
    let braces = 0
    for (;;) {
      const character = this.#read()
      if (character === '' || (character === '\n' && braces === 0)) {
        this.#refuse('literal not terminated')
        return 'STRING'
      }
      if (character === '"' && braces === 0) return 'STRING'
      if (character === '\\') this.#escape()
      else braces = this.#braces(character, braces)
    }
  }

  #braces (character: string, braces: number): number {
    if (braces === 0) {
      if (character !== '$' || this.#text[this.#at] !== '{') return 0
      this.#consume('{')
      return 1
    }
    if (character === '{') return braces + 1
    return character === '}' ? braces - 1 : braces
  }

  #escape (): void {
    this.#at -= 1
    this.#column -= 1
    const escape = this.#match(ESCAPE)
    if (escape !== undefined) return this.#consume(escape)
    this.#consume('\\')
    this.#read()
    this.#refuse('illegal char escape')
  }

  /** `<<NAME` or `<<-NAME`, lines, and a line with nothing but the name. */
  #heredoc (): TokenKind {
    const anchor = this.#match(ANCHOR)
    if (anchor === undefined) {
      this.#consume('<')
      this.#read()
      this.#refuse("heredoc expected second '<', didn't see it")
      return 'HEREDOC'
    }
    this.#consume(anchor)
    const end = this.#read()
    if (end !== '\n') this.#refuse(end === '' ? 'heredoc not terminated' : 'invalid characters in heredoc anchor')
    else if (anchor === '<<') this.#refuse('zero-length heredoc anchor')
    else this.#heredocLines(anchor.slice(2))
    return 'HEREDOC'
  }

  /** With a dash before the name the closing line must be one character longer than the name: so it is in HCL1. */
  #heredocLines (anchor: string): void {
    const name = anchor.replace('-', '')
    for (;;) {
      const end = this.#text.indexOf('\n', this.#at)
      if (end < 0) {
        this.#consume(this.#text.slice(this.#at))
        this.#column += 1
        return this.#refuse('heredoc not terminated')
      }
      const line = this.#text.slice(this.#at, end)
      this.#consume(line + '\n')
      if (line.length >= anchor.length && line.trimStart() === name) return
    }
  }

  #skipBlanks (): void {
    for (;;) {
      const space = this.#match(SPACE)
      if (space !== undefined) this.#consume(space)
      const comment = this.#match(LINE_COMMENT) ?? this.#match(BLOCK_COMMENT)
      if (comment !== undefined) this.#consumeToEnd(comment)
      else if (this.#text[this.#at] === '/') this.#faultyComment()
      else if (space === undefined) return
    }
  }

  #faultyComment (): void {
    if (this.#text[this.#at + 1] === '*') return this.#openComment()
    this.#consume('/')
    this.#refuse("expected '/' for comment")
  }

  #openComment (): void {
    this.#consume(this.#text.slice(this.#at))
    this.#column += 1
    this.#refuse('comment not terminated')
  }

  #match (expression: RegExp): string | undefined {
    expression.lastIndex = this.#at
    return expression.exec(this.#text)?.[0]
  }

  /** One character; empty at the end, which counts as a column each time it is looked at. */
  #read (): string {
    const code = this.#text.codePointAt(this.#at)
    if (code === undefined) {
      this.#column += 1
      return ''
    }
    const character = String.fromCodePoint(code)
    this.#consume(character)
    return character
  }

  /** A token that ends only where something else begins has looked at the end of the text, too. */
  #consumeToEnd (text: string): void {
    this.#consume(text)
    if (this.#at >= this.#text.length && !text.endsWith('*/')) this.#column += 1
  }

  #consume (text: string): void {
    this.#at += text.length
    const lastBreak = text.lastIndexOf('\n')
    if (lastBreak < 0) {
      this.#column += lengthInCharacters(text)
      return
    }
    this.#line += text.split('\n').length - 1
    this.#column = lengthInCharacters(text.slice(lastBreak + 1))
  }

  #position (): Position {
    return { line: this.#line, column: this.#column }
  }

  #refuse (reason: string): void {
    this.fault = new HclError(this.#lookedAt(), reason)
  }

  /** The character last read; a line end belongs to the line it ends. */
  #lookedAt (): Position {
    if (this.#column > 0 || this.#at === 0) return this.#position()
    const lineStart = this.#text.lastIndexOf('\n', this.#at - 2) + 1
    return { line: this.#line - 1, column: lengthInCharacters(this.#text.slice(lineStart, this.#at)) }
  }
}

function lengthInCharacters (text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00) count++
  return count
}
