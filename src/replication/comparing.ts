// All that a primary has, compared with what a secondary has already: in turns, between which requests are answered.
import type { Cluster } from '../cluster/cluster.js'
import { Turns } from '../sim/wall-clock.js'
import { differs, valueHere } from './differences.js'
import type { Change } from './change.js'
import type { FollowAnswer } from './messages.js'
import type { ReplicationKind } from './records.js'
import { scopedEntries } from './scope.js'

/**
 * An answer that has everything, without what this cluster has as well. Data that changes meanwhile makes another root
 * in the end, and is compared once more.
 */
export async function compared (cluster: Cluster, kind: ReplicationKind, answer: FollowAnswer): Promise<FollowAnswer> {
  if (!answer.everything) return answer
  const storage = cluster.storage.clone()
  const turns = new Turns()
  const wanted = new Set<string>()
  const differing: Change[] = []
  for (const change of answer.changes) {
    if (turns.isOver) await turns.next()
    const [path] = change
    wanted.add(path)
    const value = valueHere(kind, change)
    if (value !== undefined && differs(storage.storedAt(path), value)) differing.push(change)
  }
  const surplus: Change[] = []
  for (const [path] of scopedEntries(storage, kind)) {
    if (turns.isOver) await turns.next()
    if (!wanted.has(path)) surplus.push([path, 'gone', null])
  }
  return { ...answer, changes: [...surplus, ...differing], differenceOnly: true }
}
