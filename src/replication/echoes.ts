// What a standby learns by its echoes to the active node, which health and ha-status show.
import type { Node } from '../cluster/node.js'
import { CANARY_MS, heartbeatOf } from './heartbeats.js'
import { KINDS } from './records.js'
import { replicationOf } from './replication.js'

/** An echo that takes longer has failed (`vault/request_forwarding_rpc_util.go`). */
const ECHO_TIMEOUT_MS = 2000

export interface Echo {
  /** there and back */
  readonly durationMs: number
  /** how far the active node's clock is ahead, when its answer is here: the way back counts against it */
  readonly clockSkewMs: number
  /** since the primary wrote the last canary that has arrived; 0 in the community edition */
  readonly canaryAgeMs: number
}

const NONE: Echo = { durationMs: 0, clockSkewMs: 0, canaryAgeMs: 0 }

/** All are 0 where a node is active, or knows of no active one. */
export function echoOf (node: Node): Echo {
  const active = node.cluster.activeNodeSeenFrom(node)
  if (node.sealed || active === undefined || active === node) return NONE
  return { ...timesOf(node, active), canaryAgeMs: canaryAgeMs(node, active) }
}

/** A standby sends one so often (`clusterHeartbeatInterval` of Vault's `vault/core.go`). */
const ECHO_INTERVAL_MS = 5000

/**
 * How long ago a standby's last echo to the active node came back, as its health shows it; undefined at the very
 * instant of one, which Vault leaves out, and where there is no active node to be heard of (`http/sys_health.go`).
 */
export function sinceHeartbeatMs (node: Node): number | undefined {
  const { cluster } = node
  const { raft, timeline: { nowMs } } = cluster
  const active = cluster.activeNodeSeenFrom(node)
  if (active === undefined || active === node) return undefined
  const { isActive, activeSinceAtMs } = active
  const arrives = isActive && timesOf(node, active).durationMs < ECHO_TIMEOUT_MS
  const silenceMs = arrives ? 0 : raft.lastContactMs(node.id)
  const sinceFirstMs = activeSinceAtMs === 0 ? 0 : Math.max(0, nowMs - silenceMs - activeSinceAtMs)
  return Math.round(silenceMs + sinceFirstMs % ECHO_INTERVAL_MS) || undefined
}

function timesOf (node: Node, active: Node): Pick<Echo, 'durationMs' | 'clockSkewMs'> {
  const { network } = node.cluster.surroundings
  const [own, other] = [node.networkName, active.networkName]
  // a process that is gone refuses the connection at once
  if (!network.isUp(other)) return NONE
  const backMs = network.delayMs(other, own)
  const durationMs = network.delayMs(own, other) + backMs
  const arrives = network.connects(own, other) && durationMs <= ECHO_TIMEOUT_MS
  if (!arrives) return { durationMs: ECHO_TIMEOUT_MS, clockSkewMs: 0 }
  return {
    durationMs: Math.round(durationMs),
    clockSkewMs: Math.round(network.skewMs(other) - network.skewMs(own) - backMs)
  }
}

/** Canaries come with the log: at a secondary from its primary, elsewhere from the active node (inferred). */
function canaryAgeMs (node: Node, active: Node): number {
  const { cluster } = node
  const { raft, timeline: { nowMs }, surroundings: { network } } = cluster
  if (cluster.edition !== 'ent') return 0
  const silenceMs = raft.inContact(node.id) ? 0 : raft.lastContactMs(node.id)
  const lateMs = silenceMs + network.delayMs(active.networkName, node.networkName)
  for (const kind of KINDS) {
    const upstream = replicationOf(cluster).upstream(kind)
    if (upstream !== undefined) return Math.round(heartbeatOf(cluster, kind, upstream, 'primary').canaryAgeMs + lateMs)
  }
  return Math.round(nowMs - Math.floor((nowMs - lateMs) / CANARY_MS) * CANARY_MS)
}
