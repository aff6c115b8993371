// What a cluster remembers of replication beside its stored records: the journal, its streams, the links.
import { Type } from '@sinclair/typebox'
import { closed, count, instant, mapOf, oneOf, type State } from '../sim/declared.js'
import type { JsonValue } from '../json/index.js'

/** A write of a primary, with its counters as they were after it. */
const JournalEntry = Type.Object({
  path: Type.String(),
  fate: oneOf('value', 'withheld', 'gone'),
  /** the value, or the hash of one that is withheld; null where it is gone */
  content: Type.Unsafe<JsonValue>(Type.Unknown()),
  /** about as many as it takes on a link */
  bytes: count,
  atMs: instant,
  performanceWal: count,
  drWal: count
}, closed)

/** Changes since an epoch began. */
export const JournalForm = Type.Object({
  /** unique over time; a new one makes every secondary compare everything */
  epoch: Type.String(),
  /** the number of the first entry below */
  firstNumber: count,
  entries: Type.Array(JournalEntry)
}, closed)

/** How far a secondary has come. */
const Progress = Type.Object({
  /** of the primary's journal; empty: nothing is known, compare everything */
  epoch: Type.String(),
  position: count,
  /** the primary's write that this cluster's data includes last */
  wal: count,
  /** the primary's last write that was heard of */
  knownWal: count
}, closed)

/** Work that takes its time on a link: while the link stands it goes on, and a share of it was done at `atMs`. */
const Transfer = Type.Object({
  /** what passes before the first entry arrives */
  latencyMs: Type.Number({ minimum: 0 }),
  /** keys, or pages of keys where trees are compared */
  entries: count,
  bytes: count,
  /** from 0 to 1 */
  done: Type.Number({ minimum: 0, maximum: 1 }),
  atMs: instant
}, closed)

/** How fast a link is; what is not there is not limited. */
export const PaceForm = Type.Object({
  delayMs: Type.Number({ minimum: 0 }),
  entriesPerSecond: Type.Optional(Type.Number({ minimum: 0 })),
  bytesPerSecond: Type.Optional(Type.Number({ minimum: 0 }))
}, closed)

/**
 * A secondary's stream of a primary's writes. Where a link is not limited it is always at its end: `stream-wals`.
 *
 * - `idle`: not replicating: never linked, unlinked, or stopped (`stoppedBy`)
 * - `bootstrapping`: fetches the primary's data for the first time
 * - `connecting`: looks for its primary
 * - `merkle-diff`: compares trees with the primary
 * - `merkle-sync`: fetches the keys that differ
 * - `stream-wals`: applies the primary's writes as they come
 *
 * That the connection was shut down for good is the link's to say (`Connection.closed`).
 */
const Stream = Type.Object({
  state: oneOf('idle', 'bootstrapping', 'connecting', 'merkle-diff', 'merkle-sync', 'stream-wals'),
  /** what is under way in every state but `stream-wals` */
  transfer: Type.Optional(Transfer),
  /** in `stream-wals`: until when the link carries what was sent already */
  busyUntilMs: Type.Number(),
  /** how the link was when that was reckoned */
  pace: PaceForm,
  /** since when the link is lost; 0: it is not, or the secondary was told to look at once */
  lostAtMs: instant,
  /** the mount of the primary for which a local one has to make room; empty: none */
  stoppedBy: Type.String()
}, closed)

/** How a world slows down the heartbeats of a link, and by how much its own clock is ahead of the other end's. */
export const LinkClockForm = Type.Object({ durationMs: Type.Number({ minimum: 0 }), skewMs: Type.Number() }, closed)

/**
 * A link between a primary and one secondary, as one end knows it. Within a world heartbeats are not events: while the
 * link stands, the other end was heard of just now. Across processes each end notes every exchange.
 */
const Connection = Type.Object({
  secondaryId: Type.String(),
  /** where the secondary is: `http://127.0.0.1:8200` and `https://127.0.0.1:8201`; empty at its own end */
  secondary: Type.Object({ apiAddr: Type.String(), clusterAddr: Type.String() }, closed),
  /** id and name that health shows of the other end, once it has said so */
  peer: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() }, closed)),
  /** what the other end's world has set for the link, where it is another one and has set something */
  theirs: Type.Optional(LinkClockForm),
  /** keys of the two clusters, where both are of one world */
  ends: Type.Optional(Type.Object({ primary: Type.String(), secondary: Type.String() }, closed)),
  stands: Type.Boolean(),
  /** ended by the primary: the secondary was revoked */
  closed: Type.Boolean(),
  /** 0 while the link stands */
  lastHeardAtMs: instant
}, closed)

export const ReplicationForm = Type.Object({
  /** absent until somebody follows */
  journal: Type.Optional(JournalForm),
  /** by kind */
  progress: mapOf(Progress),
  /** of a secondary, by kind */
  streams: mapOf(Stream),
  /** its merkle tree does not fit its data any more, until a reindex; `found`: a check has noticed */
  corruption: Type.Optional(Type.Object({ found: Type.Boolean() }, closed)),
  /** links to secondaries, by kind and secondary id: `dr/west` */
  downstream: mapOf(Connection),
  /** links to primaries, by kind */
  upstream: mapOf(Connection)
}, closed)

export type JournalEntry = State<typeof JournalEntry>
export type JournalState = State<typeof JournalForm>
export type Transfer = State<typeof Transfer>
export type Stream = State<typeof Stream>
export type StreamState = Stream['state']
export type Pace = Stream['pace']
export type Progress = State<typeof Progress>
export type LinkClock = State<typeof LinkClockForm>
export type Connection = State<typeof Connection>
export type ReplicationState = State<typeof ReplicationForm>

export const NO_PROGRESS: Progress = { epoch: '', position: 0, wal: 0, knownWal: 0 }
export const NO_PACE: Pace = { delayMs: 0 }
export const NO_STREAM: Stream = { state: 'idle', busyUntilMs: 0, pace: NO_PACE, lostAtMs: 0, stoppedBy: '' }

export const NO_REPLICATION: ReplicationState = {
  progress: new Map(), streams: new Map(), downstream: new Map(), upstream: new Map()
}
