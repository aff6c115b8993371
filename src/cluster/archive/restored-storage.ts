// The storage that an archive's entries make.
import { Turns } from '../../sim/wall-clock.js'
import { Storage } from '../storage.js'
import type { RestoredEntry } from './archive-state.js'

/**
 * Of equal paths the last counts. There may be a million: others have their turn in between.
 *
 * @param place where it is to go: what is asked for there is worked out on the way
 */
export async function storageOf (entries: readonly RestoredEntry[], place?: Storage): Promise<Storage> {
  const storage = new Storage()
  if (place?.keepsRoots === true) storage.root('replicated')
  const turns = new Turns()
  for (const [path, value] of entries) {
    storage.load(path, value)
    if (turns.isOver) await turns.next()
  }
  return storage
}
