// Which entries belong to which kind of replication, and the numbers that describe them.
import { createHash } from 'node:crypto'
import type { Storage, StoredValue } from '../cluster/storage.js'
import type { ReplicationKind } from './records.js'

/** The barrier's keys: `sys/rotate` makes new ones for every cluster of a replication set. */
export const KEYRING = 'own/keyring'

/** Entries of the cluster's own that go along; a DR secondary needs them to take its primary's place. */
const INHERITED: Readonly<Record<ReplicationKind, readonly string[]>> = {
  performance: [KEYRING],
  dr: ['own/replication/performance', 'own/wrapping-jwt-key', KEYRING]
}

export function inScope (kind: ReplicationKind, path: string): boolean {
  if (path.startsWith('replicated/')) return true
  return (kind === 'dr' && path.startsWith('local/')) || INHERITED[kind].includes(path)
}

/** All stored entries of a kind, the withheld ones included. */
export function * scopedEntries (storage: Storage, kind: ReplicationKind): Generator<[string, StoredValue]> {
  yield * storage.stored('replicated/')
  if (kind === 'dr') yield * storage.stored('local/')
  for (const path of INHERITED[kind]) {
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
