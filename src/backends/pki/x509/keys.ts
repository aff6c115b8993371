// Keys of authorities and certificates: their kinds and their written forms.
import { createHash, createPrivateKey, createPublicKey, KeyObject } from 'node:crypto'
import { SubjectPublicKeyInfo } from '@peculiar/asn1-x509'
import { fromDer } from './der.js'
import { firstPemBlock } from './pem.js'

export type KeyType = 'rsa' | 'ec' | 'ed25519'

const EC_BITS: Readonly<Record<string, number>> = { secp224r1: 224, prime256v1: 256, secp384r1: 384, secp521r1: 521 }

/** undefined: of a kind that certificates here do not have. */
export function keyTypeOf (key: KeyObject): KeyType | undefined {
  const type = key.asymmetricKeyType
  return type === 'rsa' || type === 'ec' || type === 'ed25519' ? type : undefined
}

/** Of the modulus or the curve; 0 for Ed25519. */
export function keyBitsOf (key: KeyObject): number {
  const details = key.asymmetricKeyDetails
  return details?.modulusLength ?? EC_BITS[details?.namedCurve ?? ''] ?? 0
}

/** In the oldest form of its kind: `RSA PRIVATE KEY`, `EC PRIVATE KEY`, else PKCS #8. Without a newline at the end. */
export function privateKeyPem (key: KeyObject): string {
  const type = { rsa: 'pkcs1', ec: 'sec1', ed25519: 'pkcs8' } as const
  return key.export({ format: 'pem', type: type[keyTypeOf(key) ?? 'ed25519'] }).toString().trimEnd()
}

export function pkcs8Pem (key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString().trimEnd()
}

/** @returns undefined where the text holds no private key of a kind that is known here */
export function parsePrivateKey (pem: string): KeyObject | undefined {
  const block = firstPemBlock(pem)
  if (block === undefined) return undefined
  for (const type of formsOf(block.type)) {
    try {
      const key = createPrivateKey({ key: block.der, format: 'der', type })
      if (keyTypeOf(key) !== undefined) return key
    } catch {
      // of another form
    }
  }
  return undefined
}

type KeyForm = 'pkcs1' | 'sec1' | 'pkcs8'

/** The form that a block says it has, then the others: labels are often wrong. */
function formsOf (label: string): readonly KeyForm[] {
  if (label === 'RSA PRIVATE KEY') return ['pkcs1', 'pkcs8']
  return label === 'EC PRIVATE KEY' ? ['sec1', 'pkcs8'] : ['pkcs8', 'pkcs1', 'sec1']
}

/** The public half. */
export function publicKeyOf (privateKey: KeyObject): KeyObject {
  return createPublicKey(privateKey)
}

/**
 * Whether two public keys are the same. Node's own comparison leaves an error behind where their kinds differ, which
 * the next key that is read then runs into.
 */
export function isSameKey (a: KeyObject, b: KeyObject): boolean {
  return a.asymmetricKeyType === b.asymmetricKeyType && spki(a).equals(spki(b))
}

function spki (key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' })
}

export function publicKeyInfo (key: KeyObject): SubjectPublicKeyInfo {
  return fromDer(spki(key), SubjectPublicKeyInfo)
}

/** SHA-1 of the public key, by which certificates point at each other. */
export function subjectKeyIdOf (publicKey: KeyObject): Buffer {
  return createHash('sha1').update(Buffer.from(publicKeyInfo(publicKey).subjectPublicKey)).digest()
}

/** Hexadecimal pairs between colons: `7e:d9:…`. */
export function colonHex (bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}
