// How tokens end: alone, with all their descendants, or by the place where they were made.
import { revokeSecretsOf, type LeaseContext } from './secret-leases.js'
import { childrenOf, deleteToken, makeOrphan, tokenById, REVOCATION_PENDING, type TokenEntry } from './tokens.js'

/** Revokes a token and all its descendants; costs as much as they are. Nothing happens if there is none. */
export function revokeToken (context: LeaseContext, id: string): void {
  context.cluster.telemetry.note('vault.token.revoke-tree')
  const pending = [id]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    pending.push(...childrenOf(context.storage, next))
    const entry = tokenById(context.storage, next)
    if (entry !== undefined) endToken(context, entry)
  }
}

/** Revokes a token alone; its children become orphans. */
export function revokeOrphan (context: LeaseContext, entry: TokenEntry): void {
  for (const id of childrenOf(context.storage, entry.id)) makeOrphan(context, id)
  endToken(context, entry)
}

/** With a token goes what was given out to it. */
function endToken (context: LeaseContext, entry: TokenEntry): void {
  revokeSecretsOf(context, entry.id)
  deleteToken(context, entry)
}

/** Ends the request that made a token's last use: the token and its descendants go. */
export function revokeIfSpent (context: LeaseContext, id: string): void {
  if (tokenById(context.storage, id)?.numUses === REVOCATION_PENDING) revokeToken(context, id)
}
