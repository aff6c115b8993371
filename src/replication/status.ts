// How replication stands on a cluster, per kind.
import type { Cluster } from '../cluster/cluster.js'
import { isConnected, lastHeardAtMs, type Connection, type PeerAddress } from './connection.js'
import { liveRecord, type PrimaryRecord, type ReplicationKind, type SecondaryRecord } from './records.js'
import { reindexProgress, type ReindexProgress } from './reindex.js'
import { lastWal, merkleRoot } from './scope.js'
import { connectionKey } from './shipping.js'
import { catchUp } from './stream.js'
import { replicationOf } from './replication.js'

export interface PeerStatus {
  /** of a secondary its id */
  readonly nodeId?: string
  /** undefined of a secondary never heard of since the start */
  readonly address: PeerAddress | undefined
  readonly isConnected: boolean
  /** undefined: never */
  readonly lastHeartbeatAtMs: number | undefined
}

interface CommonStatus {
  readonly clusterId: string
  readonly merkleRoot: string
  readonly lastReindexAtMs: number
  readonly lastCorruptionCheckAtMs: number
  readonly primaryClusterAddr: string
  /** while a reindex is under way */
  readonly reindex: ReindexProgress | undefined
}

export interface PrimaryStatus extends CommonStatus {
  readonly mode: 'primary'
  /** the last write of all */
  readonly lastWal: number
  /** the last write that matters to this kind */
  readonly lastKindWal: number
  readonly secondaries: readonly (PeerStatus & { readonly nodeId: string })[]
}

export interface SecondaryStatus extends CommonStatus {
  readonly mode: 'secondary'
  readonly state: 'stream-wals' | 'idle'
  readonly connectionState: 'ready' | 'transient_failure' | 'idle'
  readonly secondaryId: string
  readonly lastRemoteWal: number
  readonly knownPrimaryClusterAddrs: readonly string[]
  readonly primaries: readonly PeerStatus[]
  readonly lastStartAtMs: number
}

/** Undefined: disabled, or asleep on a DR secondary. */
export type ReplicationStatus = PrimaryStatus | SecondaryStatus | undefined

/** @see `reference/replication.md` §5 */
export function replicationStatus (cluster: Cluster, kind: ReplicationKind): ReplicationStatus {
  catchUp(cluster.surroundings)
  const record = liveRecord(cluster, kind)
  if (record === undefined) return undefined
  return record.mode === 'primary' ? primaryStatus(cluster, kind, record) : secondaryStatus(cluster, kind, record)
}

function common (cluster: Cluster, kind: ReplicationKind, record: PrimaryRecord | SecondaryRecord): CommonStatus {
  const { clusterId, lastReindexAtMs, lastCorruptionCheckAtMs, primaryClusterAddr } = record
  return {
    clusterId,
    merkleRoot: merkleRoot(cluster.storage, kind),
    lastReindexAtMs,
    lastCorruptionCheckAtMs,
    primaryClusterAddr,
    reindex: reindexProgress(cluster)
  }
}

function primaryStatus (cluster: Cluster, kind: ReplicationKind, record: PrimaryRecord): PrimaryStatus {
  return {
    ...common(cluster, kind, record),
    mode: 'primary',
    lastWal: lastWal(cluster.storage, 'dr'),
    lastKindWal: lastWal(cluster.storage, kind),
    secondaries: Object.keys(record.secondaries).map((nodeId) => {
      const connection = replicationOf(cluster).downstream(connectionKey(kind, nodeId))
      return { nodeId, ...peerStatus(cluster, connection, connection?.secondary) }
    })
  }
}

function secondaryStatus (cluster: Cluster, kind: ReplicationKind, record: SecondaryRecord): SecondaryStatus {
  const connection = replicationOf(cluster).upstream(kind)
  const connected = connection !== undefined && isConnected(connection, cluster.timeline.nowMs)
  return {
    ...common(cluster, kind, record),
    mode: 'secondary',
    state: connected ? 'stream-wals' : 'idle',
    connectionState: connected ? 'ready' : record.linked ? 'transient_failure' : 'idle',
    secondaryId: record.secondaryId,
    lastRemoteWal: replicationOf(cluster).progress(kind).lastRemoteWal,
    knownPrimaryClusterAddrs: record.knownPrimaryClusterAddrs,
    primaries: record.primaryApiAddrs.map((apiAddr, i) => peerStatus(cluster, connection, { apiAddr, clusterAddr: record.knownPrimaryClusterAddrs[i] ?? '' })),
    lastStartAtMs: record.lastStartAtMs
  }
}

function peerStatus (
  cluster: Cluster,
  connection: Connection | undefined,
  address: PeerAddress | undefined
): PeerStatus {
  const { nowMs } = cluster.timeline
  return {
    address,
    isConnected: connection !== undefined && isConnected(connection, nowMs),
    lastHeartbeatAtMs: connection && lastHeardAtMs(connection, nowMs)
  }
}
