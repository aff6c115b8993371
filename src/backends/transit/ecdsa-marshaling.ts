// The two forms of an ECDSA signature: ASN.1 as X.509 has it, and r and s one behind the other as JWS has them.
import { invalid } from '../../refusal/index.js'

const SEQUENCE = 0x30
const INTEGER = 0x02

/**
 * ASN.1 as r and s of equal length, one behind the other; undefined where one is longer than that.
 *
 * @param halfBytes of r, and of s
 * @throws {VaultError} `supplied signature is invalid`, `supplied signature contains extra data`
 */
export function fromAsn1 (der: Buffer, halfBytes: number): Buffer | undefined {
  const whole = element(der, SEQUENCE)
  const r = element(whole.content, INTEGER)
  const s = element(r.rest, INTEGER)
  if (s.rest.length > 0) throw invalidSignature()
  if (whole.rest.length > 0) throw invalid('supplied signature contains extra data')
  return joined(unsigned(r.content), unsigned(s.content), halfBytes)
}

/** What JWS has, cut in the middle wherever that is. */
export function fromJws (bytes: Buffer, halfBytes: number): Buffer | undefined {
  const middle = Math.floor(bytes.length / 2)
  return joined(bytes.subarray(0, middle), bytes.subarray(middle), halfBytes)
}

export function toAsn1 (signature: Buffer): Buffer {
  const half = signature.length / 2
  const halves = [signature.subarray(0, half), signature.subarray(half)].map(integerElement)
  return encoded(SEQUENCE, Buffer.concat(halves))
}

function joined (r: Buffer, s: Buffer, halfBytes: number): Buffer | undefined {
  const halves = [r, s].map((half) => {
    const short = withoutZeros(half)
    return short.length > halfBytes ? undefined : Buffer.concat([Buffer.alloc(halfBytes - short.length), short])
  })
  const [first, second] = halves
  return first === undefined || second === undefined ? undefined : Buffer.concat([first, second])
}

/** The first element of some bytes, its length in as few bytes as can be. */
function element (bytes: Buffer, tag: number): { readonly content: Buffer, readonly rest: Buffer } {
  const [found, length = 0x80, longer = 0] = bytes
  if (found !== tag) throw invalidSignature()
  const isLong = length === 0x81 && longer >= 0x80
  if (length >= 0x80 && !isLong) throw invalidSignature()
  const [start, count] = isLong ? [3, longer] : [2, length]
  if (bytes.length < start + count) throw invalidSignature()
  return { content: bytes.subarray(start, start + count), rest: bytes.subarray(start + count) }
}

/** No more bytes than needed, and no negative number: that is never part of a signature. */
function unsigned (content: Buffer): Buffer {
  const [first, second = 0x80] = content
  if (first === undefined || (first === 0 && content.length > 1 && second < 0x80)) throw invalidSignature()
  return first >= 0x80 ? Buffer.alloc(content.length + 128, 1) : content
}

function integerElement (half: Buffer): Buffer {
  const short = withoutZeros(half)
  const needsSign = (short[0] ?? 0x80) >= 0x80
  return encoded(INTEGER, needsSign ? Buffer.concat([Buffer.of(0), short]) : short)
}

function encoded (tag: number, content: Buffer): Buffer {
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length]
  return Buffer.concat([Buffer.of(tag, ...length), content])
}

function withoutZeros (bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? Buffer.alloc(0) : bytes.subarray(first)
}

function invalidSignature (): Error {
  return invalid('supplied signature is invalid')
}
