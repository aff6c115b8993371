// transit/cache-config and transit/config/keys: settings of the mount.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#configure-cache, #write-keys-configuration
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { storeOf } from './stored-keys.js'

const SMALLEST_CACHE = 10

const cacheFields = Type.Object({
  size: field.int({ description: 'Size of cache, use 0 for an unlimited cache size, defaults to 0', default: 0 })
})
const keysFields = Type.Object({
  disable_upsert: field.bool({
    description: 'Whether to allow automatic upserting (creation) of keys on the encrypt endpoint.', default: false
  })
})

export const settingsPaths: readonly PathDefinition[] = [
  definePath({
    path: 'cache-config',
    summary: 'Configure caching strategy',
    fields: cacheFields,
    operations: { read: (call) => cacheAnswer(call), update: writeCache }
  }),
  definePath({
    path: 'config/keys',
    summary: 'Configuration common across all keys',
    fields: keysFields,
    operations: { read: (call) => keysAnswer(call), update: writeKeys }
  })
]

function cacheAnswer (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ size: storeOf(call).cacheConfig.size }) }
}

/** Kept and shown: keys are found as fast as they are. */
function writeCache (call: Call<Static<typeof cacheFields>>): LogicalResponse {
  const { size } = call.fields
  if (size !== 0 && size < SMALLEST_CACHE) {
    throw invalid(`size must be 0 or a value greater or equal to ${SMALLEST_CACHE}`)
  }
  storeOf(call).cacheConfig = { size }
  return cacheAnswer(call)
}

function keysAnswer (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ disable_upsert: storeOf(call).keysConfig.disableUpsert }) }
}

function writeKeys (call: Call<Static<typeof keysFields>>): LogicalResponse {
  storeOf(call).keysConfig = { disableUpsert: call.fields.disable_upsert }
  return keysAnswer(call)
}
