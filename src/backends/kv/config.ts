// KV version 2, `config`: settings that hold for every secret of the mount.
import { Type, type Static } from '@sinclair/typebox'
import { formatDurationMs } from '../../go/durations.js'
import { goMap } from '../../json/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { storeOf } from './stored-versions.js'

const fields = Type.Object({
  max_versions: field.int({ description: 'The number of versions to keep for each key. Defaults to 10' }),
  cas_required: field.bool({
    description: 'If true, the backend will require the cas parameter to be set for each write'
  }),
  metadata_cas_required: field.bool({
    description: 'If true, writing metadata needs the metadata_cas parameter (OpenBao)'
  }),
  delete_version_after: field.signedDurationSeconds({
    description: 'How long a version lives; negative: for ever, whatever a key says; zero clears it'
  })
})
type ConfigCall = Call<Static<typeof fields>>

export const configPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#configure-the-kv-engine',
  path: 'config',
  summary: 'Settings of the mount.',
  fields,
  operations: { read, create: write, update: write }
})

function read (call: ConfigCall): LogicalResponse {
  const config = storeOf(call).config
  return {
    data: goMap({
      cas_required: config.casRequired,
      delete_version_after: formatDurationMs(config.deleteVersionAfterSeconds * 1000),
      max_versions: config.maxVersions,
      metadata_cas_required: call.cluster.profile.metadataCas ? config.metadataCasRequired : undefined
    })
  }
}

function write (call: ConfigCall): undefined {
  const { fields: given } = call
  if (Object.keys(given).length === 0) return
  const store = storeOf(call)
  const old = store.config
  store.config = {
    casRequired: given.cas_required ?? old.casRequired,
    metadataCasRequired: given.metadata_cas_required ?? old.metadataCasRequired,
    maxVersions: given.max_versions ?? old.maxVersions,
    deleteVersionAfterSeconds: Math.max(-1, given.delete_version_after ?? old.deleteVersionAfterSeconds)
  }
}
