// Gauges of replication: the roles of a cluster, and how far its log has come.
import type { Node } from '../../../cluster/node.js'
import { liveRecord } from '../../../replication/records.js'
import { replicationOf } from '../../../replication/replication.js'
import { replicationStatus, type ReplicationStatus } from '../../../replication/status.js'
import { gauge, type Gauge } from '../../../telemetry/gauge.js'

/** Of a cluster of the enterprise edition. A sealed node tells no role. */
export function replicationGauges (node: Node): Gauge[] {
  const { cluster } = node
  const performance = node.sealed ? undefined : liveRecord(cluster, 'performance')?.mode
  const dr = node.sealed ? undefined : liveRecord(cluster, 'dr')?.mode
  const roles = [
    gauge('vault.core.replication.performance.primary', performance === 'primary'),
    gauge('vault.core.replication.performance.secondary', performance === 'secondary'),
    gauge('vault.core.replication.dr.primary', dr === 'primary'),
    gauge('vault.core.replication.dr.secondary', dr === 'secondary')
  ]
  return !node.isActive || (performance === undefined && dr === undefined) ? roles : [...roles, ...logGauges(node)]
}

function logGauges ({ cluster }: Node): Gauge[] {
  const performance = replicationStatus(cluster, 'performance')
  const dr = replicationStatus(cluster, 'dr')
  const lastWal = cluster.storage.writes('replicated') + cluster.storage.writes('local')
  const { length } = replicationOf(cluster).journal
  const isPrimary = performance?.mode === 'primary' || dr?.mode === 'primary'
  return [
    gauge('vault.replication.merkle.commit_index', lastWal),
    gauge('vault.replication.wal.last_wal', lastWal),
    gauge('vault.merkle.flushDirty.outstanding_pages', 0),
    ...lastOf('vault.replication.wal.last_performance_wal', performance),
    ...lastOf('vault.replication.wal.last_dr_wal', dr),
    ...remoteWal(dr ?? performance),
    ...(isPrimary ? [gauge('vault.wal.gc.total', length), gauge('vault.logshipper.buffer.length', length)] : [])
  ]
}

type LastWal = 'vault.replication.wal.last_performance_wal' | 'vault.replication.wal.last_dr_wal'

function lastOf (name: LastWal, status: ReplicationStatus): Gauge[] {
  return status?.mode === 'primary' ? [gauge(name, status.lastKindWal)] : []
}

/** The DR primary's where a cluster follows two. */
function remoteWal (status: ReplicationStatus): Gauge[] {
  return status?.mode === 'secondary' ? [gauge('vault.replication.fsm.last_remote_wal', status.lastRemoteWal)] : []
}
