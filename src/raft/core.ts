// The state of a raft group and what all its parts share: who is in contact with the leader, and committing.
//
// Raft is modelled by its outcomes, not by its messages: an entry is committed at once by a leader that reaches a
// majority, and not at all otherwise; a server in contact with the leader has applied everything.
import type { RandomStream } from '../sim/random.js'
import type { Timeline } from '../sim/timeline.js'
import { DEFAULT_AUTOPILOT_CONFIG, type AutopilotConfig } from './autopilot-config.js'
import { RaftError, requiredQuorum, type RaftServer } from './configuration.js'
import { contactAgeMs, newPeer, type Peer } from './peer.js'
import { NO_RAFT, type RaftState } from './raft-state.js'

/** How long things take, in milliseconds. Defaults: observed on Vault 1.14 with `performance_multiplier = 1`. */
export interface RaftTiming {
  /** from losing the leader to the next one, give or take a ninth */
  readonly electionMs: number
  /** the same for a server that is the only voter; with 0 it leads as soon as it is up (observed: 8 to 16 ms) */
  readonly soleElectionMs: number
  /** from a leader's own resignation, or from the end of its sitting out, to the next one */
  readonly handoverMs: number
  /** how long a leader without a majority stays */
  readonly leaderLeaseMs: number
  readonly heartbeatMs: number
}

export const DEFAULT_TIMING: RaftTiming = {
  electionMs: 2700,
  soleElectionMs: 0,
  handoverMs: 500,
  leaderLeaseMs: 800,
  heartbeatMs: 1000
}

/** Entries that a new leader writes: observed on Vault 1.14, indexes 36 to 40. */
const DEFAULT_ELECTION_ENTRIES = 4

/** Why a leader is none any more: its process is gone, its majority, its membership or vote, or it gave way. */
export type LeaderLoss = 'down' | 'quorum' | 'removed' | 'demoted' | 'stepDown' | 'transfer'

/** Whoever wants to know; each call comes after the change is complete. */
export interface RaftObserver {
  leaderElected: (id: string) => void
  leaderLost: (id: string, reason: LeaderLoss) => void
  serverAdded: (server: RaftServer) => void
  serverRemoved: (server: RaftServer) => void
  serverPromoted: (server: RaftServer) => void
  serverDemoted: (server: RaftServer) => void
  committed: (lastIndex: number) => void
}

export interface RaftOptions {
  /** unique among the groups of a world; its timeline events name it */
  readonly group: string
  readonly timeline: Timeline
  readonly random: RandomStream
  /** whether a server's process takes part */
  readonly isUp: (id: string) => boolean
  /** whether a message from one server arrives at another */
  readonly canReach: (from: string, to: string) => boolean
  readonly timing?: Partial<RaftTiming>
  readonly observer?: Partial<RaftObserver>
  /** entries that a new leader writes; 4 by default, as Vault does */
  readonly electionEntries?: number
  /** autopilot's settings of now; undefined turns it off. By default Vault's default settings */
  readonly autopilotConfig?: () => AutopilotConfig | undefined
}

/** A group's state, and what all parts of the group do with it. */
export class RaftCore {
  readonly timing: RaftTiming
  readonly observer: Partial<RaftObserver>
  readonly electionEntries: number
  #state: RaftState = NO_RAFT
  /** ahead of the state's own by what was committed since: peers take it over when somebody looks at them */
  #lastIndex = 0

  constructor (readonly options: RaftOptions) {
    this.timing = { ...DEFAULT_TIMING, ...options.timing }
    this.observer = options.observer ?? {}
    this.electionEntries = options.electionEntries ?? DEFAULT_ELECTION_ENTRIES
  }

  get state (): RaftState {
    if (this.#state.lastIndex !== this.#lastIndex) {
      this.#state = { ...this.#state, lastIndex: this.#lastIndex, peers: this.#applied() }
    }
    return this.#state
  }

  set state (state: RaftState) {
    this.#state = state
    this.#lastIndex = state.lastIndex
  }

  get peers (): RaftState['peers'] { return this.state.peers }
  get servers (): readonly RaftServer[] { return this.#state.servers }
  get term (): number { return this.#state.term }
  get lastIndex (): number { return this.#lastIndex }
  get configurationIndex (): number { return this.#state.configurationIndex }
  get leaderId (): string | undefined { return this.#state.leaderId }
  get leaderSinceAtMs (): number { return this.#state.leaderSinceAtMs }
  get bootstrapping (): boolean { return this.#state.bootstrapping }
  get lastElection (): RaftState['lastElection'] { return this.#state.lastElection }

  get nowMs (): number { return this.options.timeline.nowMs }

  change (change: Partial<RaftState>): void {
    this.state = { ...this.state, ...change }
  }

  changePeer (id: string, change: Partial<Peer>): void {
    this.#changePeers((peer, of) => of === id ? { ...peer, ...change } : peer)
  }

  /** All at once, removed servers among them. */
  changeAllPeers (change: Partial<Peer>): void {
    this.#changePeers((peer) => ({ ...peer, ...change }))
  }

  /** Autopilot's settings of now; undefined while it is off. */
  get autopilotConfig (): AutopilotConfig | undefined {
    return this.options.autopilotConfig === undefined ? DEFAULT_AUTOPILOT_CONFIG : this.options.autopilotConfig()
  }

  server (id: string): RaftServer | undefined {
    return this.servers.find((server) => server.id === id)
  }

  /** The record of a member. */
  peer (id: string): Peer {
    const peer = this.peers.get(id)
    if (peer === undefined) throw new Error(`not a server of raft group ${this.options.group}: ${id}`)
    return peer
  }

  admit (id: string): Peer {
    const peer = newPeer(this.nowMs, this.options.random.integer(0, this.timing.heartbeatMs - 1))
    this.change({ peers: new Map(this.peers).set(id, peer) })
    return peer
  }

  /** Both are up and hear each other. */
  connected (a: string, b: string): boolean {
    const { isUp, canReach } = this.options
    if (!isUp(a) || !isUp(b)) return false
    return a === b || (canReach(a, b) && canReach(b, a))
  }

  /** Whether a server follows the leader; no commit changes that. */
  inContact (id: string): boolean { return this.#state.peers.get(id)?.inContact ?? false }

  /** A leader is there and in contact with a majority of the voters. */
  hasQuorum (servers = this.servers): boolean {
    if (this.leaderId === undefined) return false
    let voters = 0
    let reached = 0
    for (const { id, suffrage } of servers) {
      if (suffrage !== 'voter') continue
      voters += 1
      if (this.inContact(id)) reached += 1
    }
    return reached >= requiredQuorum(voters)
  }

  /** Looks anew who follows the leader; those who do catch up. */
  refreshContact (servers = this.servers): void {
    const { nowMs, leaderId } = this
    const members = new Set(servers.map(({ id }) => id))
    for (const id of members) this.peer(id)
    this.#changePeers((before, id) => {
      if (!members.has(id)) return before
      const peer = this.options.isUp(id) ? before : { ...before, knownLeaderId: null, heldOffUntilAtMs: 0 }
      const follows = leaderId !== undefined && this.connected(leaderId, id)
      if (!follows) return peer.inContact ? this.#lost(peer, nowMs) : peer
      return this.#following(peer.inContact ? peer : this.#met(peer, nowMs))
    })
  }

  /**
   * Commits entries at all servers in contact.
   *
   * @throws {RaftError} `no-leader` without a majority
   */
  commit (entries: number): void {
    if (!this.bootstrapping) this.requireQuorum()
    this.#lastIndex += entries
    this.observer.committed?.(this.#lastIndex)
  }

  requireQuorum (): void {
    if (!this.hasQuorum()) throw new RaftError('no leader', 'no-leader')
  }

  /** The leader is none any more; the others believe in it until they notice. */
  loseLeader (reason: LeaderLoss): void {
    const id = this.leaderId
    if (id === undefined) return
    this.change({ leaderId: undefined })
    if (this.peer(id).knownLeaderId === id) this.changePeer(id, { knownLeaderId: null })
    this.refreshContact()
    if (this.peer(id).inContact) this.changePeer(id, this.#lost(this.peer(id), this.nowMs))
    this.observer.leaderLost?.(id, reason)
  }

  /** The peers, those in contact with all that was committed. */
  #applied (): Map<string, Peer> {
    const { servers, term, leaderId = null, bootstrapping } = this.#state
    const lastIndex = this.#lastIndex
    const peers = new Map(this.#state.peers)
    for (const { id } of servers) {
      const peer = peers.get(id)
      if (peer === undefined || (!peer.inContact && !bootstrapping)) continue
      const knownLeaderId = peer.inContact ? leaderId : peer.knownLeaderId
      peers.set(id, { ...peer, term, appliedIndex: lastIndex, seenIndex: lastIndex, knownLeaderId })
    }
    return peers
  }

  #changePeers (change: (peer: Peer, id: string) => Peer): void {
    const peers = new Map<string, Peer>()
    for (const [id, peer] of this.peers) peers.set(id, change(peer, id))
    this.change({ peers })
  }

  #lost (peer: Peer, nowMs: number): Peer {
    return { ...peer, lastContactAtMs: nowMs - contactAgeMs(peer, nowMs, this.timing.heartbeatMs), inContact: false }
  }

  #met (peer: Peer, nowMs: number): Peer {
    const { lastContactThresholdMs } = this.autopilotConfig ?? DEFAULT_AUTOPILOT_CONFIG
    const isNews = !peer.heard || nowMs - peer.lastContactAtMs > lastContactThresholdMs
    return {
      ...peer,
      stableSinceAtMs: isNews ? nowMs : peer.stableSinceAtMs,
      inContact: true,
      heard: true,
      contactSinceAtMs: nowMs
    }
  }

  #following (peer: Peer): Peer {
    const { term, lastIndex, leaderId = null } = this
    return { ...peer, term, appliedIndex: lastIndex, seenIndex: lastIndex, knownLeaderId: leaderId }
  }
}
