// What one end of a replication link knows of the other: where it is, and when it was last heard of.
import type { Cluster } from '../cluster/cluster.js'
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

/** What this world's network calls the cluster of another process at the other end; undefined while it has no name. */
export function farEndOf ({ peer, ends }: Connection): string | undefined {
  return peer === undefined || ends !== undefined ? undefined : `elsewhere/${peer.id}`
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
