// Who leads a raft group: losing the leader, noticing it, electing the next one.
import type { RaftCore } from './core.js'
import { RaftError, requiredQuorum, votersOf } from './configuration.js'

export const ELECTION = 'raft.election'
export const LEASE_EXPIRY = 'raft.leaseExpiry'

/** Who leads a group, and who leads it next. */
export class Elections {
  readonly #core: RaftCore

  constructor (core: RaftCore) {
    this.#core = core
  }

  /**
   * After any change of members, processes or links: a dead leader is lost, and what follows is put on the timeline,
   * unless it takes no time at all.
   */
  react (): void {
    const core = this.#core
    const { leaderId, options } = core
    if (leaderId !== undefined && !options.isUp(leaderId)) core.loseLeader('down')
    core.refreshContact()
    if (core.leaderId === undefined && core.timing.soleElectionMs === 0) this.#electLoneVoter()
    this.arm()
  }

  /** Whoever votes alone has nobody to wait for, unless it sits out. */
  #electLoneVoter (): void {
    const core = this.#core
    const [voter, ...others] = votersOf(core.servers)
    if (voter === undefined || others.length > 0 || !core.options.isUp(voter.id)) return
    if (core.peer(voter.id).heldOffUntilAtMs <= core.nowMs) this.elect(voter.id)
  }

  /**
   * Schedules the next election, if somebody can win it or has to notice that there is no leader; and the end of a
   * lease.
   */
  arm (): void {
    this.#armLease()
    const core = this.#core
    const { timeline, group } = core.options
    const atMs = this.#nextElectionAtMs()
    const pending = timeline.find(ELECTION, { group })
    if (atMs === undefined) timeline.cancel(ELECTION, { group })
    else if (pending === undefined || pending.atMs > atMs) timeline.schedule({ atMs, kind: ELECTION, urgency: 'transition', ids: { group } })
  }

  /** The election timeout: whoever can win does; whoever is left alone notices it. */
  timedOut (): void {
    const core = this.#core
    if (core.leaderId === undefined) {
      const candidates = this.#candidates().filter((id) => core.peer(id).heldOffUntilAtMs <= core.nowMs)
      if (candidates.length > 0) this.elect(core.options.random.pick(candidates))
    }
    for (const id of this.#unaware()) core.changePeer(id, { knownLeaderId: null })
    this.arm()
  }

  /** The lease ran out: a leader that still has no majority steps down, and those around it know. */
  leaseExpired (): void {
    const core = this.#core
    if (core.leaderId === undefined || core.hasQuorum()) return
    for (const { id } of core.servers) {
      if (core.peer(id).inContact) core.changePeer(id, { knownLeaderId: null })
    }
    core.loseLeader('quorum')
    this.arm()
  }

  /**
   * Makes a server the leader of a new term.
   *
   * @param reason given to the observer for the leader of now, if there is one
   * @throws {RaftError} `refused` if a majority would not vote for it
   */
  elect (id: string): void {
    const core = this.#core
    const grantedBy = this.#grantedBy(id)
    const voters = votersOf(core.servers).length
    if (core.server(id)?.suffrage !== 'voter' || grantedBy.length < requiredQuorum(voters)) throw new RaftError(`${id} can not be elected`)
    core.loseLeader('transfer')
    const term = core.term + 1
    const { appliedIndex } = core.peer(id)
    core.change({
      term,
      lastElection: { term, leaderId: id, voters, grantedBy, appliedIndex, committedIndex: core.lastIndex },
      bootstrapping: false
    })
    this.#beginTerm(id)
    core.observer.leaderElected?.(id)
  }

  #beginTerm (id: string): void {
    const core = this.#core
    const { nowMs } = core
    core.change({ leaderId: id, leaderSinceAtMs: nowMs })
    core.changeAllPeers({ heard: false, fresh: false, lastContactAtMs: nowMs, stableSinceAtMs: nowMs })
    core.changePeer(id, { heldOffUntilAtMs: 0 })
    core.refreshContact()
    core.commit(core.electionEntries)
  }

  /** Voters that a majority would elect now, held off or not. */
  #candidates (): string[] {
    const voters = votersOf(this.#core.servers)
    const quorum = requiredQuorum(voters.length)
    return voters.map(({ id }) => id).filter((id) => this.#grantedBy(id).length >= quorum)
  }

  /** The voters that hear a candidate, are heard by it, and have nothing that it lacks. */
  #grantedBy (candidate: string): string[] {
    const core = this.#core
    const index = core.peers.get(candidate)?.appliedIndex ?? -1
    return votersOf(core.servers).map(({ id }) => id)
      .filter((id) => core.connected(candidate, id) && core.peer(id).appliedIndex <= index)
  }

  /** Servers that run, have lost the leader, and do not know it yet. */
  #unaware (): string[] {
    const core = this.#core
    return core.servers.map(({ id }) => id).filter((id) => {
      const { knownLeaderId, inContact } = core.peer(id)
      return knownLeaderId !== null && !inContact && core.options.isUp(id)
    })
  }

  #nextElectionAtMs (): number | undefined {
    const core = this.#core
    const candidates = core.leaderId === undefined ? this.#candidates() : []
    if (candidates.length === 0) return this.#unaware().length > 0 ? core.nowMs + this.#delayMs() : undefined
    const readyAtMs = Math.min(...candidates.map((id) => core.peer(id).heldOffUntilAtMs))
    if (readyAtMs > core.nowMs) return readyAtMs + core.timing.handoverMs
    return core.nowMs + this.#delayMs()
  }

  #delayMs (): number {
    const { timing, servers, options } = this.#core
    if (votersOf(servers).length === 1) return timing.soleElectionMs
    const spreadMs = Math.floor(timing.electionMs / 9)
    return timing.electionMs + options.random.integer(-spreadMs, spreadMs)
  }

  /** Puts the election after a leader's own resignation on the timeline: sooner than after a loss. */
  armHandover (): void {
    const core = this.#core
    const { timeline, group } = core.options
    const free = this.#candidates().some((id) => core.peer(id).heldOffUntilAtMs <= core.nowMs)
    if (free) timeline.schedule({ atMs: core.nowMs + core.timing.handoverMs, kind: ELECTION, urgency: 'transition', ids: { group } })
    this.arm()
  }

  #armLease (): void {
    const core = this.#core
    const { timeline, group } = core.options
    if (core.leaderId === undefined || core.hasQuorum()) {
      timeline.cancel(LEASE_EXPIRY, { group })
    } else if (timeline.find(LEASE_EXPIRY, { group }) === undefined) {
      timeline.schedule({ atMs: core.nowMs + core.timing.leaderLeaseMs, kind: LEASE_EXPIRY, urgency: 'transition', ids: { group } })
    }
  }
}
