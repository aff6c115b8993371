// The arithmetic of RFC 6238: which code a key makes at which time.
import { createHmac } from 'node:crypto'
import { decodeBase32 } from '../go/base32.js'

const QUANTUM = 8

/** What makes codes. */
export interface CodeKey {
  /** base32, padded or not, in either case */
  readonly secret: string
  readonly periodSeconds: number
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512'
  readonly digits: 6 | 8
  /** how many periods before and after the present one count, too */
  readonly skew: 0 | 1
}

/** @throws {GoError} `illegal base32 data at input byte 0`: what is missing of padding is no fault */
export function decodeSecret (secret: string): Buffer {
  const missing = -Buffer.byteLength(secret) & (QUANTUM - 1)
  return decodeBase32((secret + '='.repeat(missing)).toUpperCase())
}

/** The code of a key at an instant; the hash is cut as RFC 4226 has it. */
export function codeAt (key: CodeKey, atMs: number): string {
  return codeOf(key, periodAt(key, atMs))
}

/** Whether a code is that of the present period, or one of its neighbours where the key allows for them. */
export function isValid (key: CodeKey, code: string, nowMs: number): boolean {
  const present = periodAt(key, nowMs)
  const periods = key.skew === 0 ? [present] : [present, present + 1, present - 1]
  return periods.some((period) => codeOf(key, period) === code)
}

function periodAt ({ periodSeconds }: CodeKey, atMs: number): number {
  return Math.floor(Math.floor(atMs / 1000) / periodSeconds)
}

function codeOf ({ secret, algorithm, digits }: CodeKey, period: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigInt64BE(BigInt(period))
  const hash = createHmac(algorithm, decodeSecret(secret)).update(counter).digest()
  const offset = hash[hash.length - 1]! & 15
  const number = (hash.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits
  return String(number).padStart(digits, '0')
}
