// What happens at the instants in `local/expiry/`: tokens are revoked, other entries just go.
import type { Cluster } from '../../cluster/cluster.js'
import type { EventTable } from '../../sim/timeline.js'
import type { Backends } from '../backend-table.js'
import { armExpiry, dropDeadline, dueDeadlines, EXPIRY_KIND, type Deadline } from './deadlines.js'
import { revokeToken } from './token-revocation.js'
import { revokeInBackground, type LeaseContext } from './secret-leases.js'

export { armExpiry } from './deadlines.js'

/** A leader without its majority tries again until it has it back or leads no more (inferred). */
const RETRY_MS = 1000

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
    else if (mayAct(cluster)) expireDue({ cluster, storage: cluster.storage, backends })
  })
}

/** Ends all that is due by now, and tells the timeline what comes next. */
export function expireDue (context: LeaseContext): void {
  for (const deadline of dueDeadlines(context.storage, context.cluster.timeline.nowMs)) end(context, deadline)
  armExpiry(context.cluster, context.storage)
}

function end (context: LeaseContext, deadline: Deadline): void {
  const { id } = deadline
  const slash = id.indexOf('/')
  const name = id.slice(slash + 1)
  context.cluster.telemetry.note('vault.expire.lease_expiration')
  const kind = id.slice(0, slash)
  if (kind === 'token') revokeToken(context, name)
  else if (kind === 'lease') revokeInBackground(context, name)
  else context.storage.delete(name)
  dropDeadline(context, deadline)
}
