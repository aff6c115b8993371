// Instants at which stored things end: entries of `local/expiry/`, of which the timeline knows only the earliest.
import type { Cluster } from '../../cluster/cluster.js'
import type { Storage } from '../../cluster/storage.js'

const FOLDER = 'local/expiry/'
const DIGITS = 13

/** The timeline's kind for the earliest deadline of a cluster; its ids are `{ cluster }`, the cluster's key. */
export const EXPIRY_KIND = 'vault.expiry'

/** What deadlines need of a call. */
export interface DeadlineContext {
  readonly cluster: Pick<Cluster, 'key' | 'timeline'>
  readonly storage: Storage
}

/** Something stored that ends at an instant. */
export interface Deadline {
  readonly atMs: number
  /** kind and name: `token/hvs.…`, `secret-id/…` */
  readonly id: string
}

/** Lets something end at an instant. */
export function putDeadline (context: DeadlineContext, atMs: number, id: string): void {
  const earliest = earliestDeadline(context.storage)
  context.storage.put(pathOf(atMs, id), true)
  if (earliest === undefined || atMs < earliest.atMs) armExpiry(context.cluster, context.storage)
}

/** It does not end then after all, or has ended. */
export function deleteDeadline (context: DeadlineContext, atMs: number, id: string): void {
  const earliest = earliestDeadline(context.storage)
  const deleted = context.storage.delete(pathOf(atMs, id))
  if (deleted && atMs === earliest?.atMs) armExpiry(context.cluster, context.storage)
}

/** The next thing to end. */
export function earliestDeadline (storage: Storage): Deadline | undefined {
  const [path] = storage.paths(FOLDER)
  return path === undefined ? undefined : deadlineOf(path)
}

/** All that should have ended by now, earliest first. */
export function dueDeadlines (storage: Storage, nowMs: number): Deadline[] {
  const due: Deadline[] = []
  for (const path of storage.paths(FOLDER)) {
    const deadline = deadlineOf(path)
    if (deadline.atMs > nowMs) break
    due.push(deadline)
  }
  return due
}

/**
 * Tells the timeline the earliest deadline; to be called after an unseal, a restore or a promotion.
 *
 * @param waitMs from now, at least
 */
export function armExpiry (cluster: DeadlineContext['cluster'], storage: Storage, waitMs = 0): void {
  const { timeline } = cluster
  timeline.cancel(EXPIRY_KIND, { cluster: cluster.key })
  const earliest = earliestDeadline(storage)
  if (earliest === undefined) return
  const atMs = Math.max(earliest.atMs, timeline.nowMs + waitMs)
  timeline.schedule({ atMs, kind: EXPIRY_KIND, ids: { cluster: cluster.key }, urgency: 'deadline' })
}

function pathOf (atMs: number, id: string): string {
  return `${FOLDER}${String(atMs).padStart(DIGITS, '0')}/${id}`
}

function deadlineOf (path: string): Deadline {
  const digits = path.slice(FOLDER.length, FOLDER.length + DIGITS)
  return { atMs: Number(digits), id: path.slice(FOLDER.length + DIGITS + 1) }
}
