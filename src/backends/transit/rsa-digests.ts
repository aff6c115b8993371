// RSA signatures of hashes that clients made themselves: Node signs and verifies only what it hashes (RFC 8017).
import { constants, createHash, privateEncrypt, publicDecrypt, type KeyObject } from 'node:crypto'
import type { RandomStream } from '../../sim/random.js'
import { failure } from '../../refusal/index.js'
import { hashBytes } from './hashes.js'

/** DigestInfo up to the hash (§9.2); of SHA-1 and then of NIST's object identifiers by their last number. */
const SHA1_INFO = '3021300906052b0e03021a05000414'
const NIST_NUMBERS: Readonly<Record<string, number>> = {
  sha256: 1, sha384: 2, sha512: 3, sha224: 4, 'sha3-224': 7, 'sha3-256': 8, 'sha3-384': 9, 'sha3-512': 10
}

/** What goes before a hash in a signature of PKCS#1 v1.5; nothing for no hash. */
function digestInfo (hash: string): Buffer {
  if (hash === 'none') return Buffer.alloc(0)
  if (hash === 'sha1') return Buffer.from(SHA1_INFO, 'hex')
  const bytes = hashBytes(hash)
  return Buffer.concat([
    Buffer.of(0x30, bytes + 17, 0x30, 0x0d, 0x06, 0x09),
    Buffer.from('6086480165030402', 'hex'),
    Buffer.of(NIST_NUMBERS[hash] ?? 0, 0x05, 0x00, 0x04, bytes)
  ])
}

/** @throws {VaultError} `failure` for what is no such hash, or too long */
export function signPkcs1 (key: KeyObject, hash: string, digest: Buffer): Buffer {
  if (hash !== 'none' && digest.length !== hashBytes(hash)) {
    throw failure('crypto/rsa: input must be hashed message')
  }
  const padded = Buffer.concat([digestInfo(hash), digest])
  if (padded.length > modulusBits(key) / 8 - 11) {
    throw failure('crypto/rsa: message too long for RSA key size')
  }
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, padded)
}

export function verifyPkcs1 (key: KeyObject, hash: string, digest: Buffer, signature: Buffer): boolean {
  if (hash !== 'none' && digest.length !== hashBytes(hash)) return false
  const opened = openedOr(() => publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature))
  return opened !== undefined && opened.equals(Buffer.concat([digestInfo(hash), digest]))
}

/**
 * @param saltBytes undefined: as many as fit
 * @throws {VaultError} `failure` for what is no such hash
 */
export function signPss (
  key: KeyObject, hash: string, digest: Buffer, saltBytes: number | undefined, random: RandomStream
): Buffer {
  const count = hashBytes(hash)
  if (digest.length !== count) throw failure('crypto/rsa: input must be hashed with given hash')
  const bits = modulusBits(key) - 1
  const length = Math.ceil(bits / 8)
  const salt = random.bytes(saltBytes ?? length - count - 2)
  const proof = hashed(hash, digest, salt)
  const padding = Buffer.alloc(length - count - salt.length - 2)
  const block = Buffer.concat([padding, Buffer.of(1), salt])
  const masked = masking(hash, proof, block)
  masked[0] = masked[0]! & (0xff >> (8 * length - bits))
  return privateEncrypt(
    { key, padding: constants.RSA_NO_PADDING }, Buffer.concat([masked, proof, Buffer.of(0xbc)])
  )
}

/** @param saltBytes undefined: any */
export function verifyPss (
  key: KeyObject, hash: string, digest: Buffer, signature: Buffer, saltBytes: number | undefined
): boolean {
  const count = hashBytes(hash)
  const encoded = openedOr(() => publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature))
  if (encoded === undefined || digest.length !== count || encoded.at(-1) !== 0xbc) return false
  const bits = modulusBits(key) - 1
  const unused = ~(0xff >> (8 * encoded.length - bits)) & 0xff
  if ((encoded[0]! & unused) !== 0) return false
  const proof = encoded.subarray(-count - 1, -1)
  const block = masking(hash, proof, encoded.subarray(0, -count - 1))
  block[0] = block[0]! & ~unused
  const mark = block.findIndex((byte) => byte !== 0)
  if (mark < 0 || block[mark] !== 1) return false
  const salt = block.subarray(mark + 1)
  return (saltBytes === undefined || salt.length === saltBytes) && hashed(hash, digest, salt).equals(proof)
}

function hashed (hash: string, digest: Buffer, salt: Buffer): Buffer {
  return createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest()
}

/** A block with MGF1's mask over it, or without it again. */
function masking (hash: string, seed: Buffer, block: Buffer): Buffer {
  const rounds = Math.ceil(block.length / hashBytes(hash))
  const mask = Buffer.concat(Array.from({ length: rounds }, (_, round) => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(round)
    return createHash(hash).update(seed).update(counter).digest()
  }))
  return Buffer.from(block.map((byte, i) => byte ^ mask[i]!))
}

function openedOr (open: () => Buffer): Buffer | undefined {
  try {
    return open()
  } catch {
    return undefined
  }
}

export function modulusBits (key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0
}
