// What the heartbeats of a link tell: how long one takes, how far the clocks are apart, how old the data is.
import type { Cluster } from '../cluster/cluster.js'
import { knownGap } from './behind.js'
import { farPrimary, farSecondary, lastHeardAtMs, type Connection } from './connection.js'
import type { ReplicationKind } from './records.js'
import type { LinkClock } from './replication-state.js'
import { replicationOf } from './replication.js'

/** A primary writes a canary every second; the documentation's samples show ages below that (inferred). */
export const CANARY_MS = 1000

export interface Heartbeat {
  readonly durationMs: number
  /** how far the clock of the other end is ahead of this one's (inferred) */
  readonly clockSkewMs: number
  /** since the primary wrote the last canary that has arrived at the secondary */
  readonly canaryAgeMs: number
}

const NOTHING_SET: LinkClock = { durationMs: 0, skewMs: 0 }

/**
 * What this world has set for a link to another process, to be told there.
 *
 * @param far what the network calls that end
 */
export function linkClock (cluster: Cluster, far: string): { clock?: LinkClock } {
  const { surroundings: { network }, activeNode, label } = cluster
  const own = activeNode?.networkName ?? label
  const clock = {
    durationMs: network.delayMs(own, far) + network.delayMs(far, own), skewMs: network.skewMs(own) - network.skewMs(far)
  }
  return clock.durationMs === 0 && clock.skewMs === 0 ? {} : { clock }
}

/** As this end sees it. @param towards which end of the link the other one is */
export function heartbeatOf (
  cluster: Cluster, kind: ReplicationKind, connection: Connection, towards: 'primary' | 'secondary'
): Heartbeat {
  const { network, clusters } = cluster.surroundings
  const near = clusters.get(connection.ends?.[towards] ?? '')
  const far = towards === 'primary' ? farPrimary(cluster, kind) : farSecondary(connection.secondaryId)
  const [own, other] = [cluster.activeNode?.networkName ?? cluster.label, near?.activeNode?.networkName ?? far]
  const secondary = towards === 'primary' ? cluster : near
  const { durationMs, skewMs } = near === undefined ? connection.theirs ?? NOTHING_SET : NOTHING_SET
  return {
    durationMs: Math.round(network.delayMs(own, other) + network.delayMs(other, own) + durationMs),
    clockSkewMs: network.skewMs(other) - network.skewMs(own) + skewMs,
    canaryAgeMs: canaryAgeMs(cluster, connection, secondary, kind)
  }
}

/** The last canary went along with the last write that arrived. */
function canaryAgeMs (
  cluster: Cluster, connection: Connection, secondary: Cluster | undefined, kind: ReplicationKind
): number {
  const { nowMs } = cluster.timeline
  const heardAtMs = lastHeardAtMs(connection, nowMs)
  const primary = cluster.surroundings.clusters.get(connection.ends?.primary ?? '')
  const arrivedAtMs = secondary === undefined || primary === undefined
    ? heardAtMs
    : Math.min(heardAtMs, firstMissingAtMs(primary, secondary, kind) ?? heardAtMs)
  const delayMs = secondary === undefined ? 0 : replicationOf(secondary).stream(kind).pace.delayMs
  const wroteAtMs = Math.floor((arrivedAtMs - delayMs) / CANARY_MS) * CANARY_MS
  return Math.max(0, Math.round(nowMs - wroteAtMs))
}

/** When the primary made the first write that the secondary lacks. */
function firstMissingAtMs (primary: Cluster, secondary: Cluster, kind: ReplicationKind): number | undefined {
  if (knownGap(secondary, kind) === 0) return undefined
  return replicationOf(primary).journal.at(replicationOf(secondary).progress(kind).position + 1)?.atMs
}
