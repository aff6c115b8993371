// Keys wrapped for their way between servers: an AES key made for it under RSA-OAEP, the key under that (RFC 5649).
import { constants, createCipheriv, createDecipheriv, privateDecrypt, publicEncrypt, type KeyObject } from 'node:crypto'
import type { RandomStream } from '../../sim/random.js'
import { failure, invalid } from '../../refusal/index.js'

const CIPHER = 'id-aes256-wrap-pad'
const INITIAL_VALUE = Buffer.from('A65959A6', 'hex')
const EPHEMERAL_BYTES = 32
/** The wrapping key has 4096 bits. */
const OUTER_BYTES = 512
/** Of wrapped keys of 16 and of 8192 bytes. */
const SHORTEST_INNER = 24
const LONGEST_INNER = 8200

/** By the names in requests. */
const HASHES: ReadonlySet<string> = new Set(['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512'])

/**
 * The hash function of OAEP, as Node calls it.
 *
 * @param refuse makes the error for an unknown one
 */
export function wrappingHash (name: string, refuse: (words: string) => Error = invalid): string {
  const upper = name.toUpperCase()
  if (!HASHES.has(upper)) throw refuse(`unknown hash function: ${name}`)
  return upper.toLowerCase()
}

/** Wraps, for whoever has the private key. */
export function wrapKey (wrapping: KeyObject, hash: string, material: Buffer, random: RandomStream): Buffer {
  const ephemeral = random.bytes(EPHEMERAL_BYTES)
  const outer = publicEncrypt({ key: wrapping, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, ephemeral)
  const cipher = createCipheriv(CIPHER, ephemeral, INITIAL_VALUE)
  return Buffer.concat([outer, cipher.update(material), cipher.final()])
}

/**
 * Unwraps with the wrapping key.
 *
 * @throws {VaultError} `failure`
 * @see recorded: `import of the wrong size`, `import nonsense`
 */
export function unwrapKey (wrapping: KeyObject, hash: string, wrapped: Buffer): Buffer {
  if (wrapped.length <= OUTER_BYTES) throw failure('provided ciphertext is too short')
  const ephemeral = openOuter(wrapping, hash, wrapped.subarray(0, OUTER_BYTES))
  if (ephemeral.length !== EPHEMERAL_BYTES) throw failure('expected ephemeral AES key to be 256-bit')
  const inner = wrapped.subarray(OUTER_BYTES)
  if (inner.length < SHORTEST_INNER) throw failure('kwp: wrapped key size too small')
  if (inner.length > LONGEST_INNER) throw failure('kwp: wrapped key size too large')
  if (inner.length % 8 !== 0) throw failure('kwp: wrapped key size must be a multiple of 8 bytes')
  return openInner(ephemeral, inner)
}

function openOuter (key: KeyObject, oaepHash: string, outer: Buffer): Buffer {
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, outer)
  } catch {
    throw failure('crypto/rsa: decryption error')
  }
}

function openInner (ephemeral: Buffer, inner: Buffer): Buffer {
  const decipher = createDecipheriv(CIPHER, ephemeral, INITIAL_VALUE)
  try {
    return Buffer.concat([decipher.update(inner), decipher.final()])
  } catch {
    throw failure('kwp: unwrap failed integrity check')
  }
}
