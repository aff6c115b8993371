// What autopilot does by itself: stable servers get a vote, dead ones are removed.
import type { AutopilotConfig } from './autopilot-config.js'
import { healthAt, nextReconcileAtMs } from './autopilot-health.js'
import type { RaftCore } from './core.js'
import type { RaftServer } from './configuration.js'
import type { Membership } from './membership.js'

export const PROMOTION = 'raft.promotion'
export const DEAD_SERVERS = 'raft.deadServers'

/**
 * Its rounds are 10 s apart, counted from the leader's election; only those at which something will happen are on the
 * timeline.
 */
export class AutopilotRounds {
  readonly #core: RaftCore
  readonly #membership: Membership

  constructor (core: RaftCore, membership: Membership) {
    this.#core = core
    this.#membership = membership
  }

  /** To be called after any change of members, contact or settings. */
  arm (): void {
    const { autopilotConfig } = this.#core
    const config = this.#core.hasQuorum() ? autopilotConfig : undefined
    this.#schedule(PROMOTION, 'transition', config && this.#nextPromotionAtMs(config))
    this.#schedule(DEAD_SERVERS, 'deadline', config && this.#nextRemovalAtMs(config))
  }

  /** Promotes whoever has been healthy for the stabilization time. */
  promoteStable (): void {
    const core = this.#core
    const config = core.autopilotConfig
    if (config === undefined || !core.hasQuorum()) return
    for (const { id } of this.#waiting()) {
      if (this.#stableAtMs(id, config) <= core.nowMs) this.#membership.promote(id)
    }
  }

  removeDead (): void {
    const core = this.#core
    const config = core.autopilotConfig
    if (config?.cleanupDeadServers !== true || !core.hasQuorum()) return
    for (const { id } of this.#removable(config, core.nowMs)) this.#membership.remove(id)
  }

  #waiting (): RaftServer[] {
    const core = this.#core
    return core.servers.filter(({ id, suffrage, permanentNonVoter }) => suffrage === 'nonVoter' && permanentNonVoter !== true && core.peer(id).inContact)
  }

  /**
   * Right after an election Vault waits for no stabilization; as the first round comes 10 s later, that shows only with
   * longer times.
   */
  #stableAtMs (id: string, config: AutopilotConfig): number {
    const core = this.#core
    const peer = core.peer(id)
    const { stableSinceAtMs } = healthAt(core, peer, config, core.nowMs)
    const wasThere = !peer.fresh && stableSinceAtMs === core.leaderSinceAtMs
    return stableSinceAtMs + (wasThere ? 0 : config.serverStabilizationTimeMs)
  }

  #nextPromotionAtMs (config: AutopilotConfig): number | undefined {
    const stableAtMs = this.#waiting().map(({ id }) => this.#stableAtMs(id, config))
    return stableAtMs.length === 0 ? undefined : this.#roundAfter(Math.min(...stableAtMs))
  }

  #nextRemovalAtMs (config: AutopilotConfig): number | undefined {
    if (!config.cleanupDeadServers) return undefined
    const core = this.#core
    const rounds = core.servers.filter(({ id }) => !core.peer(id).inContact)
      .map(({ id }) => this.#roundAfter(core.peer(id).lastContactAtMs + config.deadServerLastContactThresholdMs + 1))
    return rounds.sort((a, b) => a - b).find((atMs) => this.#removable(config, atMs).length > 0)
  }

  /**
   * Whom a round at an instant may remove: non-voters first, less than half of those that could vote, never below the
   * minimum.
   */
  #removable (config: AutopilotConfig, atMs: number): RaftServer[] {
    const core = this.#core
    const dead = core.servers.filter(({ id }) => isDead(core, id, config, atMs))
      .sort((a, b) => Number(a.suffrage === 'voter') - Number(b.suffrage === 'voter'))
    const potentialVoters = core.servers.filter(({ permanentNonVoter }) => permanentNonVoter !== true).length
    let allowed = Math.min(Math.floor((potentialVoters - 1) / 2), Math.max(0, potentialVoters - config.minQuorum))
    return dead.filter(({ permanentNonVoter }) => permanentNonVoter === true || allowed-- > 0)
  }

  #roundAfter (atMs: number): number {
    return nextReconcileAtMs(this.#core, Math.max(atMs, this.#core.nowMs + 1))
  }

  #schedule (kind: string, urgency: 'transition' | 'deadline', atMs: number | undefined): void {
    const { timeline, group } = this.#core.options
    if (atMs === undefined) timeline.cancel(kind, { group })
    else timeline.schedule({ atMs, kind, urgency, ids: { group } })
  }
}

/** A server from which nothing was heard for longer than the threshold for dead ones. */
export function isDead (core: RaftCore, id: string, config: AutopilotConfig, atMs: number): boolean {
  const { inContact, lastContactAtMs } = core.peer(id)
  return !inContact && atMs - lastContactAtMs > config.deadServerLastContactThresholdMs
}
