// A snapshot loaded beside the cluster's own data, to read or recover single secrets from (enterprise, 1.20 and later).
import { Type } from '@sinclair/typebox'
import { invalid, nothing } from '../refusal/index.js'
import { closed, instant, type State } from '../sim/declared.js'
import { readArchive } from './archive/archive-reader.js'
import { storageOf } from './archive/restored-storage.js'
import type { Cluster } from './cluster.js'
import { sealingKeyOf } from './snapshots.js'
import { StorageForm } from './storage-form.js'
import { identityIn } from './stored.js'

const KEPT_MS = 72 * 3_600_000

export const LoadedSnapshotForm = Type.Object({
  id: Type.String(),
  clusterId: Type.String(),
  loadedAtMs: instant,
  expiresAtMs: instant,
  /** the active node that loaded it; another one does not have it */
  nodeId: Type.String(),
  /** where an automated snapshot came from */
  source: Type.Optional(Type.Object({ configuration: Type.String(), url: Type.String() }, closed)),
  /** only ever read */
  storage: StorageForm
}, closed)

export type LoadedSnapshot = State<typeof LoadedSnapshotForm>

/** What a load may do besides. */
interface Loading {
  /** makes room for itself where a configuration's snapshot is loaded already */
  readonly replacesAutoloaded: boolean
}

/**
 * Loads a snapshot of this cluster; there is room for one.
 *
 * @throws {VaultError} `invalid` while one is loaded, and what a restore would refuse
 * @see `reference/raft.md` §10
 */
export async function loadSnapshot (
  cluster: Cluster,
  upload: AsyncIterable<Uint8Array>,
  source?: LoadedSnapshot['source'],
  { replacesAutoloaded }: Loading = { replacesAutoloaded: false }
): Promise<LoadedSnapshot> {
  const before = current(cluster)
  const mayGo = before === undefined || (replacesAutoloaded && before.source !== undefined)
  if (!mayGo) throw invalid('a snapshot is loaded already')
  const { activeNode, timeline } = cluster
  if (cluster.rootKey === undefined || activeNode === undefined) throw invalid('no active node')
  const { snapshotBytes: maxBytes } = cluster.surroundings
  const sealingKey = sealingKeyOf(cluster, cluster.seal)
  const { entries } = await readArchive(upload, { sealingKey, force: false, maxBytes, known: cluster.storage })
  const storage = await storageOf(entries, cluster.storage)
  const loaded: LoadedSnapshot = {
    id: cluster.random.stream('ids').uuid(),
    clusterId: identityIn(storage).value?.id ?? '',
    loadedAtMs: timeline.nowMs,
    expiresAtMs: timeline.nowMs + KEPT_MS,
    nodeId: activeNode.id,
    source,
    storage
  }
  cluster.change({ loadedSnapshot: loaded })
  return loaded
}

function current (cluster: Cluster): LoadedSnapshot | undefined {
  const loaded = cluster.loadedSnapshot
  return loaded !== undefined && loaded.expiresAtMs > cluster.timeline.nowMs ? loaded : undefined
}

/** What a configuration of automated snapshots has loaded. */
export function snapshotLoadedBy (cluster: Cluster, configuration: string): LoadedSnapshot | undefined {
  const loaded = current(cluster)
  return loaded?.source?.configuration === configuration ? loaded : undefined
}

/** A whole archive as it would be uploaded. */
export async function * chunksOf (bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes }

export function loadedSnapshotIds (cluster: Cluster): string[] {
  const loaded = current(cluster)
  return loaded === undefined ? [] : [loaded.id]
}

/** @throws {VaultError} `nothing` if no such snapshot is loaded */
export function loadedSnapshot (cluster: Cluster, id: string): LoadedSnapshot {
  const loaded = current(cluster)
  if (loaded?.id !== id) throw nothing()
  return loaded
}

/** `error` once another node leads: only the one that loaded it has it. */
export function snapshotStatus (cluster: Cluster, loaded: LoadedSnapshot): 'ready' | 'error' {
  return cluster.activeNode?.id === loaded.nodeId ? 'ready' : 'error'
}

export function unloadSnapshot (cluster: Cluster, id: string): void {
  loadedSnapshot(cluster, id)
  cluster.change({ loadedSnapshot: undefined })
}
