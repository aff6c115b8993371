// When a mount does something by itself: what is due next, one instant for each kind of work.
import type { JsonObject } from '../../json/index.js'
import { deleteAlarm, putAlarm } from '../../vault/alarms.js'
import { stored, type PkiContext } from './stored.js'

/** Whole lists before they end, lists of changes once there are some, tidying. */
export type Work = 'lists' | 'changes' | 'tidy'

/** Instants; 0: not at all. */
export type Schedule = JsonObject & { readonly [Kind in Work]: number }

const NOTHING: Schedule = { lists: 0, changes: 0, tidy: 0 }

/** Lets a kind of work be done at an instant, and at no other. @param atMs undefined: not at all */
export function reschedule (context: PkiContext, work: Work, atMs: number | undefined): void {
  const schedule = stored.schedule(context).value ?? NOTHING
  const before = schedule[work]
  const after = atMs ?? 0
  if (before === after) return
  if (before !== 0) deleteAlarm(context, before, work)
  if (after !== 0) putAlarm(context, after, work)
  stored.schedule(context).put({ ...schedule, [work]: after })
}

/** It is being done: what comes next is to be said anew. */
export function markDone (context: PkiContext, work: Work): void {
  stored.schedule(context).put({ ...NOTHING, ...stored.schedule(context).value, [work]: 0 })
}
