// sys/storage/raft/snapshot-load (enterprise, 1.20 and later). https://developer.hashicorp.com/vault/api-docs/system/storage/raft
import { Type } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import { loadedSnapshot, loadedSnapshotIds, loadSnapshot, snapshotStatus, unloadSnapshot, type LoadedSnapshot } from '../../cluster/loaded-snapshot.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid, unsupportedPath } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type PathDefinition } from '../../vault/paths.js'

export const snapshotLoadPaths: readonly PathDefinition[] = [
  definePath({
    path: 'storage/raft/snapshot-load',
    summary: 'Loads a snapshot to read or recover secrets from.',
    fields: Type.Object({}),
    checked: false,
    takesUpload: true,
    operations: {
      update: async ({ cluster, request }) => {
        requireSupport(cluster)
        return { data: renderLoading(await loadSnapshot(cluster, request.upload ?? noUpload())) }
      },
      list: ({ cluster }) => { requireSupport(cluster); return { data: goMap({ keys: loadedSnapshotIds(cluster) }) } }
    }
  }),
  definePath({
    path: 'storage/raft/snapshot-load/:id',
    summary: 'Reads the status of a loaded snapshot, or unloads it.',
    fields: Type.Object({ id: field.string(), force: field.bool() }),
    operations: {
      read: ({ cluster, params }) => { requireSupport(cluster); return { data: renderLoaded(cluster, loadedSnapshot(cluster, params.id ?? '')) } },
      delete: ({ cluster, params }) => { requireSupport(cluster); unloadSnapshot(cluster, params.id ?? '') }
    }
  }),
  definePath({
    path: 'storage/raft/snapshot-auto/snapshot-load/:name',
    summary: 'Loads an automated snapshot from where it is kept.',
    fields: Type.Object({ name: field.string(), url: field.string({ description: 'The snapshot, as the status of its configuration names it.' }) }),
    operations: {
      update: async ({ cluster, params, fields }) => {
        requireSupport(cluster)
        return { data: renderLoading(await loadKept(cluster, params.name ?? '', fields.url ?? '')) }
      }
    }
  })
]

/** Vault Enterprise from 1.20 on; the documented profile shows all that is documented. */
function requireSupport ({ profile, edition }: Cluster): void {
  if (!profile.snapshotLoad || edition !== 'ent') throw unsupportedPath()
}

async function * noUpload (): AsyncGenerator<Uint8Array> {}

/** Only what stayed in memory in place of a cloud storage can be loaded; texts inferred. */
async function loadKept (cluster: Cluster, name: string, url: string): Promise<LoadedSnapshot> {
  if (url === '') throw invalid('url is required')
  const kept = cluster.keptSnapshots.get(name)?.find(({ fileName }) => url.endsWith(`/${fileName}`))
  if (kept === undefined) throw invalid(`no snapshot found at "${url}"`)
  return await loadSnapshot(cluster, bytesOf(kept.bytes), { configuration: name, url })
}

async function * bytesOf (bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes }

/** The answer to loading says `loading`; whoever asks next is told `ready`. */
function renderLoading (loaded: LoadedSnapshot): JsonObject {
  return render(loaded, 'loading')
}

function renderLoaded (cluster: Cluster, loaded: LoadedSnapshot): JsonObject {
  return render(loaded, snapshotStatus(cluster, loaded))
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
