// What one end of a replication link knows of the other: where it is, and when it was last heard of.
import type { Cluster } from '../cluster/cluster.js'
import type { ReplicationKind } from './records.js'

/** Without a word for this long, the other end counts as disconnected. */
export const HEARTBEAT_TIMEOUT_MS = 5000

/** Where a cluster is reached. A type, not an interface, so that it is a JSON value. */
export type PeerAddress = {
  /** e.g. `http://127.0.0.1:8200` */
  readonly apiAddr: string
  /** e.g. `https://127.0.0.1:8201` */
  readonly clusterAddr: string
}

/** The two clusters of a link within one world. */
export interface NearEnds {
  readonly primary: Cluster
  readonly secondary: Cluster
}

/**
 * A link between a primary and one secondary, as long as neither forgets it. Within a world both ends share it, and
 * heartbeats are not events: while the link stands, the other end was heard of just now. Across processes each end
 * has its own, and notes every exchange.
 */
export class Connection {
  #lastHeardAtMs: number
  #stands: boolean
  /** ended by the primary: the secondary was revoked */
  #closed = false

  constructor (readonly kind: ReplicationKind, readonly secondaryId: string, readonly secondary: PeerAddress, nowMs: number, readonly ends?: NearEnds) {
    this.#lastHeardAtMs = nowMs
    this.#stands = ends !== undefined
  }

  lastHeardAtMs (nowMs: number): number {
    return this.#stands ? nowMs : this.#lastHeardAtMs
  }

  isConnected (nowMs: number): boolean {
    return !this.#closed && nowMs - this.lastHeardAtMs(nowMs) <= HEARTBEAT_TIMEOUT_MS
  }

  heard (nowMs: number): void {
    this.#lastHeardAtMs = nowMs
  }

  /** Looks whether the link still stands; from when on it does not, is what counts. */
  noteReachability (nowMs: number): void {
    if (this.#stands && (this.ends === undefined || !canTalk(this.ends))) this.#fall(nowMs)
  }

  close (nowMs: number): void {
    if (this.#stands) this.#fall(nowMs)
    this.#closed = true
  }

  #fall (nowMs: number): void {
    this.#stands = false
    this.#lastHeardAtMs = nowMs
  }
}

/** Whether the active nodes of two clusters reach each other. */
export function canTalk ({ primary, secondary }: NearEnds): boolean {
  const from = secondary.activeNode
  const to = primary.activeNode
  if (from === undefined || to === undefined) return false
  const { network } = secondary.surroundings
  return network.canReach(from.networkName, to.networkName) && network.canReach(to.networkName, from.networkName)
}
