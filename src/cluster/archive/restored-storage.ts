// The storage that an archive's entries make.
import { Turns } from '../../sim/wall-clock.js'
import { Storage } from '../storage.js'
import type { RestoredEntry } from './archive-state.js'

/**
 * Of equal paths the last counts. There may be a million: others have their turn in between.
 *
 * @param known a storage that may hold most of it already: both share what is the same
 */
export async function storageOf (entries: readonly RestoredEntry[], known = new Storage()): Promise<Storage> {
  const storage = known.clone()
  const paths = new Set<string>()
  const turns = new Turns()
  for (const [path, value] of entries) {
    if (storage.storedAt(path) !== value) storage.load(path, value)
    paths.add(path)
    if (turns.isOver) await turns.next()
  }
  if (storage.size > paths.size) await deleteOthers(storage, paths)
  storage.restoreWrites({ replicated: 0, local: 0, own: 0 })
  return storage
}

async function deleteOthers (storage: Storage, paths: ReadonlySet<string>): Promise<void> {
  const turns = new Turns()
  for (const path of storage.clone().paths()) {
    if (!paths.has(path)) storage.delete(path)
    if (turns.isOver) await turns.next()
  }
}
