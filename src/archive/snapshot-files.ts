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
  /** state.bin in pieces; asked for twice, as its size goes before it, and the same both times */
  readonly state: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Vault's fourth file: the list of hashes, sealed; without it there is none */
  readonly seal?: (sums: Uint8Array) => Uint8Array
  /** modification time of the files, to the second */
  readonly nowMs: number
}

/**
 * The archive's bytes, stored and not compressed; the same for the same contents. Nothing of them is kept.
 */
export async function * writeSnapshotFiles (files: SnapshotFiles): AsyncGenerator<Uint8Array> {
  yield * storeGzip(tarPieces(files))
}

async function * tarPieces ({ id, meta, state, seal, nowMs }: SnapshotFiles): AsyncGenerator<Uint8Array> {
  const { bytes: stateBytes, sha256: stateSum } = await measured(state())
  const metaText = Buffer.from(printMeta(id, meta, stateBytes))
  const { sha256: metaSum } = await measured([metaText])
  const sums = Buffer.from(printSums({ 'meta.json': metaSum, 'state.bin': stateSum }))
  yield * smallFile('meta.json', metaText, nowMs)
  yield tarHeader('state.bin', stateBytes, nowMs)
  yield * state()
  yield tarPadding(stateBytes)
  yield * smallFile('SHA256SUMS', sums, nowMs)
  if (seal !== undefined) yield * smallFile('SHA256SUMS.sealed', seal(sums), nowMs)
  yield tarEnd()
}

function * smallFile (name: string, bytes: Uint8Array, nowMs: number): Generator<Uint8Array> {
  yield tarHeader(name, bytes.length, nowMs)
  yield bytes
  yield tarPadding(bytes.length)
}

async function measured (pieces: ReturnType<SnapshotFiles['state']>): Promise<{ readonly bytes: number, readonly sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of pieces) {
    hash.update(piece)
    bytes += piece.length
  }
  return { bytes, sha256: hash.digest('hex') }
}
