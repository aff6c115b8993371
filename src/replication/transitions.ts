// The two state machines: disabled, primary, secondary with and without a primary. Every wrong order is refused.
import type { Cluster } from '../cluster/cluster.js'
import { Withheld } from '../cluster/storage.js'
import { applyAnswer, lockStandbys } from './applying.js'
import { connectionTo, NO_ADDRESS } from './connection.js'
import type { LinkCertificates } from './link-certificates.js'
import type { FollowAnswer } from './messages.js'
import { endBootstrap } from './bootstrap.js'
import { isBehind } from './behind.js'
import { STREAM_EVENT } from './near-stream.js'
import {
  bootstrappingRecord, deleteRecord, liveRecord, newPrimary, primaryRecord, putRecord, secondaryRecord,
  unlinkedSecondary,
  type KnownSecondary, type PrimaryRecord, type ReplicationKind, type SecondaryRecord
} from './records.js'
import { refusals } from './refusals.js'
import { connectionKey } from './shipping.js'
import { replicationOf } from './replication.js'
import { NO_PROGRESS, NO_STREAM } from './replication-state.js'
import { catchUp, shipPending } from './stream.js'

/** @throws {VaultError} `invalid` */
export function requirePrimary (cluster: Cluster, kind: ReplicationKind): PrimaryRecord {
  const record = primaryRecord(cluster, kind)
  if (record === undefined) throw refusals.notPrimary()
  return record
}

/** @throws {VaultError} `invalid` */
export function requireSecondary (cluster: Cluster, kind: ReplicationKind): SecondaryRecord {
  const record = secondaryRecord(cluster, kind)
  if (record === undefined) throw kind === 'dr' ? refusals.notDrSecondary() : refusals.notSecondary()
  return record
}

/** How a primary to be is reached; empty: at its active node's own address. */
interface NewPrimary { readonly primaryClusterAddr: string }

/** Makes a cluster the first of a new replication set. Its data stays. */
export function enablePrimary (cluster: Cluster, kind: ReplicationKind, { primaryClusterAddr }: NewPrimary): void {
  const record = liveRecord(cluster, kind)
  if (record?.mode === 'primary') throw refusals.alreadyPrimary()
  if (record !== undefined) throw refusals.isSecondary()
  putRecord(cluster, kind, newPrimary(cluster.random.stream('replication').uuid(), primaryClusterAddr))
  cluster.announce('replicationChanged', `${kind}: enabled as primary`)
}

/**
 * Makes a primary a secondary that looks for no primary, but keeps the id of its set. What its secondaries in this
 * world still lack they get first, on a link of any speed.
 */
export function demotePrimary (cluster: Cluster, kind: ReplicationKind): void {
  const record = requirePrimary(cluster, kind)
  shipPending(cluster, kind)
  closeDownstream(cluster, kind)
  putRecord(cluster, kind, unlinkedSecondary(record))
  cluster.announce('replicationChanged', `${kind}: demoted to secondary`)
  replicationOf(cluster).following.scheduleCatchUp()
}

/** Ends replication on a primary; its secondaries can't come back without a wipe. */
export function disablePrimary (cluster: Cluster, kind: ReplicationKind): void {
  requirePrimary(cluster, kind)
  closeDownstream(cluster, kind)
  deleteRecord(cluster, kind)
  cluster.announce('replicationChanged', `${kind}: disabled`)
}

/**
 * Gives an id to a secondary to be.
 *
 * @throws {VaultError} `invalid`: no primary, no id, one that is taken
 */
export function addSecondary (cluster: Cluster, kind: ReplicationKind, id: string, known: KnownSecondary): void {
  const record = requirePrimary(cluster, kind)
  checkNewId(record, id)
  putRecord(cluster, kind, { ...record, secondaries: { ...record.secondaries, [id]: known } })
}

/** @throws {VaultError} `invalid` */
export function checkNewId (record: PrimaryRecord, id: string): void {
  if (id === '') throw refusals.noId()
  if (Object.hasOwn(record.secondaries, id)) throw refusals.duplicateId(id)
}

/**
 * Forgets a secondary and its filter; its link ends at once.
 *
 * @returns the accessor of its activation token, which must not be used any more; empty: it has none
 */
export function revokeSecondary (cluster: Cluster, kind: ReplicationKind, id: string): string {
  const record = requirePrimary(cluster, kind)
  if (id === '') throw refusals.noId()
  const { [id]: revoked, ...kept } = record.secondaries
  if (revoked === undefined) throw refusals.unknownId(id)
  const { [id]: _filter, ...filters } = record.pathsFilters
  putRecord(cluster, kind, { ...record, secondaries: kept, pathsFilters: filters })
  closeConnection(cluster, connectionKey(kind, id))
  return revoked.accessor
}

/** Before a cluster may become a secondary. @throws {VaultError} `invalid` */
export function checkMayBecomeSecondary (cluster: Cluster, kind: ReplicationKind): void {
  if (liveRecord(cluster, kind) !== undefined) throw refusals.alreadyEnabled()
  if (kind === 'dr' && liveRecord(cluster, 'performance') !== undefined) throw refusals.performanceEnabled()
}

/** What an activation token tells of a primary. */
export interface Activation {
  readonly clusterId: string
  readonly secondaryId: string
  readonly secret: string
  readonly primaryClusterAddr: string
  readonly primaryApiAddrOverride: string
  readonly certificates: LinkCertificates
  /** where it was found */
  readonly primaryApiAddrs: readonly string[]
}

/** Makes a cluster a secondary with a primary's data and keys. What it had of its own must be gone already. */
export function becomeSecondary (
  cluster: Cluster, kind: ReplicationKind, activation: Activation, answer: FollowAnswer
): void {
  link(cluster, kind, activation)
  applyAnswer(cluster, kind, answer, { bootstrap: true })
  const progress = replicationOf(cluster).progress(kind)
  cluster.announce('storageReplaced')
  cluster.announce('replicationChanged', `${kind}: enabled as secondary`)
  replicationOf(cluster).setProgress(kind, progress)
  replicationOf(cluster).setStream(kind, { ...NO_STREAM, state: 'bootstrapping' })
  replicationOf(cluster).following.scheduleCatchUp()
}

/**
 * Points a secondary at another primary of its replication set.
 *
 * @param answer all of the primary's data, where it came from another process; else what is lacking comes over the link
 */
export function relinkSecondary (
  cluster: Cluster, kind: ReplicationKind, activation: Activation, answer: FollowAnswer | undefined
): void {
  const keysBefore = cluster.rootKey
  const replication = replicationOf(cluster)
  link(cluster, kind, activation)
  replication.setProgress(kind, NO_PROGRESS)
  replication.forgetStream(kind)
  if (answer !== undefined) applyAnswer(cluster, kind, answer, { bootstrap: true })
  cluster.announce('replicationChanged', `${kind}: follows another primary`)
  catchUp(cluster.surroundings)
  lockStandbys(cluster, keysBefore)
}

function link (cluster: Cluster, kind: ReplicationKind, activation: Activation): void {
  const { nowMs } = cluster.timeline
  const known = liveRecord(cluster, kind)
  const before = known?.mode === 'secondary' ? known : undefined
  const { clusterId, secondaryId, secret, primaryClusterAddr, primaryApiAddrOverride, certificates } = activation
  putRecord(cluster, kind, {
    ...unlinkedSecondary(newPrimary(clusterId, '', before)),
    lastReindexAtMs: before?.lastReindexAtMs ?? nowMs,
    linked: true,
    secondaryId,
    secret,
    primaryClusterAddr,
    primaryApiAddrOverride,
    primaryApiAddrs: activation.primaryApiAddrs,
    linkAddrs: [primaryClusterAddr],
    certificates,
    lastStartAtMs: nowMs
  })
  replicationOf(cluster).setUpstream(kind, connectionTo(secondaryId, NO_ADDRESS, nowMs))
}

/** Lets a secondary forget its primary, but not its data. */
export function unlinkSecondary (cluster: Cluster, kind: ReplicationKind): void {
  const record = requireSecondary(cluster, kind)
  leaveUpstream(cluster, kind)
  putRecord(cluster, kind, unlinkedSecondary(record))
}

/** Gives a secondary other addresses of the same primary. */
export function replacePrimaryAddresses (
  cluster: Cluster,
  kind: ReplicationKind,
  clusterAddrs: readonly string[]
): void {
  const record = requireSecondary(cluster, kind)
  putRecord(cluster, kind, {
    ...record,
    knownPrimaryClusterAddrs: clusterAddrs,
    linkAddrs: clusterAddrs,
    primaryClusterAddr: clusterAddrs[0] ?? '',
    primaryApiAddrs: apiAddrsBehind(cluster, clusterAddrs, record)
  })
  replicationOf(cluster).following.scheduleCatchUp()
}

/** Within a world nodes are known by their API addresses; a cluster address tells which. */
function apiAddrsBehind (
  { surroundings }: Cluster,
  clusterAddrs: readonly string[],
  { primaryApiAddrs }: SecondaryRecord
): string[] {
  const bare = clusterAddrs.map((address) => address.replace(/^https?:\/\//, ''))
  const nodes = [...surroundings.clusters.values()].flatMap(({ nodes }) => [...nodes.values()])
  const found = nodes.filter(({ clusterAddr }) => bare.includes(clusterAddr)).map(({ apiAddr }) => apiAddr)
  return [...new Set([...found, ...primaryApiAddrs])]
}

/** `force`: although it has not caught up. */
interface Promotion extends NewPrimary { readonly force?: boolean }

/**
 * Makes a secondary the primary of its set; everybody else needs a new activation token.
 *
 * @throws {VaultError} `unavailable` while it lacks what its primary is known to have, unless forced
 */
export function promoteSecondary (
  cluster: Cluster, kind: ReplicationKind, { primaryClusterAddr, force = false }: Promotion
): void {
  catchUp(cluster.surroundings)
  if (bootstrappingRecord(cluster, kind) !== undefined) throw refusals.catchingUp()
  const record = requireSecondary(cluster, kind)
  if (!force && isBehind(cluster, kind)) throw refusals.catchingUp()
  leaveUpstream(cluster, kind)
  putRecord(cluster, kind, newPrimary(record.clusterId, primaryClusterAddr, record))
  cluster.announce('replicationChanged', `${kind}: promoted to primary`)
  if (kind === 'performance') forgetWithheld(cluster)
  wake(cluster)
}

/** Makes a secondary a cluster of its own, with the data and keys it has. */
export function disableSecondary (cluster: Cluster, kind: ReplicationKind): void {
  if (bootstrappingRecord(cluster, kind) !== undefined) {
    endBootstrap(cluster, kind)
    return
  }
  requireSecondary(cluster, kind)
  leaveUpstream(cluster, kind)
  deleteRecord(cluster, kind)
  cluster.announce('replicationChanged', `${kind}: disabled`)
  if (kind === 'performance') forgetWithheld(cluster)
  wake(cluster)
}

function leaveUpstream (cluster: Cluster, kind: ReplicationKind): void {
  const replication = replicationOf(cluster)
  replication.close('upstream', kind)
  replication.forget('upstream', kind)
  replication.forgetStream(kind)
  cluster.timeline.cancel(STREAM_EVENT, { cluster: cluster.key, kind })
}

/** What was held back by a filter is not this cluster's to vouch for. */
function forgetWithheld ({ storage }: Cluster): void {
  const withheld = [...storage.stored('replicated/')].filter(([, value]) => value instanceof Withheld)
  for (const [path] of withheld) storage.delete(path)
}

/** Leases run out again, and those who follow compare everything. */
function wake (cluster: Cluster): void {
  cluster.announce('storageReplaced')
  replicationOf(cluster).following.scheduleCatchUp()
}

function closeDownstream (cluster: Cluster, kind: ReplicationKind): void {
  const keys = replicationOf(cluster).downstreamKeys.filter((key) => key.startsWith(`${kind}/`))
  for (const key of keys) closeConnection(cluster, key)
}

function closeConnection (cluster: Cluster, key: string): void {
  replicationOf(cluster).close('downstream', key)
  replicationOf(cluster).forget('downstream', key)
}
