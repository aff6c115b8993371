// Signatures: what makes and verifies them, one at a time.
import { constants, createPublicKey, sign, verify, type KeyObject, type SignKeyObjectInput } from 'node:crypto'
import { failure, invalid } from '../../refusal/index.js'
import type { RandomStream } from '../../sim/random.js'
import { ed25519Key } from '../private-keys.js'
import { bytesFor } from './derivation.js'
import { halfBytes, signDigest, verifyDigest } from './ecdsa-digests.js'
import { fromAsn1, fromJws, toAsn1 } from './ecdsa-marshaling.js'
import { hashBytes } from './hashes.js'
import { lacksPrivateKey, privateKeyOf, publicKeyOf, rawEd25519 } from './key-material.js'
import { typeOf, type Curve } from './key-types.js'
import { modulusBits, signPkcs1, signPss, verifyPkcs1, verifyPss } from './rsa-digests.js'
import type { KeyVersion, TransitKey } from './stored-keys.js'

/** How to sign, or what a signature was made with. */
export interface SigningOptions {
  /** Node's name of the hash function, or `none` */
  readonly hash: string
  /** the input is a hash already */
  readonly prehashed: boolean
  /** `pss`, `pkcs1v15`, or anything else, which RSA refuses; empty: `pss` */
  readonly algorithm: string
  readonly marshaling: Marshaling
  /** 0: as many bytes as fit, and any when verifying; -1: as the hash */
  readonly saltLength: number
  /** whether RSA signs hashes of SHA-3 with PKCS#1 v1.5 */
  readonly signsSha3WithPkcs1: boolean
}

export type Marshaling = 'asn1' | 'jws'

/** What was signed. */
export interface Signed {
  readonly signature: Buffer
  /** of the key derived for a context, its 32 bytes */
  readonly publicKey?: Buffer
}

/**
 * Signs with a version of a key.
 *
 * @throws {VaultError} `failure`: Vault explains nothing of this to its clients
 */
export async function signWith (
  key: TransitKey, version: KeyVersion, input: Buffer, context: Buffer, options: SigningOptions, random: RandomStream
): Promise<Signed> {
  const type = typeOf(key)
  if (lacksPrivateKey(version)) throw failure('requested version for signing does not contain a private part')
  const privateKey = privateKeyOf(version)
  if (type.kind === 'ed25519') return signEd25519(key, version, input, context)
  if (privateKey === undefined) throw new Error('a key without its private half')
  if (type.kind === 'ecdsa') return { signature: signEcdsa(type.curve, privateKey, input, options, random) }
  return { signature: await signRsa(privateKey, input, options, random) }
}

/** Whether a signature is right. @throws {VaultError} `invalid` where the request is to blame, else `failure` */
export function verifyWith (
  key: TransitKey, version: KeyVersion, input: Buffer, context: Buffer, signature: Buffer, options: SigningOptions
): boolean {
  const type = typeOf(key)
  if (type.kind === 'ed25519') {
    const publicKey = key.derived ? createPublicKey(derivedPair(key, version, context)) : publicKeyOf(version)
    return signature.length === 64 && verify(null, input, publicKey, signature)
  }
  return type.kind === 'ecdsa'
    ? verifyEcdsa(type.curve, publicKeyOf(version), input, signature, options)
    : verifyRsa(publicKeyOf(version), input, signature, options)
}

function signEd25519 (key: TransitKey, version: KeyVersion, input: Buffer, context: Buffer): Signed {
  if (!key.derived) return { signature: sign(null, input, privateKeyOf(version)!) }
  const pair = derivedPair(key, version, context)
  return { signature: sign(null, input, pair), publicKey: rawEd25519(createPublicKey(pair)) }
}

/** The 32 bytes of the derivation are the secret of a pair of its own. */
function derivedPair (key: TransitKey, version: KeyVersion, context: Buffer): KeyObject {
  try {
    return ed25519Key(bytesFor(key, version, context, 32))
  } catch (error) {
    throw failure(`error deriving key: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function signEcdsa (
  curve: Curve, key: KeyObject, input: Buffer, { hash, prehashed, marshaling }: SigningOptions, random: RandomStream
): Buffer {
  const signature = prehashed
    ? signDigest(curve, key, input, random)
    : sign(hash, input, { key, dsaEncoding: 'ieee-p1363' })
  return marshaling === 'asn1' ? toAsn1(signature) : signature
}

function verifyEcdsa (
  curve: Curve, key: KeyObject, input: Buffer, signature: Buffer, { hash, prehashed, marshaling }: SigningOptions
): boolean {
  const read = marshaling === 'asn1' ? fromAsn1 : fromJws
  const halves = read(signature, halfBytes(curve))
  if (halves === undefined) return false
  return prehashed
    ? verifyDigest(curve, key, input, halves)
    : verify(hash, input, { key, dsaEncoding: 'ieee-p1363' }, halves)
}

async function signRsa (
  key: KeyObject, input: Buffer, options: SigningOptions, random: RandomStream
): Promise<Buffer> {
  const { hash, prehashed } = options
  const algorithm = rsaAlgorithm(options)
  if (algorithm === 'pkcs1v15') {
    if (!hasPkcs1(options)) throw failure('crypto/rsa: unsupported hash function')
    return prehashed ? signPkcs1(key, hash, input) : await signInPool(hash, input, { key })
  }
  const salt = checkSalt(key, options, failure)
  if (prehashed) return signPss(key, hash, input, salt, random)
  return await signInPool(hash, input, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: salt ?? constants.RSA_PSS_SALTLEN_MAX_SIGN
  })
}

/** RSA takes milliseconds: in another thread. */
async function signInPool (hash: string, input: Buffer, key: SignKeyObjectInput): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    sign(hash, input, key, (error, signature) => {
      if (error === null) resolve(signature)
      else reject(error)
    })
  })
}

function verifyRsa (key: KeyObject, input: Buffer, signature: Buffer, options: SigningOptions): boolean {
  const { hash, prehashed } = options
  const algorithm = rsaAlgorithm(options)
  if (algorithm === 'pkcs1v15') {
    if (!hasPkcs1(options)) return false
    return prehashed ? verifyPkcs1(key, hash, input, signature) : verify(hash, input, key, signature)
  }
  const salt = checkSalt(key, options, invalid)
  if (prehashed) return verifyPss(key, hash, input, signature, salt)
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return verify(hash, input, { key, padding, saltLength: salt ?? constants.RSA_PSS_SALTLEN_AUTO }, signature)
}

function hasPkcs1 ({ hash, signsSha3WithPkcs1 }: SigningOptions): boolean {
  return signsSha3WithPkcs1 || !hash.startsWith('sha3-')
}

function rsaAlgorithm ({ algorithm }: SigningOptions): 'pss' | 'pkcs1v15' {
  if (algorithm === '' || algorithm === 'pss') return 'pss'
  if (algorithm === 'pkcs1v15') return algorithm
  throw failure(`unsupported rsa signature algorithm ${algorithm}`)
}

/** The salt's bytes; undefined: as many as fit. */
function checkSalt (
  key: KeyObject, { hash, saltLength }: SigningOptions, refuse: (words: string) => Error
): number | undefined {
  const most = Math.ceil((modulusBits(key) - 1) / 8) - 2 - hashBytes(hash)
  if (saltLength < -1 || saltLength > most) throw refuse(`requested salt length ${saltLength} is invalid`)
  if (saltLength === 0) return undefined
  return saltLength === -1 ? hashBytes(hash) : saltLength
}
