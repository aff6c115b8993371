// transit/keys: keys are made, read, listed, rotated and deleted.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#create-key and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { armRotation, disarmRotation } from './auto-rotation.js'
import { nameField } from './cipher-fields.js'
import { createKey, keyTypeToCreate, rotateKey } from './create-key.js'
import { FEWEST_HMAC_BYTES, MOST_HMAC_BYTES, type KeyType } from './key-types.js'
import { keyAnswer } from './render-key.js'
import { namedKey, storeOf } from './stored-keys.js'

const SHORTEST_ROTATION_SECONDS = 3600

const keyFields = Type.Object({
  name: nameField,
  type: field.string({ description: 'The type of key to create.', default: 'aes256-gcm96' }),
  derived: field.bool({ description: 'Enables key derivation mode: a key of its own for each context.' }),
  convergent_encryption: field.bool({
    description: 'Whether the same text and context give the same ciphertext. Needs derivation.'
  }),
  exportable: field.bool({ description: 'Enables keys to be exportable.' }),
  allow_plaintext_backup: field.bool({
    description: 'Enables taking a backup of the named key in plaintext format. Once set, this cannot be disabled.'
  }),
  context: field.string({ description: 'Base64 encoded context, for which a derived key shows its public key.' }),
  auto_rotate_period: field.durationSeconds({
    description: 'How often the key is rotated by itself: 0, which is never, or at least an hour.',
    default: 0
  }),
  key_size: field.int({ description: 'The key size in bytes, for keys of the type hmac alone.', default: 0 }),
  managed_key_name: field.string({ description: 'The name of a managed key, which are not simulated.' }),
  managed_key_id: field.string({ description: 'The UUID of a managed key, which are not simulated.' })
})
const rotateFields = Type.Object({
  name: nameField,
  managed_key_name: keyFields.properties.managed_key_name,
  managed_key_id: keyFields.properties.managed_key_id
})
type KeyCall = Call<Static<typeof keyFields>>

export const keyPaths: readonly PathDefinition[] = [
  definePath({
    path: 'keys/:name/rotate',
    summary: 'Rotate named encryption key',
    fields: rotateFields,
    operations: { update: rotate }
  }),
  definePath({
    path: 'keys/:name',
    summary: 'Managed named encryption keys',
    fields: keyFields,
    operations: { read, update: create, delete: remove }
  }),
  definePath({
    path: 'keys',
    summary: 'Lists the names of the keys.',
    fields: Type.Object({}),
    operations: { list }
  })
]

function list (call: Call<unknown>): LogicalResponse {
  const { listsWrappingKey: withWrappingKey } = call.cluster.profile.transit
  return { data: goMap({ keys: storeOf(call).names({ withWrappingKey }) }) }
}

function read (call: KeyCall): LogicalResponse | undefined {
  const key = namedKey(call)
  return key && keyAnswer(call, key, call.fields.context)
}

/** A key that is there already stays as it is. */
async function create (call: KeyCall): Promise<LogicalResponse> {
  const { fields } = call
  const { derived = false, convergent_encryption: convergent = false } = fields
  checkRotationPeriod(fields.auto_rotate_period)
  if (convergent && !derived) throw invalid('convergent encryption requires derivation to be enabled')
  const type = keyTypeToCreate(call, fields.type)
  checkKeySize(type, fields.key_size)
  const existing = namedKey(call)
  if (existing !== undefined) return keyAnswer(call, existing)
  const key = await createKey(call, {
    type,
    derived,
    convergent,
    exportable: fields.exportable ?? false,
    allowPlaintextBackup: fields.allow_plaintext_backup ?? false,
    autoRotatePeriodSeconds: fields.auto_rotate_period,
    keySizeBytes: fields.key_size
  })
  armRotation(call, key)
  return keyAnswer(call, key)
}

/** @throws {VaultError} `invalid` for a period that is too short */
export function checkRotationPeriod (seconds: number): void {
  if (seconds !== 0 && seconds < SHORTEST_ROTATION_SECONDS) {
    throw invalid('auto rotate period must be 0 to disable or at least an hour')
  }
}

function checkKeySize (type: KeyType, bytes: number): void {
  if (bytes === 0) return
  if (type.kind !== 'hmac') throw invalid(`key_size is not valid for algorithm ${type.name}`)
  if (bytes < FEWEST_HMAC_BYTES || bytes > MOST_HMAC_BYTES) throw invalid(`invalid key_size ${bytes}`)
}

async function rotate (call: Call<Static<typeof rotateFields>>): Promise<LogicalResponse> {
  const key = namedKey(call)
  if (key === undefined) throw invalid('key not found')
  disarmRotation(call, key)
  const changed = await rotateKey(call, key)
  armRotation(call, changed)
  return keyAnswer(call, changed)
}

function remove (call: KeyCall): undefined {
  const name = call.params.name ?? ''
  const key = namedKey(call)
  if (key === undefined) throw invalid(`error deleting policy ${name}: could not delete key; not found`)
  if (!key.deletionAllowed) throw invalid(`error deleting policy ${name}: deletion is not allowed for this key`)
  disarmRotation(call, key)
  storeOf(call).delete(key)
}
