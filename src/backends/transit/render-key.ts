// A key as reads show it, and as everything that changes it answers.
import { orInvalid } from '../../go/refusing.js'
import { goMap, type JsonObject, type JsonValue } from '../../json/index.js'
import type { Call, LogicalResponse } from '../../vault/paths.js'
import { bytesFor, HKDF_SHA256 } from './derivation.js'
import { ed25519Material, publicKeyOf, rawEd25519 } from './key-material.js'
import { derives, encrypts, isPair, signs, typeOf, type KeyType } from './key-types.js'
import { storeOf, type KeyVersion, type TransitKey } from './stored-keys.js'
import { decodeField } from './versioned-text.js'
import { certificatePem, publicPem } from './pem.js'

/** @param context of a derived Ed25519 key, whose public keys are shown for it */
export function keyAnswer (call: Call<unknown>, key: TransitKey, context = ''): LogicalResponse {
  return { data: renderKey(call, key, orInvalid(() => decodeField(context), () => 'failed to base64-decode context')) }
}

function renderKey (call: Call<unknown>, key: TransitKey, context: Buffer): JsonObject {
  const type = typeOf(key)
  return goMap({
    name: key.name,
    type: key.type,
    derived: key.derived,
    deletion_allowed: key.deletionAllowed,
    min_available_version: key.minAvailableVersion,
    min_decryption_version: key.minDecryptionVersion,
    min_encryption_version: key.minEncryptionVersion,
    latest_version: key.latestVersion,
    exportable: key.exportable,
    allow_plaintext_backup: key.allowPlaintextBackup,
    supports_encryption: encrypts(type),
    supports_decryption: encrypts(type),
    supports_signing: signs(type),
    supports_derivation: derives(type),
    auto_rotate_period: key.autoRotatePeriodSeconds,
    imported_key: key.imported,
    imported_key_allow_rotation: key.imported ? key.allowImportedKeyRotation : undefined,
    key_size: key.keySizeBytes === 0 ? undefined : key.keySizeBytes,
    backup_info: renderEvent(key.backupInfo),
    restore_info: renderEvent(key.restoreInfo),
    soft_deleted: call.cluster.profile.transit.softDeletion ? key.softDeleted : undefined,
    ...renderDerivation(key),
    keys: type.kind === 'hmac' ? undefined : renderVersions(call, key, type, context)
  })
}

function renderEvent (event: TransitKey['backupInfo']): JsonValue | undefined {
  return event === null ? undefined : goMap(event)
}

function renderDerivation (key: TransitKey): JsonObject {
  if (!key.derived) return {}
  return {
    ...(key.kdf === HKDF_SHA256
      ? { kdf: 'hkdf_sha256' }
      : { kdf: 'hmac-sha256-counter', kdf_mode: 'hmac-sha256-counter' }),
    convergent_encryption: key.convergentEncryption,
    convergent_encryption_version: key.convergentEncryption ? key.convergentVersion : undefined
  }
}

function renderVersions (call: Call<unknown>, key: TransitKey, type: KeyType, context: Buffer): JsonObject {
  const versions = [...storeOf(call).versions(key)].map(([number, version]) => [
    String(number),
    isPair(type) ? renderPair(call, key, version, type, context) : unixSeconds(version)
  ] as const)
  return goMap(Object.fromEntries(versions))
}

function renderPair (
  { cluster }: Call<unknown>, key: TransitKey, version: KeyVersion, type: KeyType, context: Buffer
): JsonObject {
  const { emptyKeyFields } = cluster.profile.transit
  return goMap({
    ...Object.fromEntries(emptyKeyFields.map((name) => [name, ''])),
    ...(version.certificateChain.length === 0
      ? {}
      : { certificate_chain: version.certificateChain.map(certificatePem).join('\n') }),
    creation_time: version.creationTime,
    name: type.kind === 'ecdsa' ? type.curve : type.name,
    public_key: shownPublicKey(key, version, context)
  })
}

/** PEM, or the base64 of a raw Ed25519 key; a derived one has one for each context. */
function shownPublicKey (key: TransitKey, version: KeyVersion, context: Buffer): string {
  if (typeOf(key).kind !== 'ed25519') return publicPem(publicKeyOf(version))
  if (!key.derived) return rawEd25519(publicKeyOf(version)).toString('base64')
  if (context.length === 0) return ''
  return derivedPublicKey(key, version, context).toString('base64')
}

function derivedPublicKey (key: TransitKey, version: KeyVersion, context: Buffer): Buffer {
  const { key: pair } = ed25519Material(bytesFor(key, version, context, 32))
  return Buffer.from(pair ?? '', 'base64').subarray(32)
}

/** When a version was made, in seconds since 1970. */
export function unixSeconds ({ creationTime }: KeyVersion): number {
  return Math.floor(Date.parse(creationTime) / 1000)
}
