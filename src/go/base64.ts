// Reads base64 as Go does: line breaks anywhere, and a word on where it went wrong.
import { GoError } from './values.js'

/** One of Go's encodings. */
interface Encoding {
  readonly alphabet: RegExp
  readonly padded: boolean
}

const STANDARD: Encoding = { alphabet: /[A-Za-z0-9+/]/, padded: true }
const RAW_URL: Encoding = { alphabet: /[\w-]/, padded: false }
const QUANTUM = 4

/**
 * The bytes of a base64 text: Go's `base64.StdEncoding`.
 *
 * @throws {GoError} `illegal base64 data at input byte 3`
 */
export function decodeBase64 (text: string): Buffer {
  return decodeAs(STANDARD, text)
}

/** The same of `base64.RawURLEncoding`: other characters, no padding. @throws {GoError} */
export function decodeRawUrlBase64 (text: string): Buffer {
  return decodeAs(RAW_URL, text)
}

function decodeAs (encoding: Encoding, text: string): Buffer {
  const at = firstFault(encoding, text)
  if (at !== undefined) throw new GoError(`illegal base64 data at input byte ${at}`)
  return Buffer.from(text.replace(/[\r\n]+/g, ''), 'base64')
}

/** The same; undefined for what is no base64. */
export function decodedBase64 (text: string): Buffer | undefined {
  return firstFault(STANDARD, text) === undefined ? decodeBase64(text) : undefined
}

/**
 * Where Go's decoder stops, in bytes; undefined if it reads the whole text. A text that ends in the middle of four
 * characters is wrong where these began, unless there is no padding and they are enough for a byte.
 */
function firstFault ({ alphabet, padded }: Encoding, text: string): number | undefined {
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  let place = 0
  for (let at = 0; at < bytes.length; at++) {
    const character = bytes.charAt(at)
    if (isLineBreak(character)) continue
    if (character === '=' && padded) return faultyPadding(bytes, at, place)
    if (!alphabet.test(character)) return at
    place = (place + 1) % QUANTUM
  }
  return place === 0 || (place > 1 && !padded) ? undefined : bytes.length - place
}

/** @param place of the first `=` among its four characters: two may stand at the end, and nothing behind them */
function faultyPadding (bytes: string, first: number, place: number): number | undefined {
  if (place < 2) return first
  let at = skipLineBreaks(bytes, first + 1)
  if (place === 2) {
    if (at === bytes.length) return at
    if (bytes[at] !== '=') return at - 1
    at = skipLineBreaks(bytes, at + 1)
  }
  return at < bytes.length ? at : undefined
}

function skipLineBreaks (bytes: string, from: number): number {
  let at = from
  while (isLineBreak(bytes.charAt(at))) at++
  return at
}

function isLineBreak (character: string): boolean {
  return character === '\n' || character === '\r'
}
