// Long work in turns, between which other requests have theirs.
import type { Storage } from '../cluster/storage.js'
import { Turns } from '../sim/wall-clock.js'
import { onceSettled, type Eventually } from './eventually.js'

/** So many steps are done at once: short work is over before anybody else sees it. */
const AT_ONCE = 500

/**
 * Does something with one thing after the other. Stops, and says nothing, once the storage that it changes has become
 * another one: the world was reset, or a snapshot restored.
 *
 * @param things a long work's things are taken one by one, while the storage changes: they come from a copy
 * @throws what a step throws; the rest is not done then
 */
export function eachInTurns<T> (
  storage: Storage, things: Iterable<T>, step: (thing: T) => Eventually<void>
): Eventually<void> {
  const iterator = things[Symbol.iterator]()
  for (let done = 0; done < AT_ONCE; done++) {
    const next = iterator.next()
    if (next.done === true) return undefined
    const settled = step(next.value)
    if (settled instanceof Promise) return goOn(storage, iterator, step, settled)
  }
  return goOn(storage, iterator, step)
}

async function goOn<T> (
  storage: Storage, things: Iterator<T>, step: (thing: T) => Eventually<void>, first?: Promise<void>
): Promise<void> {
  const { epoch } = storage
  await first
  const turns = new Turns()
  await turns.next()
  while (storage.epoch === epoch) {
    const next = things.next()
    if (next.done === true) return
    const settled = step(next.value)
    if (settled instanceof Promise) await settled
    else if (turns.isOver) await turns.next()
  }
}

/** Goes on once work on a storage is done, unless the storage has become another one meanwhile. */
export function afterTurns (storage: Storage, work: Eventually<void>, next: () => Eventually<void>): Eventually<void> {
  const { epoch } = storage
  return onceSettled(work, () => storage.epoch === epoch ? next() : undefined)
}

/** Work that nobody waits for: whoever comes upon what it left undone goes on with it. */
export function unawaited (work: Eventually<void>): void {
  if (work instanceof Promise) work.catch(() => {})
}
