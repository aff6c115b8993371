// The replication links of a world, within it and to other processes: who is at their ends, and how they stand.
import type { Cluster } from '../cluster/cluster.js'
import { farEndOf, isConnected, type Connection } from '../replication/connection.js'
import { KINDS, liveRecord, type ReplicationKind } from '../replication/records.js'
import { replicationOf } from '../replication/replication.js'
import { replicationStatus } from '../replication/status.js'
import type { World } from '../world/world.js'

/** One link as one of this world's clusters knows it; of a link within the world the secondary tells. */
export interface ReplicationLink {
  readonly kind: ReplicationKind
  /** the primary: a label of this world, or the name that another process's cluster shows in its health */
  readonly from: string
  /** the secondary, likewise */
  readonly to: string
  readonly secondaryId: string
  /** whether the other end is in another process */
  readonly elsewhere: boolean
  readonly connected: boolean
  /** of the secondary's stream; absent where the secondary is in another process */
  readonly state?: string
}

/** An end of a link as a person may call it. */
interface Peer {
  readonly networkName: string
  readonly names: readonly string[]
}

/** Every link, each once. */
export function replicationLinks (world: World): ReplicationLink[] {
  return [...world.clusters.values()].flatMap((cluster) => [
    ...KINDS.flatMap((kind) => upstreamLink(world, cluster, kind)), ...farSecondaries(cluster)
  ])
}

function upstreamLink (world: World, cluster: Cluster, kind: ReplicationKind): ReplicationLink[] {
  const connection = replicationOf(cluster).upstream(kind)
  const status = replicationStatus(cluster, kind)
  if (connection === undefined || status?.mode !== 'secondary') return []
  const primary = world.clusters.get(connection.ends?.primary ?? '')
  return [{
    kind,
    from: primary?.label ?? nameOf(connection),
    to: cluster.label,
    secondaryId: connection.secondaryId,
    elsewhere: primary === undefined,
    connected: isConnected(connection, world.timeline.nowMs),
    state: status.state
  }]
}

function farSecondaries (cluster: Cluster): ReplicationLink[] {
  const far = downstreamOf(cluster).filter(({ connection }) => connection.ends === undefined)
  return far.map(({ kind, connection }) => ({
    kind,
    from: cluster.label,
    to: nameOf(connection),
    secondaryId: connection.secondaryId,
    elsewhere: true,
    connected: isConnected(connection, cluster.timeline.nowMs)
  }))
}

function nameOf ({ peer, secondaryId }: Connection): string {
  return peer?.name ?? secondaryId
}

function downstreamOf (cluster: Cluster): Array<{ readonly kind: ReplicationKind, readonly connection: Connection }> {
  const replication = replicationOf(cluster)
  return replication.downstreamKeys.flatMap((key) => {
    const connection = replication.downstream(key)
    const kind = KINDS.find((name) => key.startsWith(`${name}/`))
    if (connection === undefined || kind === undefined || liveRecord(cluster, kind)?.mode !== 'primary') return []
    return [{ kind, connection }]
  })
}

/** Clusters at the other ends of links, by all the names that they have. */
export function peersOf (world: World): Peer[] {
  const clusters = [...world.clusters.values()]
  const near = clusters.map((cluster) => {
    const { identity, label } = cluster
    return { networkName: label, names: identity === undefined ? [] : [identity.name, identity.id] }
  })
  return [...near, ...clusters.flatMap((cluster) => [
    ...downstreamOf(cluster).flatMap(({ connection }) => peerOf(world, connection, 'secondary')),
    ...KINDS.flatMap((kind) => peerOf(world, replicationOf(cluster).upstream(kind), 'primary'))
  ])]
}

function peerOf (world: World, connection: Connection | undefined, end: 'primary' | 'secondary'): Peer[] {
  if (connection === undefined) return []
  const { ends, peer, secondaryId } = connection
  const ids = end === 'secondary' ? [secondaryId] : []
  const near = world.clusters.get(ends?.[end] ?? '')
  if (near !== undefined) return [{ networkName: near.label, names: ids }]
  const networkName = farEndOf(connection)
  const names = peer === undefined ? ids : [...ids, peer.name, peer.id]
  return networkName === undefined ? [] : [{ networkName, names }]
}
