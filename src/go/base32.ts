// Base32 as Go's `base32.StdEncoding` writes and reads it, with a word on where a text went wrong.
import { GoError } from './values.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const BITS = 5
/** So many characters stand for five bytes. */
const QUANTUM = 8
/** How many characters of the last quantum can hold whole bytes. */
const WHOLE = [2, 4, 5, 7]

/** In capitals, without padding. */
export function encodeBase32 (bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    bits = (bits << 8 | byte) & 0xfff
    held += 8
    for (; held >= BITS; held -= BITS) text += ALPHABET[bits >> (held - BITS) & 31]
  }
  return held === 0 ? text : text + ALPHABET[bits << (BITS - held) & 31]
}

/**
 * The bytes of a base32 text in capitals; line breaks are left out.
 *
 * @throws {GoError} `illegal base32 data at input byte 3`
 */
export function decodeBase32 (text: string): Buffer {
  const bytes = Buffer.from(text.replace(/[\r\n]+/g, ''), 'utf8').toString('latin1')
  const at = firstFault(bytes)
  if (at !== undefined) throw new GoError(`illegal base32 data at input byte ${at}`)
  return valueOf(bytes.replace(/=+$/, ''))
}

function valueOf (characters: string): Buffer {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const character of characters) {
    bits = (bits << BITS | ALPHABET.indexOf(character)) & 0xfff
    held += BITS
    if (held < 8) continue
    held -= 8
    bytes.push(bits >> held & 255)
  }
  return Buffer.from(bytes)
}

/** Where Go's decoder stops; undefined if it reads the whole text. */
function firstFault (bytes: string): number | undefined {
  for (let at = 0; at < bytes.length; at++) {
    const place = at % QUANTUM
    if (isPadding(bytes, at)) return faultyPadding(bytes, at, place)
    if (!ALPHABET.includes(bytes.charAt(at))) return at
  }
  const left = bytes.length % QUANTUM
  return left === 0 ? undefined : bytes.length - left
}

/** Padding stands in the last eight characters, behind two of them at least. */
function isPadding (bytes: string, at: number): boolean {
  return bytes[at] === '=' && at % QUANTUM >= 2 && bytes.length - at - 1 < QUANTUM
}

/** @param place of the first `=` within its quantum */
function faultyPadding (bytes: string, first: number, place: number): number | undefined {
  if (bytes.length - first < QUANTUM - place) return bytes.length
  for (let at = first + 1; at < first + QUANTUM - place; at++) if (bytes[at] !== '=') return at - 1
  return WHOLE.includes(place) ? undefined : first
}
