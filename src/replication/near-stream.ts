// A secondary and its primary in one world: what arrives at which instant, on a link of any speed.
import { applyAnswer, loadOf, nextRequest } from './applying.js'
import type { Storage, StorageClass } from '../cluster/storage.js'
import type { NearEnds } from './connection.js'
import type { Journal } from './journal.js'
import { conflictIn } from './mount-conflicts.js'
import type { FollowAnswer, FollowRequest } from './messages.js'
import {
  adjusted, doneOf, endOf, isFree, newTransfer, nextAttemptAtMs, paceOf, resumed, roundTripMs, sendingMs, type Load
} from './pace.js'
import { KINDS, primaryRecord, type ReplicationKind, type SecondaryRecord } from './records.js'
import { replicationOf } from './replication.js'
import type { JournalEntry, Pace, Stream } from './replication-state.js'
import { inScope } from './scope.js'
import { sharedCopy } from './staging.js'
import { answerFollow, canStream, connectionKey, knownSecondary, noteSecondary } from './shipping.js'

export const STREAM_EVENT = 'replication.stream'
/** Trees are compared by pages of so many keys. */
const KEYS_PER_PAGE = 256
/** On a busy link entries arrive in lots, not each with an event of its own. */
const SHORTEST_STEP_MS = 20
/** Of states in one instant: connecting, merkle-diff, merkle-sync, stream-wals. */
const MOST_STEPS = 6

/** A secondary of this world on its way after its primary. */
interface Way {
  readonly ends: NearEnds
  readonly kind: ReplicationKind
  readonly record: SecondaryRecord
  readonly nowMs: number
}

/**
 * Lets a secondary have what has arrived by now.
 *
 * @returns whether it got further
 * @throws {LinkRefused}
 */
export function followNear (ends: NearEnds, kind: ReplicationKind, record: SecondaryRecord): boolean {
  const { nowMs } = ends.secondary.timeline
  const way = { ends, kind, record, nowMs }
  knownSecondary(ends.primary, { kind, clusterId: record.clusterId, secondaryId: record.secondaryId })
  if (waitsForNextAttempt(way)) return false
  arrive(way)
  if (isHeldUp(way)) return false
  return isFree(streamOf(way).pace) ? exchange(way) : goOn(way)
}

/** Ships all that is pending, however slow the link is; one that lets nothing through ships nothing. */
export function shipAll (ends: NearEnds, kind: ReplicationKind, record: SecondaryRecord): void {
  const way = { ends, kind, record, nowMs: ends.secondary.timeline.nowMs }
  arrive(way)
  if (sendingMs(streamOf(way).pace, { entries: 1, bytes: 1 }) < Infinity && !isHeldUp(way)) exchange(way)
}

function streamOf ({ ends, kind }: Way): Stream { return replicationOf(ends.secondary).stream(kind) }

function setStream ({ ends, kind }: Way, stream: Stream): void { replicationOf(ends.secondary).setStream(kind, stream) }

/** A secondary that lost its primary looks for it from time to time, not all the time. */
function waitsForNextAttempt (way: Way): boolean {
  const { lostAtMs } = streamOf(way)
  if (lostAtMs === 0) return false
  const atMs = nextAttemptAtMs(lostAtMs, way.nowMs)
  if (atMs <= way.nowMs) return false
  lookAgainAt(way, atMs)
  return true
}

/** One event per stream; it looks what has come, whatever that is. */
function lookAgainAt ({ ends: { secondary }, kind }: Way, atMs: number): void {
  const ids = { cluster: secondary.key, kind }
  if (!Number.isFinite(atMs)) secondary.timeline.cancel(STREAM_EVENT, ids)
  else secondary.timeline.schedule({ atMs: Math.ceil(atMs), kind: STREAM_EVENT, urgency: 'transition', ids })
}

/** The connection stands from here on; a link that got faster or slower is so from now on. */
function arrive (way: Way): void {
  const { ends, nowMs } = way
  const known = streamOf(way)
  const goesOn = known.state === 'connecting' || replicationOf(ends.secondary).upstream(way.kind)?.stands === true
  setStream(way, adjusted(goesOn ? { ...known, lostAtMs: 0 } : resumed(known, nowMs), paceOf(ends), nowMs))
}

/** Neither a tree that does not fit its data nor a mount that is in the way lets anything through. */
function isHeldUp (way: Way): boolean {
  const { ends: { primary, secondary }, kind } = way
  const stream = streamOf(way)
  if (replicationOf(primary).corrupted || replicationOf(secondary).corrupted) {
    linkUp(way)
    setStream(way, { ...stream, state: 'merkle-diff', transfer: undefined })
    return true
  }
  if (stream.stoppedBy === '') return false
  linkUp(way)
  if (primary.storage.has(stream.stoppedBy) && conflictIn(secondary, kind, stream.stoppedBy)) return true
  setStream(way, { ...stream, stoppedBy: '' })
  return false
}

function requestOf ({ ends: { secondary }, kind, record }: Way): FollowRequest {
  return nextRequest(secondary, kind, record)
}

/** Both ends share what they know of the link. */
function linkUp (way: Way): void {
  const { ends, kind, record } = way
  noteSecondary(ends.primary, requestOf(way), ends)
  const shared = replicationOf(ends.primary).downstream(connectionKey(kind, record.secondaryId))
  if (shared !== undefined) replicationOf(ends.secondary).setUpstream(kind, shared)
}

/** Everything at once. */
function exchange (way: Way): boolean {
  const { ends: { secondary }, kind } = way
  const before = replicationOf(secondary).progress(kind)
  const moved = take(way)
  const after = replicationOf(secondary).progress(kind)
  if (after.epoch === '' && streamOf(way).stoppedBy === '') take(way)
  if (streamOf(way).stoppedBy === '') enter(way, 'stream-wals')
  lookAgainAt(way, Infinity)
  return moved && (before.epoch !== after.epoch || before.position !== after.position)
}

/** @returns whether there was something new */
function take (way: Way, upTo?: number): boolean {
  const { ends, kind } = way
  const request = requestOf(way)
  const answer = answerFollow(ends.primary, request, { ends, upTo, compares: true })
  linkUp(way)
  if (request.epoch === answer.epoch && request.position === answer.position && answer.seal === undefined) return false
  const arriving = answer.changes.filter(([, fate]) => fate === 'value')
  const stoppedBy = arriving.find(([path]) => conflictIn(ends.secondary, kind, path))?.[0]
  if (stoppedBy === undefined) applyAnswer(ends.secondary, kind, answer, { staged: copyFor(way, answer) })
  else setStream(way, { ...streamOf(way), stoppedBy, transfer: undefined })
  return stoppedBy === undefined
}

/** So many changes are put in place one by one. */
const MOST_SINGLE_CHANGES = 1000

/**
 * Where the two differ in much, the secondary takes over the primary's data as a whole; not where others follow it,
 * who want to know each change.
 */
function copyFor ({ ends: { primary, secondary }, kind }: Way, answer: FollowAnswer): Storage | undefined {
  const { changes, differenceOnly = false } = answer
  if (!differenceOnly || changes.length <= MOST_SINGLE_CHANGES) return undefined
  if (KINDS.some((each) => primaryRecord(secondary, each) !== undefined)) return undefined
  const copy = sharedCopy(primary, kind)
  const changed = (name: StorageClass): number => changes.filter(([path]) => path.startsWith(`${name}/`)).length
  copy.restoreWrites({ replicated: changed('replicated'), local: changed('local'), own: 0 })
  return copy
}

function enter (way: Way, state: Stream['state'], transfer?: Stream['transfer']): void {
  const stream = streamOf(way)
  if (stream.state === state && stream.transfer === transfer) return
  setStream(way, { ...stream, state, transfer, busyUntilMs: way.nowMs })
}

/** Goes from state to state as far as time allows. */
function goOn (way: Way): boolean {
  let moved = false
  for (let step = 0; step < MOST_STEPS; step++) {
    const { state, transfer, pace, stoppedBy } = streamOf(way)
    if (stoppedBy !== '') return moved
    if (transfer !== undefined && doneOf(transfer, pace, way.nowMs) < 1) {
      if (state !== 'connecting') linkUp(way)
      lookAgainAt(way, endOf(transfer, pace))
      return moved
    }
    if (state === 'stream-wals' && canStream(way.ends.primary, requestOf(way))) return streamWals(way) || moved
    moved = next(way) || moved
  }
  return moved
}

/** What comes after a state that is over. @returns whether data came with it */
function next (way: Way): boolean {
  const { ends, nowMs } = way
  const { state } = streamOf(way)
  const begin = (name: Stream['state'], load: Load): void => {
    enter(way, name, newTransfer(load, roundTripMs(ends), nowMs))
  }
  if (state === 'idle') begin('connecting', { entries: 0, bytes: 0 })
  else if (state === 'merkle-diff') begin('merkle-sync', lacking(way))
  else if (state === 'merkle-sync') {
    const moved = take(way)
    if (streamOf(way).stoppedBy === '') enter(way, 'stream-wals')
    return moved
  } else if (state === 'connecting' && canStream(ends.primary, requestOf(way))) enter(way, 'stream-wals')
  else begin('merkle-diff', { entries: Math.ceil(ends.primary.storage.size / KEYS_PER_PAGE), bytes: 0 })
  return false
}

function lacking (way: Way): Load {
  const { ends, kind } = way
  const everything = answerFollow(ends.primary, { ...requestOf(way), epoch: '' }, { ends, compares: true })
  return loadOf(ends.secondary, kind, everything)
}

/** Applies the writes that have arrived: each is sent once the link has sent those before it. */
function streamWals (way: Way): boolean {
  const { ends, kind, nowMs } = way
  const { journal } = replicationOf(ends.primary)
  const { position } = replicationOf(ends.secondary).progress(kind)
  const stream = streamOf(way)
  const { upTo, busyUntilMs, nextAtMs } = arrivedBy(nowMs, { stream, journal, position, kind })
  linkUp(way)
  const moved = upTo > position && take(way, upTo)
  setStream(way, { ...streamOf(way), busyUntilMs })
  lookAgainAt(way, streamOf(way).stoppedBy === '' ? Math.max(nextAtMs, nowMs + SHORTEST_STEP_MS) : Infinity)
  return moved
}

interface Sent {
  readonly stream: Stream
  readonly journal: Journal
  readonly position: number
  readonly kind: ReplicationKind
}

interface Arrived {
  readonly upTo: number
  readonly busyUntilMs: number
  readonly nextAtMs: number
}

/** Up to which write all have arrived, until when the link was busy with them, and when the next one comes. */
function arrivedBy (nowMs: number, { stream, journal, position, kind }: Sent): Arrived {
  const { pace } = stream
  let { busyUntilMs } = stream
  for (let number = position + 1; number <= journal.position; number++) {
    const sentAtMs = sentBy(journal.at(number), { pace, busyUntilMs, kind })
    if (sentAtMs + pace.delayMs > nowMs) return { upTo: number - 1, busyUntilMs, nextAtMs: sentAtMs + pace.delayMs }
    busyUntilMs = sentAtMs
  }
  return { upTo: journal.position, busyUntilMs, nextAtMs: Infinity }
}

interface Link {
  readonly pace: Pace
  readonly busyUntilMs: number
  readonly kind: ReplicationKind
}

/** When the link is through with a write. */
function sentBy (entry: JournalEntry | undefined, { pace, busyUntilMs, kind }: Link): number {
  if (entry === undefined || !inScope(kind, entry.path)) return busyUntilMs
  return Math.max(busyUntilMs, entry.atMs) + sendingMs(pace, { entries: 1, bytes: entry.bytes })
}
