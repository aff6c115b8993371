// What a secondary lacks of what its primary has, entry by entry.
import type { Cluster } from '../cluster/cluster.js'
import { Withheld, type StoredValue } from '../cluster/storage.js'
import { compareBytes, isObject, sameJson } from '../json/index.js'
import { changeOf, valueOf, type Change } from './change.js'
import type { ReplicationKind } from './records.js'
import { inScope, KEYRING } from './scope.js'

/**
 * What a secondary lacks of its primary in the same world, which holds nothing back, and what it has too much: costs as
 * much as differs, where they share the rest.
 */
export function differencesFrom (primary: Cluster, secondary: Cluster, kind: ReplicationKind): Change[] {
  const changes: Change[] = []
  for (const [path, old, value] of primary.storage.differences(secondary.storage)) {
    if (!inScope(kind, path)) continue
    const change = changeOf(path, value)
    const here = valueHere(kind, change)
    if (here === undefined || differs(old, here)) changes.push(change)
  }
  return changes.sort(([a], [b]) => compareBytes(a, b))
}

/** What a change leaves behind on this cluster: it counts for itself what its keys encrypt. */
export function valueHere (kind: ReplicationKind, change: Change): StoredValue | undefined {
  const value = valueOf(change)
  if (kind === 'dr' || change[0] !== KEYRING || value instanceof Withheld || !isObject(value)) return value
  return { ...value, encryptions: 0 }
}

export function differs (old: StoredValue | undefined, value: StoredValue): boolean {
  if (old === value) return false
  if (old === undefined) return true
  if (old instanceof Withheld || value instanceof Withheld) return !isSameHash(old, value)
  return !sameJson(old, value)
}

function isSameHash (old: StoredValue, value: StoredValue): boolean {
  return old instanceof Withheld && value instanceof Withheld && old.hash === value.hash
}
