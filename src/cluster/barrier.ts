// The cryptography of the seal: what the shares' key locks up, and what the root key vouches for.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { CipherGCMTypes } from 'node:crypto'
import { decodedBase64 } from '../go/base64.js'
import { invalid } from '../refusal/index.js'
import { decodeFields, encodeField } from './archive/protobuf.js'

/** How many random bytes each sealing takes; never to be used twice with one key. */
export const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Vault's limits for a key or a share: an AES-128 key, or an AES-256 key and its coordinate. */
const MIN_KEY_BYTES = 16
const MAX_KEY_BYTES = 33
/** The field of Vault's BlobInfo message that holds nonce and ciphertext. */
const CIPHERTEXT = 1

const ALGORITHMS: Readonly<Record<number, CipherGCMTypes>> = { 16: 'aes-128-gcm', 24: 'aes-192-gcm', 32: 'aes-256-gcm' }

const WRONG_KEY = 'cipher: message authentication failed'

/**
 * Locks the root key with the key that the shares give.
 *
 * @param nonce `NONCE_BYTES` random bytes
 * @throws VaultError `invalid` if the unseal key is no AES key
 */
export function sealRootKey (rootKey: Uint8Array, unsealKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  checkUnsealKey(unsealKey)
  return sealBytes(unsealKey, rootKey, nonce)
}

/**
 * The root key, if the unseal key is the one that locked it.
 *
 * @throws VaultError `invalid` for a wrong key and for one of another size than AES has (recorded: `keys`,
 *   observed on 1.14)
 */
export function openRootKey (sealedRootKey: Uint8Array, unsealKey: Uint8Array, wrongKeyText = WRONG_KEY): Uint8Array {
  checkUnsealKey(unsealKey)
  const rootKey = openBytes(unsealKey, sealedRootKey)
  if (rootKey === undefined) {
    const reason = `failed to decrypt keys from storage: ${wrongKeyText}`
    throw invalid(`unable to retrieve stored keys: invalid key: ${reason}`)
  }
  return rootKey
}

/**
 * Encrypts and authenticates bytes with AES-GCM, in the shape of Vault's BlobInfo message.
 *
 * @param key 16, 24 or 32 bytes
 * @param nonce `NONCE_BYTES` random bytes
 */
export function sealBytes (key: Uint8Array, bytes: Uint8Array, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv(algorithm(key), key, nonce)
  const sealed = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  return Uint8Array.from(encodeField(CIPHERTEXT, sealed))
}

/** What `sealBytes` was given; undefined if another key sealed it, it was changed, or nobody sealed it. */
export function openBytes (key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  try {
    const blob = decodeFields(sealed).get(CIPHERTEXT)
    return blob === undefined ? undefined : decrypt(key, blob)
  } catch {
    return undefined
  }
}

function decrypt (key: Uint8Array, blob: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(algorithm(key), key, blob.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAuthTag(blob.subarray(-TAG_BYTES))
  const bytes = decipher.update(blob.subarray(NONCE_BYTES, -TAG_BYTES))
  return Uint8Array.from(Buffer.concat([bytes, decipher.final()]))
}

function algorithm (key: Uint8Array): CipherGCMTypes {
  const found = ALGORITHMS[key.length]
  if (found === undefined) throw new RangeError(`not an AES key: ${key.length} bytes`)
  return found
}

function checkUnsealKey (key: Uint8Array): void {
  if (ALGORITHMS[key.length] !== undefined) return
  throw invalid(`invalid key: failed to setup unseal key: crypto/aes: invalid key size ${key.length}`)
}

/**
 * A key or share as clients send it: hexadecimal, else base64. Its length is looked at later: see `checkKeyLength`.
 * Valid hexadecimal of no fitting length counts as base64, so that base64 of hexadecimal letters works.
 *
 * @throws VaultError `invalid` if it is neither
 */
export function decodeKey (text: string): Uint8Array {
  const hex = decodeHex(text)
  if (hex !== undefined && hex.length >= MIN_KEY_BYTES && hex.length <= MAX_KEY_BYTES) return hex
  const decoded = decodedBase64(text)
  if (decoded === undefined) throw invalid("'key' must be a valid hex or base64 string")
  return Uint8Array.from(decoded)
}

/** @throws VaultError `invalid` outside 16 to 33 bytes */
export function checkKeyLength (key: Uint8Array): void {
  if (key.length < MIN_KEY_BYTES) throw invalid(`invalid key: key is shorter than minimum ${MIN_KEY_BYTES} bytes`)
  if (key.length > MAX_KEY_BYTES) throw invalid(`invalid key: key is longer than maximum ${MAX_KEY_BYTES} bytes`)
}

function decodeHex (text: string): Uint8Array | undefined {
  return /^(?:[\da-f]{2})*$/i.test(text) ? Uint8Array.from(Buffer.from(text, 'hex')) : undefined
}
