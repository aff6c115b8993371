// transit/backup and transit/restore: keys leave with everything, and come back, here or on another server.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#backup-key, #restore-key
import { Type, type Static } from '@sinclair/typebox'
import { decodeBase64 } from '../../go/base64.js'
import { GoError } from '../../go/values.js'
import { goMap, isObject, JsonSyntaxError, parseJson, printJson, type JsonObject, type JsonValue } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { armRotation, disarmRotation } from './auto-rotation.js'
import { policyForm, versionForm } from './backup-format.js'
import { nameField } from './cipher-fields.js'
import { readBackup } from './read-backup.js'
import { namedKey, storeOf, type KeyVersion, type TransitKey, type TransitStore } from './stored-keys.js'

const restoreFields = Type.Object({
  backup: field.string({
    description: "Backed up key data to be restored. This should be the output from the 'backup/' endpoint.",
    default: ''
  }),
  name: field.string({ description: 'If set, this will be the name of the restored key.' }),
  force: field.bool({ description: 'Whether a key of the same name is replaced.', default: false })
})
type RestoreCall = Call<Static<typeof restoreFields>>

export const backupPaths: readonly PathDefinition[] = [
  definePath({
    path: 'backup/:name',
    summary: 'Backup the named key',
    fields: Type.Object({ name: nameField }),
    operations: { read: backup }
  }),
  ...['restore', 'restore/*name'].map((path) => definePath({
    path,
    summary: 'Restore the named key',
    fields: restoreFields,
    operations: { update: restore }
  }))
]

function backup (call: Call<unknown>): LogicalResponse {
  const key = namedKey(call)
  if (key === undefined) throw failure(`key "${call.params.name ?? ''}" not found`)
  if (!key.exportable) throw failure('exporting is disallowed on the policy')
  if (!key.allowPlaintextBackup) throw failure('plaintext backup is disallowed on the policy')
  const store = storeOf(call)
  const marked = { ...key, backupInfo: { time: rfc3339Nano(call.nowMs), version: key.latestVersion } }
  store.putKey(marked)
  const form = {
    policy: policyForm(marked, store.versions(marked), call.cluster.profile.transit.keyTypes),
    archived_keys: { keys: archiveForm(store, marked) }
  }
  return { data: goMap({ backup: Buffer.from(`${printJson(form)}\n`).toString('base64') }) }
}

/** All versions that there are, the first of them the oldest available: number 0, which none has, at first. */
function archiveForm (store: TransitStore, key: TransitKey): JsonObject[] {
  const count = key.latestVersion - key.minAvailableVersion + 1
  return Array.from({ length: count }, (_, i) => versionForm(key, store.archived(key, key.minAvailableVersion + i)))
}

function restore (call: RestoreCall): undefined {
  const { backup: text, force, name = '' } = call.fields
  if (text === '') throw invalid("'backup' must be supplied")
  const { key, versions } = readBackup(formIn(text), call.cluster.profile.transit.keyTypes)
  if (`${name}${key.name}`.includes('/')) throw failure('key names cannot be paths')
  const restored = {
    ...key,
    name: name || key.name,
    restoreInfo: { time: rfc3339Nano(call.nowMs), version: key.latestVersion }
  }
  const existing = storeOf(call).key(restored.name)
  if (existing !== undefined && !force) throw failure(`key ${JSON.stringify(restored.name)} already exists`)
  if (existing !== undefined) {
    disarmRotation(call, existing)
    storeOf(call).delete(existing)
  }
  storeRestored(storeOf(call), restored, versions)
  armRotation(call, restored)
}

function storeRestored (store: TransitStore, key: TransitKey, versions: ReadonlyMap<number, KeyVersion>): void {
  for (const [number, version] of versions) store.putVersion(key, number, version)
  store.putKey(key)
}

/** @throws {VaultError} `failure` for what is no backup */
function formIn (text: string): JsonObject {
  try {
    const form: JsonValue = parseJson(decodeBase64(text))
    if (isObject(form)) return form
  } catch (error) {
    if (error instanceof GoError || error instanceof JsonSyntaxError) throw failure(error.message)
    throw error
  }
  throw failure('json: cannot unmarshal into Go value of type keysutil.KeyData')
}
