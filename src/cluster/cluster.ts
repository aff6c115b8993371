// A cluster: nodes, one raft, one barrier key, one leader at a time, one storage. Wiring only; what it does stands
// beside.
import type { Edition, Profile } from '../profiles/index.js'
import type { Network } from '../sim/network.js'
import type { Random } from '../sim/random.js'
import type { Timeline } from '../sim/timeline.js'
import { Raft, type LeaderLoss } from '../raft/raft.js'
import { Telemetry } from '../telemetry/telemetry.js'
import { autopilotConfig } from './autopilot.js'
import { leaseTtlsIn, type Configured, type LeaseTtls } from './configured.js'
import type { Files } from './files.js'
import type { Outside } from './outside.js'
import { isInRaft, type Node } from './node.js'
import { failure } from '../refusal/index.js'
import { noteElection, noteLeaderLost } from './cluster-telemetry.js'
import { EMPTY_MEMORY, type ClusterMemory, type ClusterState } from './cluster-state.js'
import { Storage } from './storage.js'
import { identityIn, sealIn, type StoredIdentity, type StoredSeal } from './stored.js'

export type { StoredIdentity, StoredSeal } from './stored.js'

/**
 * Raft holds the data, or only elects the leader; or there is none for clients to see, as on a server with the storage
 * `inmem`, which is active by itself.
 */
export type RaftUse = 'storage' | 'ha_storage' | 'none'

/** What a cluster needs of its world. */
export interface Surroundings {
  readonly timeline: Timeline
  readonly random: Random
  readonly network: Network
  readonly profile: Profile
  readonly edition: Edition
  readonly raftUse: RaftUse
  readonly performanceStandbys: boolean
  /** whether sys/metrics has Prometheus' form, too */
  readonly prometheus?: boolean
  /** whether sys/metrics is open to all, on every node in whatever state */
  readonly unauthenticatedMetricsAccess?: boolean
  /** what the server's configuration says */
  readonly configured: Configured
  /** what a cluster of that label is to be called; undefined: drawn */
  readonly clusterNameFor: (label: string) => string | undefined
  /** the node that an API address belongs to, in this world */
  readonly nodeAt: (apiAddr: string) => Node | undefined
  /**
   * the addresses that a join's `auto_join` stands for
   *
   * @throws {DiscoverConfigError}
   */
  readonly discover: (autoJoin: string) => readonly string[]
  /** what exists beyond this server */
  readonly outside: Outside
  /** what requests may write outside of the world */
  readonly files: Files
  /** memory that reading a snapshot may take */
  readonly snapshotBytes: number
  /** all clusters of this world, by key */
  readonly clusters: ReadonlyMap<string, Cluster>
  /** a cluster has lost its last node: nothing comes of it any more */
  readonly emptied: (cluster: Cluster) => void
  /** makes what a cluster has of replication */
  readonly replicationFor: (cluster: Cluster) => ReplicationPort
}

/** What a cluster asks and tells its replication, which stands above it. */
export interface ReplicationPort {
  /** before each write; throws where the path is not to be written here */
  readonly guard: (path: string) => void
  /** after each write */
  readonly wrote: (path: string) => void
  /** all data was replaced */
  readonly restart: () => void
  /** a node or link changed */
  readonly connectivityChanged: () => void
  readonly leaderElected: () => void
  readonly leaderLost: () => void
}

/** What the layers above are told; they register with `cluster.on`. */
export interface Announcements {
  /** a node took over; its clock is the timeline's */
  becameActive: [node: Node]
  /** all data was replaced: a restore, a bootstrap as secondary, a loaded state */
  storageReplaced: []
  sealed: [node: Node]
  unsealed: [node: Node]
  /** @param what e.g. `dr: enabled as primary` */
  replicationChanged: [what: string]
  removed: [node: Node]
}

type Listeners = { [Name in keyof Announcements]: ((...args: Announcements[Name]) => void)[] }

/** One cluster: its storage, its raft, and what it remembers beside them. */
export class Cluster {
  readonly storage = new Storage()
  readonly nodes = new Map<string, Node>()
  readonly raft: Raft
  readonly replication: ReplicationPort
  /** automated snapshots that are being written, by the name of their configuration; each ends itself */
  readonly autoSnapshotRuns = new Map<string, Promise<void>>()
  #memory: ClusterMemory = EMPTY_MEMORY
  /** why there is no leader, for telemetry alone */
  #lastLoss: LeaderLoss | undefined
  readonly #listeners: Listeners = {
    becameActive: [], storageReplaced: [], sealed: [], unsealed: [], replicationChanged: [], removed: []
  }

  /**
   * @param key unique in the world, e.g. `east-1`; timeline events name it
   * @param label the group its nodes were started in, e.g. `east`; the network names it
   */
  constructor (readonly key: string, readonly label: string, readonly surroundings: Surroundings) {
    this.raft = new Raft({
      group: key,
      timeline: surroundings.timeline,
      random: surroundings.random.stream(`raft/${key}`),
      isUp: (id) => {
        const node = this.nodes.get(id)
        return node !== undefined && isInRaft(node)
      },
      canReach: (from, to) => surroundings.network.canReach(`${label}/${from}`, `${label}/${to}`),
      autopilotConfig: () => autopilotConfig(this),
      observer: {
        leaderElected: (id) => this.#leaderElected(id),
        leaderLost: (id, reason) => this.#leaderLost(id, reason)
      }
    })
    this.replication = surroundings.replicationFor(this)
    this.storage.guard = (path) => {
      this.#requireQuorum()
      this.replication.guard(path)
    }
    this.storage.onWrite = (path) => {
      // where raft only elects the leader, the data is somewhere else
      if (surroundings.raftUse === 'storage') this.raft.appendEntry()
      this.replication.wrote(path)
    }
  }

  get timeline (): Timeline { return this.surroundings.timeline }
  get random (): Random { return this.surroundings.random }
  get outside (): Outside { return this.surroundings.outside }
  get profile (): Profile { return this.surroundings.profile }
  get raftUse (): RaftUse { return this.surroundings.raftUse }
  get edition (): Edition { return this.surroundings.edition }
  get leaseTtls (): LeaseTtls { return leaseTtlsIn(this.surroundings.configured) }
  get seal (): StoredSeal | undefined { return sealIn(this.storage).value }
  get identity (): StoredIdentity | undefined { return identityIn(this.storage).value }
  get initialized (): boolean { return this.storage.derived(hasSeal) }

  get rootKey (): ClusterMemory['rootKey'] { return this.#memory.rootKey }
  get challenges (): ClusterMemory['challenges'] { return this.#memory.challenges }
  get rootGeneration (): ClusterMemory['rootGeneration'] { return this.#memory.rootGeneration }
  get rekey (): ClusterMemory['rekey'] { return this.#memory.rekey }
  get loadedSnapshot (): ClusterMemory['loadedSnapshot'] { return this.#memory.loadedSnapshot }
  get keptSnapshots (): ClusterMemory['keptSnapshots'] { return this.#memory.keptSnapshots }

  get state (): ClusterState {
    const { key, label, nodes, raft, storage } = this
    return { key, label, nodes: [...nodes.keys()], ...this.#memory, raft: raft.state, storage: storage.clone() }
  }

  /** Takes over a state, and tells nobody; the caller sees to its nodes. */
  restore ({ key, label, nodes, raft, storage, ...memory }: ClusterState): void {
    this.#memory = memory
    this.raft.restore(raft)
    this.storage.replaceWith(storage)
  }

  change (change: Partial<ClusterMemory>): void {
    this.#memory = { ...this.#memory, ...change }
  }

  /** The active node's; without one what is counted is lost. */
  get telemetry (): Telemetry { return this.activeNode?.telemetry ?? new Telemetry(this.timeline) }

  get activeNode (): Node | undefined {
    const leaderId = this.raft.leaderId
    const node = leaderId === undefined ? undefined : this.nodes.get(leaderId)
    return node?.participates === true ? node : undefined
  }

  /** Whether what is written now is kept: there is an active node, and it has its majority. */
  get takesWrites (): boolean {
    return this.activeNode !== undefined && (this.surroundings.raftUse !== 'storage' || this.raft.hasQuorum())
  }

  /** The node that another one takes for the active one: the dead leader until the next election is over. */
  activeNodeSeenFrom (node: Node): Node | undefined {
    const id = this.raft.knownLeader(node.id)
    return id === undefined ? undefined : this.nodes.get(id)
  }

  /** Takes in a node of another cluster, which is no more if that was its last one. */
  add (node: Node): void {
    const before = node.cluster
    before.nodes.delete(node.id)
    if (before.nodes.size === 0) this.surroundings.emptied(before)
    node.cluster = this
    this.nodes.set(node.id, node)
  }

  on<Name extends keyof Announcements> (name: Name, listener: (...args: Announcements[Name]) => void): void {
    this.#listeners[name].push(listener)
  }

  announce<Name extends keyof Announcements> (name: Name, ...args: Announcements[Name]): void {
    if (name === 'storageReplaced') this.replication.restart()
    for (const listener of this.#listeners[name]) listener(...args)
  }

  /** To be called whenever a node starts, stops, seals, or a link changes: raft reacts, views are taken or dropped. */
  connectivityChanged (): void {
    this.raft.connectivityChanged()
    this.#refreshViews()
    this.replication.connectivityChanged()
  }

  /**
   * Who follows the leader reads the cluster's storage; who cannot keeps what it saw last. While nobody leads nothing
   * is written, so that a node that runs goes on with what it has.
   */
  #refreshViews (): void {
    const { leaderId } = this.raft
    for (const node of this.nodes.values()) {
      const runs = node.process === 'running'
      if (runs && leaderId === undefined) continue
      // as raft sees it: what goes one way alone keeps no follower
      const follows = runs && this.surroundings.network.connects(`${this.label}/${leaderId}`, node.networkName)
      node.change({ view: follows ? undefined : node.view ?? this.storage.clone() })
    }
  }

  /**
   * A leader cut off from its majority acknowledges nothing: what it is asked to write is refused before it is stored.
   */
  #requireQuorum (): void {
    const { raft } = this
    if (this.surroundings.raftUse !== 'storage' || raft.core.bootstrapping || raft.hasQuorum()) return
    throw failure('leadership lost while committing log')
  }

  #leaderElected (id: string): void {
    const node = this.nodes.get(id)
    if (node === undefined) return
    this.#refreshViews()
    noteElection(this, node, this.#lastLoss)
    this.#lastLoss = undefined
    for (const other of this.nodes.values()) other.change({ activeSinceAtMs: 0 })
    node.change({ activeSinceAtMs: this.timeline.nowMs })
    this.announce('becameActive', node)
    this.replication.leaderElected()
  }

  #leaderLost (id: string, reason: LeaderLoss): void {
    noteLeaderLost(this, this.nodes.get(id), reason)
    this.#lastLoss = reason
    for (const node of this.nodes.values()) node.change({ activeSinceAtMs: 0 })
    this.replication.leaderLost()
  }
}

function hasSeal (storage: Storage): boolean {
  return sealIn(storage).isThere
}
