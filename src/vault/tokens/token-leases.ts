// The lease that stands for a token that expires: `auth/<where it was made>/h<hash of the token>`.
import { createHash } from 'node:crypto'
import type { Storage } from '../../cluster/storage.js'
import { homeOf } from '../namespaces/homes.js'
import { stored } from '../stored.js'
import type { TokenEntry } from './tokens.js'

/** The id of a token's lease, e.g. `auth/approle/login/h5e8…`. */
export function leaseIdOf (entry: TokenEntry): string {
  const suffix = entry.namespaceId === undefined ? '' : `.${entry.namespaceId}`
  return `${entry.path}/h${createHash('sha256').update(entry.id).digest('hex')}${suffix}`
}

/** A lease is stored as the id of its token, which holds the times. */
export function putTokenLease (storage: Storage, entry: TokenEntry): void {
  stored.leases(homeOf(storage, entry)).put(leaseIdOf(entry), entry.id)
}

export function deleteTokenLease (storage: Storage, entry: TokenEntry): void {
  stored.leases(homeOf(storage, entry)).delete(leaseIdOf(entry))
}
