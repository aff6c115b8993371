// Deleting a namespace: what it gave out is taken back, what it holds goes, and its record goes last.
import type { Storage } from '../../cluster/storage.js'
import { rateLimits, deleteRateLimit } from '../quotas.js'
import type { Eventually } from '../eventually.js'
import { nameOf } from '../instant-keys.js'
import { afterTurns, eachInTurns } from '../in-turns.js'
import { stored } from '../stored.js'
import { deleteDeadline, LOOK_AGAIN_MS, putDeadline } from '../tokens/deadlines.js'
import { revokePrefix } from '../tokens/leases.js'
import type { LeaseContext } from '../tokens/secret-leases.js'
import { putNamespace, removeNamespace, type Namespace } from './namespaces.js'

/** A deadline's kind for a namespace that is being deleted; its name is the namespace's id. */
export const NAMESPACE_KIND = 'namespace'

/**
 * Deletes a namespace that has none below it. Nobody gets in from now on; it is done at once where it holds little, in
 * turns where it holds much, and a world that is saved meanwhile goes on with it.
 */
export function deleteNamespace (anyContext: LeaseContext, namespace: Namespace): Eventually<void> {
  const { cluster, backends, storage: { whole } } = anyContext
  const context = { cluster, backends, storage: whole }
  if (!namespace.tainted) putNamespace(whole, { ...namespace, tainted: true })
  const work = clear(context, namespace)
  if (!(work instanceof Promise)) return
  const atMs = cluster.timeline.nowMs + LOOK_AGAIN_MS
  const again = `${NAMESPACE_KIND}/${namespace.id}`
  putDeadline(context, atMs, again)
  return afterTurns(whole, work, () => { deleteDeadline(context, atMs, again) })
}

function clear (context: LeaseContext, namespace: Namespace): Eventually<void> {
  const { storage } = context
  const window = storage.namespace(namespace.id)
  const revoked = revokePrefix({ ...context, storage: window }, '', true)
  return afterTurns(storage, revoked, () => {
    const left = eachInTurns(storage, remains(storage.clone(), namespace), (path) => { storage.delete(path) })
    return afterTurns(storage, left, () => {
      for (const { name, path } of rateLimits(storage)) {
        if (path.startsWith(namespace.path)) deleteRateLimit(storage, name)
      }
      removeNamespace(storage, namespace)
    })
  })
}

/** The paths of what it holds, and of what is to end there. */
function * remains (storage: Storage, { id }: Namespace): Generator<string> {
  const deadlines = stored.deadlines(storage)
  for (const [key] of deadlines.entries()) if (nameOf(key).startsWith(`ns/${id}/`)) yield deadlines.prefix + key
  for (const folder of ['replicated/ns/', 'local/ns/']) yield * storage.paths(`${folder}${id}/`)
}
