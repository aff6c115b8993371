// Taking and restoring raft snapshots.
import { printJson } from '../json/index.js'
import { invalid, VaultError } from '../refusal/index.js'
import type { SnapshotMeta } from '../archive/meta.js'
import { writeArchive } from './archive/archive.js'
import { readArchive } from './archive/archive-reader.js'
import { NONCE_BYTES } from './barrier.js'
import type { Cluster } from './cluster.js'
import { sealNode } from './seal.js'
import { Storage, withSortedKeys } from './storage.js'
import type { StoredSeal } from './stored.js'

/**
 * The whole storage as the archive that Vault's own tools read.
 *
 * @throws {VaultError} `invalid` where raft only elects the leader
 * @see `storage/raft/snapshot`
 */
export function takeSnapshot (cluster: Cluster): AsyncIterable<Uint8Array> {
  requireRaftStorage(cluster)
  const { rootKey } = cluster
  if (rootKey === undefined) throw new VaultError('sealed', 'Vault is sealed')
  const view = cluster.storage.clone()
  return writeArchive({
    meta: metaOf(cluster),
    entries: printedEntries(view),
    rootKey,
    nowMs: cluster.timeline.nowMs,
    nonce: cluster.random.stream('archive').bytes(NONCE_BYTES)
  })
}

function requireRaftStorage (cluster: Cluster): void {
  if (cluster.surroundings.raftUse !== 'storage') throw invalid('raft storage is not in use')
}

/** Equal data makes equal archives, wherever it came from. */
function * printedEntries (storage: Storage): Generator<[string, string]> {
  for (const [path, value] of storage.entries()) yield [path, printJson(withSortedKeys(value))]
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
 * Puts a snapshot's data in place of the cluster's; the membership stays. With `force` the keys are not compared:
 * data under other keys seals every node until the origin's keys arrive.
 *
 * @throws {VaultError} Vault's texts in its order of checks; nothing has changed then
 * @see recordings `raft-single`; `reference/observed.md` for foreign and broken snapshots
 */
export async function restoreSnapshot (
  cluster: Cluster, upload: AsyncIterable<Uint8Array>, { force }: { readonly force: boolean }
): Promise<void> {
  requireRaftStorage(cluster)
  const { rootKey } = cluster
  if (rootKey === undefined) throw new VaultError('sealed', 'Vault is sealed')
  const { meta, entries } = await readArchive(upload, { rootKey, force })
  const restored = new Storage(entries)
  const before = cluster.seal
  cluster.storage.replaceWith(restored)
  cluster.raft.moveIndexPast(meta.index)
  if (isForeign(before, cluster.seal)) sealEverything(cluster)
  else cluster.announce('storageReplaced')
}

function isForeign (before: StoredSeal | undefined, after: StoredSeal | undefined): boolean {
  return before?.wrappedRootKey !== after?.wrappedRootKey && after !== undefined
}

/** Observed: 204, then every node is sealed; only the origin's keys open them. */
function sealEverything (cluster: Cluster): void {
  cluster.change({ rootKey: undefined })
  for (const node of cluster.nodes.values()) sealNode(node)
  cluster.announce('storageReplaced')
}
