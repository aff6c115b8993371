// Which replication modes a cluster shows, in health and everywhere.
import type { Cluster } from '../cluster/cluster.js'
import { replicationRecord, type ReplicationKind } from './records.js'

export type ReplicationMode = 'disabled' | 'primary' | 'secondary' | 'bootstrapping'

/** The modes as its records say; without records the cluster takes no part. */
export function replicationModes (cluster: Cluster): { performance: ReplicationMode, dr: ReplicationMode } {
  return {
    performance: modeOf(cluster, 'performance') ?? cluster.profile.idlePerformanceMode,
    dr: modeOf(cluster, 'dr') ?? 'disabled'
  }
}

function modeOf (cluster: Cluster, kind: ReplicationKind): ReplicationMode | undefined {
  return replicationRecord(cluster, kind)?.mode
}
