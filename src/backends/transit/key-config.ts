// transit/keys/<name>/config and trim: minimums of versions, and what a key allows.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#update-key-configuration, #trim-key
import { Type, type Static } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { armRotation, disarmRotation } from './auto-rotation.js'
import { nameField } from './cipher-fields.js'
import { checkRotationPeriod } from './keys.js'
import { keyAnswer } from './render-key.js'
import { namedKey, storeOf, type TransitKey } from './stored-keys.js'

const configFields = Type.Object({
  name: nameField,
  min_decryption_version: field.int({
    description: 'If set, the minimum version of the key allowed to be decrypted.'
  }),
  min_encryption_version: field.int({
    description: 'If set, the minimum version of the key allowed to be used for encryption; 0: the latest alone.'
  }),
  deletion_allowed: field.bool({ description: 'Whether to allow deletion of the key' }),
  exportable: field.bool({ description: 'Enables export of the key. Once set, this cannot be disabled.' }),
  allow_plaintext_backup: field.bool({
    description: 'Enables taking a backup of the named key in plaintext format. Once set, this cannot be disabled.'
  }),
  auto_rotate_period: field.durationSeconds({ description: 'How often the key is rotated by itself.' })
})
const trimFields = Type.Object({
  name: nameField,
  min_available_version: field.int({
    description: 'The minimum available version for the key ring. All versions before it will be permanently deleted.'
  })
})
type ConfigFields = Static<typeof configFields>

export const keyConfigPaths: readonly PathDefinition[] = [
  definePath({
    path: 'keys/:name/config',
    summary: 'Configure a named encryption key',
    fields: configFields,
    operations: { update: configure }
  }),
  definePath({
    path: 'keys/:name/trim',
    summary: 'Trim key versions of a named key',
    fields: trimFields,
    operations: { update: trim }
  })
]

function configure (call: Call<ConfigFields>): LogicalResponse {
  const { fields, params } = call
  const key = namedKey(call)
  if (key === undefined) throw invalid(`no existing key named ${params.name ?? ''} could be found`)
  const changed = withMinimums(key, fields)
  const period = fields.auto_rotate_period
  if (period !== undefined) checkRotationPeriod(period)
  const configured = {
    ...changed,
    deletionAllowed: fields.deletion_allowed ?? key.deletionAllowed,
    exportable: key.exportable || fields.exportable === true,
    allowPlaintextBackup: key.allowPlaintextBackup || fields.allow_plaintext_backup === true,
    autoRotatePeriodSeconds: period ?? key.autoRotatePeriodSeconds
  }
  if (!isSame(key, configured)) store(call, key, configured)
  const forced = fields.min_decryption_version === 0
  return {
    ...keyAnswer(call, configured),
    ...(forced ? { warnings: ['since Vault 0.3, transit key numbering starts at 1; forcing minimum to 1'] } : {})
  }
}

/** @throws {VaultError} `invalid` for versions that do not go together */
function withMinimums (key: TransitKey, fields: ConfigFields): TransitKey {
  const { min_decryption_version: decryption, min_encryption_version: encryption } = fields
  const minDecryptionVersion = decryption === 0 ? 1 : checkMinimum(key, 'decryption', decryption)
  const minEncryptionVersion = checkMinimum(key, 'encryption', encryption)
  if (minEncryptionVersion > 0 && minEncryptionVersion < minDecryptionVersion) {
    throw invalid('cannot set min encryption/decryption values; min encryption version of ' +
      `${minEncryptionVersion} must be greater than or equal to min decryption version of ${minDecryptionVersion}`)
  }
  return { ...key, minDecryptionVersion, minEncryptionVersion }
}

function checkMinimum (key: TransitKey, what: 'decryption' | 'encryption', wanted: number | undefined): number {
  const old = what === 'decryption' ? key.minDecryptionVersion : key.minEncryptionVersion
  if (wanted === undefined || wanted === old) return old
  if (wanted < 0) throw invalid(`min ${what} version cannot be negative`)
  if (wanted > key.latestVersion) {
    throw invalid(`cannot set min ${what} version of ${wanted}, latest key version is ${key.latestVersion}`)
  }
  return wanted
}

function isSame (key: TransitKey, other: TransitKey): boolean {
  return Object.keys(other).every((name) => key[name] === other[name])
}

function store (call: Call<unknown>, old: TransitKey, key: TransitKey): void {
  if (key.minAvailableVersion > key.minEncryptionVersion) {
    throw invalid('min encryption version should not be less than min available version')
  }
  if (key.minAvailableVersion > key.minDecryptionVersion) {
    throw invalid('min decryption version should not be less then min available version')
  }
  disarmRotation(call, old)
  storeOf(call).putKey(key)
  armRotation(call, key)
}

/** Removes old versions for good. */
function trim (call: Call<Static<typeof trimFields>>): LogicalResponse {
  const key = namedKey(call)
  if (key === undefined) throw invalid('invalid key name')
  const wanted = call.fields.min_available_version
  if (wanted === undefined) throw invalid('missing min_available_version')
  const fault = trimFault(key, wanted)
  if (fault !== undefined) throw invalid(`minimum available version ${fault}`)
  return keyAnswer(call, storeOf(call).trim(key, wanted))
}

function trimFault (key: TransitKey, wanted: number): string | undefined {
  if (wanted < key.minAvailableVersion) return 'cannot be decremented'
  if (key.minEncryptionVersion === 0) return 'cannot be set when minimum encryption version is not set'
  if (key.minDecryptionVersion === 0) return 'cannot be set when minimum decryption version is not set'
  if (wanted > key.minEncryptionVersion) return 'cannot be greater than minmum encryption version'
  if (wanted > key.minDecryptionVersion) return 'cannot be greater than minimum decryption version'
  if (wanted < 0) return 'cannot be negative'
  return wanted === 0 ? 'should be positive' : undefined
}
