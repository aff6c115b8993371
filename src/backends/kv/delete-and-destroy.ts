// KV version 2, `delete/`, `undelete/`, `destroy/`: what is done to named versions.
// https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#delete-secret-versions and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type PathDefinition } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { attributionOf } from './attribution.js'
import { deletedVersion, isDeleted, storeOf, type KeyMetadata, type StoredVersion } from './stored-versions.js'

const fields = Type.Object({
  path: field.string({ description: 'Location of the secret.' }),
  versions: field.intList({ description: 'The versions meant.' })
})
type VersionsCall = Call<Static<typeof fields>>

/** What becomes of one version; the same object for no change. */
type Change = (version: StoredVersion, call: VersionsCall, metadata: KeyMetadata) => StoredVersion

/** Of two of the three verbs; `destroy` writes it small. */
const NO_VERSIONS = 'No version number provided'

export const versionsPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2', [
  versionsPath('delete', 'Marks versions as deleted.', (call) => {
    change(call, NO_VERSIONS, markDeleted)
    noteUpdate(call, 'update')
  }),
  versionsPath('undelete', 'Brings deleted versions back.', (call) => {
    change(call, NO_VERSIONS, markUndeleted)
    noteUpdate(call, 'undelete')
  }),
  versionsPath('destroy', 'Removes the data of versions for good.', (call) => {
    change(call, 'no version number provided', markDestroyed)
  })
])

function versionsPath (verb: string, summary: string, handler: (call: VersionsCall) => undefined): PathDefinition {
  return definePath({ path: `${verb}/*path`, summary, fields, operations: { create: handler, update: handler } })
}

function change (call: VersionsCall, noVersions: string, apply: Change): undefined {
  const wanted = call.fields.versions ?? []
  if (wanted.length === 0) throw invalid(noVersions)
  const key = call.params.path ?? ''
  const store = storeOf(call)
  const metadata = store.metadata(key)
  if (metadata === undefined) return
  for (const number of wanted) {
    const version = store.version(key, number)
    if (version !== undefined && !version.destroyed) store.putVersion(key, number, apply(version, call, metadata))
  }
}

/** Who has done it, where that is noted. */
function noteUpdate (call: VersionsCall, operation: string): undefined {
  const key = call.params.path ?? ''
  const by = attributionOf(call, operation)
  const metadata = storeOf(call).metadata(key)
  if (by !== undefined && metadata !== undefined) storeOf(call).putMetadata(key, { ...metadata, lastUpdatedBy: by })
}

function markDeleted (version: StoredVersion, call: VersionsCall): StoredVersion {
  return isDeleted(version, call.nowMs) ? version : deletedVersion(version, call.nowMs, attributionOf(call, 'update'))
}

/** `delete_version_after` counts anew from now. */
function markUndeleted (version: StoredVersion, call: VersionsCall, metadata: KeyMetadata): StoredVersion {
  const { deletedBy, ...kept } = version
  return { ...kept, deletionAtMs: storeOf(call).deletionAtMs(metadata, call.nowMs) }
}

function markDestroyed (version: StoredVersion): StoredVersion {
  return { ...version, destroyed: true, data: null }
}
