// Private keys that engines make: RSA in Node's thread pool, the others from the world's own chance.
import { createECDH, createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { RandomStream } from '../sim/random.js'

export type CurveName = 'P-224' | 'P-256' | 'P-384' | 'P-521'

/** What kind of key: RSA with its length, a NIST curve, or Ed25519. */
export type KeyKind =
  | { readonly type: 'rsa', readonly bits: number }
  | { readonly type: 'ec', readonly curve: CurveName }
  | { readonly type: 'ed25519' }

/** Those that a JWK can tell, by OpenSSL's names, and the bytes of their numbers. */
const CURVES: Readonly<Partial<Record<CurveName, readonly [name: string, bytes: number]>>> = {
  'P-256': ['prime256v1', 32],
  'P-384': ['secp384r1', 48],
  'P-521': ['secp521r1', 66]
}

/** RFC 8410: what stands before the 32 bytes of a seed. */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

const makePair = promisify(generateKeyPair)

/**
 * A new private key. The same seed gives the same keys, but for RSA, whose primes only OpenSSL finds fast enough, and
 * for P-224.
 *
 * @param random the engine's own stream
 */
export async function makePrivateKey (kind: KeyKind, random: RandomStream): Promise<KeyObject> {
  if (kind.type === 'rsa') return (await makePair('rsa', { modulusLength: kind.bits })).privateKey
  return kind.type === 'ed25519' ? ed25519Key(random.bytes(32)) : await ecKey(kind.curve, random)
}

/** The Ed25519 key of a seed. @param seed 32 bytes */
export function ed25519Key (seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}

async function ecKey (curve: CurveName, random: RandomStream): Promise<KeyObject> {
  const known = CURVES[curve]
  if (known === undefined) return (await makePair('ec', { namedCurve: curve })).privateKey
  const [openSslName, bytes] = known
  const scalar = random.bytes(bytes)
  // below the order of each of these curves, whatever the other bytes are
  scalar[0] = curve === 'P-521' ? 0 : (scalar[0] ?? 0) & 0x7f
  const pair = createECDH(openSslName)
  pair.setPrivateKey(scalar)
  const point = pair.getPublicKey()
  const text = (number: Uint8Array): string => Buffer.from(number).toString('base64url')
  const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)]
  return createPrivateKey({ key: { kty: 'EC', crv: curve, x: text(x), y: text(y), d: text(scalar) }, format: 'jwk' })
}
