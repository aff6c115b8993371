// A server of a raft group as it begins, and how long ago the leader heard of it.
import type { Peer } from './raft-state.js'

export type { Peer } from './raft-state.js'

export function newPeer (nowMs: number, phaseMs: number): Peer {
  return {
    appliedIndex: 0,
    seenIndex: 0,
    term: 0,
    knownLeaderId: null,
    inContact: false,
    contactSinceAtMs: nowMs,
    lastContactAtMs: nowMs,
    heard: false,
    stableSinceAtMs: nowMs,
    phaseMs,
    addedAtMs: nowMs,
    fresh: true,
    heldOffUntilAtMs: 0
  }
}

/** How long ago the leader last heard of a follower: within a heartbeat while in contact, growing after that. */
export function contactAgeMs (peer: Peer, nowMs: number, heartbeatMs: number): number {
  if (!peer.inContact) return Math.max(0, nowMs - peer.lastContactAtMs)
  return Math.min((nowMs + peer.phaseMs) % heartbeatMs, Math.max(0, nowMs - peer.contactSinceAtMs))
}
