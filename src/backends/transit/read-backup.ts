// Reads a backup of this server or of a real one.
import { isObject, type JsonObject, type JsonValue } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import { rfc3339Nano, ZERO_TIME } from '../../sim/instants.js'
import { materialIn } from './backup-format.js'
import { keyType, type KeyType } from './key-types.js'
import type { KeyEvent, KeyVersion, TransitKey } from './stored-keys.js'

/** A key with its versions by number. */
export interface BackedUp {
  readonly key: TransitKey
  readonly versions: ReadonlyMap<number, KeyVersion>
}

/**
 * The key of a backup. Versions stand among the key's own or in its archive.
 *
 * @param keyTypes what this server's backups call the types: those of Vault and OpenBao differ
 * @throws {VaultError} `failure` for what is no such thing (inferred: Go's server would crash or keep a broken key)
 */
export function readBackup (form: JsonObject, keyTypes: Readonly<Record<string, number>>): BackedUp {
  const policy = isObject(form.policy) ? form.policy : undefined
  const type = policy && typeNumbered(numberIn(policy.type), keyTypes)
  if (policy === undefined || type === undefined || typeof policy.name !== 'string' || policy.name === '') {
    throw failure('the backup holds no key that could be restored')
  }
  const key = keyIn(policy, policy.name, type)
  const versions = versionsIn(policy, form.archived_keys, key, type)
  checkComplete(key, versions)
  return { key, versions }
}

function typeNumbered (number: number, keyTypes: Readonly<Record<string, number>>): KeyType | undefined {
  const [name] = Object.entries(keyTypes).find(([, known]) => known === number) ?? []
  return name === undefined ? undefined : keyType(name)
}

function keyIn (policy: JsonObject, name: string, type: KeyType): TransitKey {
  return {
    name,
    type: type.name,
    keySizeBytes: numberIn(policy.key_size),
    derived: policy.derived === true,
    kdf: numberIn(policy.kdf),
    convergentEncryption: policy.convergent_encryption === true,
    convergentVersion: numberIn(policy.convergent_version),
    exportable: policy.exportable === true,
    allowPlaintextBackup: policy.allow_plaintext_backup === true,
    deletionAllowed: policy.deletion_allowed === true,
    softDeleted: policy.soft_deleted === true,
    latestVersion: numberIn(policy.latest_version),
    minDecryptionVersion: Math.max(1, numberIn(policy.min_decryption_version)),
    minEncryptionVersion: numberIn(policy.min_encryption_version),
    minAvailableVersion: Math.max(0, numberIn(policy.min_available_version)),
    autoRotatePeriodSeconds: secondsIn(policy.auto_rotate_period),
    imported: policy.Imported === true,
    allowImportedKeyRotation: policy.AllowImportedKeyRotation === true,
    versionTemplate: textIn(policy.version_template),
    backupInfo: eventIn(policy.backup_info),
    restoreInfo: null
  }
}

function versionsIn (
  policy: JsonObject, archived: JsonValue | undefined, key: TransitKey, type: KeyType
): Map<number, KeyVersion> {
  const forms = new Map<number, JsonObject>()
  const archive = isObject(archived) && Array.isArray(archived.keys) ? archived.keys : []
  archive.forEach((form: JsonValue, i: number) => {
    const number = key.minAvailableVersion + i
    if (number > 0 && isObject(form)) forms.set(number, form)
  })
  const own = isObject(policy.keys) ? policy.keys : {}
  for (const [number, form] of Object.entries(own)) if (isObject(form)) forms.set(Number(number), form)
  return new Map([...forms].map(([number, form]) => [number, versionIn(form, type)]))
}

function versionIn (form: JsonObject, type: KeyType): KeyVersion {
  const time = textIn(form.time)
  const isUnknown = time === '' || time === ZERO_TIME || Number.isNaN(Date.parse(time))
  return {
    creationTime: isUnknown ? rfc3339Nano(numberIn(form.creation_time) * 1000) : time,
    ...material(form, type),
    convergentVersion: numberIn(form.convergent_version),
    certificateChain: Array.isArray(form.certificate_chain) ? form.certificate_chain.map(textIn) : []
  }
}

function material (form: JsonObject, type: KeyType): ReturnType<typeof materialIn> {
  try {
    return materialIn(type, form)
  } catch {
    throw failure(`the backup holds a version that is no key of the type ${type.name}`)
  }
}

/** @throws {VaultError} `failure` where a version is missing that the key says it has */
function checkComplete (key: TransitKey, versions: ReadonlyMap<number, KeyVersion>): void {
  const refused = (why: string): Error => failure(`failed to restore the policy ${JSON.stringify(key.name)}: ${why}`)
  if (key.latestVersion < 1) throw refused(`latest version of ${key.latestVersion} is less than 1`)
  if (key.minDecryptionVersion > key.latestVersion) {
    const [decryption, latest] = [key.minDecryptionVersion, key.latestVersion]
    throw refused(`minimum decryption version of ${decryption} is greater than the latest version ${latest}`)
  }
  for (let number = Math.max(1, key.minAvailableVersion); number <= key.latestVersion; number++) {
    if (!versions.has(number)) throw refused('need to move keys from archive but archive version not up-to-date')
  }
}

function eventIn (value: JsonValue | undefined): KeyEvent | null {
  return isObject(value) ? { time: textIn(value.time), version: numberIn(value.version) } : null
}

function textIn (value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function numberIn (value: JsonValue | undefined): number {
  const number = Number(String(value ?? 0))
  return Number.isSafeInteger(number) ? number : 0
}

/** @param value nanoseconds, of any number of digits */
function secondsIn (value: JsonValue | undefined): number {
  const text = String(value ?? 0)
  return /^\d{1,30}$/.test(text) ? Number(BigInt(text) / 1_000_000_000n) : 0
}
