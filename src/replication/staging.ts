// A primary's data made ready beside a secondary's own, in turns, and put in its place at once.
import type { Cluster } from '../cluster/cluster.js'
import { Storage } from '../cluster/storage.js'
import { Turns } from '../sim/wall-clock.js'
import { valueOf, type Change } from './change.js'
import type { FollowAnswer } from './messages.js'

/** Its entries of the shared classes; undefined where the answer does not have them all. */
export async function staged ({ everything, changes }: FollowAnswer): Promise<Storage | undefined> {
  if (!everything) return undefined
  const storage = new Storage()
  const turns = new Turns()
  for (const change of changes) {
    if (turns.isOver) await turns.next()
    const value = valueOf(change)
    if (value === undefined || isOwn(change)) continue
    storage.put(change[0], value)
  }
  return storage
}

/** Entries of the cluster's own are few, and each is looked at when it is written down. */
export function isOwn ([path]: Change): boolean {
  return path.startsWith('own/')
}

/** Puts staged data into a storage that has entries of its own alone. One entry of raft's log carries it. */
export function install ({ storage, raft, surroundings }: Cluster, ready: Storage): void {
  const own = [...storage.stored()]
  const [replicated, local] = [ready.writes('replicated'), ready.writes('local')]
  const writes = {
    replicated: storage.writes('replicated') + replicated, local: storage.writes('local') + local, own: storage.writes('own')
  }
  for (const [path, value] of own) ready.put(path, value)
  storage.replaceWith(ready)
  storage.restoreWrites(writes)
  if (surroundings.raftUse === 'storage') raft.appendEntry()
}
