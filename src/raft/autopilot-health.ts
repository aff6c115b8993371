// What autopilot thinks of a server's health: computed when asked, as of its last update, so that nothing has to tick.
import type { AutopilotConfig } from './autopilot-config.js'
import type { RaftCore } from './core.js'
import type { Peer } from './peer.js'

/** Autopilot's update and reconcile intervals; the same in Vault, Nomad and Consul. */
const UPDATE_INTERVAL_MS = 2000
const RECONCILE_INTERVAL_MS = 10_000

export interface ServerHealth {
  readonly healthy: boolean
  readonly stableSinceAtMs: number
}

/** The last update at or before an instant; updates are counted from the leader's election. */
export function lastUpdateAtMs (core: RaftCore, nowMs: number): number {
  return core.leaderSinceAtMs + Math.floor((nowMs - core.leaderSinceAtMs) / UPDATE_INTERVAL_MS) * UPDATE_INTERVAL_MS
}

/** The first reconcile at or after an instant. */
export function nextReconcileAtMs (core: RaftCore, atMs: number): number {
  const rounds = Math.ceil((atMs - core.leaderSinceAtMs) / RECONCILE_INTERVAL_MS)
  return core.leaderSinceAtMs + Math.max(1, rounds) * RECONCILE_INTERVAL_MS
}

/** The first update that shows a server: a fresh one is not in it for at least one interval (recorded). */
export function firstShownAtMs (core: RaftCore, peer: Peer): number {
  return peer.fresh ? nextUpdateAtMs(core, peer.addedAtMs + UPDATE_INTERVAL_MS) : core.leaderSinceAtMs
}

/** A server's health at an instant, which should be one of an update. */
export function healthAt (core: RaftCore, peer: Peer, config: AutopilotConfig, atMs: number): ServerHealth {
  const silentAtMs = peer.lastContactAtMs + config.lastContactThresholdMs
  if (!peer.heard) return { healthy: false, stableSinceAtMs: firstShownAtMs(core, peer) }
  if (!peer.inContact && atMs > silentAtMs) return { healthy: false, stableSinceAtMs: nextUpdateAtMs(core, silentAtMs) }
  const trails = core.lastIndex - peer.appliedIndex > config.maxTrailingLogs
  const stableSinceAtMs = Math.max(nextUpdateAtMs(core, peer.stableSinceAtMs), firstShownAtMs(core, peer))
  return { healthy: !trails, stableSinceAtMs }
}

function nextUpdateAtMs (core: RaftCore, atMs: number): number {
  const rounds = Math.ceil((atMs - core.leaderSinceAtMs) / UPDATE_INTERVAL_MS)
  return core.leaderSinceAtMs + Math.max(0, rounds) * UPDATE_INTERVAL_MS
}
