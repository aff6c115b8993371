// What a node does again and again by the clock: heartbeats, checks of the lease, flushes. Nothing runs for them here;
// they are counted when somebody asks, and only while what they stand for is so.
import type { Node } from '../../../cluster/node.js'
import { isConnected } from '../../../replication/connection.js'
import { KINDS, liveRecord } from '../../../replication/records.js'
import { replicationOf } from '../../../replication/replication.js'
import type { Labels, MetricName } from '../../../telemetry/catalogue.js'

/** One of them, in milliseconds. */
export interface Rhythm {
  readonly name: MetricName
  readonly labels?: Labels
  readonly periodMs: number
  readonly sinceMs: number
  /** of each observation */
  readonly value: number
}

/** A standby's to the active node, and a secondary's to its primary (documented for the latter's addresses). */
const ECHO_MS = 5000
/** The raft library sends so many heartbeats within the time in which one is due (`replication.go`). */
const BEATS = 10
/** 100 and 4 in ten seconds, in the documentation's sample of a dump. */
const FLUSH_MS = 100
const CHECKPOINT_MS = 2500

export function rhythmsOf (node: Node): Rhythm[] {
  if (node.sealed || !node.initialized) return []
  return node.isActive ? [...leaderRhythms(node), ...replicationRhythms(node)] : followerRhythms(node)
}

function leaderRhythms ({ id: own, cluster: { raft }, activeSinceAtMs: sinceMs }: Node): Rhythm[] {
  const { heartbeatMs, leaderLeaseMs } = raft.core.timing
  const followers = raft.servers.map(({ id }) => id).filter((id) => id !== own)
  if (followers.length === 0) return []
  const periodMs = heartbeatMs / BEATS
  // who is in contact was heard of at the latest beat, who is not when its contact was lost
  const contactsMs = followers.map((id) => raft.lastContactMs(id) % (raft.inContact(id) ? periodMs : Infinity))
  return [
    ...followers.filter((id) => raft.inContact(id)).map((id): Rhythm => {
      return { name: 'vault.raft.replication.heartbeat', labels: { peer_id: id }, periodMs, sinceMs, value: 0 }
    }),
    { name: 'vault.raft.leader.lastContact', periodMs: leaderLeaseMs, sinceMs, value: Math.max(...contactsMs) }
  ]
}

function followerRhythms ({ id, cluster: { raft } }: Node): Rhythm[] {
  if (!raft.inContact(id)) return []
  const sinceMs = raft.leaderSinceAtMs
  return [
    { name: 'vault.raft.rpc.processHeartbeat', periodMs: raft.core.timing.heartbeatMs / BEATS, sinceMs, value: 0 },
    { name: 'vault.ha.rpc.client.echo', periodMs: ECHO_MS, sinceMs, value: 0 }
  ]
}

function replicationRhythms ({ cluster, activeSinceAtMs: sinceMs }: Node): Rhythm[] {
  if (KINDS.every((kind) => liveRecord(cluster, kind) === undefined)) return []
  const echoes = { performance: 'vault.replication.rpc.server.echo', dr: 'vault.replication.rpc.dr.server.echo' } as const
  return [
    { name: 'vault.merkle.flushDirty', periodMs: FLUSH_MS, sinceMs, value: 0 },
    { name: 'vault.merkle.saveCheckpoint', periodMs: CHECKPOINT_MS, sinceMs, value: 0 },
    ...KINDS.filter((kind) => connectedSecondaries(cluster, kind) > 0).map((kind) => {
      return { name: echoes[kind], periodMs: ECHO_MS / connectedSecondaries(cluster, kind), sinceMs, value: 0 }
    })
  ]
}

function connectedSecondaries (cluster: Node['cluster'], kind: 'performance' | 'dr'): number {
  const replication = replicationOf(cluster)
  return replication.downstreamKeys.filter((key) => {
    const connection = key.startsWith(`${kind}/`) ? replication.downstream(key) : undefined
    return connection !== undefined && isConnected(connection, cluster.timeline.nowMs)
  }).length
}
