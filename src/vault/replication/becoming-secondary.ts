// Becoming a secondary, and ceasing to be one: what of the cluster's own data goes and what stays.
import type { Cluster } from '../../cluster/cluster.js'
import { lockStandbys } from '../../replication/applying.js'
import { beginBootstrap, bootstrapEnds, bootstrapRequest, endBootstrap, isElsewhere, readyFrom } from '../../replication/bootstrap.js'
import { compared } from '../../replication/comparing.js'
import {
  becomeSecondary, checkMayBecomeSecondary, disableSecondary, promoteSecondary, relinkSecondary,
  replacePrimaryAddresses, requireSecondary, unlinkSecondary
} from '../../replication/transitions.js'
import { bootstrappingRecord, type BootstrappingRecord, type ReplicationKind } from '../../replication/records.js'
import { replicationOf } from '../../replication/replication.js'
import { LinkRefused, refusals } from '../../replication/refusals.js'
import { answerFollow } from '../../replication/shipping.js'
import { forgetKeyPair } from '../../replication/sealed-box.js'
import { onceSettled, type Eventually } from '../eventually.js'
import { stored } from '../stored.js'
import { createLocalMounts } from '../mounts/mounts.js'
import { fetchBootstrap, fetchEverything, useActivation, type Bootstrap, type PresentedToken } from './activation-tokens.js'
import { adoptToken, tokenById, type TokenEntry } from '../tokens/tokens.js'

/**
 * Makes a cluster a secondary; all it held is gone, and it opens with the primary's keys.
 *
 * @throws {VaultError} in a wrong state, or whatever `useActivation` throws; nothing has changed then
 */
export function enableSecondary (cluster: Cluster, kind: ReplicationKind, request: PresentedToken): Eventually<void> {
  checkMayBecomeSecondary(cluster, kind)
  if (request.token === '') throw refusals.noToken()
  return onceSettled(useActivation(cluster, kind, request), (activation) => {
    return onceSettled(fetchBootstrap(cluster, kind, activation), (bootstrap) => {
      checkMayBecomeSecondary(cluster, kind)
      install(cluster, kind, bootstrap)
    })
  })
}

/** At once, or once the link has carried the data. */
function install (cluster: Cluster, kind: ReplicationKind, { activation, ...fetched }: Bootstrap): void {
  if (beginBootstrap(cluster, kind, activation, fetched)) return
  const { ends, staged = ends && readyFrom(ends.primary, kind, activation.secondaryId) } = fetched
  installSecondary(cluster, kind, { activation, ...fetched, staged })
}

/**
 * Handler of `replication.bootstrap`: the primary's data has come. A primary that has thought better of it leaves the
 * cluster as it was.
 */
export function finishBootstrap (cluster: Cluster, kind: ReplicationKind): void {
  const activation = bootstrappingRecord(cluster, kind)
  if (activation === undefined) return
  if (isElsewhere(activation)) return finishFar(cluster, kind, activation)
  const ends = bootstrapEnds(cluster, kind)
  if (ends === undefined) return
  try {
    const answer = answerFollow(ends.primary, bootstrapRequest(cluster, kind), { ends })
    endBootstrap(cluster, kind)
    const staged = readyFrom(ends.primary, kind, activation.secondaryId)
    installSecondary(cluster, kind, { activation, answer, staged })
  } catch (error) {
    if (!(error instanceof LinkRefused)) throw error
    endBootstrap(cluster, kind)
  }
}

function finishFar (cluster: Cluster, kind: ReplicationKind, activation: BootstrappingRecord): void {
  const fetched = replicationOf(cluster).fetched.get(kind)
  if (fetched === 'on its way') return
  if (fetched === undefined) return fetchAgain(cluster, kind, activation)
  endBootstrap(cluster, kind)
  installSecondary(cluster, kind, { activation, ...fetched })
}

/** What came is lost with the process that had it. A primary that is not reached is asked again. */
function fetchAgain (cluster: Cluster, kind: ReplicationKind, activation: BootstrappingRecord): void {
  const { fetched } = replicationOf(cluster)
  const isWanted = (): boolean => bootstrappingRecord(cluster, kind)?.secret === activation.secret
  fetched.set(kind, 'on its way')
  awaited(fetchBootstrap(cluster, kind, activation)).then((bootstrap) => {
    if (!isWanted()) return
    fetched.set(kind, bootstrap)
    finishBootstrap(cluster, kind)
  }, () => { fetched.delete(kind) })
}

async function awaited<T> (value: Eventually<T>): Promise<T> { return await value }

/** Puts a primary's data in place of a cluster's own. */
function installSecondary (
  cluster: Cluster, kind: ReplicationKind, { activation, answer, staged }: Omit<Bootstrap, 'ends'>
): void {
  const kept = tokensToKeep(cluster)
  const keysBefore = cluster.rootKey
  wipe(cluster)
  becomeSecondary(cluster, kind, activation, answer, staged)
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
export interface UpdateRequest extends Omit<PresentedToken, 'token'> {
  /** empty: none; undefined where it is not said */
  readonly token: string | undefined
  /** cluster addresses to put in place of the known ones */
  readonly addresses: readonly string[]
}

/**
 * Points a secondary at another primary of its set, or at none; its data is compared, not wiped.
 *
 * @throws {VaultError} in a wrong state, for both, none or unusable wishes, and for a primary of another set: that
 *   would need a wipe. Nothing has changed then
 */
export function updatePrimary (cluster: Cluster, kind: ReplicationKind, request: UpdateRequest): Eventually<void> {
  const { token, addresses } = request
  requireSecondary(cluster, kind)
  if (token !== undefined && token !== '' && addresses.length > 0) throw refusals.tokenOrAddrs()
  if (addresses.length > 0) return replacePrimaryAddresses(cluster, kind, addresses)
  if (token === undefined) throw refusals.noToken()
  if (token === '') return unlinkSecondary(cluster, kind)
  return onceSettled(useActivation(cluster, kind, { ...request, token }), (activation) => {
    if (requireSecondary(cluster, kind).clusterId !== activation.clusterId) throw refusals.otherSet()
    return onceSettled(fetchEverything(cluster, kind, activation), ({ ends, answer }) => {
      const lacking = ends === undefined ? compared(cluster, kind, answer) : undefined
      return onceSettled(lacking, (difference) => {
        requireSecondary(cluster, kind)
        relinkSecondary(cluster, kind, activation, difference)
        forgetKeyPair(cluster, kind)
      })
    })
  })
}

interface HowToPromote {
  readonly primaryClusterAddr: string
  /** although it has not caught up */
  readonly force: boolean
}

/** @throws {VaultError} `invalid` where this is no secondary, `unavailable` for one that has not caught up */
export function promote (cluster: Cluster, kind: ReplicationKind, how: HowToPromote): void {
  promoteSecondary(cluster, kind, how)
  putKeptTokens(cluster)
}

/** @throws {VaultError} `invalid` where this is no secondary */
export function leave (cluster: Cluster, kind: ReplicationKind): void {
  disableSecondary(cluster, kind)
  putKeptTokens(cluster)
}
