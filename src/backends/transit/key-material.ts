// What versions of keys are made of: new material, and the key objects of stored material.
import {
  createPrivateKey, createPublicKey, generateKeyPair, generateKeyPairSync, type KeyObject
} from 'node:crypto'
import { promisify } from 'node:util'
import { memoize } from '../../vault/memo.js'
import { failure } from '../../refusal/index.js'
import type { RandomStream } from '../../sim/random.js'
import { rfc3339Nano } from '../../sim/instants.js'
import {
  FEWEST_HMAC_BYTES, MOST_HMAC_BYTES, typeOf, type Curve, type KeyType
} from './key-types.js'
import type { KeyVersion, TransitKey } from './stored-keys.js'

const HMAC_KEY_BYTES = 32
/** The derivation that convergent keys use today. */
const CONVERGENT_VERSION = 3
/** PKCS#8 of an Ed25519 key up to its 32 bytes. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

const generateRsa = promisify(generateKeyPair)

/** What a version holds besides when it was made: of symmetric keys, pairs, or what was imported. */
export type Material = Pick<KeyVersion, 'key' | 'hmacKey' | 'privateKey' | 'publicKey'>

/**
 * Makes the material for the next version of a key. RSA takes its time, in another thread.
 *
 * @throws {VaultError} `invalid key size for HMAC key, must be between 32 and 512 bytes`
 */
export function newMaterial (key: TransitKey, random: RandomStream): Material | Promise<Material> {
  const type = typeOf(key)
  return type.kind === 'rsa' ? rsaMaterial(type.bits, random) : quickMaterial(key, type, random)
}

async function rsaMaterial (bits: number, random: RandomStream): Promise<Material> {
  const hmacKey = random.bytes(HMAC_KEY_BYTES)
  const { privateKey } = await generateRsa('rsa', { modulusLength: bits })
  return { hmacKey: hmacKey.toString('base64'), ...pairMaterial(privateKey) }
}

function quickMaterial (key: TransitKey, type: KeyType, random: RandomStream): Material {
  const hmacKey = random.bytes(HMAC_KEY_BYTES).toString('base64')
  switch (type.kind) {
    case 'aead': return { ...symmetric(random.bytes(type.keyBytes)), hmacKey }
    case 'hmac': return hmacMaterial(random.bytes(checkHmacSize(key.keySizeBytes)))
    case 'ed25519': return { ...ed25519Material(random.bytes(32)), hmacKey }
    case 'ecdsa': return { ...pairMaterial(generateEcdsa(type.curve)), hmacKey }
    case 'rsa': throw new Error('RSA keys are made in another thread')
  }
}

function checkHmacSize (bytes: number): number {
  if (bytes >= FEWEST_HMAC_BYTES && bytes <= MOST_HMAC_BYTES) return bytes
  const bounds = `${FEWEST_HMAC_BYTES} and ${MOST_HMAC_BYTES}`
  throw failure(`invalid key size for HMAC key, must be between ${bounds} bytes`)
}

function generateEcdsa (namedCurve: Curve): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey
}

export function symmetric (bytes: Buffer): Omit<Material, 'hmacKey'> {
  return { key: bytes.toString('base64'), privateKey: null, publicKey: null }
}

/** An HMAC key is its own key for HMACs. */
export function hmacMaterial (bytes: Buffer): Material {
  return { ...symmetric(bytes), hmacKey: bytes.toString('base64') }
}

/** An Ed25519 pair of its 32 secret bytes; stored as Go does, the public key behind them. */
export function ed25519Material (seed: Uint8Array): Omit<Material, 'hmacKey'> {
  const publicKey = createPublicKey(ed25519PrivateKey(seed))
  return {
    key: Buffer.concat([seed, rawEd25519(publicKey)]).toString('base64'),
    privateKey: null,
    publicKey: spki(publicKey)
  }
}

/** RSA, or an elliptic curve. */
export function pairMaterial (privateKey: KeyObject): Omit<Material, 'hmacKey'> {
  return {
    key: null,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    publicKey: spki(createPublicKey(privateKey))
  }
}

export function publicMaterial (publicKey: KeyObject): Omit<Material, 'hmacKey'> {
  return { key: null, privateKey: null, publicKey: spki(publicKey) }
}

function spki (publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
}

/** A version of a key, made at an instant. */
export function newVersion (key: TransitKey, material: Material, nowMs: number): KeyVersion {
  const convergent = key.convergentEncryption && (key.convergentVersion === -1 || key.convergentVersion > 1)
  return {
    creationTime: rfc3339Nano(nowMs),
    ...material,
    convergentVersion: convergent ? CONVERGENT_VERSION : 0,
    certificateChain: []
  }
}

export function ed25519PrivateKey (seed: Uint8Array): KeyObject {
  const key = Buffer.concat([ED25519_PKCS8, seed])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** The 32 bytes of a public Ed25519 key. */
export function rawEd25519 (publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
}

/** The bytes of a symmetric key, or the 64 of a private Ed25519 key; undefined where there are none. */
export const keyBytes = memoize(({ key }: KeyVersion) => key === null ? undefined : Buffer.from(key, 'base64'))

/** Whether only the public key is known. */
export function lacksPrivateKey ({ key, privateKey }: KeyVersion): boolean {
  return key === null && privateKey === null
}

/** A pair's private key; undefined where only the public one was imported. */
export const privateKeyOf = memoize((version: KeyVersion): KeyObject | undefined => {
  const { key, privateKey } = version
  if (privateKey !== null) {
    return createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' })
  }
  return key === null ? undefined : ed25519PrivateKey(Buffer.from(key, 'base64').subarray(0, 32))
})

/** A pair's public key. */
export const publicKeyOf = memoize(({ publicKey }: KeyVersion): KeyObject => {
  if (publicKey === null) throw new Error('a stored pair of keys without a public key')
  return createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
})
