// What imported keys are made of: bytes, PKCS#8, or a public key in PEM, checked against their type.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { failure } from '../../refusal/index.js'
import { ed25519Material, hmacMaterial, pairMaterial, publicMaterial, symmetric, type Material } from './key-material.js'
import { FEWEST_HMAC_BYTES, isPair, MOST_HMAC_BYTES, type Curve, type KeyType } from './key-types.js'

const CURVES: ReadonlyMap<string | undefined, Curve> = new Map<string, Curve>([
  ['prime256v1', 'P-256'], ['secp384r1', 'P-384'], ['secp521r1', 'P-521']
])
const GO_NAMES: ReadonlyMap<string | undefined, string> = new Map([['ec', 'ecdsa'], ['rsa', 'rsa'], ['ed25519', 'ed25519']])

/**
 * Material of a secret: the bytes of symmetric keys, PKCS#8 of pairs.
 *
 * @param hmacKey base64, the key for HMACs beside it
 * @throws {VaultError} `failure` in Vault's words
 */
export function secretMaterial (type: KeyType, bytes: Buffer, hmacKey: string): Material {
  if (isPair(type)) return { ...pairOf(type, privateKeyIn(bytes)), hmacKey }
  if (!hasRightSize(type, bytes.length)) {
    throw failure(`invalid key size ${bytes.length} bytes for key type ${type.name}`)
  }
  return type.kind === 'hmac' ? hmacMaterial(bytes) : { ...symmetric(bytes), hmacKey }
}

/** Material of a public key alone. @throws {VaultError} `failure` */
export function publicKeyMaterial (type: KeyType, pem: string, hmacKey: string): Material {
  const key = publicKeyIn(pem)
  checkKey(type, key)
  return { ...publicMaterial(key), hmacKey }
}

function hasRightSize (type: KeyType, bytes: number): boolean {
  if (type.kind === 'hmac') return bytes >= FEWEST_HMAC_BYTES && bytes <= MOST_HMAC_BYTES
  return type.kind !== 'aead' || bytes === type.keyBytes
}

/** Node's reasons are its own: the words behind the colon are inferred. */
function privateKeyIn (der: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } catch {
    throw failure('error parsing asymmetric key: asn1: structure error: tags don\'t match')
  }
}

function publicKeyIn (pem: string): KeyObject {
  try {
    return createPublicKey(pem)
  } catch {
    throw failure('error parsing public key: asn1: structure error: tags don\'t match')
  }
}

function pairOf (type: KeyType, key: KeyObject): Omit<Material, 'hmacKey'> {
  checkKey(type, key)
  if (type.kind !== 'ed25519') return pairMaterial(key)
  return ed25519Material(key.export({ type: 'pkcs8', format: 'der' }).subarray(-32))
}

function checkKey (type: KeyType, key: KeyObject): void {
  const { asymmetricKeyType, asymmetricKeyDetails } = key
  const goName = GO_NAMES.get(asymmetricKeyType) ?? String(asymmetricKeyType)
  if ((type.kind as string) !== goName) {
    const pointer = goName === 'ed25519' ? '' : '*'
    const half = key.type === 'private' ? 'PrivateKey' : 'PublicKey'
    throw failure(`invalid key type: expected ${type.name}, got ${pointer}${goName}.${half}`)
  }
  if (type.kind === 'ecdsa') checkCurve(type.curve, asymmetricKeyDetails?.namedCurve)
  const bits = asymmetricKeyDetails?.modulusLength ?? 0
  if (type.kind === 'rsa' && bits !== type.bits) {
    throw failure(`invalid key size: expected ${type.bits / 8} bytes, got ${Math.ceil(bits / 8)} bytes`)
  }
}

function checkCurve (wanted: Curve, opensslName: string | undefined): void {
  const found = CURVES.get(opensslName) ?? opensslName
  if (found !== wanted) throw failure(`invalid curve: expected ${wanted}, got ${found}`)
}
