// A secondary whose primary is in another process: what came over the socket and is still on its way, on this world's
// timeline, where the link between the two is slow.
import type { Cluster } from '../cluster/cluster.js'
import { applyAnswer, loadOf } from './applying.js'
import { farPrimary } from './connection.js'
import type { FollowAnswer } from './messages.js'
import { conflictIn } from './mount-conflicts.js'
import { STREAM_EVENT } from './near-stream.js'
import { adjusted, asOfNow, endOf, isFree, newTransfer, sendingMs, type Load } from './pace.js'
import type { ReplicationKind } from './records.js'
import { replicationOf } from './replication.js'
import { NO_PACE, type Pace } from './replication-state.js'

/** An answer on its way; who restores a world asks for it again. */
export interface Lot {
  readonly answer: FollowAnswer
  readonly load: Load
  readonly atMs: number
}

/** Whether a message gets from this cluster to its primary, or back. */
export function gets (cluster: Cluster, kind: ReplicationKind, direction: 'there' | 'back'): boolean {
  const { surroundings: { network }, activeNode } = cluster
  const own = activeNode?.networkName ?? cluster.label
  const far = farPrimary(cluster, kind)
  return direction === 'there' ? network.canReach(own, far) : network.canReach(far, own)
}

/** Whether a conversation with its primary is possible, as this world has it. */
export function linkStands (cluster: Cluster, kind: ReplicationKind): boolean {
  return gets(cluster, kind, 'there') && gets(cluster, kind, 'back')
}

/** The link is lost from here on: what is on its way stays where it is. */
export function noteLoss (cluster: Cluster, kind: ReplicationKind): void {
  const replication = replicationOf(cluster)
  const { timeline: { nowMs } } = cluster
  const stream = replication.stream(kind)
  if (stream.lostAtMs === 0) replication.setStream(kind, { ...asOfNow(stream, nowMs), lostAtMs: nowMs })
}

/** Delays add up, and the slower end counts. */
export function paceFrom (cluster: Cluster, kind: ReplicationKind): Pace {
  const theirs = replicationOf(cluster).theirPaces.get(kind) ?? NO_PACE
  const { surroundings: { network }, activeNode } = cluster
  const [from, to] = [farPrimary(cluster, kind), activeNode?.networkName ?? cluster.label]
  const ours = network.limit(from, to)
  return {
    delayMs: network.delayMs(from, to) + theirs.delayMs,
    ...slower('entriesPerSecond', ours, theirs),
    ...slower('bytesPerSecond', ours, theirs)
  }
}

type Rate = 'entriesPerSecond' | 'bytesPerSecond'
type Rates = Readonly<Partial<Record<Rate, number | undefined>>>

function slower (rate: Rate, ours: Rates, theirs: Rates): Rates {
  const slowest = Math.min(ours[rate] ?? Infinity, theirs[rate] ?? Infinity)
  return slowest === Infinity ? {} : { [rate]: slowest }
}

/** Takes what a primary has answered: at once, or when the link has carried it. */
export function receive (cluster: Cluster, kind: ReplicationKind, answer: FollowAnswer): void {
  const replication = replicationOf(cluster)
  const { nowMs } = cluster.timeline
  const pace = paceFrom(cluster, kind)
  const lots = replication.lotsOf(kind)
  replication.setProgress(kind, { ...replication.progress(kind), knownWal: answer.lastWal })
  const stream = adjusted(replication.stream(kind), pace, nowMs)
  const lot = { answer, load: loadOf(cluster, kind, answer), atMs: nowMs }
  const isSync = answer.everything && !isFree(pace)
  const transfer = isSync ? newTransfer(lot.load, pace.delayMs, nowMs) : undefined
  replication.setStream(kind, { ...stream, lostAtMs: 0, ...(isSync ? { state: 'merkle-sync', transfer } : {}) })
  lots.push(lot)
  deliver(cluster, kind)
}

/** Applies what has arrived by now. @returns whether there was something */
export function deliver (cluster: Cluster, kind: ReplicationKind): boolean {
  const replication = replicationOf(cluster)
  const { nowMs } = cluster.timeline
  const lots = replication.lotsOf(kind)
  let moved = false
  if (!linkStands(cluster, kind)) noteLoss(cluster, kind)
  for (let [lot] = lots; lot !== undefined; [lot] = lots) {
    if (replication.stream(kind).lostAtMs !== 0) break
    const { stream, sentAtMs } = sendingOf(cluster, kind, lot)
    if (sentAtMs + stream.pace.delayMs > nowMs) {
      lookAgainAt(cluster, kind, sentAtMs + stream.pace.delayMs)
      return moved
    }
    lots.shift()
    replication.setStream(kind, { ...stream, busyUntilMs: sentAtMs })
    moved = take(cluster, kind, lot.answer) || moved
  }
  cluster.timeline.cancel(STREAM_EVENT, { cluster: cluster.key, kind })
  return moved
}

function sendingOf (cluster: Cluster, kind: ReplicationKind, { load, atMs }: Lot) {
  const stream = adjusted(replicationOf(cluster).stream(kind), paceFrom(cluster, kind), cluster.timeline.nowMs)
  replicationOf(cluster).setStream(kind, stream)
  const { pace, transfer, busyUntilMs } = stream
  // one that was cut off goes on where it was
  if (transfer !== undefined) return { stream, sentAtMs: endOf(transfer, pace) - pace.delayMs }
  return { stream, sentAtMs: Math.max(busyUntilMs, atMs) + sendingMs(pace, load) }
}

function lookAgainAt ({ key, timeline }: Cluster, kind: ReplicationKind, atMs: number): void {
  const ids = { cluster: key, kind }
  if (!Number.isFinite(atMs)) timeline.cancel(STREAM_EVENT, ids)
  else timeline.schedule({ atMs: Math.ceil(atMs), kind: STREAM_EVENT, urgency: 'transition', ids })
}

/** Neither a tree that does not fit its data nor a mount that is in the way lets anything through. */
function take (cluster: Cluster, kind: ReplicationKind, answer: FollowAnswer): boolean {
  const replication = replicationOf(cluster)
  const stream = { ...replication.stream(kind), transfer: undefined }
  const arriving = answer.changes.filter(([, fate]) => fate === 'value')
  const stoppedBy = arriving.find(([path]) => conflictIn(cluster, kind, path))?.[0] ?? ''
  if (answer.corrupted === true || replication.corrupted === true || stoppedBy !== '') {
    replication.lotsOf(kind).length = 0
    replication.setStream(kind, { ...stream, stoppedBy, state: stoppedBy === '' ? 'merkle-diff' : stream.state })
    return false
  }
  replication.setStream(kind, { ...stream, state: 'stream-wals', stoppedBy })
  if (!applyAnswer(cluster, kind, answer)) replication.lotsOf(kind).length = 0
  return true
}
