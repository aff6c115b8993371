// The state of a raft group and what all its parts share: who is in contact with the leader, and committing.
//
// Raft is modelled by its outcomes, not by its messages: an entry is committed at once by a leader that reaches a majority, and
// not at all otherwise; a server in contact with the leader has applied everything.
import type { RandomStream } from '../sim/random.js'
import type { Timeline } from '../sim/timeline.js'
import { DEFAULT_AUTOPILOT_CONFIG, type AutopilotConfig } from './autopilot-config.js'
import { RaftError, requiredQuorum, votersOf, type RaftServer } from './configuration.js'
import { contactAgeMs, newPeer, type Peer } from './peer.js'

/** How long things take, in milliseconds. Defaults: observed on Vault 1.14 with `performance_multiplier = 1`. */
export interface RaftTiming {
  /** from losing the leader to the next one, give or take a ninth */
  readonly electionMs: number
  /** the same for a server that is the only voter */
  readonly soleElectionMs: number
  /** from a leader's own resignation to the next one */
  readonly handoverMs: number
  /** how long a leader without a majority stays */
  readonly leaderLeaseMs: number
  readonly heartbeatMs: number
}

export const DEFAULT_TIMING: RaftTiming = { electionMs: 2700, soleElectionMs: 1500, handoverMs: 500, leaderLeaseMs: 800, heartbeatMs: 1000 }

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

/** The latest election, for the invariants. */
export type Election = {
  readonly term: number
  readonly leaderId: string
  /** how many there were */
  readonly voters: number
  readonly grantedBy: readonly string[]
  /** what the winner had applied, and what was committed, before it began its term */
  readonly appliedIndex: number
  readonly committedIndex: number
}

export class RaftCore {
  readonly timing: RaftTiming
  readonly observer: Partial<RaftObserver>
  readonly electionEntries: number
  readonly peers = new Map<string, Peer>()
  servers: readonly RaftServer[] = []
  term = 0
  lastIndex = 0
  configurationIndex = 0
  leaderId: string | undefined
  leaderSinceAtMs = 0
  /** bootstrapped, and no election yet: the bootstrapping server writes alone */
  bootstrapping = false
  lastElection: Election | undefined

  constructor (readonly options: RaftOptions) {
    this.timing = { ...DEFAULT_TIMING, ...options.timing }
    this.observer = options.observer ?? {}
    this.electionEntries = options.electionEntries ?? DEFAULT_ELECTION_ENTRIES
  }

  get nowMs (): number { return this.options.timeline.nowMs }

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
    this.peers.set(id, peer)
    return peer
  }

  /** Both are up and hear each other. */
  connected (a: string, b: string): boolean {
    const { isUp, canReach } = this.options
    if (!isUp(a) || !isUp(b)) return false
    return a === b || (canReach(a, b) && canReach(b, a))
  }

  /** A leader is there and in contact with a majority of the voters. */
  hasQuorum (servers = this.servers): boolean {
    if (this.leaderId === undefined) return false
    const voters = votersOf(servers)
    return voters.filter(({ id }) => this.peers.get(id)?.inContact).length >= requiredQuorum(voters.length)
  }

  /** Looks anew who follows the leader; those who do catch up. */
  refreshContact (servers = this.servers): void {
    const { nowMs, leaderId } = this
    for (const { id } of servers) {
      const peer = this.peer(id)
      if (!this.options.isUp(id)) peer.knownLeaderId = null
      const inContact = leaderId !== undefined && this.connected(leaderId, id)
      if (inContact && !peer.inContact) this.#beginContact(peer, nowMs)
      if (!inContact && peer.inContact) this.#endContact(peer, nowMs)
      if (inContact) this.#follow(peer)
    }
  }

  /**
   * Commits entries at all servers in contact.
   *
   * @throws {RaftError} `no-leader` without a majority
   */
  commit (count: number): void {
    if (!this.bootstrapping) this.requireQuorum()
    this.lastIndex += count
    for (const { id } of this.servers) {
      const peer = this.peer(id)
      if (peer.inContact) this.#follow(peer)
      else if (this.bootstrapping) this.#advance(peer)
    }
    this.observer.committed?.(this.lastIndex)
  }

  requireQuorum (): void {
    if (!this.hasQuorum()) throw new RaftError('no leader', 'no-leader')
  }

  /** The leader is none any more; the others believe in it until they notice. */
  loseLeader (reason: LeaderLoss): void {
    const id = this.leaderId
    if (id === undefined) return
    this.leaderId = undefined
    const peer = this.peer(id)
    if (peer.knownLeaderId === id) peer.knownLeaderId = null
    this.refreshContact()
    if (peer.inContact) this.#endContact(peer, this.nowMs)
    this.observer.leaderLost?.(id, reason)
  }

  #endContact (peer: Peer, nowMs: number): void {
    peer.lastContactAtMs = nowMs - contactAgeMs(peer, nowMs, this.timing.heartbeatMs)
    peer.inContact = false
  }

  #beginContact (peer: Peer, nowMs: number): void {
    const silentMs = nowMs - peer.lastContactAtMs
    if (!peer.heard || silentMs > (this.autopilotConfig ?? DEFAULT_AUTOPILOT_CONFIG).lastContactThresholdMs) peer.stableSinceAtMs = nowMs
    peer.inContact = true
    peer.heard = true
    peer.contactSinceAtMs = nowMs
  }

  #follow (peer: Peer): void {
    peer.knownLeaderId = this.leaderId ?? null
    this.#advance(peer)
  }

  #advance (peer: Peer): void {
    peer.term = this.term
    peer.appliedIndex = peer.seenIndex = this.lastIndex
  }
}
