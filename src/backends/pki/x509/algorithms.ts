// Signature algorithms: their names in Go, their identifiers in certificates, and signing with them.
import { constants, sign, verify, type KeyObject } from 'node:crypto'
import { RsaSaPssParams } from '@peculiar/asn1-rsa'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { keyTypeOf, keyBitsOf, type KeyType } from './keys.js'
import { fromDer, toArrayBuffer, toDer } from './der.js'

type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512'

export interface SignatureAlgorithm {
  readonly keyType: KeyType
  /** none for Ed25519 */
  readonly hash?: Hash
  readonly pss?: true
  readonly oid: string
}

/** By the names that Vault shows. */
export const SIGNATURE_ALGORITHMS = {
  SHA256WithRSA: { keyType: 'rsa', hash: 'sha256', oid: '1.2.840.113549.1.1.11' },
  SHA384WithRSA: { keyType: 'rsa', hash: 'sha384', oid: '1.2.840.113549.1.1.12' },
  SHA512WithRSA: { keyType: 'rsa', hash: 'sha512', oid: '1.2.840.113549.1.1.13' },
  ECDSAWithSHA256: { keyType: 'ec', hash: 'sha256', oid: '1.2.840.10045.4.3.2' },
  ECDSAWithSHA384: { keyType: 'ec', hash: 'sha384', oid: '1.2.840.10045.4.3.3' },
  ECDSAWithSHA512: { keyType: 'ec', hash: 'sha512', oid: '1.2.840.10045.4.3.4' },
  SHA256WithRSAPSS: { keyType: 'rsa', hash: 'sha256', pss: true, oid: '1.2.840.113549.1.1.10' },
  SHA384WithRSAPSS: { keyType: 'rsa', hash: 'sha384', pss: true, oid: '1.2.840.113549.1.1.10' },
  SHA512WithRSAPSS: { keyType: 'rsa', hash: 'sha512', pss: true, oid: '1.2.840.113549.1.1.10' },
  Ed25519: { keyType: 'ed25519', oid: '1.3.101.112' }
} as const satisfies Record<string, SignatureAlgorithm>

export type AlgorithmName = keyof typeof SIGNATURE_ALGORITHMS

const HASH_OIDS: Readonly<Record<Hash, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3'
}
const HASH_BYTES: Readonly<Record<Hash, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 }
const MGF1 = '1.2.840.113549.1.1.8'
/** Only read, never written. */
const OLD: readonly SignatureAlgorithm[] = [
  { keyType: 'rsa', hash: 'sha1', oid: '1.2.840.113549.1.1.5' },
  { keyType: 'ec', hash: 'sha1', oid: '1.2.840.10045.4.1' }
]

/** The name as Vault writes it, for one in any case; undefined if there is no such algorithm. */
export function algorithmNamed (name: string): AlgorithmName | undefined {
  const lower = name.toLowerCase() === 'pureed25519' ? 'ed25519' : name.toLowerCase()
  const names = Object.keys(SIGNATURE_ALGORITHMS) as AlgorithmName[]
  return names.find((known) => known.toLowerCase() === lower)
}

/** What a wish for hash and padding leads to with a key: curves have a hash of their own. */
export function algorithmFor (key: KeyObject, bits: number, pss = false): AlgorithmName {
  switch (keyTypeOf(key)) {
    case 'ec': return `ECDSAWithSHA${keyBitsOf(key) === 521 ? 512 : keyBitsOf(key) === 384 ? 384 : 256}`
    case 'rsa': return `SHA${bits === 384 || bits === 512 ? bits : 256}WithRSA${pss ? 'PSS' : ''}`
    default: return 'Ed25519'
  }
}

/** OCSP answers are never signed with PSS. */
export function withoutPss (name: AlgorithmName): AlgorithmName {
  return algorithmNamed(name.replace(/PSS$/, '')) ?? name
}

/** How an algorithm is written in a structure. */
export function identifierOf (name: AlgorithmName): AlgorithmIdentifier {
  const algorithm: SignatureAlgorithm = SIGNATURE_ALGORITHMS[name]
  if (algorithm.pss) return new AlgorithmIdentifier({ algorithm: algorithm.oid, parameters: pssParameters(algorithm) })
  return algorithm.keyType === 'rsa'
    ? new AlgorithmIdentifier({ algorithm: algorithm.oid, parameters: null })
    : new AlgorithmIdentifier({ algorithm: algorithm.oid })
}

function pssParameters ({ hash = 'sha256' }: SignatureAlgorithm): ArrayBuffer {
  const hashAlgorithm = new AlgorithmIdentifier({ algorithm: HASH_OIDS[hash], parameters: null })
  const maskGenAlgorithm = new AlgorithmIdentifier({ algorithm: MGF1, parameters: toArrayBuffer(toDer(hashAlgorithm)) })
  const saltLength = HASH_BYTES[hash]
  return toArrayBuffer(toDer(new RsaSaPssParams({ hashAlgorithm, maskGenAlgorithm, saltLength })))
}

/** Signs bytes. */
export function signWith (name: AlgorithmName, key: KeyObject, data: Uint8Array): Buffer {
  const { hash, pss }: SignatureAlgorithm = SIGNATURE_ALGORITHMS[name]
  return sign(hash ?? null, data, { key, dsaEncoding: 'der', ...paddingOf(pss) })
}

/** Whether a signature is right; false also where its algorithm is not known. */
export function isSignedBy (
  key: KeyObject, identifier: AlgorithmIdentifier, data: Uint8Array, signature: Uint8Array
): boolean {
  const algorithm = algorithmOf(identifier)
  if (algorithm === undefined || algorithm.keyType !== keyTypeOf(key)) return false
  const { hash, pss } = algorithm
  return verify(hash ?? null, data, { key, dsaEncoding: 'der', ...paddingOf(pss) }, signature)
}

function algorithmOf ({ algorithm, parameters }: AlgorithmIdentifier): SignatureAlgorithm | undefined {
  const known: readonly SignatureAlgorithm[] = [...Object.values(SIGNATURE_ALGORITHMS), ...OLD]
  const candidates = known.filter(({ oid }) => oid === algorithm)
  if (candidates[0]?.pss !== true) return candidates[0]
  if (parameters == null) return undefined
  const { hashAlgorithm } = fromDer(new Uint8Array(parameters), RsaSaPssParams)
  return candidates.find(({ hash = 'sha256' }) => HASH_OIDS[hash] === hashAlgorithm.algorithm)
}

function paddingOf (pss: true | undefined): { padding?: number, saltLength?: number } {
  return pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}
}
