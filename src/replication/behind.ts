// Whether a secondary lacks what its primary has: as far as it knows, or is told while the link stands.
import type { Cluster } from '../cluster/cluster.js'
import { secondaryRecord, type ReplicationKind } from './records.js'
import { replicationOf } from './replication.js'
import { lastWal } from './scope.js'

/** Until it is through with comparing, or has applied what it knows its primary to have written. */
export function isBehind (cluster: Cluster, kind: ReplicationKind): boolean {
  if (secondaryRecord(cluster, kind)?.linked !== true) return false
  const { state } = replicationOf(cluster).stream(kind)
  return state === 'merkle-diff' || state === 'merkle-sync' || knownGap(cluster, kind) > 0
}

/** How many writes of its primary, as far as it knows, it has not got yet. */
export function knownGap (cluster: Cluster, kind: ReplicationKind): number {
  const { wal, knownWal } = replicationOf(cluster).progress(kind)
  const primary = standingPrimary(cluster, kind)
  return Math.max(0, (primary === undefined ? knownWal : lastWal(primary.storage, kind)) - wal)
}

/** The primary that this cluster hears of all the time. */
export function standingPrimary (cluster: Cluster, kind: ReplicationKind): Cluster | undefined {
  const connection = replicationOf(cluster).upstream(kind)
  return connection?.stands === true ? cluster.surroundings.clusters.get(connection.ends?.primary ?? '') : undefined
}
