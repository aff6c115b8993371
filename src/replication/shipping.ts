// The primary's side: whom it knows, and what it answers to a secondary that follows.
import { createHash } from 'node:crypto'
import { NONCE_BYTES, sealBytes } from '../cluster/barrier.js'
import type { Cluster, StoredSeal } from '../cluster/cluster.js'
import { isFree } from './pace.js'
import { connectionTo, farSecondary, type NearEnds, type PeerAddress } from './connection.js'
import { appliedFilter, type AppliedFilter } from './filters.js'
import { differencesFrom } from './differences.js'
import { changeOf, type Change } from './change.js'
import { valueIn } from './journal.js'
import type { FollowAnswer, FollowRequest, Secondary } from './messages.js'
import { primaryRecord, type KnownSecondary, type PrimaryRecord, type ReplicationKind } from './records.js'
import { LinkRefused } from './refusals.js'
import type { JournalEntry } from './replication-state.js'
import { shownRoot } from './merkle-tree.js'
import { inScope, lastWal, scopedEntries } from './scope.js'
import { replicationOf } from './replication.js'
import { noteShipped } from './replication-telemetry.js'

/**
 * The secondary that a message names, if it may follow.
 *
 * @throws {LinkRefused}
 */
export function knownSecondary (cluster: Cluster, { kind, clusterId, secondaryId }: Secondary): KnownSecondary {
  const record = primaryRecord(cluster, kind)
  if (record?.clusterId !== clusterId || cluster.activeNode === undefined) throw new LinkRefused('not-primary')
  const known = record.secondaries[secondaryId]
  if (known === undefined) throw new LinkRefused('unknown-secondary')
  return known
}

/** How a secondary is answered. */
interface HowToAnswer {
  /** both clusters, where they share a world */
  readonly ends?: NearEnds | undefined
  /** the number of the last change to be sent; by default all there are */
  readonly upTo?: number | undefined
  /** where it would be everything: only what the two differ in, if nothing is held back */
  readonly compares?: boolean | undefined
}

/**
 * What a secondary gets: the changes it has not seen, or everything if it can't be told apart.
 *
 * @throws {LinkRefused}
 */
export function answerFollow (
  cluster: Cluster, request: FollowRequest, how: HowToAnswer = {}
): FollowAnswer {
  const { ends } = how
  const { secret } = knownSecondary(cluster, request)
  const { kind, secondaryId } = request
  const record = primaryRecord(cluster, kind) as PrimaryRecord
  noteSecondary(cluster, request, ends)
  const filter = appliedFilter(cluster.storage, record.pathsFilters[secondaryId])
  const { corrupted } = replicationOf(cluster)
  return {
    ...dataFor(cluster, request, filter, how),
    ...(corrupted ? { corrupted } : {}),
    lastWal: lastWal(cluster.storage, kind),
    primaryId: cluster.identity?.id ?? '',
    primaryName: cluster.identity?.name ?? '',
    primaryClusterAddr: record.primaryClusterAddr === '' ? clusterAddrOf(cluster) : record.primaryClusterAddr,
    nodes: liveNodes(cluster),
    ...(ends === undefined ? farPace(cluster, secondaryId) : {}),
    alternateApiAddrs: alternatesOf(cluster).map(({ apiAddr }) => apiAddr),
    alternateClusterAddrs: alternatesOf(cluster).map(({ clusterAddr }) => clusterAddr),
    linkAddrs: record.primaryClusterAddr === '' ? [] : [record.primaryClusterAddr],
    ...(request.sealTag === sealTag(cluster.seal) ? {} : { seal: sealFor(cluster, secret) })
  }
}

/** That a secondary has asked is all that its primary knows of the link. */
export function noteSecondary (
  cluster: Cluster, { kind, secondaryId, address, cluster: peer }: FollowRequest, ends?: NearEnds
): void {
  const connection = connectionTo(secondaryId, address, cluster.timeline.nowMs, ends)
  replicationOf(cluster).setDownstream(connectionKey(kind, secondaryId), { ...connection, ...(peer && { peer }) })
}

/** What this world has set for a link to another process; the secondary there keeps to it. */
function farPace (cluster: Cluster, secondaryId: string): Pick<FollowAnswer, 'pace'> {
  const { network } = cluster.surroundings
  const [from, to] = [cluster.activeNode?.networkName ?? cluster.label, farSecondary(secondaryId)]
  const pace = { delayMs: network.delayMs(from, to), ...network.limit(from, to) }
  return isFree(pace) ? {} : { pace }
}

type Data = Pick<FollowAnswer, 'everything' | 'differenceOnly' | 'changes' | 'epoch' | 'position' | 'wal' | 'root'>

function dataFor (
  cluster: Cluster, request: FollowRequest, filter: AppliedFilter, { ends, upTo, compares = false }: HowToAnswer
): Data {
  const { kind, position, epoch, headOnly = false } = request
  if (headOnly) return { everything: false, changes: [], epoch, position, wal: 0, root: '' }
  const { journal } = replicationOf(cluster)
  const entries = isWithinReach(cluster, request, filter) ? journal.since(position) : undefined
  const sent = upTo === undefined ? entries : entries?.slice(0, upTo - position)
  const changes = sent === undefined ? undefined : changesIn(kind, filter, sent)
  noteShipped(cluster, request, changes?.length)
  const other = compares && filter.signature === '' ? ends?.secondary : undefined
  const last = sent === undefined || sent.length === entries?.length ? undefined : sent.at(-1)
  return {
    everything: changes === undefined,
    ...(changes === undefined && other !== undefined ? { differenceOnly: true } : {}),
    changes: changes ?? (other && differencesFrom(cluster, other, kind)) ?? everything(cluster, kind, filter),
    epoch: journal.epoch + filter.signature,
    position: last === undefined ? journal.position : position + (sent?.length ?? 0),
    wal: last === undefined ? lastWal(cluster.storage, kind) : walOf(last, kind),
    root: last === undefined ? shownRoot(cluster, kind) : ''
  }
}

/** Whether a secondary that is this far can be sent what it lacks, so that nothing has to be compared. */
function isWithinReach (
  cluster: Cluster, { epoch, position, sealTag: tag }: FollowRequest, filter: AppliedFilter
): boolean {
  const { journal } = replicationOf(cluster)
  return epoch === journal.epoch + filter.signature && tag === sealTag(cluster.seal) && journal.reaches(position)
}

/** The same, for a secondary that is known. */
export function canStream (cluster: Cluster, request: FollowRequest): boolean {
  const record = primaryRecord(cluster, request.kind)
  return isWithinReach(cluster, request, appliedFilter(cluster.storage, record?.pathsFilters[request.secondaryId]))
}

/** Whether a secondary that is this far would get anything new. */
export function hasNews (cluster: Cluster, request: FollowRequest): boolean {
  const { kind, secondaryId, epoch, position } = request
  const record = primaryRecord(cluster, kind)
  const known = record?.secondaries[secondaryId]
  if (record === undefined || known === undefined) return true
  const { journal } = replicationOf(cluster)
  if (journal.position !== position || request.sealTag !== sealTag(cluster.seal)) return true
  const { signature } = appliedFilter(cluster.storage, record.pathsFilters[secondaryId])
  return epoch !== journal.epoch + signature
}

export function connectionKey (kind: ReplicationKind, secondaryId: string): string {
  return `${kind}/${secondaryId}`
}

function everything ({ storage }: Cluster, kind: ReplicationKind, filter: AppliedFilter): Change[] {
  const changes: Change[] = []
  for (const [path, value] of scopedEntries(storage, kind)) changes.push(changeOf(path, filter.apply(path, value)))
  return changes
}

/** What became of each path, in the order in which they were written last. */
function changesIn (kind: ReplicationKind, filter: AppliedFilter, entries: readonly JournalEntry[]): Change[] {
  const latest = new Map<string, Change>()
  for (const entry of entries) {
    const { path } = entry
    if (!inScope(kind, path)) continue
    const value = valueIn(entry)
    latest.delete(path)
    latest.set(path, changeOf(path, value === undefined ? undefined : filter.apply(path, value)))
  }
  return [...latest.values()]
}

function walOf ({ performanceWal, drWal }: JournalEntry, kind: ReplicationKind): number {
  return kind === 'dr' ? drWal : performanceWal
}

/** `https://host:port`, as `sys/leader` shows the active node's. */
export function clusterAddrOf (cluster: Cluster): string {
  const { activeNode } = cluster
  return activeNode === undefined ? '' : `https://${activeNode.clusterAddr}`
}

/** The nodes that serve, the active one first. */
export function liveNodes (cluster: Cluster): PeerAddress[] {
  const nodes = [...cluster.nodes.values()].filter((node) => node.participates)
  nodes.sort((a, b) => Number(b.isActive) - Number(a.isActive))
  return nodes.map(({ apiAddr, clusterAddr }) => ({ apiAddr, clusterAddr: `https://${clusterAddr}` }))
}

function alternatesOf (cluster: Cluster): PeerAddress[] {
  const record = primaryRecord(cluster, 'dr')
  const replication = replicationOf(cluster)
  const ids = Object.keys(record?.secondaries ?? {})
  return ids.flatMap((id) => replication.downstream(connectionKey('dr', id))?.secondary ?? [])
}

/** Tells seals apart without telling them. */
export function sealTag (seal: StoredSeal | undefined): string {
  return seal === undefined ? '' : createHash('sha256').update(seal.wrappedRootKey).digest('hex').slice(0, 16)
}

function sealFor (cluster: Cluster, secret: string): FollowAnswer['seal'] {
  const { seal, rootKey } = cluster
  if (seal === undefined || rootKey === undefined) throw new LinkRefused('not-primary')
  const nonce = cluster.random.stream('replication').bytes(NONCE_BYTES)
  const sealed = sealBytes(Buffer.from(secret, 'hex'), rootKey, nonce)
  return { stored: seal, rootKey: Buffer.from(sealed).toString('base64') }
}
