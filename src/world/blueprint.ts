// What a world is to be when it is made: the same options wherever one is made, and the nodes that they ask for.
import type { RegionOptions } from '../nomad/region.js'
import type { NomadPlace } from '../nomad/server.js'
import { FIXTURE_CLUSTERS, FIXTURE_NODES, type FixtureName } from './fixtures/index.js'
import type { StartingData } from './starting-data.js'
import type { WorldState } from './world-state.js'
import type { WorldOptions } from './world.js'

/** Ports between one cluster and the next, and between nodes. */
const CLUSTER_PORT_STEP = 100
const NODE_PORT_STEP = 2
const VAULT_PORT = 8200

/** A Nomad region beside the clusters, or alone. */
export interface NomadOptions extends Omit<RegionOptions, 'places'> {
  /** how many servers; default 3 */
  readonly servers?: number
  /** the documentation's sample region of one server, whatever its listener's address */
  readonly sample?: boolean
}

export interface Blueprint extends WorldOptions, StartingData {
  /** the world to start from; default `dev` */
  readonly fixture?: FixtureName
  /** how many nodes, of each cluster, where the fixture does not say; default 1 */
  readonly nodes?: number
  /** clusters by name, each made by the fixture */
  readonly clusters?: Readonly<Record<string, { readonly nodes?: number }>>
  /** raft ids; default `raft_0`, `raft_1` … */
  readonly nodeIds?: readonly string[]
  /** default `root` */
  readonly rootToken?: string
  /** version of the KV engine at `secret/`; false: there is none. Default 2 */
  readonly devKv?: 1 | 2 | false | undefined
  /** the Nomad region; false for none. By default there is one in the `documented` profile only */
  readonly nomad?: false | NomadOptions
  /** a world to start from, in place of all that would make one anew */
  readonly state?: WorldState
  /** the state is of a process that has ended: its nodes come up sealed */
  readonly returns?: boolean
  /** where its nodes are told to live; by default on Vault's own port and those after it */
  readonly addressOf?: AddressOf
  /** where the region's servers are; by default on Nomad's own port and those after it */
  readonly nomadPlaces?: readonly NomadPlace[]
}

/** What cannot be made. */
export class BlueprintError extends Error {
  override readonly name = 'BlueprintError'
}

/** A node to be. */
export interface Place {
  /** of its cluster */
  readonly label: string
  readonly id: string
  /** of its port from the first one */
  readonly offset: number
  /** of its cluster port from its API port, where it had them before */
  readonly clusterPortOffset?: number
  /** that the fixture insists on */
  readonly clusterAddr?: string
}

/** @param index among all nodes */
export type AddressOf = (place: Place, index: number) => { readonly apiAddr: string, readonly clusterAddr: string }

/** Nobody listens there. */
export const usualAddress: AddressOf = ({ offset }) => {
  return { apiAddr: `http://127.0.0.1:${VAULT_PORT + offset}`, clusterAddr: `127.0.0.1:${VAULT_PORT + offset + 1}` }
}

/** The nodes that a blueprint asks for, cluster by cluster. */
export function placesIn (blueprint: Blueprint): Place[] {
  const { state } = blueprint
  if (state === undefined) return labelsIn(blueprint).flatMap((label, k) => placesOf(label, k, blueprint))
  const labels = new Map(state.clusters.map(({ key, label }) => [key, label]))
  return state.nodes.map((node, i) => {
    const { id, cluster } = node
    return { id, label: labels.get(cluster) ?? cluster, offset: NODE_PORT_STEP * i, ...portsOf(node) }
  })
}

/** Who knows a node that comes back calls it where it was. */
function portsOf ({ apiAddr, clusterAddr }: WorldState['nodes'][number]): Pick<Place, 'clusterPortOffset'> {
  const [, host, port] = /^(.*):(\d+)$/.exec(clusterAddr) ?? []
  const api = URL.canParse(apiAddr) ? new URL(apiAddr) : undefined
  return api?.hostname === host && api?.port !== '' ? { clusterPortOffset: Number(port) - Number(api?.port) } : {}
}

/** Clusters by name come first; what the fixture needs besides has its own names. */
export function labelsIn ({ clusters, fixture = 'dev' }: Blueprint): readonly string[] {
  const own = FIXTURE_CLUSTERS[fixture]
  if (clusters === undefined) return own ?? ['vault']
  const named = Object.keys(clusters)
  return [...named, ...own?.slice(named.length) ?? []]
}

function placesOf (label: string, k: number, { fixture = 'dev', clusters, nodes = 1, nodeIds }: Blueprint): Place[] {
  const size = clusters?.[label]?.nodes ?? nodes
  const ids = FIXTURE_NODES[fixture] ?? Array.from({ length: size }, (_, i) => ({ id: nodeIds?.[i] ?? `raft_${i}` }))
  return ids.map((node, i) => ({ ...node, label, offset: CLUSTER_PORT_STEP * k + NODE_PORT_STEP * i }))
}
