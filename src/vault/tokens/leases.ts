// Leases: what expires, by the path that issued it: tokens, and secrets that engines give out for a while.
import type { Storage } from '../../cluster/storage.js'
import { compareBytes } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import { rescue, type Eventually } from '../eventually.js'
import { afterTurns, eachInTurns } from '../in-turns.js'
import { stored, type SecretLease } from '../stored.js'
import { forgetLease, revocationFailure, revokeSecret, secretLease, type LeaseContext } from './secret-leases.js'
import { revokeToken } from './token-revocation.js'
import { idOfLease, leaseNamesBelow, tokensBelow } from './token-indexes.js'
import { tokenById, type TokenEntry } from './tokens.js'

/** What a token and the lease of a secret have in common. */
export type Lease = TokenEntry | SecretLease

/** What is behind a lease, e.g. `auth/approle/login/h5e8…` or `database/creds/app/bZ3…`; undefined if there is none. */
export function leaseOf (storage: Storage, leaseId: string): Lease | undefined {
  return secretLease(storage, leaseId) ?? tokenById(storage, idOfLease(storage, leaseId) ?? '')
}

/** The leases and folders directly below a prefix, folders with a trailing slash. */
export function leaseNames (storage: Storage, prefix: string): string[] {
  const folder = asFolder(prefix)
  const names = leaseNamesBelow(storage, folder)
  for (const name of stored.leases(storage).children(folder)) names.add(name)
  return [...names].sort(compareBytes)
}

/**
 * Ends a lease and with it the token and its descendants, or the secret. Nothing happens if there is none.
 *
 * @param force the lease goes even where the secret cannot be taken back
 * @throws VaultError `failed to revoke entry: …`
 */
export function revokeLease (context: LeaseContext, leaseId: string, force = false): Eventually<void> {
  const lease = secretLease(context.storage, leaseId)
  if (lease === undefined) return revokeToken(context, idOfLease(context.storage, leaseId) ?? '')
  return rescue(() => revokeSecret(context, leaseId, lease), (error) => {
    if (!force) throw failure(revocationFailure(error))
    forgetLease(context, leaseId, lease)
  })
}

/**
 * Ends all leases issued below a path: `auth/approle` when that method is disabled.
 *
 * @param force leases go even where secrets cannot be taken back
 * @throws VaultError `failed to revoke "…" (1 / 3): …`
 */
export function revokePrefix (context: LeaseContext, prefix: string, force = false): Eventually<void> {
  context.cluster.telemetry.note('vault.expire.revoke-prefix')
  const { storage } = context
  const before = storage.clone()
  const tokens = tokensBelow(storage, asFolder(prefix))
  let index = tokens.length - 1
  const tokensEnded = eachInTurns(storage, tokens, (id) => revokeToken(context, id))
  return afterTurns(storage, tokensEnded, () => eachInTurns(storage, leasesFrom(before, prefix), (id) => {
    index += 1
    return rescue(() => revokeLease(context, id, force), (error) => {
      const last = [...leasesFrom(before, prefix)].length + tokens.length - 1
      throw failure(`failed to revoke ${JSON.stringify(id)} (${index} / ${last}): ${reasonOf(error)}`)
    })
  }))
}

function * leasesFrom (storage: Storage, prefix: string): Generator<string> {
  yield prefix
  for (const [id] of stored.leases(storage).entries(asFolder(prefix))) yield id
}

function reasonOf (error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function asFolder (prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
}
