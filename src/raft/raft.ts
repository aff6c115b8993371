// A raft group as its users see it: Vault's clusters and Nomad's regions run on it.
import type { EventTable } from '../sim/timeline.js'
import { AutopilotRounds, DEAD_SERVERS, PROMOTION } from './autopilot-rounds.js'
import { RaftError, votersOf, type RaftServer } from './configuration.js'
import { RaftCore, type RaftOptions } from './core.js'
import { ELECTION, Elections, LEASE_EXPIRY } from './elections.js'
import { Membership } from './membership.js'
import { contactAgeMs } from './peer.js'
import type { RaftState } from './raft-state.js'

export { RaftError, type RaftErrorReason, type RaftServer, type Suffrage } from './configuration.js'
export { DEFAULT_TIMING, type LeaderLoss, type RaftObserver, type RaftOptions, type RaftTiming } from './core.js'

/** How long a leader that stepped down sits out. */
const HOLD_OFF_MS = 10_000

/** One group: its state, and what its members, its operators and its timeline do to it. */
export class Raft {
  /** For the other files of this folder. */
  readonly core: RaftCore
  readonly #elections: Elections
  readonly #membership: Membership
  readonly #autopilot: AutopilotRounds

  constructor (options: RaftOptions) {
    this.core = new RaftCore(options)
    this.#elections = new Elections(this.core)
    this.#membership = new Membership(this.core)
    this.#autopilot = new AutopilotRounds(this.core, this.#membership)
  }

  get bootstrapped (): boolean { return this.core.servers.length > 0 }
  /** In the order they joined. */
  get servers (): readonly RaftServer[] { return this.core.servers }
  get term (): number { return this.core.term }
  /** The last committed entry. */
  get lastIndex (): number { return this.core.lastIndex }
  /** The entry of the latest configuration. */
  get configurationIndex (): number { return this.core.configurationIndex }
  /** Who leads; a leader that just lost its majority still does, until its lease ends. */
  get leaderId (): string | undefined { return this.core.leaderId }
  /** When the leader was elected, milliseconds since the epoch. */
  get leaderSinceAtMs (): number { return this.core.leaderSinceAtMs }

  /** Whether entries can be committed now. */
  hasQuorum (): boolean { return this.core.hasQuorum() }

  /**
   * Whom a server takes for the leader: the dead one until the next election; undefined once it knows that there is
   * none.
   */
  knownLeader (id: string): string | undefined { return this.core.peers.get(id)?.knownLeaderId ?? undefined }

  /** The last entry a server has applied; 0 for an unknown one. */
  appliedIndex (id: string): number { return this.core.peers.get(id)?.appliedIndex ?? 0 }

  /** The last entry a server knows to be committed; ahead of the applied one after its removal. */
  lastIndexSeenFrom (id: string): number { return this.core.peers.get(id)?.seenIndex ?? 0 }

  /** The last term a server has seen. */
  termSeenFrom (id: string): number { return this.core.peers.get(id)?.term ?? 0 }

  /** Whether a server follows the leader (or is it). */
  inContact (id: string): boolean { return this.core.inContact(id) }

  /** How long ago the leader heard of a server: 0 for itself and for unknown ones. */
  lastContactMs (id: string, nowMs = this.core.nowMs): number {
    const peer = this.core.peers.get(id)
    return peer === undefined || id === this.core.leaderId ? 0 : contactAgeMs(peer, nowMs, this.core.timing.heartbeatMs)
  }

  /**
   * The first configuration. Until the first election entries can be appended without a leader, as `sys/init` does.
   *
   * @throws {RaftError} `refused` if there is one already
   */
  bootstrap (...servers: RaftServer[]): void {
    this.#change(() => this.#membership.bootstrap(servers))
  }

  /**
   * Adds a server. Same id and address: nothing; another address: it moves; another server at this address is removed
   * first.
   *
   * @throws {RaftError} `no-leader`; `refused` where those removals would cost the quorum
   */
  addServer (server: RaftServer): void {
    this.#change(() => {
      this.#membership.add(server)
      this.#autopilot.removeDead()
    })
  }

  /**
   * Removes a server; a leader that is removed gives way to another voter.
   *
   * @returns false for an unknown id, which changes nothing
   * @throws {RaftError} `refused` for the last voter; `no-leader`; `leadership-lost` if the others are no majority
   */
  removeServer (id: string): boolean { return this.#change(() => this.#membership.remove(id)) }

  /** Gives a server a vote; @returns false if it has one or is unknown */
  promote (id: string): boolean { return this.#change(() => this.#membership.promote(id)) }

  /** Takes a server's vote, and autopilot does not give it back; @returns false if it has none or is unknown */
  demote (id: string): boolean { return this.#change(() => this.#membership.demote(id)) }

  /**
   * Commits entries; servers in contact apply them at once, others when they are back.
   *
   * @returns the last index
   * @throws {RaftError} `no-leader` without a majority: nothing is committed
   */
  appendEntry (count = 1): number {
    this.core.commit(count)
    return this.core.lastIndex
  }

  /** After a restore: the next entry comes behind a given index, and is committed. */
  moveIndexPast (index: number): void {
    this.appendEntry(Math.max(1, index + 1 - this.core.lastIndex))
  }

  /**
   * The leader hands over, at once. To itself: nothing happens; to a non-voter: the old leader wins again, two terms
   * on.
   *
   * @param toId any other voter in contact, if not given
   * @throws {RaftError} `no-leader`; `refused` if that server could not win
   */
  transferLeadership (toId = this.#anyFollower()): void {
    this.core.requireQuorum()
    const { leaderId } = this.core
    if (leaderId === undefined || toId === leaderId) return
    const target = this.core.server(toId)
    if (target === undefined) throw new RaftError('cannot find peer')
    if (target.suffrage === 'voter') return this.electNode(toId)
    this.#change(() => {
      this.core.loseLeader('transfer')
      this.core.change({ term: this.core.term + 1 })
      this.#elections.elect(leaderId)
    })
  }

  /**
   * The leader resigns and sits out; another voter takes over, the only one leads again after that. Nothing without a
   * leader.
   */
  stepDown (holdOffMs = HOLD_OFF_MS): void {
    const { leaderId } = this.core
    if (leaderId === undefined) return
    this.#change(() => {
      this.core.changePeer(leaderId, { heldOffUntilAtMs: this.core.nowMs + holdOffMs })
      this.core.loseLeader('stepDown')
    })
  }

  /**
   * Elects a server at once, held off or not; for fixtures and forced elections.
   *
   * @throws {RaftError} `refused` if it is no voter, or no majority of voters is up, connected to it and not ahead of
   * it
   */
  electNode (id: string): void {
    if (id !== this.core.leaderId) this.#change(() => this.#elections.elect(id))
  }

  /** To be called whenever a server starts, stops or pauses, or a link changes. */
  connectivityChanged (): void {
    this.#elections.react()
    this.#autopilot.arm()
  }

  /** To be called when autopilot's settings have changed. */
  autopilotChanged (): void {
    this.#autopilot.arm()
  }

  get state (): RaftState { return this.core.state }

  /** Takes over a state, and tells nobody; the timeline's events come with the timeline. */
  restore (state: RaftState): void { this.core.state = state }

  /** Does what an event of the timeline stands for. */
  act (kind: string): void {
    if (kind === ELECTION) this.#elections.timedOut()
    if (kind === LEASE_EXPIRY) this.#elections.leaseExpired()
    if (kind === PROMOTION) this.#autopilot.promoteStable()
    if (kind === DEAD_SERVERS) this.#autopilot.removeDead()
    this.#autopilot.arm()
  }

  /** Runs a change and puts what follows from it on the timeline, also if it was refused half-way. */
  #change<T> (action: () => T): T {
    const { leaderId } = this.core
    try {
      return action()
    } finally {
      if (leaderId !== undefined && this.core.leaderId === undefined) this.#elections.armHandover()
      else this.#elections.arm()
      this.#autopilot.arm()
    }
  }

  #anyFollower (): string {
    const followers = votersOf(this.core.servers).filter(({ id }) => id !== this.core.leaderId && this.inContact(id))
    if (followers.length === 0) throw new RaftError('cannot find peer')
    return this.core.options.random.pick(followers).id
  }
}

/** Says what the events of raft groups do; once per timeline. */
export function registerRaftEvents (timeline: EventTable, lookup: (group: string) => Raft | undefined): void {
  for (const kind of [ELECTION, LEASE_EXPIRY, PROMOTION, DEAD_SERVERS]) {
    timeline.handle(kind, ({ group = '' }) => lookup(group)?.act(kind))
  }
}
