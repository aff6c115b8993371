// How replication stands on a cluster, per kind.
import type { Cluster } from '../cluster/cluster.js'
import { isConnected, isHeardOf, lastHeardAtMs, type Connection, type PeerAddress } from './connection.js'
import { liveRecord, type PrimaryRecord, type ReplicationKind, type SecondaryRecord } from './records.js'
import { reindexProgress, type ReindexProgress } from './reindex.js'
import { heartbeatOf, type Heartbeat } from './heartbeats.js'
import { doneOf } from './pace.js'
import type { Stream, StreamState } from './replication-state.js'
import { shownRoot } from './merkle-tree.js'
import { lastWal } from './scope.js'
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
  /** undefined: never */
  readonly heartbeat: Heartbeat | undefined
}

interface CommonStatus {
  readonly clusterId: string
  readonly merkleRoot: string
  readonly lastReindexAtMs: number
  readonly lastCorruptionCheckAtMs: number
  /** as the last check has found */
  readonly corrupted: boolean
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
  readonly state: StreamState
  /** as gRPC has them */
  readonly connectionState: 'ready' | 'connecting' | 'transient_failure' | 'shutdown' | 'idle'
  /** keys while they are fetched: how many there are, and how many have come */
  readonly sync: { readonly progress: number, readonly total: number } | undefined
  readonly secondaryId: string
  readonly lastRemoteWal: number
  readonly knownPrimaryClusterAddrs: readonly string[]
  readonly primaries: readonly PeerStatus[]
  readonly lastStartAtMs: number
}

/** Fetching the primary's data for the first time: there is nothing else to tell. */
export interface BootstrappingStatus { readonly mode: 'bootstrapping' }

/** Undefined: disabled, or asleep on a DR secondary. */
export type ReplicationStatus = PrimaryStatus | SecondaryStatus | BootstrappingStatus | undefined

/** @see `reference/replication.md` §5 */
export function replicationStatus (cluster: Cluster, kind: ReplicationKind): ReplicationStatus {
  catchUp(cluster.surroundings)
  const record = liveRecord(cluster, kind)
  if (record === undefined) return undefined
  if (record.mode === 'bootstrapping') return { mode: 'bootstrapping' }
  return record.mode === 'primary' ? primaryStatus(cluster, kind, record) : secondaryStatus(cluster, kind, record)
}

function common (cluster: Cluster, kind: ReplicationKind, record: PrimaryRecord | SecondaryRecord): CommonStatus {
  const { clusterId, lastReindexAtMs, lastCorruptionCheckAtMs, primaryClusterAddr } = record
  return {
    clusterId,
    merkleRoot: shownRoot(cluster, kind),
    corrupted: replicationOf(cluster).corruptionFound,
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
      const known = replicationOf(cluster).downstream(connectionKey(kind, nodeId))
      const connection = known !== undefined && isHeardOf(known) ? known : undefined
      const heartbeat = connection && heartbeatOf(cluster, kind, connection, 'secondary')
      return { nodeId, ...peerStatus(cluster, connection, connection?.secondary, heartbeat) }
    })
  }
}

function secondaryStatus (cluster: Cluster, kind: ReplicationKind, record: SecondaryRecord): SecondaryStatus {
  const replication = replicationOf(cluster)
  const connection = replication.upstream(kind)
  const connected = connection !== undefined && isConnected(connection, cluster.timeline.nowMs)
  const stream = replication.stream(kind)
  const heartbeat = connection && heartbeatOf(cluster, kind, connection, 'primary')
  return {
    ...common(cluster, kind, record),
    mode: 'secondary',
    state: shownState(stream, connected),
    connectionState: connectionState(record, stream, connection, connected),
    sync: syncProgress(stream, cluster.timeline.nowMs, connection),
    secondaryId: record.secondaryId,
    lastRemoteWal: replication.progress(kind).wal,
    knownPrimaryClusterAddrs: record.knownPrimaryClusterAddrs,
    primaries: record.primaryApiAddrs.map((apiAddr, i) => {
      const clusterAddr = record.knownPrimaryClusterAddrs[i] ?? ''
      return peerStatus(cluster, connection, { apiAddr, clusterAddr }, heartbeat)
    }),
    lastStartAtMs: record.lastStartAtMs
  }
}

function shownState ({ state, stoppedBy }: Stream, connected: boolean): StreamState {
  if (state === 'connecting') return state
  if (!connected || stoppedBy !== '') return 'idle'
  // it was in sync when it was told of its primary's writes last: what is left to say is between two messages
  return state === 'idle' || state === 'bootstrapping' ? 'stream-wals' : state
}

function connectionState (
  { linked }: SecondaryRecord, { state }: Stream, connection: Connection | undefined, connected: boolean
): SecondaryStatus['connectionState'] {
  if (!linked) return 'idle'
  if (state === 'connecting') return 'connecting'
  if (connected) return 'ready'
  return connection?.closed === true ? 'shutdown' : 'transient_failure'
}

function syncProgress (stream: Stream, nowMs: number, connection: Connection | undefined): SecondaryStatus['sync'] {
  const { state, transfer, pace } = stream
  if (state !== 'merkle-sync' || transfer === undefined) return undefined
  const goesOn = connection?.ends === undefined ? stream.lostAtMs === 0 : connection.stands
  const share = goesOn ? doneOf(transfer, pace, nowMs) : transfer.done
  return { progress: Math.floor(share * transfer.entries), total: transfer.entries }
}

function peerStatus (
  cluster: Cluster,
  connection: Connection | undefined,
  address: PeerAddress | undefined,
  heartbeat: Heartbeat | undefined
): PeerStatus {
  const { nowMs } = cluster.timeline
  return {
    address,
    heartbeat,
    isConnected: connection !== undefined && isConnected(connection, nowMs),
    lastHeartbeatAtMs: connection && lastHeardAtMs(connection, nowMs)
  }
}
