// A world as it stands at one moment, and putting it back: what checkpoints, reset, fork and saved states are made of.
import type { Cluster } from '../cluster/cluster.js'
import type { Node, ProcessState, SealConfig, UnsealProgress } from '../cluster/node.js'
import type { Rekey } from '../cluster/rekey.js'
import type { RootGeneration } from '../cluster/root-generation.js'
import type { Storage } from '../cluster/storage.js'
import type { JsonValue } from '../json/index.js'
import { profiles, type Edition, type ProfileName } from '../profiles/index.js'
import type { RaftState } from '../raft/raft.js'
import type { NetworkState } from '../sim/network.js'
import type { RandomState } from '../sim/random.js'
import type { TimelineState } from '../sim/timeline.js'
import type { HandedOut, World } from './world.js'

type KeptSnapshots = Cluster['keptSnapshots']

export interface ClusterImage {
  readonly key: string
  readonly label: string
  /** ids, in the order in which they came */
  readonly nodeIds: readonly string[]
  readonly storage: Storage
  readonly raft: RaftState
  readonly challenges: ReadonlyMap<string, string>
  readonly rootGeneration: RootGeneration | undefined
  readonly rekey: Rekey | undefined
  readonly keptSnapshots: ReadonlyMap<string, NonNullable<ReturnType<KeptSnapshots['get']>>>
  readonly rootKey: Buffer | undefined
}

export interface NodeImage {
  readonly id: string
  /** the cluster's key */
  readonly cluster: string
  readonly apiAddr: string
  readonly clusterAddr: string
  readonly process: ProcessState
  readonly sealed: boolean
  readonly joinPending: boolean
  readonly removed: boolean
  readonly unsealProgress: UnsealProgress
  readonly sealConfig: SealConfig | undefined
  readonly view: Storage | undefined
  readonly activeSinceAtMs: number
  readonly nonVoter: boolean
  readonly upgradeVersion: string
}

/** Everything of a world that changes. Storages are clones, which share what did not change. */
export interface WorldImage {
  readonly profile: ProfileName
  readonly edition: Edition
  readonly raftUse: 'storage' | 'ha_storage'
  readonly performanceStandbys: boolean
  readonly handedOut: HandedOut
  readonly timeline: TimelineState
  readonly random: RandomState
  readonly network: NetworkState
  /** those with nodes, in the order in which they came */
  readonly clusters: readonly ClusterImage[]
  readonly nodes: readonly NodeImage[]
  /** what else the world saves, by name */
  readonly parts: ReadonlyMap<string, JsonValue>
}

/** Takes an image; its cost does not grow with the data. */
export function takeImage (world: World): WorldImage {
  return {
    profile: world.profile.name,
    edition: world.edition,
    raftUse: world.raftUse,
    performanceStandbys: world.performanceStandbys,
    handedOut: world.handedOut,
    timeline: world.timeline.save(),
    random: world.random.save(),
    network: world.network.save(),
    clusters: [...world.clusters.values()].filter(({ nodes }) => nodes.size > 0).map(clusterImage),
    nodes: world.nodes.map(nodeImage),
    parts: new Map([...world.parts].map(([name, part]) => [name, part.save()]))
  }
}

function clusterImage (cluster: Cluster): ClusterImage {
  const { key, label, nodes, storage, raft, challenges, rootGeneration, rekey, keptSnapshots, rootKey } = cluster
  return { key, label, nodeIds: [...nodes.keys()], storage: storage.clone(), raft: raft.save(), challenges: new Map(challenges), rootGeneration, rekey, keptSnapshots: new Map(keptSnapshots), rootKey }
}

function nodeImage (node: Node): NodeImage {
  const { id, cluster, apiAddr, clusterAddr, process, sealed, joinPending, removed, unsealProgress, sealConfig, view, activeSinceAtMs, nonVoter, upgradeVersion } = node
  return { id, cluster: cluster.key, apiAddr, clusterAddr, process, sealed, joinPending, removed, unsealProgress, sealConfig, view: view?.clone(), activeSinceAtMs, nonVoter, upgradeVersion }
}

/**
 * Makes a world what an image shows. Nodes that the image lacks are gone, their listeners refuse; a node with a listener
 * keeps the listener's address. How the world's time runs stays as it is.
 */
export function applyImage (world: World, image: WorldImage): void {
  world.profile = profiles[image.profile]
  world.edition = image.edition
  world.raftUse = image.raftUse
  world.performanceStandbys = image.performanceStandbys
  world.handedOut = image.handedOut
  const nodes = placeNodes(world, image)
  // links first: they make the clusters react, and what follows replaces that
  world.network.load(image.network)
  for (const saved of image.clusters) fillCluster(world.clusters.get(saved.key) as Cluster, saved)
  for (const [i, saved] of image.nodes.entries()) fillNode(nodes[i] as Node, saved)
  for (const [name, state] of image.parts) world.parts.get(name)?.load(state)
  for (const cluster of world.clusters.values()) cluster.announce('storageReplaced')
  for (const { key, raft } of image.clusters) world.clusters.get(key)?.raft.load(raft)
  world.random.load(image.random)
  world.timeline.load(image.timeline)
}

/** The image's clusters and nodes in its order, those that are there already among them. */
function placeNodes (world: World, { clusters, nodes }: WorldImage): Node[] {
  const before = [...world.nodes]
  const known = new Map(world.clusters)
  world.clusters.clear()
  for (const { key, label } of clusters) {
    const cluster = known.get(key)
    if (cluster === undefined) world.addCluster(key, label)
    else world.clusters.set(key, cluster)
    world.clusters.get(key)?.nodes.clear()
  }
  const labels = new Map(clusters.map(({ key, label }) => [key, label]))
  const placed = nodes.map(({ id, cluster, apiAddr, clusterAddr }) => {
    const label = labels.get(cluster) ?? ''
    return before.find((node) => node.id === id && node.cluster.label === label) ?? world.makeNode(world.clusters.get(cluster) as Cluster, { id, apiAddr, clusterAddr })
  })
  for (const node of before) if (!placed.includes(node)) setProcess(node, 'stopped')
  world.nodes.splice(0, world.nodes.length, ...placed)
  for (const [i, { cluster }] of nodes.entries()) (placed[i] as Node).cluster = world.clusters.get(cluster) as Cluster
  for (const { key, nodeIds } of clusters) {
    for (const id of nodeIds) world.clusters.get(key)?.nodes.set(id, placed[nodes.findIndex((node) => node.id === id && node.cluster === key)] as Node)
  }
  return placed
}

function fillCluster (cluster: Cluster, image: ClusterImage): void {
  cluster.storage.replaceWith(image.storage)
  cluster.raft.load(image.raft)
  cluster.rootGeneration = image.rootGeneration
  cluster.rekey = image.rekey
  cluster.rootKey = image.rootKey
  replaceMap(cluster.challenges, image.challenges)
  replaceMap(cluster.keptSnapshots, image.keptSnapshots)
}

function replaceMap<K, V> (map: Map<K, V>, entries: ReadonlyMap<K, V>): void {
  map.clear()
  for (const [key, value] of entries) map.set(key, value)
}

function fillNode (node: Node, image: NodeImage): void {
  const { sealed, joinPending, removed, unsealProgress, sealConfig, activeSinceAtMs, nonVoter, upgradeVersion } = image
  Object.assign(node, { sealed, joinPending, removed, unsealProgress, sealConfig, activeSinceAtMs, nonVoter, upgradeVersion, clusterAddr: image.clusterAddr })
  if (node.onProcessChange === undefined) node.apiAddr = image.apiAddr
  node.view = image.view?.clone()
  setProcess(node, image.process)
}

/** Only a change moves the listener. */
export function setProcess (node: Node, process: ProcessState): void {
  if (node.process !== process) node.process = process
}
