// One universe: a timeline, a random source, some clusters, the network between them. Wiring only.
import { AUTO_SNAPSHOT_EVENT, armAutoSnapshots, runAutoSnapshot } from '../cluster/auto-snapshots.js'
import { DEFAULT_SNAPSHOT_BYTES } from '../cluster/archive/budget.js'
import { Cluster, type Surroundings } from '../cluster/cluster.js'
import { NO_FILES, type Files } from '../cluster/files.js'
import { becomeRemoved } from '../cluster/membership.js'
import { Node } from '../cluster/node.js'
import { isDrSecondary } from '../replication/records.js'
import { finishReindex, REINDEX_EVENT } from '../replication/reindex.js'
import { finishJoin } from '../cluster/seal.js'
import { Following } from '../replication/following.js'
import type { Outreach } from '../replication/remote.js'
import { Replication } from '../replication/replication.js'
import type { JsonValue } from '../json/index.js'
import { NOMAD_GROUP, registerNomadEvents } from '../nomad/gossip.js'
import { Region, type RegionOptions } from '../nomad/region.js'
import { loadRegion, saveRegion } from '../nomad/region-state.js'
import { editionOf, profiles, versionOf, type Edition, type Profile, type ProfileName } from '../profiles/index.js'
import { registerRaftEvents } from '../raft/raft.js'
import { Network } from '../sim/network.js'
import { Random, randomSeed } from '../sim/random.js'
import { Timeline, type TimeMode } from '../sim/timeline.js'
import { armExpiry, registerExpiry } from '../vault/tokens/expiry.js'

export interface WorldOptions {
  readonly profile?: ProfileName
  readonly edition?: Edition
  readonly time?: TimeMode
  /** simulated seconds per second of `live` time */
  readonly timeScale?: number
  /** seed of all chance; drawn if absent */
  readonly seed?: number
  readonly raft?: 'storage' | 'ha_storage'
  readonly performanceStandbys?: boolean
  /** whether sys/metrics has Prometheus' form, too; by default in `documented` only */
  readonly prometheus?: boolean
  /** instant at which a `manual` timeline starts, milliseconds since 1970 */
  readonly startAtMs?: number
  /** memory that restoring a snapshot may take; 1 GiB by default */
  readonly snapshotBytes?: number
  /** takes what is thrown while no request is there to blame; without it, it is thrown on */
  readonly onFault?: ((error: unknown) => void) | undefined
}

/** Where a node is told to live. */
export interface NodePlace {
  readonly id: string
  readonly apiAddr: string
  readonly clusterAddr: string
}

/** What a fixture leaves behind that its user must know. */
export interface HandedOut {
  /** absent while nothing is initialised */
  readonly rootToken?: string
  /** base64 */
  readonly unsealKeys: readonly string[]
}

/** What a world asks of the layers above it. */
export interface WorldPorts {
  /** how replication reaches primaries of other processes; without it there are none */
  readonly outreach?: Outreach
  /** another try of a node that wants to join; without it none is made */
  readonly retryJoin?: (node: Node, ids: Readonly<Record<string, string>>) => void
  /** where audit devices and automated snapshots write; without it they cannot */
  readonly files?: Files
}

/** Something outside the clusters that is saved and loaded with the world: plain JSON. */
export interface SavedPart {
  readonly save: () => JsonValue
  readonly load: (state: JsonValue) => void
}

export class World implements Surroundings {
  readonly timeline: Timeline
  readonly onFault: WorldOptions['onFault']
  readonly random: Random
  readonly network = new Network()
  profile: Profile
  edition: Edition
  raftUse: 'storage' | 'ha_storage'
  performanceStandbys: boolean
  prometheus: boolean
  readonly clusters = new Map<string, Cluster>()
  /** every node there ever was, in the order of their creation */
  readonly nodes: Node[] = []
  /** what its user must know, as the fixture left it */
  handedOut: HandedOut = { unsealKeys: [] }
  /** what else is saved with the world, by name: a Nomad region, links between clusters */
  readonly parts = new Map<string, SavedPart>()
  /** its Nomad region */
  nomad: Region | undefined
  /** secondaries on their way after their primaries */
  readonly following: Following
  readonly files: Files
  readonly snapshotBytes: number
  readonly #clusterListeners: ((cluster: Cluster) => void)[] = []

  constructor ({ profile = 'documented', edition = 'ent', time = 'auto', timeScale = 1, seed, raft = 'storage', performanceStandbys = false, prometheus = profiles[profile].prometheusByDefault, startAtMs, snapshotBytes = DEFAULT_SNAPSHOT_BYTES, onFault }: WorldOptions = {}, ports: WorldPorts = {}) {
    this.following = new Following(this.clusters, ports.outreach)
    this.files = ports.files ?? NO_FILES
    this.snapshotBytes = snapshotBytes
    this.profile = profiles[profile]
    this.edition = editionOf(this.profile, edition)
    this.raftUse = raft
    this.performanceStandbys = performanceStandbys
    this.prometheus = prometheus
    this.random = new Random(seed ?? randomSeed())
    this.onFault = onFault
    this.timeline = new Timeline({ mode: time, scale: timeScale, startAtMs, onFault })
    this.network.onChanged(() => {
      for (const cluster of this.clusters.values()) cluster.connectivityChanged()
      this.nomad?.connectivityChanged()
    })
    this.#registerEvents(ports)
  }

  /** A fresh node: not initialised, sealed, a cluster of its own until it joins another. */
  addNode (label: string, place: NodePlace): Node {
    const cluster = this.#sharedCluster(label) ?? this.addCluster(`${label}/${place.id}`, label)
    const node = this.makeNode(cluster, place)
    cluster.nodes.set(place.id, node)
    this.nodes.push(node)
    return node
  }

  /** Where raft only elects the leader, the nodes of a label share one storage from the start. */
  #sharedCluster (label: string): Cluster | undefined {
    return this.raftUse === 'ha_storage' ? [...this.clusters.values()].find((cluster) => cluster.label === label) : undefined
  }

  /** A node that is nowhere yet. */
  makeNode (cluster: Cluster, { id, apiAddr, clusterAddr }: NodePlace): Node {
    return new Node(id, cluster, apiAddr, clusterAddr, versionOf(this.profile, this.edition))
  }

  /** A cluster without nodes yet. */
  addCluster (key: string, label: string): Cluster {
    const cluster = new Cluster(key, label, this)
    this.clusters.set(key, cluster)
    cluster.on('becameActive', () => { this.#arm(cluster) })
    cluster.on('storageReplaced', () => { this.#arm(cluster) })
    for (const listener of this.#clusterListeners) listener(cluster)
    return cluster
  }

  /** A Nomad region, ready at once. */
  addNomad (options: RegionOptions): Region {
    this.nomad = new Region(this, options)
    return this.nomad
  }

  /** Calls back for every cluster there is, and for each that comes. */
  eachCluster (listener: (cluster: Cluster) => void): void {
    this.#clusterListeners.push(listener)
    for (const cluster of this.clusters.values()) listener(cluster)
  }

  node (label: string, id: string): Node | undefined {
    return this.nodes.find((node) => node.id === id && node.cluster.label === label)
  }

  readonly replicationFor = (cluster: Cluster): Replication => new Replication(cluster, this.following)

  readonly nodeAt = (apiAddr: string): Node | undefined => {
    const wanted = canonical(apiAddr)
    return wanted === undefined ? undefined : this.nodes.find((node) => canonical(node.apiAddr) === wanted)
  }

  #arm (cluster: Cluster): void {
    armExpiry(cluster, cluster.storage)
    armAutoSnapshots(cluster)
  }

  #registerEvents ({ retryJoin = () => {} }: WorldPorts): void {
    const { timeline } = this
    const clusterOf = (key: string | undefined): Cluster | undefined => this.clusters.get(key ?? '')
    const handle = (kind: string, handler: (cluster: Cluster, ids: Readonly<Record<string, string>>) => void): void => {
      timeline.handle(kind, (ids) => {
        const cluster = clusterOf(ids.cluster)
        if (cluster !== undefined) handler(cluster, ids)
      })
    }
    const onNode = (act: (node: Node, ids: Readonly<Record<string, string>>) => void) => (cluster: Cluster, ids: Readonly<Record<string, string>>): void => {
      const node = cluster.nodes.get(ids.node ?? '')
      if (node !== undefined) act(node, ids)
    }
    registerRaftEvents(timeline, (group) => group === NOMAD_GROUP ? this.nomad?.raft : clusterOf(group)?.raft)
    registerNomadEvents(timeline, () => this.nomad)
    this.parts.set('nomad', { save: () => this.nomad === undefined ? null : saveRegion(this.nomad), load: (state) => { this.nomad = state === null ? undefined : loadRegion(this, state, this.nomad) } })
    registerExpiry(timeline, clusterOf, (cluster) => cluster.activeNode !== undefined && !isDrSecondary(cluster))
    handle('cluster.join', onNode(finishJoin))
    handle('cluster.removed', onNode(becomeRemoved))
    handle('join.retry', onNode(retryJoin))
    handle(REINDEX_EVENT, finishReindex)
    handle(AUTO_SNAPSHOT_EVENT, (cluster, ids) => { runAutoSnapshot(cluster, ids.name ?? '') })
  }
}

/** Host and port of an address; all spellings of this machine are one. */
function canonical (address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { hostname, port, protocol } = new URL(address)
  const here = ['localhost', '127.0.0.1', '[::1]', '0.0.0.0'].includes(hostname) || hostname.startsWith('127.')
  return `${here ? 'here' : hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`
}
