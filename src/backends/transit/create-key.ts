// Making keys: what a new key may be, its first version, and the next ones.
import { failure, invalid, NotSimulated } from '../../refusal/index.js'
import type { Call } from '../../vault/paths.js'
import { HKDF_SHA256 } from './derivation.js'
import { newMaterial, newVersion } from './key-material.js'
import { derives, keyType, type KeyType } from './key-types.js'
import { storeOf, type TransitKey, type TransitStore } from './stored-keys.js'

/** What a new key is to be. */
export interface NewKey {
  readonly type: KeyType
  readonly derived?: boolean
  readonly convergent?: boolean
  readonly exportable?: boolean
  readonly allowPlaintextBackup?: boolean
  readonly autoRotatePeriodSeconds?: number
  readonly keySizeBytes?: number
}

/** The type of a name; undefined for one that this server does not have. */
export function typeNamed ({ cluster }: Call<unknown>, name: string): KeyType | undefined {
  return Object.hasOwn(cluster.profile.transit.keyTypes, name) ? keyType(name) : undefined
}

/** @throws {VaultError} `invalid`, and of managed keys what Vault says without its enterprise edition */
export function keyTypeToCreate (call: Call<unknown>, name: string): KeyType {
  if (call.cluster.profile.transit.namesManagedKeys && name === 'managed_key') {
    throw failure('managed keys are supported within enterprise edition only')
  }
  refuseEnterpriseType(call, name)
  const type = typeNamed(call, name)
  if (type === undefined) throw invalid(`unknown key type ${name}`)
  return type
}

/** @throws {VaultError} `invalid` for what only the enterprise edition has */
export function refuseEnterpriseType ({ cluster }: Call<unknown>, name: string): void {
  if (!cluster.profile.transit.enterpriseTypes.includes(name)) return
  if (cluster.edition === 'ent') throw new NotSimulated(`transit keys of the type "${name}"`)
  throw invalid(`key type ${name} is only available in enterprise versions of Vault`)
}

/** A key without a version. */
export function emptyKey (name: string, { type, derived = false, convergent = false, ...wanted }: NewKey): TransitKey {
  return {
    name,
    type: type.name,
    keySizeBytes: wanted.keySizeBytes ?? 0,
    derived,
    kdf: derived ? HKDF_SHA256 : 0,
    convergentEncryption: convergent,
    convergentVersion: convergent ? -1 : 0,
    exportable: wanted.exportable ?? false,
    allowPlaintextBackup: wanted.allowPlaintextBackup ?? false,
    deletionAllowed: false,
    softDeleted: false,
    latestVersion: 0,
    minDecryptionVersion: 1,
    minEncryptionVersion: 0,
    minAvailableVersion: 0,
    autoRotatePeriodSeconds: wanted.autoRotatePeriodSeconds ?? 0,
    imported: false,
    allowImportedKeyRotation: false,
    versionTemplate: '',
    backupInfo: null,
    restoreInfo: null
  }
}

/**
 * Makes a key by the name that the path gives; one that has come into being meanwhile stays.
 *
 * @throws {VaultError} `failure` for a derivation that the type does not have
 */
export function createKey (call: Call<unknown>, wanted: NewKey): Promise<TransitKey> | TransitKey {
  return makeKey(call, call.params.name ?? '', wanted)
}

/** The same by any name. */
export async function makeKey (call: Call<unknown>, name: string, wanted: NewKey): Promise<TransitKey> {
  refuseDerivation(wanted)
  const key = emptyKey(name, wanted)
  const material = await newMaterial(key, call.cluster.random.stream('transit'))
  const store = storeOf(call)
  return store.key(name) ?? store.addVersion(key, newVersion(key, material, call.nowMs))
}

function refuseDerivation ({ type, derived = false, convergent = false }: NewKey): void {
  if (!derived && !convergent) return
  if (!derives(type)) {
    throw failure(`key derivation and convergent encryption not supported for keys of type ${type.name}`)
  }
  if (convergent && type.kind !== 'aead') {
    throw failure(`convergent encryption not supported for keys of type ${type.name}`)
  }
}

/**
 * Adds a version of fresh material; the key as it is by then gets it.
 *
 * @throws {VaultError} `failure` for an imported key that only its owner rotates
 */
export async function rotateKey (call: Call<unknown>, key: TransitKey): Promise<TransitKey> {
  if (!mayRotate(key)) {
    throw failure(`imported key ${key.name} does not allow rotation within Vault`)
  }
  const material = await newMaterial(key, call.cluster.random.stream('transit'))
  const store = storeOf(call)
  const current = store.key(key.name)
  if (current === undefined) throw failure('key has been deleted, not persisting')
  return rotated(store, current, newVersion(current, material, call.nowMs))
}

/** Whether the server may make versions of its own. */
export function mayRotate ({ imported, allowImportedKeyRotation }: TransitKey): boolean {
  return !imported || allowImportedKeyRotation
}

/** A key that was rotated here counts as imported no more. */
export function rotated (
  store: TransitStore, key: TransitKey, version: ReturnType<typeof newVersion>
): TransitKey {
  return store.addVersion({ ...key, imported: false }, version)
}
