// What happens at the instants in `local/expiry/`: tokens are revoked, other entries just go.
import type { Cluster } from '../../cluster/cluster.js'
import type { EventTable } from '../../sim/timeline.js'
import type { Backends } from '../backend-table.js'
import { onceSettled, type Eventually } from '../eventually.js'
import { eachInTurns, unawaited } from '../in-turns.js'
import { deleteNamespace, NAMESPACE_KIND } from '../namespaces/deletion.js'
import { namespaceOf, ROOT } from '../namespaces/namespaces.js'
import {
  armExpiry, dropDeadline, dueDeadlines, EXPIRY_KIND, LOOK_AGAIN_MS, placeOf, RETRY_MS, type Deadline
} from './deadlines.js'
import { DELETION_KIND, deleteBelow } from './deletion.js'
import { revokeToken } from './token-revocation.js'
import { deadlineKeyOf, tokenById } from './tokens.js'
import { revokeInBackground, type LeaseContext } from './secret-leases.js'

export { armExpiry } from './deadlines.js'

/** A deadline's id for a stored entry that simply goes, e.g. a secret id of AppRole. */
export function entryDeadline (path: string): string {
  return `entry/${path}`
}

/**
 * Lets the timeline's expiry events act.
 *
 * @param lookup the cluster by its key; undefined once it is gone
 * @param mayAct whether a cluster's leases run out: active, unsealed, no DR secondary; otherwise they wait for the
 *   next `armExpiry`
 * @param backends what takes back the secrets it gave out
 */
export function registerExpiry (
  timeline: EventTable,
  lookup: (key: string) => Cluster | undefined,
  mayAct: (cluster: Cluster) => boolean,
  backends: Backends
): void {
  timeline.handle(EXPIRY_KIND, (ids) => {
    const cluster = lookup(ids.cluster ?? '')
    if (cluster === undefined) return
    if (cluster.activeNode !== undefined && !cluster.takesWrites) armExpiry(cluster, cluster.storage, RETRY_MS)
    else if (mayAct(cluster)) unawaited(expireDue({ cluster, storage: cluster.storage, backends }))
  })
}

/** Ends all that is due by now, and tells the timeline what comes next. */
export function expireDue (context: LeaseContext): Eventually<void> {
  const { cluster, storage } = context
  const due = dueDeadlines(storage.clone(), cluster.timeline.nowMs)
  const work = eachInTurns(storage, due, (deadline) => { end(context, deadline) })
  // a world that is saved meanwhile goes on with it
  if (work instanceof Promise) armExpiry(cluster, storage, LOOK_AGAIN_MS)
  return onceSettled(work, () => { armExpiry(cluster, storage) })
}

function end (cause: LeaseContext, deadline: Deadline): void {
  const { id, storage } = placeOf(cause.storage, deadline)
  const context = storage === cause.storage ? cause : { ...cause, storage }
  const slash = id.indexOf('/')
  const name = id.slice(slash + 1)
  const kind = id.slice(0, slash)
  // a token's goes with the token, unless an archive brought it
  const token = kind === 'token' ? tokenById(context.storage, name) : undefined
  if (token === undefined || deadlineKeyOf(token) !== deadline.key) dropDeadline(context, deadline)
  context.cluster.telemetry.note('vault.expire.lease_expiration')
  if (kind === 'token') unawaited(revokeToken(context, name))
  else if (kind === 'lease') revokeInBackground(context, name)
  else if (kind === NAMESPACE_KIND) unawaited(goOnDeleting(context, name))
  else if (kind === DELETION_KIND) unawaited(deleteBelow(context, name))
  else context.storage.delete(name)
}

function goOnDeleting (context: LeaseContext, namespaceId: string): Eventually<void> {
  const namespace = namespaceOf(context.storage, namespaceId)
  return namespace === undefined || namespace === ROOT ? undefined : deleteNamespace(context, namespace)
}
