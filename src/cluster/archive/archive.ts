// The snapshot archive that clients download: a stored .tar.gz of metadata, storage entries and their hashes.
import { printJson } from '../../json/index.js'
import type { SnapshotMeta } from '../../archive/meta.js'
import { writeSnapshotFiles } from '../../archive/snapshot-files.js'
import { Turns } from '../../sim/wall-clock.js'
import { sealBytes } from '../barrier.js'
import { encodeStorageEntry } from './storage-entries.js'

/**
 * The key of the first record, which says that the others are ours: below it Vault keeps only encrypted values. It
 * sorts before `local/`, `own/` and `replicated/`, and is no part of the storage.
 */
export const MARKER_KEY = 'core/vault-mock'
/** How records are laid out: key = storage path, value = its JSON in the clear. */
export const ARCHIVE_FORMAT = 2

/** How many bytes of small records go out at once. */
const PIECE_BYTES = 64 * 1024

/** What goes into an archive. */
export interface ArchiveContents {
  readonly meta: SnapshotMeta
  /** storage path and printed JSON, in the storage's order; asked for twice, and the same both times */
  readonly entries: () => Iterable<readonly [string, Uint8Array | string]>
  /** 32 bytes that seal the hashes, so that only a cluster with the same keys takes the archive without force */
  readonly sealingKey: Uint8Array
  /** modification time of the files, to the second */
  readonly nowMs: number
  /** 12 random bytes, for the seal */
  readonly nonce: Uint8Array
}

/**
 * The archive's bytes; the same for the same contents.
 *
 * Source: raft-snapshot's archive format; observed on 1.14.
 */
export async function * writeArchive (contents: ArchiveContents): AsyncGenerator<Uint8Array> {
  const { meta, entries, sealingKey, nowMs, nonce } = contents
  yield * writeSnapshotFiles({
    id: 'bolt-snapshot',
    meta,
    state: () => statePieces(entries()),
    seal: (sums) => sealBytes(sealingKey, sums, nonce),
    nowMs
  })
}

/** The records, many small ones to a piece, made in turns, between which requests are answered. */
async function * statePieces (entries: ReturnType<ArchiveContents['entries']>): AsyncGenerator<Uint8Array> {
  let records = [encodeStorageEntry(MARKER_KEY, printJson({ format: ARCHIVE_FORMAT }))]
  let bytes = records[0]!.length
  const turns = new Turns()
  for (const [path, value] of entries) {
    const record = encodeStorageEntry(path, value)
    records.push(record)
    bytes += record.length
    if (turns.isOver) await turns.next()
    if (bytes < PIECE_BYTES) continue
    yield Buffer.concat(records)
    records = []
    bytes = 0
  }
  yield Buffer.concat(records)
}
