// The snapshot archive that clients download: a stored .tar.gz of metadata, storage entries and their hashes.
import { createHash } from 'node:crypto'
import { printJson } from '../../json/index.js'
import { printSums } from './archive-sums.js'
import { sealBytes } from '../barrier.js'
import { storeGzip } from './gzip.js'
import { encodeStorageEntry } from './storage-entries.js'
import { tarEnd, tarHeader, tarPadding } from './tar.js'

/**
 * The key of the first record, which says that the others are ours: below it Vault keeps only encrypted values. It
 * sorts before `local/`, `own/` and `replicated/`, and is no part of the storage.
 */
export const MARKER_KEY = 'core/vault-mock'
/** How records are laid out: key = storage path, value = its JSON in the clear. */
export const ARCHIVE_FORMAT = 1

const VOTER = 0
const NON_VOTER = 1
/** How many bytes of small records go out at once. */
const PIECE_BYTES = 64 * 1024

/** What the archive says of the raft log, without the size of state.bin, which is counted. */
export interface SnapshotMeta {
  readonly index: number
  readonly term: number
  /** the log index of the membership below */
  readonly configurationIndex: number
  readonly servers: ReadonlyArray<{ readonly id: string, readonly address: string, readonly voter: boolean }>
}

/** What goes into an archive. */
export interface ArchiveContents {
  readonly meta: SnapshotMeta
  /** storage path and printed JSON, in the storage's order; walked over once, before the first byte comes out */
  readonly entries: Iterable<readonly [string, Uint8Array | string]>
  /** 32 bytes that seal the hashes, so that only a cluster with the same keys takes the archive without force */
  readonly sealingKey: Uint8Array
  /** modification time of the files, to the second */
  readonly nowMs: number
  /** 12 random bytes, for the seal */
  readonly nonce: Uint8Array
}

/**
 * The archive's bytes; the same for the same contents. Its size must be known before its first byte, so the records
 * are built at once; the rest streams.
 *
 * Source: raft-snapshot's archive format; observed on 1.14.
 */
export async function * writeArchive (contents: ArchiveContents): AsyncGenerator<Uint8Array> {
  yield * storeGzip(tarPieces(contents))
}

function * tarPieces ({ meta, entries, sealingKey, nowMs, nonce }: ArchiveContents): Generator<Uint8Array> {
  const state = [...statePieces(entries)]
  const stateBytes = state.reduce((sum, piece) => sum + piece.length, 0)
  const metaText = Buffer.from(printMeta(meta, stateBytes))
  const sums = Buffer.from(printSums({ 'meta.json': sha256([metaText]), 'state.bin': sha256(state) }))
  const sealed = sealBytes(sealingKey, sums, nonce)
  const file = (name: string, pieces: Uint8Array[]): Generator<Uint8Array> => filePieces(name, pieces, nowMs)
  yield * file('meta.json', [metaText])
  yield * file('state.bin', state)
  yield * file('SHA256SUMS', [sums])
  yield * file('SHA256SUMS.sealed', [sealed])
  yield tarEnd()
}

function * filePieces (name: string, pieces: Uint8Array[], nowMs: number): Generator<Uint8Array> {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0)
  yield tarHeader(name, size, nowMs)
  yield * pieces
  yield tarPadding(size)
}

/** The records, many small ones to a piece. */
function * statePieces (entries: ArchiveContents['entries']): Generator<Uint8Array> {
  let records = [encodeStorageEntry(MARKER_KEY, Buffer.from(printJson({ format: ARCHIVE_FORMAT })))]
  let bytes = records[0]!.length
  for (const [path, value] of entries) {
    const record = encodeStorageEntry(path, typeof value === 'string' ? Buffer.from(value) : value)
    records.push(record)
    bytes += record.length
    if (bytes < PIECE_BYTES) continue
    yield Buffer.concat(records)
    records = []
    bytes = 0
  }
  yield Buffer.concat(records)
}

/** Go's names for the fields, in the order of its struct. */
function printMeta (meta: SnapshotMeta, stateBytes: number): string {
  return printJson({
    Version: 1,
    ID: 'bolt-snapshot',
    Index: meta.index,
    Term: meta.term,
    Peers: null,
    Configuration: {
      Servers: meta.servers.map(({ id, address, voter }) => {
        return { Suffrage: voter ? VOTER : NON_VOTER, ID: id, Address: address }
      })
    },
    ConfigurationIndex: meta.configurationIndex,
    Size: stateBytes
  }) + '\n'
}

function sha256 (pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}
