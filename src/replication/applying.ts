// The secondary's side: writing down what the primary sent.
import { openBytes } from '../cluster/barrier.js'
import type { Cluster } from '../cluster/cluster.js'
import { sealNode } from '../cluster/seal.js'
import { sealIn } from '../cluster/stored.js'
import { entryHash, Withheld, type StoredValue } from '../cluster/storage.js'
import { clusterAddrOf, sealTag } from './shipping.js'
import { valueOf, type Change, type FollowAnswer, type FollowRequest } from './messages.js'
import { putRecord, secondaryRecord, type ReplicationKind, type SecondaryRecord } from './records.js'
import { merkleRoot, scopedEntries } from './scope.js'
import { replicationOf } from './replication.js'

/**
 * Whether an answer is the first one from a primary, and what the cluster had before; its caller then locks the
 * standbys.
 */
export type Bootstrap = 'none' | 'kept' | 'wiped'

/** What a secondary asks next. */
export function nextRequest (cluster: Cluster, kind: ReplicationKind, record: SecondaryRecord): FollowRequest {
  const { epoch, position } = replicationOf(cluster).progress(kind)
  return {
    kind,
    clusterId: record.clusterId,
    secondaryId: record.secondaryId,
    address: { apiAddr: cluster.activeNode?.apiAddr ?? '', clusterAddr: clusterAddrOf(cluster) },
    epoch,
    position,
    sealTag: sealTag(cluster.seal)
  }
}

/**
 * Takes over what a primary answered, and remembers where it stands. Keys, where they are new, lock the nodes other
 * than the active one: see `lockStandbys`.
 *
 * @returns false if the data is not the primary's all the same, and everything has to be compared
 */
export function applyAnswer (
  cluster: Cluster,
  kind: ReplicationKind,
  answer: FollowAnswer,
  { bootstrap = 'none' }: { bootstrap?: Bootstrap } = {}
): boolean {
  const record = secondaryRecord(cluster, kind)
  if (record === undefined) return true
  const keysBefore = cluster.rootKey
  if (answer.seal !== undefined) takeSeal(cluster, answer.seal, record.secret)
  replicationOf(cluster).unguarded(() => { applyChanges(cluster, kind, answer) })
  rememberPrimary(cluster, kind, record, answer)
  const equal = merkleRoot(cluster.storage, kind) === answer.root
  const before = replicationOf(cluster).progress(kind)
  const streamed = answer.everything ? bootstrap !== 'wiped' : answer.changes.length > 0
  replicationOf(cluster).setProgress(kind, {
    epoch: equal ? answer.epoch : '',
    position: answer.position,
    lastRemoteWal: streamed ? answer.wal : before.lastRemoteWal,
    wal: answer.wal
  })
  if (bootstrap === 'none') lockStandbys(cluster, keysBefore)
  return equal
}

function applyChanges (cluster: Cluster, kind: ReplicationKind, { everything, changes }: FollowAnswer): void {
  const { storage } = cluster
  if (everything) for (const path of surplusPaths(cluster, kind, changes)) storage.delete(path)
  for (const change of changes) {
    const [path] = change
    const value = valueOf(change)
    if (value === undefined) storage.delete(path)
    else if (differs(path, storage.tree.get(path), value)) storage.put(path, value)
  }
}

function surplusPaths ({ storage }: Cluster, kind: ReplicationKind, changes: readonly Change[]): string[] {
  const wanted = new Set(changes.map(([path]) => path))
  return [...scopedEntries(storage, kind)].map(([path]) => path).filter((path) => !wanted.has(path))
}

function differs (path: string, old: StoredValue | undefined, value: StoredValue): boolean {
  if (old === value) return false
  if (old === undefined || (old instanceof Withheld) !== (value instanceof Withheld)) return true
  return entryHash(path, old) !== entryHash(path, value)
}

/** Notes the primary's addresses; they change while it lives. */
function rememberPrimary (
  cluster: Cluster,
  kind: ReplicationKind,
  record: SecondaryRecord,
  answer: FollowAnswer
): void {
  const isSame = record.primaryId === answer.primaryId && record.primaryClusterAddr !== ''
  const next: SecondaryRecord = {
    ...record,
    primaryId: answer.primaryId,
    primaryApiAddrs: answer.nodes.map(({ apiAddr }) => apiAddr),
    alternateApiAddrs: answer.alternateApiAddrs,
    alternateClusterAddrs: answer.alternateClusterAddrs,
    linkAddrs: answer.linkAddrs.length > 0 ? answer.linkAddrs : answer.nodes.map(({ clusterAddr }) => clusterAddr),
    knownPrimaryClusterAddrs: answer.nodes.map(({ clusterAddr }) => clusterAddr),
    primaryClusterAddr: isSame ? record.primaryClusterAddr : answer.primaryClusterAddr
  }
  if (JSON.stringify(next) !== JSON.stringify(record)) putRecord(cluster, kind, next)
}

/** Takes over the primary's keys. */
function takeSeal (cluster: Cluster, { stored, rootKey }: NonNullable<FollowAnswer['seal']>, secret: string): void {
  const opened = openBytes(Buffer.from(secret, 'hex'), Buffer.from(rootKey, 'base64'))
  if (opened === undefined) throw new Error('the primary sealed its keys with another secret')
  cluster.change({ rootKey: Buffer.from(opened) })
  sealIn(cluster.storage).put(stored)
}

/**
 * Nodes other than the active one find the barrier locked anew and seal themselves; the primary's key shares open them.
 * They go on voting: the active node stays active meanwhile, as HashiCorp's own test helpers want it.
 *
 * @param keysBefore the root key before the primary's was taken over
 * @see `reference/replication.md` §10.2
 */
export function lockStandbys (cluster: Cluster, keysBefore: Buffer | undefined): void {
  const { rootKey, seal, activeNode } = cluster
  if (seal === undefined) return
  const isNew = keysBefore === undefined || rootKey?.equals(keysBefore) !== true
  for (const node of cluster.nodes.values()) {
    node.change({ sealConfig: { shares: seal.shares, threshold: seal.threshold } })
    if (!isNew || node === activeNode) continue
    node.change({ votesWhileSealed: true })
    sealNode(node)
  }
}
