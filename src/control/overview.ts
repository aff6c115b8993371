// A world at a glance: its clusters, nodes, links and replication, and what is to come. For those who look on.
import type { Cluster } from '../cluster/cluster.js'
import type { Node } from '../cluster/node.js'
import type { RaftState } from '../raft/raft-state.js'
import { KINDS, type ReplicationKind } from '../replication/records.js'
import { replicationStatus, type ReplicationStatus } from '../replication/status.js'
import type { World } from '../world/world.js'
import { statusOf, type NodeStatus } from './node-controls.js'
import { replicationLinks, type ReplicationLink } from './replication-links.js'

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

/** A link by which a cluster follows another, and how far behind it is. */
export interface ReplicationOverview extends ReplicationLink {
  /** writes of the primary that the secondary does not have; null where only one end is known */
  readonly lag: number | null
}

/** Where replication is enabled: the part that a cluster plays. */
export interface ReplicationPart {
  readonly kind: ReplicationKind
  readonly cluster: string
  readonly mode: 'primary' | 'secondary' | 'bootstrapping'
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
    replication: replicationLinks(world).map((link) => ({ ...link, lag: lagOf(clusters, link) }))
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

function lagOf (clusters: readonly Cluster[], { kind, from, to, elsewhere }: ReplicationLink): number | null {
  if (elsewhere) return null
  const standOf = (label: string, mode: string): ReplicationStatus => {
    const named = clusters.filter((cluster) => cluster.label === label)
    return named.map((cluster) => replicationStatus(cluster, kind)).find((status) => status?.mode === mode)
  }
  const [primary, secondary] = [standOf(from, 'primary'), standOf(to, 'secondary')]
  if (primary?.mode !== 'primary' || secondary?.mode !== 'secondary') return null
  return Math.max(0, primary.lastKindWal - secondary.lastRemoteWal)
}
