// The primary's side: whom it knows, and what it answers to a secondary that follows.
import { createHash } from 'node:crypto'
import { NONCE_BYTES, sealBytes } from '../cluster/barrier.js'
import type { Cluster, StoredSeal } from '../cluster/cluster.js'
import { connectionTo, type NearEnds, type PeerAddress } from './connection.js'
import { appliedFilter, type AppliedFilter } from './filters.js'
import { changeOf, type Change, type FollowAnswer, type FollowRequest, type Secondary } from './messages.js'
import { primaryRecord, type KnownSecondary, type PrimaryRecord, type ReplicationKind } from './records.js'
import { LinkRefused } from './refusals.js'
import { inScope, lastWal, merkleRoot, scopedEntries } from './scope.js'
import { replicationOf } from './replication.js'

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

/**
 * What a secondary gets: the changes it has not seen, or everything if it can't be told apart.
 *
 * @param ends both clusters, where they share a world
 * @throws {LinkRefused}
 */
export function answerFollow (cluster: Cluster, request: FollowRequest, ends?: NearEnds): FollowAnswer {
  const { secret } = knownSecondary(cluster, request)
  const { kind, secondaryId } = request
  const { nowMs } = cluster.timeline
  const record = primaryRecord(cluster, kind) as PrimaryRecord
  const connection = connectionTo(secondaryId, request.address, nowMs, ends)
  replicationOf(cluster).setDownstream(connectionKey(kind, secondaryId), connection)
  const filter = appliedFilter(cluster.storage, record.pathsFilters[secondaryId])
  const { journal } = replicationOf(cluster)
  const epoch = journal.epoch + filter.signature
  const isKnown = request.epoch === epoch && request.sealTag === sealTag(cluster.seal)
  const paths = isKnown ? journal.since(request.position) : undefined
  return {
    everything: paths === undefined,
    changes: paths === undefined ? everything(cluster, kind, filter) : changesAt(cluster, kind, filter, paths),
    epoch,
    position: journal.position,
    wal: lastWal(cluster.storage, kind),
    root: merkleRoot(cluster.storage, kind),
    primaryId: cluster.identity?.id ?? '',
    primaryClusterAddr: record.primaryClusterAddr === '' ? clusterAddrOf(cluster) : record.primaryClusterAddr,
    nodes: liveNodes(cluster),
    alternateApiAddrs: alternatesOf(cluster).map(({ apiAddr }) => apiAddr),
    alternateClusterAddrs: alternatesOf(cluster).map(({ clusterAddr }) => clusterAddr),
    linkAddrs: record.primaryClusterAddr === '' ? [] : [record.primaryClusterAddr],
    ...(request.sealTag === sealTag(cluster.seal) ? {} : { seal: sealFor(cluster, secret) })
  }
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

function changesAt (
  { storage }: Cluster,
  kind: ReplicationKind,
  filter: AppliedFilter,
  paths: Iterable<string>
): Change[] {
  const changes: Change[] = []
  for (const path of paths) {
    if (!inScope(kind, path)) continue
    const value = storage.tree.get(path)
    changes.push(changeOf(path, value === undefined ? undefined : filter.apply(path, value)))
  }
  return changes
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
