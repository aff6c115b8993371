// Becoming a secondary, and ceasing to be one: what of the cluster's own data goes and what stays.
import type { Cluster } from '../../cluster/cluster.js'
import { lockStandbys } from '../../replication/applying.js'
import { becomeSecondary, checkMayBecomeSecondary, disableSecondary, promoteSecondary, replacePrimaryAddresses, requireSecondary, unlinkSecondary } from '../../replication/transitions.js'
import type { ReplicationKind } from '../../replication/records.js'
import { refusals } from '../../replication/refusals.js'
import { forgetKeyPair } from '../../replication/sealed-box.js'
import { then, type Eventually } from './eventually.js'
import { createLocalMounts } from '../mounts/mounts.js'
import { useActivation, type Bootstrap } from './replication-activation.js'
import { adoptToken, tokenById, type TokenEntry } from '../tokens/tokens.js'

const KEPT_TOKENS = 'own/replication-kept-tokens'
/** What of a cluster's own entries its new keys and data make void. */
const VOID = ['own/wrapping-jwt-key', 'own/dr-operation-token']

export interface ActivationRequest {
  readonly token: string
  readonly primaryApiAddr: string
}

/**
 * Makes a cluster a secondary; all it held is gone, and it opens with the primary's keys.
 *
 * @throws {VaultError} in a wrong state, or whatever `useActivation` throws; nothing has changed then
 */
export function enableSecondary (cluster: Cluster, kind: ReplicationKind, request: ActivationRequest): Eventually<void> {
  checkMayBecomeSecondary(cluster, kind)
  if (request.token === '') throw refusals.noToken()
  return then(useActivation(cluster, kind, request), (bootstrap) => {
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
  cluster.storage.put(KEPT_TOKENS, kept)
  if (kind === 'performance') {
    createLocalMounts(cluster)
    putKeptTokens(cluster)
  }
  lockStandbys(cluster, keysBefore)
}

function wipe (cluster: Cluster): void {
  const { storage } = cluster
  for (const prefix of ['local/', 'replicated/']) storage.deleteAll(prefix)
  for (const path of VOID) storage.delete(path)
  cluster.change({ rootGeneration: undefined, rekey: undefined })
}

/** The documented server keeps dev mode's root token, so that the documented calls can be made one after the other. */
function tokensToKeep ({ profile, storage }: Cluster): TokenEntry[] {
  if (profile.name !== 'documented') return []
  return [...storage.entries('local/token/')].map(([, entry]) => entry as TokenEntry).filter(isDevRootToken)
}

function isDevRootToken ({ displayName, parent, expiresAtMs, policies }: TokenEntry): boolean {
  return displayName === 'token' && parent === '' && expiresAtMs === 0 && policies.length === 1 && policies[0] === 'root'
}

function putKeptTokens (cluster: Cluster): void {
  const { storage } = cluster
  for (const entry of storage.get(KEPT_TOKENS) as unknown as TokenEntry[] ?? []) {
    if (tokenById(storage, entry.id) === undefined) adoptToken({ cluster, storage }, entry)
  }
  storage.delete(KEPT_TOKENS)
}

export interface UpdateRequest extends ActivationRequest {
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
  if (request.addresses.length > 0) { replacePrimaryAddresses(cluster, kind, request.addresses); return undefined }
  if (request.token === '') { unlinkSecondary(cluster, kind); return undefined }
  return then(useActivation(cluster, kind, request), ({ activation, answer }) => {
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
