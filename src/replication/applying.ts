// The secondary's side: writing down what the primary sent.
import { openBytes } from '../cluster/barrier.js'
import type { Cluster } from '../cluster/cluster.js'
import { sealNode } from '../cluster/seal.js'
import { sealIn } from '../cluster/stored.js'
import type { Storage } from '../cluster/storage.js'
import { clusterAddrOf, sealTag } from './shipping.js'
import type { Change } from './change.js'
import { differs, valueHere } from './differences.js'
import type { FollowAnswer, FollowRequest } from './messages.js'
import { putRecord, secondaryRecord, type ReplicationKind, type SecondaryRecord } from './records.js'
import { bytesOf } from './journal.js'
import type { Load } from './pace.js'
import { shownRoot } from './merkle-tree.js'
import { scopedEntries } from './scope.js'
import { replicationOf } from './replication.js'
import { install, isOwn } from './staging.js'
import { noteApplied } from './replication-telemetry.js'

/** What a secondary asks next. */
export function nextRequest (cluster: Cluster, kind: ReplicationKind, record: SecondaryRecord): FollowRequest {
  const { epoch, position } = replicationOf(cluster).progress(kind)
  return {
    kind,
    clusterId: record.clusterId,
    secondaryId: record.secondaryId,
    ...introduction(cluster),
    epoch,
    position,
    sealTag: sealTag(cluster.seal)
  }
}

/** What a secondary says of itself. */
export function introduction (cluster: Cluster): Pick<FollowRequest, 'address' | 'cluster'> {
  const { activeNode, identity } = cluster
  return {
    address: { apiAddr: activeNode?.apiAddr ?? '', clusterAddr: clusterAddrOf(cluster) },
    ...(identity === undefined ? {} : { cluster: { id: identity.id, name: identity.name } })
  }
}

/**
 * Takes over what a primary answered, and remembers where it stands. Keys, where they are new, lock the nodes other
 * than the active one: see `lockStandbys`.
 *
 * @param bootstrap whether it is the first answer of a primary: its caller then locks the standbys
 * @param staged the answer's data, made ready
 * @returns false if the data is not the primary's all the same, and everything has to be compared
 */
export function applyAnswer (
  cluster: Cluster,
  kind: ReplicationKind,
  answer: FollowAnswer,
  { bootstrap = false, staged }: { readonly bootstrap?: boolean, readonly staged?: Storage | undefined } = {}
): boolean {
  const record = secondaryRecord(cluster, kind)
  if (record === undefined) return true
  const keysBefore = cluster.rootKey
  noteApplied(cluster, answer)
  if (answer.seal !== undefined) takeSeal(cluster, answer.seal, record.secret)
  replicationOf(cluster).unguarded(() => {
    if (staged !== undefined) install(cluster, kind, staged)
    applyChanges(cluster, kind, staged === undefined ? answer : ownChanges(answer))
  })
  rememberPrimary(cluster, kind, record, answer)
  const equal = answer.root === '' || shownRoot(cluster, kind) === answer.root
  replicationOf(cluster).setProgress(kind, {
    epoch: equal ? answer.epoch : '',
    position: answer.position,
    wal: answer.wal,
    knownWal: answer.lastWal
  })
  if (!bootstrap) lockStandbys(cluster, keysBefore)
  return equal
}

/** What is left to do once staged data is in place. */
function ownChanges (answer: FollowAnswer): FollowAnswer {
  return { ...answer, everything: false, changes: answer.changes.filter(isOwn) }
}

function applyChanges (cluster: Cluster, kind: ReplicationKind, answer: FollowAnswer): void {
  const { everything, changes, differenceOnly = false } = answer
  const { storage } = cluster
  if (everything && !differenceOnly) for (const path of surplusPaths(cluster, kind, changes)) storage.delete(path)
  for (const change of changes) {
    const [path] = change
    const value = valueHere(kind, change)
    if (value === undefined) storage.delete(path)
    else if (differenceOnly || differs(storage.storedAt(path), value)) storage.put(path, value)
  }
}

/** What has to go over the link until a secondary has what an answer tells. */
export function loadOf (
  cluster: Cluster, kind: ReplicationKind, { everything, changes, differenceOnly }: FollowAnswer
): Load {
  const compares = everything && differenceOnly !== true
  let [entries, bytes] = [compares ? surplusPaths(cluster, kind, changes).length : 0, 0]
  for (const change of changes) {
    const value = valueHere(kind, change)
    if (compares && (value === undefined || !differs(cluster.storage.storedAt(change[0]), value))) continue
    entries += 1
    bytes += change[0].length + bytesOf(value)
  }
  return { entries, bytes }
}

function surplusPaths ({ storage }: Cluster, kind: ReplicationKind, changes: readonly Change[]): string[] {
  const wanted = new Set(changes.map(([path]) => path))
  return [...scopedEntries(storage, kind)].map(([path]) => path).filter((path) => !wanted.has(path))
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
  const connection = replicationOf(cluster).upstream(kind)
  if (connection === undefined || connection.ends !== undefined) return
  const peer = { id: answer.primaryId, name: answer.primaryName }
  replicationOf(cluster).setUpstream(kind, { ...connection, peer })
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
  // autopilot has known them for as long as there were nodes to be locked
  if (isNew) cluster.raft.core.changeAllPeers({ fresh: false })
  for (const node of cluster.nodes.values()) {
    node.change({ sealConfig: { shares: seal.shares, threshold: seal.threshold } })
    if (!isNew || node === activeNode) continue
    node.change({ votesWhileSealed: true })
    sealNode(node)
  }
}
