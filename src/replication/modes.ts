// Which replication modes a cluster shows, in health and everywhere.
import type { Cluster } from '../cluster/cluster.js'

export type ReplicationMode = 'disabled' | 'primary' | 'secondary' | 'bootstrapping'

/** The modes as stored below `own/replication/`; without records the cluster takes no part. */
export function replicationModes (cluster: Cluster): { performance: ReplicationMode, dr: ReplicationMode } {
  return {
    performance: modeOf(cluster, 'performance') ?? cluster.profile.idlePerformanceMode,
    dr: modeOf(cluster, 'dr') ?? 'disabled'
  }
}

function modeOf (cluster: Cluster, kind: 'performance' | 'dr'): ReplicationMode | undefined {
  const record = cluster.storage.get(`own/replication/${kind}`) as { mode?: ReplicationMode } | undefined
  return record?.mode
}
