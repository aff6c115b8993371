// sys/storage/raft/snapshot-load: a snapshot beside the cluster's own data (enterprise, 1.20 and later).
import { Type, type Static } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import {
  chunksOf, loadedSnapshot, loadedSnapshotIds, loadSnapshot, snapshotStatus, unloadSnapshot, type LoadedSnapshot
} from '../../cluster/loaded-snapshot.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid, unsupportedPath } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type Handler, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'
import { uploadOf } from './raft.js'

const KeptFields = Type.Object({
  name: field.string(),
  url: field.string({ description: 'The snapshot, as the status of its configuration names it.' })
})

export const snapshotLoadPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/storage/raft', [
  definePath({
    path: 'storage/raft/snapshot-load',
    summary: 'Loads a snapshot to read or recover secrets from.',
    fields: Type.Object({}),
    checked: false,
    takesUpload: true,
    operations: { update: supported(load), list: supported(list) }
  }),
  definePath({
    path: 'storage/raft/snapshot-load/:id',
    summary: 'Reads the status of a loaded snapshot, or unloads it.',
    fields: Type.Object({ id: field.string(), force: field.bool() }),
    operations: { read: supported(read), delete: supported(unload) },
    sources: { delete: NAMED_ONLY }
  }),
  definePath({
    path: 'storage/raft/snapshot-auto/snapshot-load/:name',
    summary: 'Loads an automated snapshot from where it is kept.',
    fields: KeptFields,
    operations: { update: supported(loadKept) }
  })
])

/** Only Vault Enterprise from 1.20 on has these; the documented profile shows all that is documented. */
function supported<Fields> (handler: Handler<Fields>): Handler<Fields> {
  return (call) => {
    const { profile, edition } = call.cluster
    if (!profile.snapshotLoad || edition !== 'ent') throw unsupportedPath()
    return handler(call)
  }
}

/** The answer to loading says `loading`; whoever asks next is told `ready`. */
async function load ({ cluster, request }: Call<unknown>): Promise<LogicalResponse> {
  return { data: render(await loadSnapshot(cluster, uploadOf(request)), 'loading') }
}

function list ({ cluster }: Call<unknown>): LogicalResponse {
  return { data: goMap({ keys: loadedSnapshotIds(cluster) }) }
}

function read ({ cluster, params }: Call<unknown>): LogicalResponse {
  const loaded = loadedSnapshot(cluster, params.id ?? '')
  return { data: render(loaded, snapshotStatus(cluster, loaded)) }
}

function unload ({ cluster, params }: Call<unknown>): undefined {
  unloadSnapshot(cluster, params.id ?? '')
}

/** Only what stayed in memory in place of a cloud storage can be loaded; texts inferred. */
async function loadKept ({ cluster, params, fields }: Call<Static<typeof KeptFields>>): Promise<LogicalResponse> {
  const { name = '' } = params
  const { url = '' } = fields
  if (url === '') throw invalid('url is required')
  const bytes = keptBytes(cluster, name, url)
  return { data: render(await loadSnapshot(cluster, chunksOf(bytes), { configuration: name, url }), 'loading') }
}

function keptBytes (cluster: Cluster, name: string, url: string): Uint8Array {
  const kept = cluster.keptSnapshots.get(name)?.find(({ fileName }) => url.endsWith(`/${fileName}`))
  if (kept === undefined) throw invalid(`no snapshot found at "${url}"`)
  return kept.bytes
}

function render ({ id, clusterId, loadedAtMs, expiresAtMs, source }: LoadedSnapshot, status: string): JsonObject {
  return goMap({
    auto_config_name: source?.configuration,
    cluster_id: clusterId,
    created_at: rfc3339Nano(loadedAtMs),
    expires_at: rfc3339Nano(expiresAtMs),
    snapshot_id: id,
    status,
    url: source?.url
  })
}
