// Instants at which stored things end: entries of `local/expiry/`, of which the timeline knows only the earliest.
import type { Cluster } from '../../cluster/cluster.js'
import { ROOT_NAMESPACE_ID, type Storage } from '../../cluster/storage.js'
import type { TimelineEvent } from '../../sim/timeline.js'
import { instantKey, instantOf, nameOf } from '../instant-keys.js'
import { stored } from '../stored.js'

/** When somebody looks whether long work came to its end: a world that was saved meanwhile goes on with it then. */
export const LOOK_AGAIN_MS = 60_000

/** A leader without its majority tries again until it has it back or leads no more (inferred). */
export const RETRY_MS = 1000

/** The timeline's kind for the earliest deadline of a cluster; its ids are `{ cluster }`, the cluster's key. */
export const EXPIRY_KIND = 'vault.expiry'

const TOKENS = 'token/'
const NAMESPACED = 'ns/'

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
  /** where it is stored: archives may bring any */
  readonly key: string
}

/** Lets something end at an instant, in the namespace of the storage. */
export function putDeadline (context: DeadlineContext, atMs: number, id: string): void {
  stored.deadlines(context.storage).put(instantKey(atMs, inNamespace(context.storage, id)), true)
  const pending = pendingExpiry(context.cluster)
  if (pending === undefined || atMs < pending.atMs) scheduleExpiry(context.cluster, atMs)
}

/** It does not end then after all, or has ended. */
export function deleteDeadline (context: DeadlineContext, atMs: number, id: string): void {
  const deleted = stored.deadlines(context.storage).delete(instantKey(atMs, inNamespace(context.storage, id)))
  if (deleted && atMs === pendingExpiry(context.cluster)?.atMs) armExpiry(context.cluster, context.storage)
}

/** `ns/<namespace>/<id>` but in the root; tokens are the same everywhere. */
function inNamespace ({ namespaceId }: Storage, id: string): string {
  return namespaceId === ROOT_NAMESPACE_ID || id.startsWith(TOKENS) ? id : `${NAMESPACED}${namespaceId}/${id}`
}

/** Where something ends, and its id there. */
export function placeOf ({ whole }: Storage, { id }: Pick<Deadline, 'id'>): { storage: Storage, id: string } {
  if (!id.startsWith(NAMESPACED)) return { storage: whole, id }
  const slash = id.indexOf('/', NAMESPACED.length)
  return { storage: whole.namespace(id.slice(NAMESPACED.length, slash)), id: id.slice(slash + 1) }
}

/** Forgets a deadline that has come, whatever its key looks like: it would come again for ever. */
export function dropDeadline ({ storage }: DeadlineContext, { key }: Deadline): void {
  stored.deadlines(storage).delete(key)
}

/** The next thing to end. */
export function earliestDeadline (storage: Storage): Deadline | undefined {
  const [first] = stored.deadlines(storage).entries()
  return first && deadlineOf(first[0])
}

/** All that should have ended by now, earliest first. */
export function * dueDeadlines (storage: Storage, nowMs: number): Generator<Deadline> {
  for (const [key] of stored.deadlines(storage).entries()) {
    const deadline = deadlineOf(key)
    if (deadline.atMs > nowMs) return
    yield deadline
  }
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
  if (earliest !== undefined) scheduleExpiry(cluster, Math.max(earliest.atMs, timeline.nowMs + waitMs))
}

function pendingExpiry ({ key, timeline }: DeadlineContext['cluster']): TimelineEvent | undefined {
  return timeline.find(EXPIRY_KIND, { cluster: key })
}

function scheduleExpiry ({ key, timeline }: DeadlineContext['cluster'], atMs: number): void {
  timeline.schedule({ atMs, kind: EXPIRY_KIND, ids: { cluster: key }, urgency: 'deadline' })
}

function deadlineOf (key: string): Deadline {
  return { atMs: instantOf(key), id: nameOf(key), key }
}
