// What a cluster remembers of replication beside its stored records: the journal, how far it is, the links.
import { Type } from '@sinclair/typebox'
import { closed, count, instant, mapOf, texts, type State } from '../sim/declared.js'

/** Changes since an epoch began. */
export const JournalForm = Type.Object({
  /** unique over time; a new one makes every secondary compare everything */
  epoch: Type.String(),
  /** the number of the first path below */
  firstNumber: count,
  paths: texts
}, closed)

/** How far a secondary has come. */
const Progress = Type.Object({
  /** of the primary's journal; empty: nothing is known, compare everything */
  epoch: Type.String(),
  position: count,
  /** the primary's write that arrived last by streaming; 0 right after the bootstrap */
  lastRemoteWal: count,
  /** the primary's write that this cluster's data includes, streamed or not */
  wal: count
}, closed)

/**
 * A link between a primary and one secondary, as one end knows it. Within a world heartbeats are not events: while the
 * link stands, the other end was heard of just now. Across processes each end notes every exchange.
 */
const Connection = Type.Object({
  secondaryId: Type.String(),
  /** where the secondary is: `http://127.0.0.1:8200` and `https://127.0.0.1:8201`; empty at its own end */
  secondary: Type.Object({ apiAddr: Type.String(), clusterAddr: Type.String() }, closed),
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
  /** links to secondaries, by kind and secondary id: `dr/west` */
  downstream: mapOf(Connection),
  /** links to primaries, by kind */
  upstream: mapOf(Connection)
}, closed)

export type JournalState = State<typeof JournalForm>
export type Progress = State<typeof Progress>
export type Connection = State<typeof Connection>
export type ReplicationState = State<typeof ReplicationForm>

export const NO_PROGRESS: Progress = { epoch: '', position: 0, lastRemoteWal: 0, wal: 0 }

export const NO_REPLICATION: ReplicationState = { progress: new Map(), downstream: new Map(), upstream: new Map() }
