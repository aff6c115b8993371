// Reindexing: the merkle tree is built anew in the background, which takes its time and repairs one that was spoilt.
import type { Cluster } from '../cluster/cluster.js'
import { repairMerkleTree } from './merkle-tree.js'
import { KINDS, putRecord, replicationRecord } from './records.js'
import { refusals } from './refusals.js'
import { reindexIn } from './stored.js'

export const REINDEX_EVENT = 'replication.reindex'
const MS_PER_ENTRY = 1
const SHORTEST_MS = 1000

export interface ReindexProgress {
  readonly stage: 'building'
  /** entries done and entries in all */
  readonly progress: number
  readonly total: number
}

/** Begun at an instant, over so many entries. */
export type Reindex = { readonly startedAtMs: number, readonly total: number }

/**
 * Starts a reindex; it lasts a millisecond per entry, and a second at least.
 *
 * @throws {VaultError} `invalid` while one runs
 */
export function startReindex (cluster: Cluster): void {
  const { storage, timeline } = cluster
  if (reindexIn(storage).isThere) throw refusals.reindexing()
  const running: Reindex = { startedAtMs: timeline.nowMs, total: storage.size }
  reindexIn(storage).put(running)
  timeline.schedule({ atMs: endOf(running), kind: REINDEX_EVENT, urgency: 'transition', ids: { cluster: cluster.key } })
}

/** Undefined while none runs. */
export function reindexProgress ({ storage, timeline }: Cluster): ReindexProgress | undefined {
  const running = reindexIn(storage).value
  if (running === undefined) return undefined
  const part = Math.min(1, (timeline.nowMs - running.startedAtMs) / (endOf(running) - running.startedAtMs))
  return { stage: 'building', progress: Math.floor(part * running.total), total: running.total }
}

/** Handler of `replication.reindex`: it ends once that can be written. */
export function finishReindex (cluster: Cluster): void {
  const { timeline } = cluster
  if (!cluster.takesWrites) {
    const atMs = timeline.nowMs + SHORTEST_MS
    timeline.schedule({ atMs, kind: REINDEX_EVENT, urgency: 'deadline', ids: { cluster: cluster.key } })
    return
  }
  reindexIn(cluster.storage).delete()
  repairMerkleTree(cluster)
  note(cluster, 'lastReindexAtMs')
}

/** It is noted when a merkle check ran. */
export function noteCorruptionCheck (cluster: Cluster): void {
  note(cluster, 'lastCorruptionCheckAtMs')
}

function note (cluster: Cluster, what: 'lastReindexAtMs' | 'lastCorruptionCheckAtMs'): void {
  for (const kind of KINDS) {
    const record = replicationRecord(cluster, kind)
    if (record !== undefined && record.mode !== 'bootstrapping') putRecord(cluster, kind, { ...record, [what]: cluster.timeline.nowMs })
  }
}

function endOf ({ startedAtMs, total }: Reindex): number {
  return startedAtMs + Math.max(SHORTEST_MS, total * MS_PER_ENTRY)
}
