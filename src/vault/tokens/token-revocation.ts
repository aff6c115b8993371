// How tokens end: alone, with all their descendants, or by the place where they were made.
import { childrenOf, deleteToken, makeOrphan, tokenById, REVOCATION_PENDING, type TokenContext, type TokenEntry } from './tokens.js'

/** Revokes a token and all its descendants; costs as much as they are. Nothing happens if there is none. */
export function revokeToken (context: TokenContext, id: string): void {
  context.cluster.telemetry.note('vault.token.revoke-tree')
  const pending = [id]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    pending.push(...childrenOf(context.storage, next))
    const entry = tokenById(context.storage, next)
    if (entry !== undefined) deleteToken(context, entry)
  }
}

/** Revokes a token alone; its children become orphans. */
export function revokeOrphan (context: TokenContext, entry: TokenEntry): void {
  for (const id of childrenOf(context.storage, entry.id)) makeOrphan(context, id)
  deleteToken(context, entry)
}

/** Ends the request that made a token's last use: the token and its descendants go. */
export function revokeIfSpent (context: TokenContext, id: string): void {
  if (tokenById(context.storage, id)?.numUses === REVOCATION_PENDING) revokeToken(context, id)
}
