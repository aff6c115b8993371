// Deleting all that lies below a path, in turns where it is much.
import type { Eventually } from '../eventually.js'
import { afterTurns, eachInTurns } from '../in-turns.js'
import { deleteDeadline, LOOK_AGAIN_MS, putDeadline, type DeadlineContext } from './deadlines.js'

/** A deadline's id for what is being deleted below a path. */
export const DELETION_KIND = 'below'

/** Deletes what lies below a path that nothing leads to any more; a world saved meanwhile goes on with it. */
export function deleteBelow (context: DeadlineContext, prefix: string): Eventually<void> {
  const { cluster, storage } = context
  const paths = storage.clone().paths(prefix)
  const work = eachInTurns(storage, paths, (path) => { storage.delete(path) })
  if (!(work instanceof Promise)) return
  const again = { atMs: cluster.timeline.nowMs + LOOK_AGAIN_MS, id: `${DELETION_KIND}/${prefix}` }
  putDeadline(context, again.atMs, again.id)
  return afterTurns(storage, work, () => { deleteDeadline(context, again.atMs, again.id) })
}
