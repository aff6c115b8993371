// What a raft group remembers. Its pending events are the timeline's.
import { Type } from '@sinclair/typebox'
import { closed, count, instant, mapOf, oneOf, texts, type State } from '../sim/declared.js'

const Server = Type.Object({
  /** raft node id, e.g. `raft_1` */
  id: Type.String(),
  /** cluster address, host and port */
  address: Type.String(),
  /** a `voter` counts for quorums; a `nonVoter` only follows */
  suffrage: oneOf('voter', 'nonVoter'),
  /** never to be promoted by autopilot */
  permanentNonVoter: Type.Optional(Type.Boolean())
}, closed)

/** What one server has applied and believes, and when the leader last heard of it. */
const Peer = Type.Object({
  /** the last log entry applied here */
  appliedIndex: count,
  /** the last log entry known to be committed here; ahead of the applied one on a server that was removed */
  seenIndex: count,
  /** the last term seen here */
  term: count,
  /**
   * whom this server takes for the leader: the dead one until the next election; null once it noticed that there is
   * none
   */
  knownLeaderId: Type.Union([Type.String(), Type.Null()]),
  /** follows the leader of now */
  inContact: Type.Boolean(),
  contactSinceAtMs: instant,
  /** the last heartbeat before contact was lost */
  lastContactAtMs: instant,
  /** this leader has heard of it; before, autopilot shows index and term 0 */
  heard: Type.Boolean(),
  /** it joined under the leader of now */
  fresh: Type.Boolean(),
  /** when it last became healthy, in autopilot's eyes */
  stableSinceAtMs: instant,
  /** where in the heartbeat interval its heartbeats fall */
  phaseMs: Type.Number(),
  addedAtMs: instant,
  /** it stepped down and does not stand for election before this */
  heldOffUntilAtMs: instant
}, closed)

/** The latest election, for the invariants. */
const Election = Type.Object({
  term: count,
  leaderId: Type.String(),
  /** how many there were */
  voters: count,
  grantedBy: texts,
  /** what the winner had applied, and what was committed, before it began its term */
  appliedIndex: count,
  committedIndex: count
}, closed)

export const RaftForm = Type.Object({
  /** in the order they joined */
  servers: Type.Array(Server),
  term: count,
  /** the last committed entry */
  lastIndex: count,
  /** the entry of the latest configuration */
  configurationIndex: count,
  leaderId: Type.Optional(Type.String()),
  leaderSinceAtMs: instant,
  /** bootstrapped, and no election yet: the bootstrapping server writes alone */
  bootstrapping: Type.Boolean(),
  lastElection: Type.Optional(Election),
  /** by server id, those that were removed among them */
  peers: mapOf(Peer)
}, closed)

export type RaftState = State<typeof RaftForm>
export type Peer = State<typeof Peer>

/** A group before its bootstrap. */
export const NO_RAFT: RaftState = {
  servers: [],
  term: 0,
  lastIndex: 0,
  configurationIndex: 0,
  leaderSinceAtMs: 0,
  bootstrapping: false,
  peers: new Map()
}
