// The nodes of a running world: where each listens, and what clients are told.
import type { FastifyInstance } from 'fastify'
import type { Node } from '../cluster/node.js'
import type { WorldImage } from '../world/world-image.js'
import { FIXTURE_CLUSTERS, FIXTURE_NODES, type FixtureName } from '../world/fixtures/index.js'
import { CLUSTER_PORT_STEP } from '../world/fixtures/replication.js'
import type { Addressee } from '../http/addressee.js'
import type { Listener, TlsMaterial } from '../http/listeners.js'
import type { OpenOptions } from './open-world.js'
import { listenFor } from './listen.js'
import type { Controls } from '../control/controls.js'
import type { NodeListeners } from './node-listeners.js'
import type { World } from '../world/world.js'

/** One node that listens. */
export interface RunningNode {
  readonly id: string
  readonly clusterName: string
  /** what clients are told */
  readonly apiAddr: string
  readonly clusterAddr: string
  /** where it listens; undefined for a fixture's node without a listener */
  readonly url: string | undefined
  readonly node: Node
}

/** Where a node is to be. */
export interface Place {
  readonly label: string
  /** of its port from the first one */
  readonly offset: number
  readonly id: string
  readonly clusterAddr?: string
}

/** The nodes that options and fixture ask for, cluster by cluster. */
export function placesFor (options: OpenOptions, fixture: FixtureName): Place[] {
  const { clusters, nodes = 1, nodeIds } = options
  const labels = clusters === undefined ? FIXTURE_CLUSTERS[fixture] ?? ['vault'] : Object.keys(clusters)
  return labels.flatMap((label, k) => {
    const ids = FIXTURE_NODES[fixture] ?? Array.from({ length: clusters?.[label]?.nodes ?? nodes }, (_, i) => ({ id: nodeIds?.[i] ?? `raft_${i}` }))
    return ids.map((place, i) => ({ ...place, label, offset: CLUSTER_PORT_STEP * k + 2 * i }))
  })
}

/** Saved nodes listen on fresh addresses; raft's own addresses stay. */
export function savedPlaces ({ nodes, clusters }: WorldImage): Place[] {
  const labels = new Map(clusters.map(({ key, label }) => [key, label]))
  return nodes.map(({ id, cluster }, i) => ({ id, label: labels.get(cluster) ?? 'vault', offset: 2 * i }))
}

/** What is open so far: also after a failure, so that it can be closed. */
export interface OpenedNodes {
  readonly nodes: RunningNode[]
  readonly listeners: Listener[]
}

type HowToOpen = Pick<OpenOptions, 'host' | 'port' | 'apiAddr'> & {
  readonly app: FastifyInstance
  readonly tls: TlsMaterial | undefined
  /** where they are offered to clients */
  readonly controls: Controls | undefined
  readonly following: NodeListeners
}

/**
 * Adds nodes to a world and opens their listeners, so that each knows its address from its first moment.
 *
 * @throws the listener's error when a port is in use
 */
export async function openNodes (world: World, places: readonly Place[], how: HowToOpen, { nodes, listeners }: OpenedNodes): Promise<void> {
  for (const [index, { label, offset, id, clusterAddr }] of places.entries()) {
    const node = world.addNode(label, { id, apiAddr: '', clusterAddr: clusterAddr ?? '' })
    if (clusterAddr !== undefined && index > 0) {
      node.apiAddr = `http://${clusterAddr.replace(/:\d+$/, ':8200')}`
      nodes.push(running(node, undefined))
      continue
    }
    const listener = await openOne({ world, node, controls: how.controls }, offset, how)
    listeners.push(listener)
    place(node, listener, how.apiAddr === 'auto' ? undefined : how.apiAddr?.[index])
    nodes.push(running(node, listener.url))
  }
}

async function openOne (addressee: Addressee, offset: number, { app, host = '127.0.0.1', port = 0, tls, apiAddr, following }: HowToOpen): Promise<Listener> {
  return await listenFor(app, addressee, { host, port: port === 0 ? 0 : port + offset, tls, apiAddrFromHost: apiAddr === 'auto' }, following)
}

/** A node's cluster address is the host that clients are told, with the port one above, as Vault has it. */
function place (node: Node, listener: Listener, apiAddr: string | undefined): void {
  node.apiAddr = apiAddr ?? listener.url
  const { hostname, port } = new URL(node.apiAddr)
  if (node.clusterAddr === '') node.clusterAddr = `${hostname}:${Number(port === '' ? listener.port : port) + 1}`
}

function running (node: Node, url: string | undefined): RunningNode {
  return {
    id: node.id,
    clusterName: node.cluster.label,
    get apiAddr () { return node.apiAddr },
    clusterAddr: node.clusterAddr,
    url,
    node
  }
}
