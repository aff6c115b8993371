// Ciphertexts: their layout, and what makes and opens them, one at a time.
import { constants, createCipheriv, createDecipheriv, createHmac, privateDecrypt, publicEncrypt } from 'node:crypto'
import { failure, invalid } from '../../refusal/index.js'
import type { RandomStream } from '../../sim/random.js'
import { bytesFor } from './derivation.js'
import { privateKeyOf, publicKeyOf } from './key-material.js'
import { encrypts, typeOf, type KeyKind } from './key-types.js'
import { requireVersion, type KeyVersion, type TransitKey, type TransitStore } from './stored-keys.js'
import { decodeVersioned, splitVersion, versionPrefix } from './versioned-text.js'
import { subkeyAndNonce } from './xchacha.js'

type Aead = Extract<KeyKind, { readonly kind: 'aead' }>

/** What goes into a ciphertext, or is needed to open it, besides the key. Empty buffers stand for what is absent. */
export interface Circumstances {
  readonly context: Buffer
  /** convergent keys of Vault 0.6.1 alone have it from their clients */
  readonly nonce: Buffer
  readonly associatedData: Buffer
}

const TAG_BYTES = 16
const CONVERGENT_KEY_BYTES = 32
const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }

/**
 * Encrypts with a version of a key.
 *
 * @param number 0: the latest
 * @throws {VaultError} in Vault's words, `invalid` where the request is to blame
 */
export function seal (
  store: TransitStore, key: TransitKey, number: number, plaintext: Buffer, circumstances: Circumstances,
  random: RandomStream
): string {
  const type = typeOf(key)
  if (!encrypts(type)) throw invalid(`message encryption not supported for key type ${type.name}`)
  const chosen = versionToEncrypt(key, number)
  const version = requireVersion(store, key, chosen)
  const sealed = type.kind === 'aead'
    ? sealSymmetric({ key, version, type, circumstances }, plaintext, random)
    : sealRsa(version, plaintext)
  return versionPrefix(key, chosen) + sealed.toString('base64')
}

function versionToEncrypt ({ latestVersion, minEncryptionVersion }: TransitKey, number: number): number {
  const refused = (why: string): Error => invalid(`requested version for encryption is ${why}`)
  if (number === 0) return latestVersion
  if (number < 0) throw refused('negative')
  if (number > latestVersion) throw refused('higher than the latest key version')
  if (number < minEncryptionVersion) throw refused('less than the minimum encryption key version')
  return number
}

/** Decrypts. @throws {VaultError} in Vault's words, `invalid` where the request is to blame */
export function open (store: TransitStore, key: TransitKey, text: string, circumstances: Circumstances): Buffer {
  const type = typeOf(key)
  if (!encrypts(type)) throw invalid(`message decryption not supported for key type ${type.name}`)
  const { number, body } = splitVersion(key, text, 'ciphertext')
  // of the first servers, whose versions began at 0
  const version = store.version(key, number === 0 ? 1 : number)
  const convergence = version === undefined ? 0 : convergentVersion(key, version)
  if (convergence === 1 && circumstances.nonce.length === 0) throw invalid('invalid convergent nonce supplied')
  const bytes = decodeVersioned(body, 'base64', 'invalid ciphertext: could not decode base64')
  if (version === undefined) throw invalid('no such key version')
  return type.kind === 'aead'
    ? openSymmetric({ key, version, type, circumstances }, bytes)
    : openRsa(version, bytes)
}

/** A version of a symmetric key at work. */
interface Symmetric {
  readonly key: TransitKey
  readonly version: KeyVersion
  readonly type: Aead
  readonly circumstances: Circumstances
}

/** How a version makes its nonces: 0 by chance, 1 the client, 2 and 3 from the text. */
function convergentVersion (key: TransitKey, version: KeyVersion): number {
  if (!key.convergentEncryption) return 0
  return version.convergentVersion || key.convergentVersion || 1
}

function sealSymmetric (symmetric: Symmetric, plaintext: Buffer, random: RandomStream): Buffer {
  const { key, version, type, circumstances } = symmetric
  const convergence = convergentVersion(key, version)
  const count = type.keyBytes + (convergence > 2 ? CONVERGENT_KEY_BYTES : 0)
  const bytes = bytesFor(key, version, circumstances.context, count)
  if (bytes.length < count) throw failure('could not derive key, length too small')
  const hmacKey = convergence > 2 ? bytes.subarray(type.keyBytes) : circumstances.context
  const nonce = nonceFor(symmetric, convergence, hmacKey, plaintext, random)
  const sealed = sealWith(type, bytes.subarray(0, type.keyBytes), nonce, plaintext, circumstances.associatedData)
  return convergence === 1 ? sealed : Buffer.concat([nonce, sealed])
}

function nonceFor (
  { type, circumstances }: Symmetric, convergence: number, hmacKey: Buffer, plaintext: Buffer, random: RandomStream
): Buffer {
  if (convergence === 0) return random.bytes(type.nonceBytes)
  if (convergence > 1) return createHmac('sha256', hmacKey).update(plaintext).digest().subarray(0, type.nonceBytes)
  if (circumstances.nonce.length === type.nonceBytes) return circumstances.nonce
  throw invalid(`base64-decoded nonce must be ${type.nonceBytes} bytes long when using convergent encryption ` +
    'with this key')
}

function openSymmetric ({ key, version, type, circumstances }: Symmetric, bytes: Buffer): Buffer {
  const secret = bytesFor(key, version, circumstances.context, type.keyBytes).subarray(0, type.keyBytes)
  if (secret.length !== type.keyBytes) throw failure('could not derive enc key, length not correct')
  if (bytes.length < type.nonceBytes) throw invalid('invalid ciphertext length')
  const isBare = convergentVersion(key, version) === 1
  const nonce = isBare ? circumstances.nonce : bytes.subarray(0, type.nonceBytes)
  const sealed = isBare ? bytes : bytes.subarray(type.nonceBytes)
  return openWith(type, secret, nonce, sealed, circumstances.associatedData)
}

/** What Node's ciphers want, in the place of what only XChaCha20 takes. */
function forNode (type: Aead, key: Buffer, nonce: Buffer) {
  const extended = type.cipher === 'xchacha20-poly1305' ? subkeyAndNonce(key, nonce) : { key, nonce }
  const cipher = type.cipher === 'xchacha20-poly1305' ? 'chacha20-poly1305' : type.cipher
  return { ...extended, cipher }
}

function sealWith (type: Aead, key: Buffer, nonce: Buffer, plaintext: Buffer, associatedData: Buffer): Buffer {
  const used = forNode(type, key, nonce)
  const options = { authTagLength: TAG_BYTES }
  const cipher = used.cipher === 'chacha20-poly1305'
    ? createCipheriv(used.cipher, used.key, used.nonce, options)
    : createCipheriv(used.cipher, used.key, used.nonce, options)
  cipher.setAAD(associatedData, { plaintextLength: plaintext.length })
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function openWith (type: Aead, key: Buffer, nonce: Buffer, sealed: Buffer, associatedData: Buffer): Buffer {
  const cipherName = type.cipher.startsWith('aes') ? 'cipher' : 'chacha20poly1305'
  const refused = invalid(`${cipherName}: message authentication failed`)
  if (sealed.length < TAG_BYTES) throw refused
  const used = forNode(type, key, nonce)
  const options = { authTagLength: TAG_BYTES }
  const decipher = used.cipher === 'chacha20-poly1305'
    ? createDecipheriv(used.cipher, used.key, used.nonce, options)
    : createDecipheriv(used.cipher, used.key, used.nonce, options)
  const text = sealed.subarray(0, -TAG_BYTES)
  decipher.setAAD(associatedData, { plaintextLength: text.length })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const plaintext = decipher.update(text)
  try {
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    throw refused
  }
}

/** OAEP with SHA-256 and no label. */
function sealRsa (version: KeyVersion, plaintext: Buffer): Buffer {
  const key = publicKeyOf(version)
  const modulusBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  if (plaintext.length > modulusBytes - 2 * 32 - 2) {
    throw failure('failed to RSA encrypt the plaintext: crypto/rsa: message too long for RSA key size')
  }
  return publicEncrypt({ key, ...OAEP }, plaintext)
}

function openRsa (version: KeyVersion, bytes: Buffer): Buffer {
  const key = privateKeyOf(version)
  if (key === undefined) {
    throw failure('cannot decrypt ciphertext, key version does not have a private counterpart')
  }
  try {
    return privateDecrypt({ key, ...OAEP }, bytes)
  } catch {
    throw failure('failed to RSA decrypt the ciphertext: crypto/rsa: decryption error')
  }
}
