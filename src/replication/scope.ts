// Which entries belong to which kind of replication, and the numbers that describe them.
import { createHash } from 'node:crypto'
import type { Storage, StoredValue } from '../cluster/storage.js'
import type { ReplicationKind } from './records.js'

/** Entries of the cluster's own that a DR secondary needs to take its primary's place. */
const INHERITED = ['own/replication/performance', 'own/wrapping-jwt-key', 'own/keyring']

export function inScope (kind: ReplicationKind, path: string): boolean {
  if (path.startsWith('replicated/')) return true
  return kind === 'dr' && (path.startsWith('local/') || INHERITED.includes(path))
}

/** All stored entries of a kind, the withheld ones included. */
export function * scopedEntries (storage: Storage, kind: ReplicationKind): Generator<[string, StoredValue]> {
  yield * storage.stored('replicated/')
  if (kind === 'performance') return
  yield * storage.stored('local/')
  for (const path of INHERITED) {
    const value = storage.get(path)
    if (value !== undefined) yield [path, value]
  }
}

/** 40 hexadecimal digits over the entries that a kind replicates; equal on two clusters when these are. */
export function merkleRoot (storage: Storage, kind: ReplicationKind): string {
  if (kind === 'performance') return storage.root('replicated')
  return createHash('sha1').update(storage.root('replicated')).update(storage.root('local')).digest('hex')
}

/** The number of the last write that matters to a kind. */
export function lastWal (storage: Storage, kind: ReplicationKind): number {
  return storage.writes('replicated') + (kind === 'dr' ? storage.writes('local') : 0)
}
