// The gossip pool: who is a member, who has failed, left or been forgotten, and the leader's reconcile, which adds
// living members that raft lacks.
import { RaftError } from '../raft/raft.js'
import type { EventTable } from '../sim/timeline.js'
import type { Region } from './region.js'
import type { GossipState } from './region-state.js'
import type { NomadServer } from './server.js'

export type MemberStatus = 'alive' | 'failed' | 'left'

/** The name of the region's raft group; timeline events carry it. */
export const NOMAD_GROUP = 'nomad'

const RECONCILE = 'nomad.reconcile'
const REAP = 'nomad.reap'
/** A leader looks once a minute, counted from its election. */
const RECONCILE_INTERVAL_MS = 60_000
/** Serf's `ReconnectTimeout` and `TombstoneTimeout`: how long who has failed, or left, is remembered. */
const REAPED_AFTER_MS = 24 * 60 * 60_000

const EMPTY: GossipState = { heard: [], left: [], reaped: [] }

/** The pool as the leader sees it. */
export class Gossip {
  readonly #region: Region
  #state: GossipState = EMPTY

  constructor (region: Region) {
    this.#region = region
  }

  get state (): GossipState { return this.#state }

  restore (state: GossipState): void { this.#state = state }

  /** All that the pool remembers. */
  get members (): readonly NomadServer[] { return this.#region.servers.filter((server) => this.knows(server)) }

  knows ({ id }: NomadServer): boolean { return !this.#state.reaped.includes(id) }

  /** A dead member has failed until it is removed, by autopilot or an operator; then it has left. */
  statusOf (server: NomadServer): MemberStatus {
    if (this.#region.isUp(server)) return 'alive'
    return this.#state.left.includes(server.id) || !this.#inRaft(server) ? 'left' : 'failed'
  }

  /**
   * Declares that a failed member has left, so that it loses its place in raft; a living one refutes that, and of an
   * unknown one nobody takes notice.
   *
   * @param name as in the pool: `server-1.global`
   * @param prune forgets it at once, too
   */
  forceLeave (name: string, prune: boolean): void {
    const server = this.members.find(({ memberName }) => memberName === name)
    if (server === undefined || this.#region.isUp(server)) return
    this.#change({ left: [...this.#without('left', server.id), server.id] })
    if (prune) this.#forget(server)
    else this.#scheduleReap(server)
    this.#removePeer(server)
  }

  /** A member that has been gone for long enough is forgotten, and loses its place in raft where there is a leader. */
  reap (id: string): void {
    const server = this.#region.server(id)
    if (server === undefined || this.#region.isUp(server)) return
    this.#forget(server)
    this.#removePeer(server)
  }

  /** A new leader reconciles at once. */
  leaderElected (): void {
    this.#change({ heard: this.#hears() })
    if (this.#missing().length > 0) this.#schedule(this.#region.timeline.nowMs, 'transition')
  }

  /** A living server that was removed stays away until the next reconcile; a dead one has left. */
  serverRemoved (): void {
    this.#scheduleNext()
  }

  /** Whoever is heard again and is no peer is added at once. */
  connectivityChanged (): void {
    const before = this.#state.heard
    this.#change({ heard: this.#hears() })
    for (const server of this.#region.servers) this.#follow(server)
    if (this.#missing().some(({ id }) => !before.includes(id))) this.#schedule(this.#region.timeline.nowMs, 'transition')
  }

  /** Adds who is missing, without a vote; autopilot gives that when they have proved stable. */
  reconcile (): void {
    const { raft } = this.#region
    try {
      for (const { id, address } of this.#missing()) raft.addServer({ id, address, suffrage: 'nonVoter' })
    } catch (error) {
      if (!(error instanceof RaftError)) throw error
    }
    this.#scheduleNext()
  }

  /** Who is up is a member; for who is not, the time runs. */
  #follow (server: NomadServer): void {
    const { timeline } = this.#region
    if (this.#region.isUp(server)) {
      timeline.cancel(REAP, reapIds(server))
      this.#change({ left: this.#without('left', server.id), reaped: this.#without('reaped', server.id) })
    } else if (this.knows(server) && timeline.find(REAP, reapIds(server)) === undefined) this.#scheduleReap(server)
  }

  #forget (server: NomadServer): void {
    this.#region.timeline.cancel(REAP, reapIds(server))
    this.#change({ reaped: [...this.#without('reaped', server.id), server.id] })
  }

  /** Only a leader does; the one that comes later does not look back (inferred). */
  #removePeer ({ id }: NomadServer): void {
    const { raft } = this.#region
    try {
      if (raft.leaderId !== undefined) raft.removeServer(id)
    } catch (error) {
      if (!(error instanceof RaftError)) throw error
    }
  }

  #change (change: Partial<GossipState>): void {
    this.#state = { ...this.#state, ...change }
  }

  #without (list: keyof GossipState, id: string): readonly string[] {
    return this.#state[list].filter((each) => each !== id)
  }

  #hears (): string[] {
    const { leader, servers } = this.#region
    if (leader === undefined) return []
    return servers.filter((server) => this.#region.connected(leader, server)).map(({ id }) => id)
  }

  #missing (): NomadServer[] {
    const { leader, servers } = this.#region
    if (leader === undefined) return []
    return servers.filter((server) => this.#region.connected(leader, server) && !this.#inRaft(server))
  }

  #inRaft ({ id }: NomadServer): boolean {
    return this.#region.raft.servers.some((peer) => peer.id === id)
  }

  #scheduleReap (server: NomadServer): void {
    const { timeline } = this.#region
    const ids = reapIds(server)
    timeline.schedule({ atMs: timeline.nowMs + REAPED_AFTER_MS, kind: REAP, urgency: 'deadline', ids })
  }

  #scheduleNext (): void {
    const { timeline, raft } = this.#region
    if (this.#missing().length === 0) return
    const intervals = Math.floor((timeline.nowMs - raft.leaderSinceAtMs) / RECONCILE_INTERVAL_MS) + 1
    this.#schedule(raft.leaderSinceAtMs + intervals * RECONCILE_INTERVAL_MS, 'deadline')
  }

  #schedule (atMs: number, urgency: 'transition' | 'deadline'): void {
    const { timeline } = this.#region
    const ids = { group: NOMAD_GROUP }
    const pending = timeline.find(RECONCILE, ids)
    if (pending === undefined || pending.atMs > atMs) timeline.schedule({ atMs, kind: RECONCILE, urgency, ids })
  }
}

function reapIds ({ name }: NomadServer): Record<string, string> {
  return { group: NOMAD_GROUP, server: name }
}

/** Says what the events of Nomad regions do; once per timeline. */
export function registerNomadEvents (timeline: EventTable, region: () => Region | undefined): void {
  timeline.handle(RECONCILE, () => region()?.gossip.reconcile())
  timeline.handle(REAP, ({ server = '' }) => region()?.gossip.reap(server))
}
