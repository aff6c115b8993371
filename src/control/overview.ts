// A world at a glance: its clusters, nodes, links and replication, and what is to come. For those who look on.
import type { Cluster } from '../cluster/cluster.js'
import type { Node } from '../cluster/node.js'
import type { RaftState } from '../raft/raft-state.js'
import { KINDS, type ReplicationKind } from '../replication/records.js'
import { replicationOf } from '../replication/replication.js'
import { replicationStatus, type SecondaryStatus } from '../replication/status.js'
import type { World } from '../world/world.js'
import { statusOf, type NodeStatus } from './node-controls.js'

/** A node, and what it knows of its raft group. */
export interface NodeOverview extends NodeStatus {
  /** the last entry that it knows to be committed */
  readonly commitIndex: number
  /** since the leader last heard of it; null for the leader, and where there is none */
  readonly lastContactMs: number | null
  /** whom it takes for the leader */
  readonly knownLeader: string | null
  readonly removed: boolean
}

type Election = NonNullable<RaftState['lastElection']>

/** The latest election of a cluster. */
export interface ElectionOverview {
  readonly term: number
  readonly leader: string
  readonly voters: number
  readonly grantedBy: readonly string[]
}

export interface ClusterOverview {
  readonly label: string
  /** unique; a node that has left its cluster has one of its own */
  readonly key: string
  readonly initialized: boolean
  readonly term: number
  readonly lastIndex: number
  /** id of the active node */
  readonly leader: string | null
  readonly hasQuorum: boolean
  readonly election: ElectionOverview | null
  readonly nodes: readonly NodeOverview[]
}

/** An arrow from a primary to one of its secondaries. */
export interface ReplicationOverview {
  readonly kind: ReplicationKind
  /** label of the primary; null where it is in another process, or nobody's any more */
  readonly primary: string | null
  /** label of the secondary; null where it is in another process */
  readonly secondary: string | null
  readonly secondaryId: string
  readonly state: 'stream-wals' | 'idle'
  readonly connected: boolean
  /** since the other end was last heard of; null: never */
  readonly lastHeardMs: number | null
  /** writes of the primary that the secondary does not have; null where only one end is known */
  readonly lag: number | null
}

/** Where replication is enabled: the part that a cluster plays. */
export interface ReplicationPart {
  readonly kind: ReplicationKind
  readonly cluster: string
  readonly mode: 'primary' | 'secondary'
}

export interface Overview {
  readonly clusters: readonly ClusterOverview[]
  readonly parts: readonly ReplicationPart[]
  readonly replication: readonly ReplicationOverview[]
}

/** As Vault's own status does, looking lets secondaries catch up. */
export function overviewOf (world: World): Overview {
  const clusters = [...world.clusters.values()].filter(({ nodes }) => nodes.size > 0)
  return {
    clusters: clusters.map(clusterOverview),
    parts: clusters.flatMap(partsOf),
    replication: clusters.flatMap((cluster) => KINDS.flatMap((kind) => arrows(world, cluster, kind)))
  }
}

function clusterOverview (cluster: Cluster): ClusterOverview {
  const { label, key, initialized, raft, activeNode, nodes } = cluster
  const { lastElection } = raft.state
  return {
    label,
    key,
    initialized,
    term: raft.term,
    lastIndex: raft.lastIndex,
    leader: activeNode?.id ?? null,
    hasQuorum: raft.hasQuorum(),
    election: lastElection === undefined ? null : electionOverview(lastElection),
    nodes: [...nodes.values()].map(nodeOverview)
  }
}

function electionOverview ({ term, leaderId: leader, voters, grantedBy }: Election): ElectionOverview {
  return { term, leader, voters, grantedBy }
}

function nodeOverview (node: Node): NodeOverview {
  const { id, removed, cluster: { raft } } = node
  const leads = raft.leaderId === id
  return {
    ...statusOf(node),
    removed,
    commitIndex: raft.lastIndexSeenFrom(id),
    lastContactMs: raft.leaderId === undefined || leads ? null : Math.round(raft.lastContactMs(id)),
    knownLeader: raft.knownLeader(id) ?? null
  }
}

function partsOf (cluster: Cluster): ReplicationPart[] {
  return KINDS.flatMap((kind) => {
    const status = replicationStatus(cluster, kind)
    return status === undefined ? [] : [{ kind, cluster: cluster.label, mode: status.mode }]
  })
}

/** From the secondary's end where that is here, else from the primary's. */
function arrows (world: World, cluster: Cluster, kind: ReplicationKind): ReplicationOverview[] {
  const status = replicationStatus(cluster, kind)
  if (status === undefined) return []
  if (status.mode === 'secondary') return [fromSecondary(world, cluster, kind, status)]
  const { nowMs } = world.timeline
  return status.secondaries.filter(({ nodeId }) => !isHere(world, cluster, kind, nodeId)).map((peer) => ({
    kind,
    primary: cluster.label,
    secondary: null,
    secondaryId: peer.nodeId,
    state: peer.isConnected ? 'stream-wals' : 'idle',
    connected: peer.isConnected,
    lastHeardMs: peer.lastHeartbeatAtMs === undefined ? null : Math.round(nowMs - peer.lastHeartbeatAtMs),
    lag: null
  }))
}

function isHere (world: World, primary: Cluster, kind: ReplicationKind, secondaryId: string): boolean {
  return [...world.clusters.values()].some((cluster) => {
    const status = replicationStatus(cluster, kind)
    return status?.mode === 'secondary' && status.secondaryId === secondaryId && primaryOf(world, cluster, kind) === primary
  })
}

function fromSecondary (
  world: World, cluster: Cluster, kind: ReplicationKind, status: SecondaryStatus
): ReplicationOverview {
  const primary = primaryOf(world, cluster, kind)
  const there = primary && replicationStatus(primary, kind)
  const [peer] = status.primaries
  const heardAtMs = peer?.lastHeartbeatAtMs
  return {
    kind,
    primary: primary?.label ?? null,
    secondary: cluster.label,
    secondaryId: status.secondaryId,
    state: status.state,
    connected: status.connectionState === 'ready',
    lastHeardMs: heardAtMs === undefined ? null : Math.round(world.timeline.nowMs - heardAtMs),
    lag: there?.mode === 'primary' ? Math.max(0, there.lastKindWal - replicationOf(cluster).progress(kind).wal) : null
  }
}

function primaryOf (world: World, cluster: Cluster, kind: ReplicationKind): Cluster | undefined {
  const { ends } = replicationOf(cluster).upstream(kind) ?? {}
  return ends && world.clusters.get(ends.primary)
}
