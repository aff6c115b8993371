// A snapshot archive, as Vault and Nomad write it: a .tar.gz of metadata, state and their hashes.
import { createHash } from 'node:crypto'
import { storeGzip } from './gzip.js'
import { printMeta, type SnapshotMeta } from './meta.js'
import { printSums } from './sums.js'
import { tarEnd, tarHeader, tarPadding } from './tar.js'

/** What goes into an archive. */
export interface SnapshotFiles {
  /** the snapshot's own name */
  readonly id: string
  readonly meta: SnapshotMeta
  /** state.bin; asked for once, when the first byte is wanted */
  readonly state: () => readonly Uint8Array[]
  /** Vault's fourth file: the list of hashes, sealed; without it there is none */
  readonly seal?: (sums: Uint8Array) => Uint8Array
  /** modification time of the files, to the second */
  readonly nowMs: number
}

/** The archive's bytes, stored and not compressed; the same for the same contents. */
export function * writeSnapshotFiles (files: SnapshotFiles): Generator<Uint8Array> {
  yield * storeGzip(tarPieces(files))
}

function * tarPieces ({ id, meta, state: statePieces, seal, nowMs }: SnapshotFiles): Generator<Uint8Array> {
  const state = statePieces()
  const stateBytes = state.reduce((sum, piece) => sum + piece.length, 0)
  const metaText = Buffer.from(printMeta(id, meta, stateBytes))
  const sums = Buffer.from(printSums({ 'meta.json': sha256([metaText]), 'state.bin': sha256(state) }))
  const file = (name: string, pieces: readonly Uint8Array[]): Generator<Uint8Array> => filePieces(name, pieces, nowMs)
  yield * file('meta.json', [metaText])
  yield * file('state.bin', state)
  yield * file('SHA256SUMS', [sums])
  if (seal !== undefined) yield * file('SHA256SUMS.sealed', [seal(sums)])
  yield tarEnd()
}

function * filePieces (name: string, pieces: readonly Uint8Array[], nowMs: number): Generator<Uint8Array> {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0)
  yield tarHeader(name, size, nowMs)
  yield * pieces
  yield tarPadding(size)
}

function sha256 (pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}
