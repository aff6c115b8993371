// What one end of a replication link knows of the other: where it is, and when it was last heard of.
import type { Cluster } from '../cluster/cluster.js'
import type { ReplicationKind } from './records.js'
import type { Connection } from './replication-state.js'

export type { Connection } from './replication-state.js'

/** Without a word for this long, the other end counts as disconnected. */
export const HEARTBEAT_TIMEOUT_MS = 5000

export type PeerAddress = Connection['secondary']

export const NO_ADDRESS: PeerAddress = { apiAddr: '', clusterAddr: '' }

/** The two clusters of a link within one world. */
export interface NearEnds {
  readonly primary: Cluster
  readonly secondary: Cluster
}

/** A link that was just made use of. @param ends both clusters, where they share a world: it stands then */
export function connectionTo (
  secondaryId: string, secondary: PeerAddress, nowMs: number, ends?: NearEnds
): Connection {
  const link = { secondaryId, secondary, closed: false }
  if (ends === undefined) return { ...link, stands: false, lastHeardAtMs: nowMs }
  const keys = { primary: ends.primary.key, secondary: ends.secondary.key }
  return { ...link, ends: keys, stands: true, lastHeardAtMs: 0 }
}

export function lastHeardAtMs (connection: Connection, nowMs: number): number {
  return connection.stands ? nowMs : connection.lastHeardAtMs
}

export function isConnected (connection: Connection, nowMs: number): boolean {
  return !connection.closed && nowMs - lastHeardAtMs(connection, nowMs) <= HEARTBEAT_TIMEOUT_MS
}

/** A link of which nothing was heard since the processes of this end have started is none yet. */
export function isHeardOf ({ stands, lastHeardAtMs }: Connection): boolean {
  return stands || lastHeardAtMs !== 0
}

/** What this world's network calls a secondary in another process. */
export function farSecondary (secondaryId: string): string {
  return `elsewhere/secondary/${secondaryId}`
}

/** What this world's network calls the primary in another process that a cluster follows. */
export function farPrimary (follower: Cluster, kind: ReplicationKind): string {
  return `elsewhere/primary/${follower.label}/${kind}`
}

/** The link that stood until now. */
export function fallen (connection: Connection, nowMs: number): Connection {
  return { ...connection, stands: false, lastHeardAtMs: lastHeardAtMs(connection, nowMs) }
}

/** Whether the active nodes of two clusters reach each other. */
export function canTalk ({ primary, secondary }: NearEnds): boolean {
  const from = secondary.activeNode
  const to = primary.activeNode
  if (from === undefined || to === undefined) return false
  return secondary.surroundings.network.connects(from.networkName, to.networkName)
}
