// A primary's data made ready beside a secondary's own, in turns, and put in its place at once.
import type { Cluster } from '../cluster/cluster.js'
import { Storage } from '../cluster/storage.js'
import { Turns } from '../sim/wall-clock.js'
import { valueOf, type Change } from './change.js'
import type { FollowAnswer } from './messages.js'
import type { ReplicationKind } from './records.js'

/** Its entries of the shared classes; undefined where the answer does not have them all. */
export async function staged ({ everything, changes }: FollowAnswer): Promise<Storage | undefined> {
  if (!everything) return undefined
  const storage = new Storage()
  // asked for in the end: kept from the beginning, they are worked out in turns as well
  storage.root('replicated')
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

/**
 * The same of a primary in this world, which holds nothing back: both share what neither changes. Costs as much as
 * the primary has of its own.
 */
export function sharedCopy (primary: Cluster, kind: ReplicationKind): Storage {
  const copy = primary.storage.clone()
  copy.deleteAll('own/')
  const local = [...copy.paths('local/')]
  if (kind === 'performance') for (const path of local) copy.delete(path)
  const kept = kind === 'performance' ? 0 : local.length
  copy.restoreWrites({ replicated: copy.size - kept, local: kept, own: 0 })
  return copy
}

/** Puts staged data in the place of what a cluster had of it. One entry of raft's log carries it. */
export function install ({ storage, raft, surroundings }: Cluster, kind: ReplicationKind, ready: Storage): void {
  const kept = [...storage.stored('own/'), ...kind === 'performance' ? storage.stored('local/') : []]
  const [replicated, local] = [ready.writes('replicated'), ready.writes('local')]
  const { allWrites: before } = storage
  const writes = { replicated: before.replicated + replicated, local: before.local + local, own: before.own }
  for (const [path, value] of kept) ready.put(path, value)
  storage.replaceWith(ready)
  storage.restoreWrites(writes)
  if (surroundings.raftUse === 'storage') raft.appendEntry()
}
