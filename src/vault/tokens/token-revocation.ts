// How tokens end: alone, with all their descendants, or by the place where they were made.
import type { Storage } from '../../cluster/storage.js'
import { onceSettled, type Eventually } from '../eventually.js'
import { eachInTurns, unawaited } from '../in-turns.js'
import { stored } from '../stored.js'
import { LOOK_AGAIN_MS } from './deadlines.js'
import { revokeSecretsOf, type LeaseContext } from './secret-leases.js'
import { childrenOf, forgetChild } from './token-children.js'
import {
  deleteToken, makeOrphan, replaceToken, tokenById, REVOCATION_PENDING, type TokenEntry
} from './tokens.js'

/**
 * Revokes a token and all its descendants; costs as much as they are. Nothing happens if there is none. It counts as
 * gone from the beginning, and goes last, as it leads to what is left of the others.
 */
export function revokeToken (context: LeaseContext, id: string): Eventually<void> {
  context.cluster.telemetry.note('vault.token.revoke-tree')
  const entry = tokenById(context.storage, id)
  if (entry !== undefined && hasChildren(context.storage, id)) markRevoked(context, entry)
  return eachInTurns(context.storage, leavesFirst(context, id), (next) => { endToken(context, next) })
}

function hasChildren (storage: Storage, id: string): boolean {
  return childrenOf(storage, id).next().done !== true
}

function markRevoked (context: LeaseContext, entry: TokenEntry): void {
  const expiresAtMs = context.cluster.timeline.nowMs + LOOK_AGAIN_MS
  replaceToken(context, entry, { ...entry, numUses: REVOCATION_PENDING, expiresAtMs })
}

/** A token's descendants and then itself; each is gone before the next one is looked for. */
function * leavesFirst ({ storage }: LeaseContext, id: string): Generator<TokenEntry> {
  const way = [id]
  const onTheWay = new Set(way)
  for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
    const { value: child } = childrenOf(storage, last).next()
    // an archive may say that a token descends from itself
    if (child !== undefined && !onTheWay.has(child)) {
      onTheWay.add(child)
      way.push(child)
      continue
    }
    if (child === undefined) {
      onTheWay.delete(last)
      way.pop()
      const entry = tokenById(storage, last)
      if (entry !== undefined) yield entry
    }
    const [parent, gone] = child === undefined ? [way.at(-1), last] : [last, child]
    if (parent !== undefined) forgetChild(storage, parent, gone)
  }
}

/** Revokes a token alone; its children become orphans. */
export function revokeOrphan (context: LeaseContext, entry: TokenEntry): Eventually<void> {
  const { storage } = context
  if (hasChildren(storage, entry.id)) stored.tokens(storage).put(entry.id, { ...entry, numUses: REVOCATION_PENDING })
  const orphaned = eachInTurns(storage, childrenOf(storage.clone(), entry.id), (id) => { makeOrphan(context, id) })
  return onceSettled(orphaned, () => { endToken(context, entry) })
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
