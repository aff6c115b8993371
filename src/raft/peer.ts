// What one server of a raft group has applied and believes, and when the leader last heard of it.

/** Times are milliseconds since the epoch. Plain JSON: it is saved as it is. */
export type Peer = {
  /** the last log entry applied here */
  appliedIndex: number
  /** the last log entry known to be committed here; ahead of the applied one on a server that was removed */
  seenIndex: number
  /** the last term seen here */
  term: number
  /** whom this server takes for the leader: the dead one until the next election; null once it noticed that there is none */
  knownLeaderId: string | null
  /** follows the leader of now */
  inContact: boolean
  contactSinceAtMs: number
  /** the last heartbeat before contact was lost */
  lastContactAtMs: number
  /** this leader has heard of it; before, autopilot shows index and term 0 */
  heard: boolean
  /** when it last became healthy, in autopilot's eyes */
  stableSinceAtMs: number
  /** where in the heartbeat interval its heartbeats fall */
  phaseMs: number
  addedAtMs: number
  /** it joined under the leader of now */
  fresh: boolean
  /** it stepped down and does not stand for election before this */
  heldOffUntilAtMs: number
}

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
