// What versions of keys are made of: new material, and the key objects of stored material.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { memoize } from '../../vault/memo.js'
import { failure } from '../../refusal/index.js'
import type { Eventually } from '../../vault/eventually.js'
import type { RandomStream } from '../../sim/random.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { ed25519Key, makePrivateKey } from '../private-keys.js'
import { FEWEST_HMAC_BYTES, MOST_HMAC_BYTES, typeOf, type KeyType } from './key-types.js'
import type { KeyVersion, TransitKey } from './stored-keys.js'

const HMAC_KEY_BYTES = 32
/** The derivation that convergent keys use today. */
const CONVERGENT_VERSION = 3

/** What a version holds besides when it was made: of symmetric keys, pairs, or what was imported. */
export type Material = Pick<KeyVersion, 'key' | 'hmacKey' | 'privateKey' | 'publicKey'>

/**
 * Makes the material for the next version of a key: at once, or in the thread pool where it takes its time.
 *
 * @throws {VaultError} `invalid key size for HMAC key, must be between 32 and 512 bytes`
 */
export function newMaterial (key: TransitKey, random: RandomStream): Eventually<Material> {
  const type = typeOf(key)
  const hmacKey = random.bytes(HMAC_KEY_BYTES).toString('base64')
  switch (type.kind) {
    case 'aead': return { ...symmetric(random.bytes(type.keyBytes)), hmacKey }
    case 'hmac': return hmacMaterial(random.bytes(checkHmacSize(key.keySizeBytes)))
    case 'ed25519': return { ...ed25519Material(random.bytes(32)), hmacKey }
    case 'ecdsa': return pairMade(makePrivateKey({ type: 'ec', curve: type.curve }, random), hmacKey)
    case 'rsa': return pairMade(makePrivateKey({ type: 'rsa', bits: type.bits }, random), hmacKey)
  }
}

async function pairMade (key: Promise<KeyObject>, hmacKey: string): Promise<Material> {
  return { ...pairMaterial(await key), hmacKey }
}

function checkHmacSize (bytes: number): number {
  if (bytes >= FEWEST_HMAC_BYTES && bytes <= MOST_HMAC_BYTES) return bytes
  const bounds = `${FEWEST_HMAC_BYTES} and ${MOST_HMAC_BYTES}`
  throw failure(`invalid key size for HMAC key, must be between ${bounds} bytes`)
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
  const publicKey = createPublicKey(ed25519Key(seed))
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

/** Bytes of an HMAC key; nothing of others. */
export function sizeOf (type: KeyType, { key }: Material): Pick<TransitKey, 'keySizeBytes'> | undefined {
  return type.kind === 'hmac' ? { keySizeBytes: Buffer.from(key ?? '', 'base64').length } : undefined
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
  return key === null ? undefined : ed25519Key(Buffer.from(key, 'base64').subarray(0, 32))
})

/** A pair's public key. */
export const publicKeyOf = memoize(({ publicKey }: KeyVersion): KeyObject => {
  if (publicKey === null) throw new Error('a stored pair of keys without a public key')
  return createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
})
