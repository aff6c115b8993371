// Leases: what expires, by the path that issued it. Only tokens have leases here; KV never registers one.
import type { Storage } from '../../cluster/storage.js'
import { stored } from '../stored.js'
import { revokeToken } from './token-revocation.js'
import { tokenById, type TokenContext, type TokenEntry } from './tokens.js'

/** The token behind a lease, e.g. `auth/approle/login/h5e8…`; undefined if there is no such lease. */
export function leaseToken (storage: Storage, leaseId: string): TokenEntry | undefined {
  const id = stored.leases(storage).get(leaseId)
  return id === undefined ? undefined : tokenById(storage, id)
}

/** The leases and folders directly below a prefix, folders with a trailing slash. */
export function leaseNames (storage: Storage, prefix: string): string[] {
  return stored.leases(storage).children(asFolder(prefix))
}

/** Ends a lease and with it the token and its descendants. Nothing happens if there is none. */
export function revokeLease (context: TokenContext, leaseId: string): void {
  const entry = leaseToken(context.storage, leaseId)
  if (entry !== undefined) revokeToken(context, entry.id)
}

/** Ends all leases issued below a path: `auth/approle` when that method is disabled. */
export function revokePrefix (context: TokenContext, prefix: string): void {
  context.cluster.telemetry.note('vault.expire.revoke-prefix')
  revokeLease(context, prefix)
  for (const [, id] of [...stored.leases(context.storage).entries(asFolder(prefix))]) revokeToken(context, id)
}

function asFolder (prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
}
