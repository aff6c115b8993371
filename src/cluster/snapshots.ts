// Taking and restoring raft snapshots.
import { createHmac } from 'node:crypto'
import { printSorted } from '../json/index.js'
import { invalid, VaultError } from '../refusal/index.js'
import type { SnapshotMeta } from '../archive/meta.js'
import { writeArchive } from './archive/archive.js'
import { readArchive } from './archive/archive-reader.js'
import { storageOf } from './archive/restored-storage.js'
import { NONCE_BYTES, openBytes } from './barrier.js'
import type { Cluster } from './cluster.js'
import { sealNode } from './seal.js'
import type { Storage } from './storage.js'
import { sealIn, type StoredSeal } from './stored.js'

/**
 * The whole storage of this instant as the archive that Vault's own tools read, whatever is written while it is read.
 *
 * @throws {VaultError} `invalid` where raft only elects the leader
 * @see `storage/raft/snapshot`
 */
export function takeSnapshot (cluster: Cluster): AsyncIterable<Uint8Array> {
  requireRaftStorage(cluster)
  const view = cluster.storage.clone()
  noteSnapshot(cluster)
  return writeArchive({
    meta: metaOf(cluster),
    entries: () => printedEntries(view),
    sealingKey: sealingKeyOf(cluster, cluster.seal),
    nowMs: cluster.timeline.nowMs,
    nonce: cluster.random.stream('archive').bytes(NONCE_BYTES)
  })
}

/** The archive is written while it is read. */
function noteSnapshot ({ telemetry }: Cluster): void {
  telemetry.note('vault.raft.snapshot.create')
  telemetry.note('vault.raft.snapshot.persist')
  telemetry.note('vault.raft.snapshot.takeSnapshot')
  telemetry.note('vault.raft.fsm.snapshot')
}

function requireRaftStorage (cluster: Cluster): void {
  if (cluster.surroundings.raftUse !== 'storage') throw invalid('raft storage is not in use')
}

/** Equal data makes equal archives, wherever it came from. */
function * printedEntries (storage: Storage): Generator<[string, string]> {
  for (const [path, value] of storage.entries()) yield [path, printSorted(value)]
}

function metaOf ({ raft }: Cluster): SnapshotMeta {
  return {
    index: raft.lastIndex,
    term: raft.term,
    configurationIndex: raft.configurationIndex,
    servers: raft.servers.map(({ id, address, suffrage }) => ({ id, address, voter: suffrage === 'voter' }))
  }
}

/**
 * What seals a snapshot's hashes: another one after a rekey, as Vault's unseal key is.
 *
 * @returns 32 bytes
 * @throws {VaultError} `sealed` where the root key is not known
 */
export function sealingKeyOf ({ rootKey }: Cluster, seal: StoredSeal | undefined): Uint8Array {
  if (rootKey === undefined) throw new VaultError('sealed', 'Vault is sealed')
  return createHmac('sha256', rootKey).update(seal?.wrappedRootKey ?? '').digest()
}

/**
 * Puts a snapshot's data in place of the cluster's; the membership stays. With `force` the keys are not compared:
 * data under another root key seals every node until the origin's keys arrive, data from before a rekey brings back the
 * unseal keys of then.
 *
 * @throws {VaultError} Vault's texts in its order of checks; nothing has changed then
 * @see recordings `raft-single`; `reference/observed.md` for foreign, outdated and broken snapshots
 */
export async function restoreSnapshot (
  cluster: Cluster, upload: AsyncIterable<Uint8Array>, { force }: { readonly force: boolean }
): Promise<void> {
  requireRaftStorage(cluster)
  const sealingKey = sealingKeyOf(cluster, cluster.seal)
  const { snapshotBytes: maxBytes } = cluster.surroundings
  const { telemetry } = cluster
  const startedMs = telemetry.stopwatchMs
  const known = cluster.storage
  const { meta, entries, sealedSums } = await readArchive(upload, { sealingKey, force, maxBytes, known })
  const restored = await storageOf(entries, known)
  const seal = sealIn(restored).value
  const opens = seal === undefined || isOurs(cluster, seal, sealedSums)
  cluster.storage.replaceWith(restored)
  telemetry.note('vault.raft.restore')
  telemetry.noteSince('vault.raft.fsm.restore', startedMs)
  telemetry.noteSince('vault.raft.restoreUserSnapshot', startedMs)
  cluster.raft.moveIndexPast(meta.index)
  showSealOf(cluster, seal)
  if (opens) cluster.announce('storageReplaced')
  else sealEverything(cluster)
}

/** The same seal, or an earlier one of the same root key. */
function isOurs (cluster: Cluster, seal: StoredSeal, sealedSums: Uint8Array): boolean {
  if (seal.wrappedRootKey === cluster.seal?.wrappedRootKey) return true
  return openBytes(sealingKeyOf(cluster, seal), sealedSums) !== undefined
}

/** From now on these many shares open a node, whatever it knew before. */
function showSealOf (cluster: Cluster, seal: StoredSeal | undefined): void {
  if (seal === undefined) return
  const { shares, threshold } = seal
  for (const node of cluster.nodes.values()) node.change({ sealConfig: { shares, threshold } })
}

/** Observed: 204, then every node is sealed; only the origin's keys open them. */
function sealEverything (cluster: Cluster): void {
  cluster.change({ rootKey: undefined })
  for (const node of cluster.nodes.values()) sealNode(node)
  cluster.announce('storageReplaced')
}
