// One universe: a timeline, a random source, some clusters, the network between them. Wiring only.
import { DEFAULT_SNAPSHOT_BYTES } from '../archive/budget.js'
import { armAutoSnapshots } from '../cluster/auto-snapshots.js'
import { Cluster, type RaftUse, type Surroundings } from '../cluster/cluster.js'
import { configuredIn, type Configured, type ConfiguredOptions } from '../cluster/configured.js'
import { NO_FILES, type Files } from '../cluster/files.js'
import { Node } from '../cluster/node.js'
import { Region, newRegion, type RegionOptions } from '../nomad/region.js'
import { editionOf, profiles, versionOf, type Edition, type Profile } from '../profiles/index.js'
import { Following } from '../replication/following.js'
import { DEFAULT_BUFFER_BYTES, DEFAULT_BUFFER_LENGTH } from '../replication/journal.js'
import type { Outreach } from '../replication/remote.js'
import { Replication, replicationOf } from '../replication/replication.js'
import { Network } from '../sim/network.js'
import { Random, randomSeed } from '../sim/random.js'
import { Timeline } from '../sim/timeline.js'
import { armAlarms } from '../vault/alarms.js'
import { armExpiry } from '../vault/tokens/expiry.js'
import { canonicalAddress } from './addresses.js'
import { discover, printDiscovered, readDiscovered } from './discovery.js'
import { registerEvents } from './events.js'
import { nomadTokensAt } from './nomad-tokens.js'
import { WorldOutside, type FetchOutside } from './outside.js'
import type { WorldOptions } from './world-options.js'
import { STATE_VERSION, type HandedOut, type WorldState, type WorldTraits } from './world-state.js'

export type { WorldOptions } from './world-options.js'
export type { HandedOut } from './world-state.js'

/** Where a node is told to live. */
export interface NodePlace {
  readonly id: string
  readonly apiAddr: string
  readonly clusterAddr: string
}

/** What a world asks of the layers above it. */
export interface WorldPorts {
  /** how replication reaches primaries of other processes; without it there are none */
  readonly outreach?: Outreach
  /** another try of a node that wants to join; without it none is made */
  readonly retryJoin?: (node: Node, ids: Readonly<Record<string, string>>) => void
  /** where audit devices and automated snapshots write; without it they cannot */
  readonly files?: Files
  /** fetches what engines ask of loopback; without it nobody is there */
  readonly fetchOutside?: FetchOutside
}

/** A world: `state` is all that it is, `restore` makes it another one. */
export class World implements Surroundings {
  readonly timeline: Timeline
  readonly onFault: WorldOptions['onFault']
  readonly random: Random
  readonly network = new Network()
  readonly clusters = new Map<string, Cluster>()
  /** every node there ever was, in the order of their creation */
  readonly nodes: Node[] = []
  /** secondaries on their way after their primaries */
  readonly following: Following
  readonly files: Files
  readonly snapshotBytes: number
  /** what exists beyond this server */
  readonly outside: WorldOutside
  #traits: WorldTraits
  #nomad: Region | undefined
  readonly #clusterListeners: ((cluster: Cluster) => void)[] = []
  readonly #replacedListeners: (() => void)[] = []

  constructor (options: WorldOptions = {}, ports: WorldPorts = {}) {
    const { outreach, retryJoin = () => {}, files = NO_FILES, fetchOutside } = ports
    const { time = 'auto', timeScale = 1, seed, startAtMs, onFault } = options
    this.#traits = traitsOf(options)
    this.files = files
    this.snapshotBytes = options.snapshotBytes ?? DEFAULT_SNAPSHOT_BYTES
    this.following = new Following(this.clusters, outreach, {
      length: options.logshipperBufferLength ?? DEFAULT_BUFFER_LENGTH,
      bytes: options.logshipperBufferBytes ?? DEFAULT_BUFFER_BYTES
    })
    this.random = new Random(seed ?? randomSeed())
    this.onFault = onFault
    this.timeline = new Timeline({ mode: time, scale: timeScale, startAtMs, onFault })
    this.outside = new WorldOutside(this.timeline, fetchOutside, (address) => nomadTokensAt(this.nomad, address))
    if (options.outside !== undefined) this.outside.told = options.outside
    this.network.onChanged(() => {
      for (const cluster of this.clusters.values()) cluster.connectivityChanged()
      this.nomad?.connectivityChanged()
    })
    registerEvents(this.timeline, { cluster: (key) => this.clusters.get(key), nomad: () => this.nomad, retryJoin })
  }

  /** What is being replicated at this moment arrives first. */
  get state (): WorldState {
    this.following.settle()
    const clusters = [...this.clusters.values()].filter(({ nodes }) => nodes.size > 0)
    return {
      version: STATE_VERSION,
      ...this.#traits,
      timeline: this.timeline.state,
      random: this.random.state,
      network: this.network.state,
      outside: this.outside.state,
      nodes: this.nodes.map((node) => node.state),
      nomad: this.nomad?.state,
      clusters: clusters.map((cluster) => ({ ...cluster.state, replication: replicationOf(cluster).state }))
    }
  }

  /**
   * Becomes what a state shows. Nodes that it names are the same objects as before, those that it lacks are gone. How
   * the world's time runs stays as it is.
   */
  restore (state: WorldState): void {
    const { version, timeline, random, network, outside, nodes, nomad, clusters, ...traits } = state
    this.#traits = traits
    this.network.restore(network)
    this.outside.restore(outside)
    this.#restoreClusters(state)
    this.#restoreNomad(nomad)
    this.random.restore(random)
    this.timeline.restore(timeline)
    this.following.resume()
    for (const listener of this.#replacedListeners) listener()
  }

  /** Calls back whenever the world was replaced. */
  onReplaced (listener: () => void): void { this.#replacedListeners.push(listener) }

  get profile (): Profile { return profiles[this.#traits.profile] }
  get edition (): Edition { return this.#traits.edition }
  get raftUse (): WorldTraits['raftUse'] { return this.#traits.raftUse }
  get performanceStandbys (): boolean { return this.#traits.performanceStandbys }
  get prometheus (): boolean { return this.#traits.prometheus }
  get unauthenticatedMetricsAccess (): boolean { return this.#traits.unauthenticatedMetricsAccess === true }

  /** what its user must know, as the fixture left it */
  get handedOut (): HandedOut { return this.#traits.handedOut }
  set handedOut (handedOut: HandedOut) { this.#traits = { ...this.#traits, handedOut } }

  /** what `auto_join` finds, as `discover` of the options has it; setting it may throw a `DiscoverError` */
  get discovered (): readonly string[] { return (this.#traits.discovered ?? []).map(printDiscovered) }
  set discovered (told: readonly string[]) { this.#traits = { ...this.#traits, discovered: toldIn(told) } }

  /** what the server's configuration says; setting it may throw a `ConfiguredError` */
  get configured (): Configured { return this.#traits.configured ?? {} }
  set configured (said: ConfiguredOptions) { this.#traits = { ...this.#traits, configured: configuredIn(said) } }

  /** Several clusters of one world are not of one name: the first has it. */
  readonly clusterNameFor = (label: string): string | undefined => {
    return this.nodes[0]?.cluster.label === label ? this.configured.clusterName : undefined
  }

  readonly discover = (autoJoin: string): string[] => discover(autoJoin, this.#traits.discovered ?? [], this.nodes)

  /** its Nomad region */
  get nomad (): Region | undefined { return this.#nomad }

  /** A fresh node: not initialised, sealed, a cluster of its own until it joins another. */
  addNode (label: string, place: NodePlace): Node {
    const cluster = this.#sharedCluster(label) ?? this.addCluster(`${label}/${place.id}`, label)
    const node = this.#makeNode(cluster, place)
    cluster.nodes.set(place.id, node)
    this.nodes.push(node)
    return node
  }

  /** Where raft only elects the leader, the nodes of a label share one storage from the start. */
  #sharedCluster (label: string): Cluster | undefined {
    if (this.raftUse !== 'ha_storage') return undefined
    return [...this.clusters.values()].find((cluster) => cluster.label === label)
  }

  /** A node that is nowhere yet. */
  #makeNode (cluster: Cluster, { id, apiAddr, clusterAddr }: NodePlace): Node {
    return new Node(id, cluster, apiAddr, clusterAddr, versionOf(this.profile, this.edition))
  }

  /** A cluster without nodes yet. */
  addCluster (key: string, label: string): Cluster {
    const cluster = new Cluster(key, label, this)
    this.clusters.set(key, cluster)
    cluster.on('becameActive', () => { this.#arm(cluster) })
    cluster.on('storageReplaced', () => { this.#arm(cluster) })
    cluster.on('replicationChanged', () => { armAlarms(cluster) })
    for (const listener of this.#clusterListeners) listener(cluster)
    return cluster
  }

  /** A Nomad region, ready at once. */
  addNomad (options: RegionOptions): Region {
    const region = newRegion(this, options)
    this.#nomad = region
    return region
  }

  /** Calls back for every cluster there is, and for each that comes. */
  eachCluster (listener: (cluster: Cluster) => void): void {
    this.#clusterListeners.push(listener)
    for (const cluster of this.clusters.values()) listener(cluster)
  }

  node (label: string, id: string): Node | undefined {
    return this.nodes.find((node) => node.id === id && node.cluster.label === label)
  }

  readonly emptied = ({ key }: Cluster): void => {
    this.clusters.delete(key)
    this.timeline.cancelAll(({ ids }) => ids.cluster === key || ids.group === key)
  }

  readonly replicationFor = (cluster: Cluster): Replication => new Replication(cluster, this.following)

  /** Several worlds may share a host and a port: then the path tells whose address it is. */
  readonly nodeAt = (apiAddr: string): Node | undefined => {
    const wanted = canonicalAddress(apiAddr)
    if (wanted === undefined) return undefined
    const there = this.nodes.filter((node) => canonicalAddress(node.apiAddr)?.host === wanted.host)
    return there.find((node) => canonicalAddress(node.apiAddr)?.path === wanted.path) ?? there[0]
  }

  #arm (cluster: Cluster): void {
    armExpiry(cluster, cluster.storage)
    armAlarms(cluster)
    armAutoSnapshots(cluster)
  }

  #restoreClusters ({ clusters, nodes: states }: WorldState): void {
    const known = new Map(this.clusters)
    const before = [...this.nodes]
    const labels = new Map(clusters.map(({ key, label }) => [key, label]))
    const namesBefore = new Map(before.map((node) => [node.networkName, node]))
    this.clusters.clear()
    for (const { key, label } of clusters) {
      const cluster = known.get(key)
      if (cluster === undefined) this.addCluster(key, label)
      else this.clusters.set(key, cluster)
    }
    const nodes = states.map((state) => {
      const cluster = this.#clusterOf(state.cluster)
      const node = namesBefore.get(`${labels.get(state.cluster)}/${state.id}`) ?? this.#makeNode(cluster, state)
      node.cluster = cluster
      return node
    })
    this.nodes.splice(0, this.nodes.length, ...nodes)
    for (const state of clusters) this.#fill(this.#clusterOf(state.key), state)
    for (const [i, state] of states.entries()) nodes[i]?.restore(state)
    for (const node of before) if (!nodes.includes(node)) node.stop()
  }

  #clusterOf (key: string): Cluster {
    const cluster = this.clusters.get(key)
    if (cluster === undefined) throw new Error(`a node of a cluster that is not there: ${key}`)
    return cluster
  }

  #fill (cluster: Cluster, state: WorldState['clusters'][number]): void {
    const { replication, ...own } = state
    const members = this.nodes.filter((node) => node.cluster === cluster)
    cluster.nodes.clear()
    for (const id of state.nodes) {
      const node = members.find((member) => member.id === id)
      if (node !== undefined) cluster.nodes.set(id, node)
    }
    cluster.restore(own)
    replicationOf(cluster).restore(replication)
  }

  #restoreNomad (state: WorldState['nomad']): void {
    if (state === undefined) {
      for (const server of this.#nomad?.servers ?? []) server.restore({ ...server.state, process: 'stopped' })
      this.#nomad = undefined
    } else if (this.#nomad === undefined) this.#nomad = new Region(this, state)
    else this.#nomad.restore(state)
  }
}

/** The storage `inmem` alone has no raft; raft that only elects has its data there. */
export function raftUseIn ({ raft, storage = 'raft' }: Pick<WorldOptions, 'raft' | 'storage'>): RaftUse {
  return storage === 'inmem' && raft !== 'ha_storage' ? 'none' : raft ?? 'storage'
}

function traitsOf (options: WorldOptions): WorldTraits {
  const { profile = 'documented', edition = 'ent', performanceStandbys = false } = options
  return {
    profile,
    edition: editionOf(profiles[profile], edition),
    raftUse: raftUseIn(options),
    performanceStandbys,
    prometheus: options.prometheus ?? profiles[profile].prometheusByDefault,
    ...(options.unauthenticatedMetricsAccess === true && { unauthenticatedMetricsAccess: true }),
    discovered: toldIn(options.discover),
    configured: configuredIn(options),
    handedOut: { unsealKeys: [] }
  }
}

/** Nothing is nothing, however it was told: equal worlds are equal states. */
function toldIn (discover: WorldOptions['discover']): WorldTraits['discovered'] {
  return discover === undefined || discover.length === 0 ? undefined : discover.map(readDiscovered)
}
