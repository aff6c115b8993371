// How fast a replication link is, and how long work on it takes; all of it lies on the world's timeline.
import type { NearEnds } from './connection.js'
import type { Pace, Stream, Transfer } from './replication-state.js'

/** What goes over a link. */
export interface Load {
  readonly entries: number
  readonly bytes: number
}

/** How the primary's data reaches a secondary of the same world. */
export function paceOf ({ primary, secondary }: NearEnds): Pace {
  const { network } = primary.surroundings
  const [from, to] = [networkNameOf(primary), networkNameOf(secondary)]
  return { delayMs: network.delayMs(from, to), ...network.limit(from, to) }
}

/** There and back. */
export function roundTripMs ({ primary, secondary }: NearEnds): number {
  const { network } = primary.surroundings
  const [from, to] = [networkNameOf(primary), networkNameOf(secondary)]
  return network.delayMs(from, to) + network.delayMs(to, from)
}

function networkNameOf ({ activeNode, label }: NearEnds['primary']): string {
  return activeNode?.networkName ?? label
}

/** Whether everything arrives at once. */
export function isFree ({ delayMs, entriesPerSecond, bytesPerSecond }: Pace): boolean {
  return delayMs === 0 && entriesPerSecond === undefined && bytesPerSecond === undefined
}

/** Whether nothing arrives, ever. */
export function isStalled ({ entriesPerSecond, bytesPerSecond }: Pace): boolean {
  return entriesPerSecond === 0 || bytesPerSecond === 0
}

/** How long a link is busy with a load; infinite where it is stalled. */
export function sendingMs ({ entriesPerSecond = Infinity, bytesPerSecond = Infinity }: Pace, load: Load): number {
  const share = (amount: number, rate: number): number => amount === 0 ? 0 : amount / rate
  return 1000 * Math.max(share(load.entries, entriesPerSecond), share(load.bytes, bytesPerSecond))
}

/** @param latencyMs what passes before the first entry arrives */
export function newTransfer (load: Load, latencyMs: number, nowMs: number): Transfer {
  return { ...load, latencyMs, done: 0, atMs: nowMs }
}

/** When a transfer is over, if nothing comes in between; infinite: never. */
export function endOf (transfer: Transfer, pace: Pace): number {
  const { done, atMs, latencyMs } = transfer
  return atMs + (1 - done) * (latencyMs + sendingMs(pace, transfer))
}

/** Which share of a transfer is done, from 0 to 1, if its link stood until now. */
export function doneOf (transfer: Transfer, pace: Pace, nowMs: number): number {
  const { done, atMs } = transfer
  const endAtMs = endOf(transfer, pace)
  if (endAtMs <= nowMs) return 1
  return Number.isFinite(endAtMs) ? Math.max(done, done + (1 - done) * (nowMs - atMs) / (endAtMs - atMs)) : done
}

/** A stream whose link stood until now: what it has done is noted, as from here on it may go on otherwise. */
export function asOfNow (stream: Stream, nowMs: number): Stream {
  const { transfer, pace } = stream
  if (transfer === undefined) return stream
  return { ...stream, transfer: { ...transfer, done: doneOf(transfer, pace, nowMs), atMs: nowMs } }
}

/** A stream that goes on where it stopped: what its link could have carried meanwhile is not made up for. */
export function resumed (stream: Stream, nowMs: number): Stream {
  const { transfer, busyUntilMs } = stream
  const next = { ...stream, busyUntilMs: Math.max(busyUntilMs, nowMs), lostAtMs: 0 }
  return transfer === undefined ? next : { ...next, transfer: { ...transfer, atMs: nowMs } }
}

/** A stream on a link whose speed has changed: what is still to come, comes at the new one. */
export function adjusted (stream: Stream, pace: Pace, nowMs: number): Stream {
  return isSame(stream.pace, pace) ? stream : { ...asOfNow(stream, nowMs), pace, busyUntilMs: nowMs }
}

function isSame (a: Pace, b: Pace): boolean {
  return a.delayMs === b.delayMs && a.entriesPerSecond === b.entriesPerSecond && a.bytesPerSecond === b.bytesPerSecond
}

const FIRST_BACKOFF_MS = 2000
const LONGEST_BACKOFF_MS = 60_000

/**
 * When a secondary that lost its primary looks for it next: 2 s after the loss, then after twice as long each time, a
 * minute at most (inferred; a log line of a real server has `applying backoff: backoff=2s`).
 */
export function nextAttemptAtMs (lostAtMs: number, nowMs: number): number {
  let [atMs, backoffMs] = [lostAtMs + FIRST_BACKOFF_MS, FIRST_BACKOFF_MS]
  while (atMs < nowMs) {
    backoffMs = Math.min(2 * backoffMs, LONGEST_BACKOFF_MS)
    const isLongest = backoffMs === LONGEST_BACKOFF_MS
    atMs += isLongest ? backoffMs * Math.max(1, Math.ceil((nowMs - atMs) / backoffMs)) : backoffMs
  }
  return atMs
}
