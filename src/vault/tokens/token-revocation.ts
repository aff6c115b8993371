// How tokens end: alone, with all their descendants, or by the place where they were made.
import type { Storage } from '../../cluster/storage.js'
import type { Eventually } from '../eventually.js'
import { afterTurns, eachInTurns, unawaited } from '../in-turns.js'
import { LOOK_AGAIN_MS } from './deadlines.js'
import { revokeSecretsOf, type LeaseContext } from './secret-leases.js'
import { childrenOf, hasChildren, ORPHANS_PENDING, REVOCATION_PENDING } from './token-indexes.js'
import { deleteToken, makeOrphan, replaceToken, tokenById, type TokenEntry } from './tokens.js'

/**
 * Revokes a token and all its descendants; costs as much as they are. Nothing happens if there is none. All of them
 * count as gone from the beginning; the token goes last, as it leads to what is left of the others.
 */
export function revokeToken (context: LeaseContext, id: string): Eventually<void> {
  const { storage } = context
  context.cluster.telemetry.note('vault.token.revoke-tree')
  const entry = tokenById(storage, id)
  if (entry === undefined) return undefined
  if (entry.numUses === ORPHANS_PENDING) return revokeOrphan(context, entry)
  if (!hasChildren(storage, id)) return endToken(context, entry)
  markAsGone(context, entry, REVOCATION_PENDING)
  return eachInTurns(storage, leavesFirst(storage, id), (next) => { endToken(context, next) })
}

/** A world that is saved meanwhile goes on with it. */
function markAsGone (context: LeaseContext, entry: TokenEntry, numUses: number): void {
  replaceToken(context, entry, { ...entry, numUses, expiresAtMs: context.cluster.timeline.nowMs + LOOK_AGAIN_MS })
}

/** A token's descendants and then itself. */
function * leavesFirst (storage: Storage, id: string): Generator<TokenEntry> {
  const way: { readonly id: string, children: string[] }[] = [{ id, children: [] }]
  // an archive may say that a token descends from itself
  const seen = new Set([id])
  for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
    // also those that came while others had their turn
    if (last.children.length === 0) last.children = childrenOf(storage, last.id).filter((each) => !seen.has(each))
    const child = last.children.pop()
    if (child === undefined) {
      way.pop()
      const entry = tokenById(storage, last.id)
      if (entry !== undefined) yield entry
    } else {
      seen.add(child)
      way.push({ id: child, children: [] })
    }
  }
}

/** Revokes a token alone; its children become orphans. */
export function revokeOrphan (context: LeaseContext, entry: TokenEntry): Eventually<void> {
  const { storage } = context
  const children = childrenOf(storage, entry.id)
  if (children.length === 0) return endToken(context, entry)
  markAsGone(context, entry, ORPHANS_PENDING)
  const orphaned = eachInTurns(storage, children, (id) => { makeOrphan(context, id) })
  return afterTurns(storage, orphaned, () => {
    const left = tokenById(storage, entry.id)
    if (left !== undefined) endToken(context, left)
  })
}

/** With a token goes what was given out to it. */
function endToken (context: LeaseContext, entry: TokenEntry): void {
  revokeSecretsOf(context, entry.id)
  deleteToken(context, entry)
}

/**
 * Ends the request that made a token's last use: the token and its descendants go.
 *
 * @param token as it was when the request began
 */
export function revokeIfSpent (context: LeaseContext, token: TokenEntry | undefined): void {
  if (token === undefined || token.numUses === 0) return
  if (tokenById(context.storage, token.id)?.numUses === REVOCATION_PENDING) {
    unawaited(revokeToken(context, token.id))
  }
}
