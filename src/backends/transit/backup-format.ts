// Backups: a key with all its versions, in Vault's own stored form, so that servers can read each other's.
import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { goMap, isObject, JsonNumber, type JsonObject, type JsonValue } from '../../json/index.js'
import { ZERO_TIME } from '../../sim/instants.js'
import { pairMaterial, privateKeyOf, publicKeyOf, publicMaterial, rawEd25519, type Material } from './key-material.js'
import { typeOf, type Curve } from './key-types.js'
import { publicPem } from './pem.js'
import { unixSeconds } from './render-key.js'
import type { KeyVersion, TransitKey } from './stored-keys.js'

const HALF_BYTES: Readonly<Record<Curve, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }

/** A key as it is stored by Vault: members in the order of its struct. */
export function policyForm (
  key: TransitKey, versions: Iterable<readonly [number, KeyVersion]>, keyTypes: Readonly<Record<string, number>>
): JsonObject {
  const rendered = [...versions].map(([number, version]) => [String(number), versionForm(key, version)] as const)
  return {
    name: key.name,
    key_size: key.keySizeBytes === 0 ? undefined : key.keySizeBytes,
    keys: goMap(Object.fromEntries(rendered)),
    derived: key.derived,
    kdf: key.kdf,
    convergent_encryption: key.convergentEncryption,
    exportable: key.exportable,
    min_decryption_version: key.minDecryptionVersion,
    min_encryption_version: key.minEncryptionVersion,
    latest_version: key.latestVersion,
    archive_version: key.latestVersion,
    archive_min_version: key.minAvailableVersion,
    min_available_version: key.minAvailableVersion,
    deletion_allowed: key.deletionAllowed,
    convergent_version: key.convergentVersion,
    type: keyTypes[key.type] ?? 0,
    backup_info: eventForm(key.backupInfo),
    restore_info: eventForm(key.restoreInfo),
    allow_plaintext_backup: key.allowPlaintextBackup,
    version_template: key.versionTemplate,
    storage_prefix: '',
    auto_rotate_period: nanoseconds(key.autoRotatePeriodSeconds),
    Imported: key.imported,
    AllowImportedKeyRotation: key.allowImportedKeyRotation
  }
}

function eventForm (event: TransitKey['backupInfo']): JsonValue {
  return event === null ? null : { time: event.time, version: event.version }
}

function nanoseconds (seconds: number): JsonValue {
  return seconds === 0 ? 0 : new JsonNumber(String(BigInt(seconds) * 1_000_000_000n))
}

const NO_VERSION: JsonObject = {
  key: null,
  hmac_key: null,
  time: ZERO_TIME,
  ec_x: null,
  ec_y: null,
  ec_d: null,
  rsa_key: null,
  rsa_public_key: null,
  public_key: '',
  convergent_version: 0,
  creation_time: 0
}

/** A version; undefined for the place that none takes, as for number 0. */
export function versionForm (key: TransitKey, version: KeyVersion | undefined): JsonObject {
  if (version === undefined) return NO_VERSION
  const kind = typeOf(key).kind
  return {
    ...NO_VERSION,
    key: version.key,
    hmac_key: version.hmacKey,
    time: version.creationTime,
    ...(kind === 'ecdsa' ? ecForm(version) : {}),
    ...(kind === 'rsa' ? rsaForm(version) : {}),
    public_key: publicText(kind, version),
    convergent_version: version.convergentVersion,
    creation_time: unixSeconds(version),
    ...(version.certificateChain.length === 0 ? {} : { certificate_chain: version.certificateChain })
  }
}

function publicText (kind: string, version: KeyVersion): string {
  if (kind === 'ecdsa') return publicPem(publicKeyOf(version))
  return kind === 'ed25519' ? rawEd25519(publicKeyOf(version)).toString('base64') : ''
}

function ecForm (version: KeyVersion): JsonObject {
  const { x, y, d } = jwkOf(privateKeyOf(version) ?? publicKeyOf(version))
  return { ec_x: integer(x), ec_y: integer(y), ec_d: d === undefined ? null : integer(d) }
}

function rsaForm (version: KeyVersion): JsonObject {
  const privateKey = privateKeyOf(version)
  const { n, e } = jwkOf(publicKeyOf(version))
  const publicForm = { N: integer(n), E: integer(e) }
  if (privateKey === undefined) return { rsa_public_key: publicForm }
  const { d, p, q, dp, dq, qi } = jwkOf(privateKey)
  return {
    rsa_key: {
      ...publicForm,
      D: integer(d),
      Primes: [integer(p), integer(q)],
      Precomputed: { Dp: integer(dp), Dq: integer(dq), Qinv: integer(qi), CRTValues: [] }
    }
  }
}

function jwkOf (key: KeyObject): JsonWebKey {
  return key.export({ format: 'jwk' })
}

/** A JSON number of as many digits as it takes. */
function integer (base64url = ''): JsonNumber {
  const digits = Buffer.from(base64url, 'base64url').toString('hex')
  return new JsonNumber(BigInt(`0x${digits || '0'}`).toString())
}

/** What a version of a backup is made of. @throws Error for what is no key of that type */
export function materialIn (type: ReturnType<typeof typeOf>, form: JsonObject): Material {
  const hmacKey = textOrNull(form.hmac_key)
  if (type.kind === 'ecdsa') return { ...ecMaterial(type.curve, form), hmacKey }
  if (type.kind === 'rsa') return { ...rsaMaterial(form), hmacKey }
  const publicKey = type.kind === 'ed25519' ? edSpki(String(form.public_key)) : null
  return { key: textOrNull(form.key), privateKey: null, publicKey, hmacKey }
}

/** SubjectPublicKeyInfo up to the 32 bytes. */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')

function edSpki (raw: string): string {
  return Buffer.concat([ED25519_SPKI, Buffer.from(raw, 'base64')]).toString('base64')
}

function ecMaterial (crv: Curve, form: JsonObject): Omit<Material, 'hmacKey'> {
  const bytes = HALF_BYTES[crv]
  const jwk = { kty: 'EC', crv, x: base64url(form.ec_x, bytes), y: base64url(form.ec_y, bytes) }
  return form.ec_d == null
    ? publicMaterial(createPublicKey({ key: jwk, format: 'jwk' }))
    : pairMaterial(createPrivateKey({ key: { ...jwk, d: base64url(form.ec_d, bytes) }, format: 'jwk' }))
}

function rsaMaterial ({ rsa_key: pair, rsa_public_key: alone }: JsonObject): Omit<Material, 'hmacKey'> {
  const form = isObject(pair) ? pair : isObject(alone) ? alone : {}
  const jwk = { kty: 'RSA', n: base64url(form.N), e: base64url(form.E) }
  if (!isObject(pair)) return publicMaterial(createPublicKey({ key: jwk, format: 'jwk' }))
  const [p, q] = (Array.isArray(pair.Primes) ? pair.Primes : []).map((prime: JsonValue) => bigint(prime))
  const d = bigint(pair.D)
  if (p === undefined || q === undefined) throw new Error('an RSA key without its primes')
  const key = {
    ...jwk,
    d: encodedInteger(d),
    p: encodedInteger(p),
    q: encodedInteger(q),
    dp: encodedInteger(d % (p - 1n)),
    dq: encodedInteger(d % (q - 1n)),
    qi: encodedInteger(inverse(q, p))
  }
  return pairMaterial(createPrivateKey({ key, format: 'jwk' }))
}

/** By Fermat: the modulus is prime. */
function inverse (value: bigint, prime: bigint): bigint {
  let [result, base, exponent] = [1n, value % prime, prime - 2n]
  for (; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = result * base % prime
    base = base * base % prime
  }
  return result
}

function textOrNull (value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function bigint (value: JsonValue | undefined): bigint {
  return BigInt(String(value))
}

function base64url (value: JsonValue | undefined, bytes = 0): string {
  return encodedInteger(bigint(value), bytes)
}

function encodedInteger (value: bigint, bytes = 0): string {
  const digits = value.toString(16)
  const padded = digits.padStart(Math.max(bytes * 2, digits.length + digits.length % 2), '0')
  return Buffer.from(padded, 'hex').toString('base64url')
}
