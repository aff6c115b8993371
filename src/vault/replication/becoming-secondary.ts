// Becoming a secondary, and ceasing to be one: what of the cluster's own data goes and what stays.
import type { Cluster } from '../../cluster/cluster.js'
import { lockStandbys } from '../../replication/applying.js'
import {
  becomeSecondary, checkMayBecomeSecondary, disableSecondary, promoteSecondary, replacePrimaryAddresses,
  requireSecondary, unlinkSecondary
} from '../../replication/transitions.js'
import type { ReplicationKind } from '../../replication/records.js'
import { refusals } from '../../replication/refusals.js'
import { forgetKeyPair } from '../../replication/sealed-box.js'
import { onceSettled, type Eventually } from '../eventually.js'
import { stored } from '../stored.js'
import { createLocalMounts } from '../mounts/mounts.js'
import { useActivation, type Bootstrap, type PresentedToken } from './activation-tokens.js'
import { adoptToken, tokenById, type TokenEntry } from '../tokens/tokens.js'

/**
 * Makes a cluster a secondary; all it held is gone, and it opens with the primary's keys.
 *
 * @throws {VaultError} in a wrong state, or whatever `useActivation` throws; nothing has changed then
 */
export function enableSecondary (cluster: Cluster, kind: ReplicationKind, request: PresentedToken): Eventually<void> {
  checkMayBecomeSecondary(cluster, kind)
  if (request.token === '') throw refusals.noToken()
  return onceSettled(useActivation(cluster, kind, request), (bootstrap) => {
    checkMayBecomeSecondary(cluster, kind)
    installSecondary(cluster, kind, bootstrap)
  })
}

/** Puts a primary's data in place of a cluster's own. */
export function installSecondary (cluster: Cluster, kind: ReplicationKind, { activation, answer }: Bootstrap): void {
  const kept = tokensToKeep(cluster)
  const keysBefore = cluster.rootKey
  wipe(cluster)
  becomeSecondary(cluster, kind, activation, answer)
  forgetKeyPair(cluster, kind)
  stored.keptTokens(cluster.storage).put(kept)
  if (kind === 'performance') {
    createLocalMounts(cluster)
    putKeptTokens(cluster)
  }
  lockStandbys(cluster, keysBefore)
}

function wipe (cluster: Cluster): void {
  const { storage } = cluster
  for (const prefix of ['local/', 'replicated/']) storage.deleteAll(prefix)
  // of its own entries, those that the new keys and data make void
  stored.wrappingKey(storage).delete()
  stored.drOperationToken(storage).delete()
  cluster.change({ rootGeneration: undefined, rekey: undefined })
}

/** The documented server keeps dev mode's root token, so that the documented calls can be made one after another. */
function tokensToKeep ({ profile, storage }: Cluster): TokenEntry[] {
  if (!profile.keepsDevRootToken) return []
  return [...stored.tokens(storage).entries()].map(([, entry]) => entry).filter(isDevRootToken)
}

function isDevRootToken ({ displayName, parent, expiresAtMs, policies }: TokenEntry): boolean {
  return displayName === 'token' && parent === '' && expiresAtMs === 0 && policies.length === 1 && policies[0] === 'root'
}

function putKeptTokens (cluster: Cluster): void {
  const { storage } = cluster
  for (const entry of stored.keptTokens(storage).get() ?? []) {
    if (tokenById(storage, entry.id) === undefined) adoptToken({ cluster, storage }, entry)
  }
  stored.keptTokens(storage).delete()
}

/** A wish to follow another primary. */
export interface UpdateRequest extends PresentedToken {
  /** cluster addresses to put in place of the known ones */
  readonly addresses: readonly string[]
}

/**
 * Points a secondary at another primary, or at none; its data is compared, not wiped.
 *
 * @throws {VaultError} in a wrong state, for both or unusable wishes
 */
export function updatePrimary (cluster: Cluster, kind: ReplicationKind, request: UpdateRequest): Eventually<void> {
  requireSecondary(cluster, kind)
  if (request.token !== '' && request.addresses.length > 0) throw refusals.tokenOrAddrs()
  if (request.addresses.length > 0) return replacePrimaryAddresses(cluster, kind, request.addresses)
  if (request.token === '') return unlinkSecondary(cluster, kind)
  return onceSettled(useActivation(cluster, kind, request), ({ activation, answer }) => {
    requireSecondary(cluster, kind)
    const keysBefore = cluster.rootKey
    becomeSecondary(cluster, kind, activation, answer)
    forgetKeyPair(cluster, kind)
    lockStandbys(cluster, keysBefore)
  })
}

/** @throws {VaultError} `invalid` where this is no secondary */
export function promote (cluster: Cluster, kind: ReplicationKind, how: { readonly primaryClusterAddr: string }): void {
  promoteSecondary(cluster, kind, how)
  putKeptTokens(cluster)
}

/** @throws {VaultError} `invalid` where this is no secondary */
export function leave (cluster: Cluster, kind: ReplicationKind): void {
  disableSecondary(cluster, kind)
  putKeptTokens(cluster)
}
