// Addresses of nodes: which are the same, and what changes when nodes are reached elsewhere.
import type { Storage } from '../cluster/storage.js'
import { KINDS, putRecord, replicationRecord } from '../replication/records.js'
import type { WorldState } from './world-state.js'

type NodeState = WorldState['nodes'][number]
type ClusterState = WorldState['clusters'][number]

/** Host, port and path of an address; all spellings of this machine are one. Undefined for what is no address. */
export function canonicalAddress (address: string): { readonly host: string, readonly path: string } | undefined {
  if (!URL.canParse(address)) return undefined
  const { hostname, port, protocol, pathname } = new URL(address)
  const here = ['localhost', '[::1]', '0.0.0.0'].includes(hostname) || hostname.startsWith('127.')
  const usualPort = protocol === 'https:' ? '443' : '80'
  return { host: `${here ? 'here' : hostname}:${port === '' ? usualPort : port}`, path: pathname.replace(/\/+$/, '') }
}

/**
 * The same world with nodes that are told to clients at other addresses; the clusters that replicate find each other
 * there, as if they had said so themselves.
 *
 * @param addressOf a node's new address; undefined leaves it where it is
 */
export function relocated (
  state: WorldState, addressOf: (node: NodeState, index: number) => Addresses | undefined
): WorldState {
  const moves = new Map<string, string>()
  const nodes = state.nodes.map((node, index) => {
    const to = addressOf(node, index)
    if (to === undefined || to.apiAddr === node.apiAddr) return node
    moves.set(textOf(node.apiAddr), to.apiAddr)
    // a cluster address elsewhere is one that a document made up
    if (hostOf(node.clusterAddr) !== new URL(node.apiAddr).hostname) return { ...node, apiAddr: to.apiAddr }
    if (to.clusterAddr !== node.clusterAddr) moves.set(node.clusterAddr, to.clusterAddr)
    return { ...node, ...to }
  })
  if (moves.size === 0) return state
  return { ...state, nodes, clusters: state.clusters.map((cluster) => movedCluster(cluster, moves)) }
}

interface Addresses { readonly apiAddr: string, readonly clusterAddr: string }

function hostOf (clusterAddr: string): string {
  return clusterAddr.replace(/:\d+$/, '')
}

type Moves = ReadonlyMap<string, string>

function textOf (address: string): string {
  const { host, path } = canonicalAddress(address) ?? { host: address, path: '' }
  return host + path
}

function moved (address: string, moves: Moves): string {
  return moves.get(textOf(address)) ?? address
}

function movedClusterAddr (address: string, moves: Moves): string {
  const bare = address.replace(/^https:\/\//, '')
  return address.replace(bare, moves.get(bare) ?? bare)
}

function movedCluster (cluster: ClusterState, moves: Moves): ClusterState {
  const storage = cluster.storage.clone()
  moveRecords(storage, moves)
  const links = [...cluster.replication.downstream].map(([key, connection]) => {
    const { secondary } = connection
    return [key, { ...connection, secondary: movedPeer(secondary, moves) }] as const
  })
  const servers = cluster.raft.servers.map((server) => {
    return { ...server, address: moves.get(server.address) ?? server.address }
  })
  const replication = { ...cluster.replication, downstream: new Map(links) }
  return { ...cluster, storage, raft: { ...cluster.raft, servers }, replication }
}

function movedPeer ({ apiAddr, clusterAddr }: Addresses, moves: Moves): Addresses {
  return { apiAddr: moved(apiAddr, moves), clusterAddr: movedClusterAddr(clusterAddr, moves) }
}

/** Nobody wrote that: it counts as no write. */
function moveRecords (storage: Storage, moves: Moves): void {
  const writes = { replicated: storage.writes('replicated'), local: storage.writes('local'), own: storage.writes('own') }
  for (const kind of KINDS) {
    const record = replicationRecord({ storage }, kind)
    if (record?.mode !== 'secondary') continue
    putRecord({ storage }, kind, {
      ...record,
      primaryApiAddrOverride: moved(record.primaryApiAddrOverride, moves),
      primaryApiAddrs: record.primaryApiAddrs.map((address) => moved(address, moves)),
      alternateApiAddrs: record.alternateApiAddrs.map((address) => moved(address, moves)),
      primaryClusterAddr: movedClusterAddr(record.primaryClusterAddr, moves),
      knownPrimaryClusterAddrs: record.knownPrimaryClusterAddrs.map((address) => movedClusterAddr(address, moves))
    })
  }
  storage.restoreWrites(writes)
}
