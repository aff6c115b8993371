// ECDSA over hashes that clients made themselves: Node signs and verifies only what it hashes.
import { createECDH, type KeyObject } from 'node:crypto'
import type { RandomStream } from '../../sim/random.js'
import type { Curve } from './key-types.js'

/** A curve y² = x³ - 3x + b over the integers modulo p, with a base point of order n. */
interface Domain {
  readonly openssl: string
  readonly bytes: number
  readonly p: bigint
  readonly n: bigint
}

const DOMAINS: Readonly<Record<Curve, Domain>> = {
  'P-256': {
    openssl: 'prime256v1',
    bytes: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  },
  'P-384': {
    openssl: 'secp384r1',
    bytes: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n
  },
  'P-521': {
    openssl: 'secp521r1',
    bytes: 66,
    p: 2n ** 521n - 1n,
    n: 2n ** 521n - 0x5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7n
  }
}

/** A point in Jacobian coordinates: x/z², y/z³; z is 0 for the point at infinity. */
interface Point { readonly x: bigint, readonly y: bigint, readonly z: bigint }

const INFINITY: Point = { x: 1n, y: 1n, z: 0n }

/** How many bytes each half of a signature has. */
export function halfBytes (curve: Curve): number {
  return DOMAINS[curve].bytes
}

/** r and s, one behind the other, of a hash. */
export function signDigest (curve: Curve, privateKey: KeyObject, digest: Buffer, random: RandomStream): Buffer {
  const { n, bytes } = DOMAINS[curve]
  const secret = integerOf(jwk(privateKey).d)
  const hashed = hashInteger(digest, n)
  for (;;) {
    const chosen = mod(integer(random.bytes(bytes + 8)), n - 1n) + 1n
    const r = mod(publicPoint(curve, chosen).x, n)
    const s = mod(inverse(chosen, n) * (hashed + r * secret), n)
    if (r !== 0n && s !== 0n) return Buffer.concat([bytesOf(r, bytes), bytesOf(s, bytes)])
  }
}

/** @param signature r and s, one behind the other */
export function verifyDigest (curve: Curve, publicKey: KeyObject, digest: Buffer, signature: Buffer): boolean {
  const { n, p } = DOMAINS[curve]
  const half = signature.length / 2
  const [r, s] = [integer(signature.subarray(0, half)), integer(signature.subarray(half))]
  if (r < 1n || r >= n || s < 1n || s >= n) return false
  const { x, y } = jwk(publicKey)
  const inverted = inverse(s, n)
  const ofBase = mod(hashInteger(digest, n) * inverted, n)
  const ofKey = mod(r * inverted, n)
  const sum = sumOfMultiples(p, [ofBase, publicPoint(curve, 1n)], [ofKey, { x: integerOf(x), y: integerOf(y), z: 1n }])
  if (sum.z === 0n) return false
  return mod(mod(sum.x * inverse(mod(sum.z * sum.z, p), p), p), n) === r
}

interface Jwk { readonly x?: string, readonly y?: string, readonly d?: string }

function jwk (key: KeyObject): Jwk {
  return key.export({ format: 'jwk' })
}

function publicPoint (curve: Curve, secret: bigint): Point {
  const { openssl, bytes } = DOMAINS[curve]
  const ecdh = createECDH(openssl)
  ecdh.setPrivateKey(bytesOf(secret, bytes))
  const point = ecdh.getPublicKey()
  return { x: integer(point.subarray(1, 1 + bytes)), y: integer(point.subarray(1 + bytes)), z: 1n }
}

/** As many of the leftmost bits as the order has. */
function hashInteger (digest: Buffer, n: bigint): bigint {
  const bits = n.toString(2).length
  const excess = digest.length * 8 - bits
  return excess > 0 ? integer(digest) >> BigInt(excess) : integer(digest)
}

/** Both multiples at once, bit by bit. */
function sumOfMultiples (p: bigint, one: readonly [bigint, Point], other: readonly [bigint, Point]): Point {
  const both = add(p, one[1], other[1])
  const bits = Math.max(one[0].toString(2).length, other[0].toString(2).length)
  let sum = INFINITY
  for (let bit = BigInt(bits - 1); bit >= 0n; bit--) {
    sum = double(p, sum)
    const [first, second] = [(one[0] >> bit) & 1n, (other[0] >> bit) & 1n]
    if (first === 1n && second === 1n) sum = add(p, sum, both)
    else if (first === 1n) sum = add(p, sum, one[1])
    else if (second === 1n) sum = add(p, sum, other[1])
  }
  return sum
}

/** http://hyperelliptic.org/EFD/g1p/auto-shortw-jacobian-3.html, dbl-2001-b */
function double (p: bigint, { x, y, z }: Point): Point {
  if (z === 0n) return INFINITY
  const delta = mod(z * z, p)
  const gamma = mod(y * y, p)
  const beta = mod(x * gamma, p)
  const alpha = mod(3n * (x - delta) * (x + delta), p)
  const doubled = mod(alpha * alpha - 8n * beta, p)
  return {
    x: doubled,
    y: mod(alpha * (4n * beta - doubled) - 8n * gamma * gamma, p),
    z: mod((y + z) ** 2n - gamma - delta, p)
  }
}

/** The same, add-2007-bl. */
function add (p: bigint, one: Point, other: Point): Point {
  if (one.z === 0n) return other
  if (other.z === 0n) return one
  const [z1, z2] = [mod(one.z * one.z, p), mod(other.z * other.z, p)]
  const [u1, u2] = [mod(one.x * z2, p), mod(other.x * z1, p)]
  const [s1, s2] = [mod(one.y * other.z * z2, p), mod(other.y * one.z * z1, p)]
  if (u1 === u2) return s1 === s2 ? double(p, one) : INFINITY
  const h = u2 - u1
  const i = mod(4n * h * h, p)
  const j = mod(h * i, p)
  const r = 2n * (s2 - s1)
  const v = mod(u1 * i, p)
  const x = mod(r * r - j - 2n * v, p)
  return { x, y: mod(r * (v - x) - 2n * s1 * j, p), z: mod(2n * one.z * other.z * h, p) }
}

function inverse (value: bigint, modulus: bigint): bigint {
  let [low, high] = [mod(value, modulus), modulus]
  let [factor, previous] = [1n, 0n]
  while (low > 1n) {
    const quotient = high / low
    ;[low, high] = [high % low, low]
    ;[factor, previous] = [previous - quotient * factor, factor]
  }
  return mod(factor, modulus)
}

function mod (value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

function integer (bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`)
}

function integerOf (base64url = ''): bigint {
  return integer(Buffer.from(base64url, 'base64url'))
}

function bytesOf (value: bigint, count: number): Buffer {
  return Buffer.from(value.toString(16).padStart(count * 2, '0'), 'hex')
}
