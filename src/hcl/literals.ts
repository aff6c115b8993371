// What HCL1's literals stand for: strings with escapes and interpolations, heredocs, numbers.
import { HclError } from './scanner.js'
import type { Token } from './scanner.js'

const PIECE = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))|\$\{|[^\\$]+|\$/gy
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"'
}

/**
 * The value of a literal: a string, a number or a boolean.
 *
 * @throws HclError where HashiCorp's reader panics on what its scanner let through; the words are inferred
 */
export function literalValue (token: Token): string | number | boolean {
  switch (token.kind) {
    case 'STRING': return unquote(token)
    case 'HEREDOC': return heredocLines(token.text)
    case 'BOOL': return token.text === 'true'
    case 'NUMBER': return wholeNumber(token.text)
    case 'FLOAT': return Number.parseFloat(token.text)
    default: return token.text
  }
}

/** Go's base prefixes: `0x1f`, and a leading zero for octal. */
function wholeNumber (text: string): number {
  const [, sign, octal] = /^(-?)0([0-7]+)$/.exec(text) ?? []
  if (octal !== undefined) return (sign === '-' ? -1 : 1) * Number.parseInt(octal, 8)
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text)
}

/** Escapes are resolved, but not within `${…}`, which stays as it is. `\xe9` is a byte, not a character. */
function unquote ({ text, position }: Token): string {
  const inner = text.slice(1, -1)
  if (!inner.includes('\\')) return inner
  const bytes: Buffer[] = []
  let at = 0
  while (at < inner.length) {
    PIECE.lastIndex = at
    const piece = PIECE.exec(inner)
    const interpolation = piece?.[0] === '${'
    const end = interpolation ? interpolationEnd(inner, at) : PIECE.lastIndex
    const value = interpolation ? Buffer.from(inner.slice(at, end)) : piece === null ? undefined : pieceValue(piece)
    if (value === undefined) throw new HclError(position, 'invalid syntax')
    bytes.push(value)
    at = end
  }
  return Buffer.concat(bytes).toString('utf8')
}

/** Just behind the brace that closes an interpolation. */
function interpolationEnd (text: string, start: number): number {
  let depth = 0
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '{') depth += 1
    if (text[at] === '}' && --depth === 0) return at + 1
  }
  return text.length
}

function pieceValue ([whole, hex, octal, short4, long8, letter]: RegExpExecArray): Buffer | undefined {
  if (letter !== undefined) return letter in SHORT_ESCAPES ? Buffer.from(SHORT_ESCAPES[letter] as string) : undefined
  if (hex !== undefined) return byte(Number.parseInt(hex, 16))
  if (octal !== undefined) return byte(Number.parseInt(octal, 8))
  const code = short4 ?? long8
  if (code === undefined) return Buffer.from(whole)
  const codePoint = Number.parseInt(code, 16)
  return codePoint > 0x10ffff ? undefined : Buffer.from(String.fromCodePoint(codePoint))
}

function byte (value: number): Buffer | undefined {
  return value > 255 ? undefined : Buffer.from([value])
}

/** Between the two lines of the anchor; after `<<-` without the closing line's indentation, if all lines have it. */
function heredocLines (text: string): string {
  const anchorEnd = text.indexOf('\n')
  const indented = text[2] === '-'
  const name = text.slice(indented ? 3 : 2, anchorEnd)
  const body = text.slice(anchorEnd + 1, text.length - name.length - 1)
  if (!indented) return body
  const lines = body.split('\n')
  const indentation = lines.at(-1) ?? ''
  if (!lines.every((line) => line.startsWith(indentation))) return body.replace(/[ \t]+$/, '')
  return lines.map((line) => line.slice(indentation.length)).join('\n')
}
