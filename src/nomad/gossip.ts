// The gossip pool: who is a member, and the leader's reconcile, which adds living members that raft lacks.
import { RaftError } from '../raft/raft.js'
import type { EventTable } from '../sim/timeline.js'
import type { Region } from './region.js'
import type { NomadServer } from './server.js'

export type MemberStatus = 'alive' | 'failed' | 'left'

/** The name of the region's raft group; timeline events carry it. */
export const NOMAD_GROUP = 'nomad'

const RECONCILE = 'nomad.reconcile'
/** A leader looks once a minute, counted from its election. */
const RECONCILE_INTERVAL_MS = 60_000

/** The pool as the leader sees it. */
export class Gossip {
  readonly #region: Region
  /** ids of the servers that the leader heard when it last listened */
  heard: readonly string[] = []

  constructor (region: Region) {
    this.#region = region
  }

  /** A dead member has failed until autopilot removes it; then it has left. */
  statusOf (server: NomadServer): MemberStatus {
    if (this.#region.isUp(server)) return 'alive'
    return this.#inRaft(server) ? 'failed' : 'left'
  }

  /** A new leader reconciles at once. */
  leaderElected (): void {
    this.heard = this.#hears()
    if (this.#missing().length > 0) this.#schedule(this.#region.timeline.nowMs, 'transition')
  }

  /** A living server that was removed stays away until the next reconcile. */
  serverRemoved (): void {
    this.#scheduleNext()
  }

  /** Whoever is heard again and is no peer is added at once. */
  connectivityChanged (): void {
    const before = this.heard
    this.heard = this.#hears()
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

/** Says what the events of Nomad regions do; once per timeline. */
export function registerNomadEvents (timeline: EventTable, region: () => Region | undefined): void {
  timeline.handle(RECONCILE, () => region()?.gossip.reconcile())
}
