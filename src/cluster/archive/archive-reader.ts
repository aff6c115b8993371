// Reading a snapshot archive back: everything is checked, in Vault's order, before anything is handed out.
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { Turns } from '../../sim/wall-clock.js'
import { parseMeta, type SnapshotMeta } from '../../archive/meta.js'
import type { Storage } from '../storage.js'
import { StateReader } from './archive-state.js'
import type { RestoredEntry } from './archive-state.js'
import { complaint } from '../../archive/sums.js'
import type { FileHashes } from '../../archive/sums.js'
import { openBytes } from '../barrier.js'
import { Budget, DEFAULT_SNAPSHOT_BYTES } from '../../archive/budget.js'
import { GunzipReader, ReadError } from '../../archive/gzip.js'
import { KeptUpload } from './kept-upload.js'
import { TarReader } from '../../archive/tar.js'

/** What raft-snapshot reads at most of metadata and hashes; at this many it takes them for cut off. */
const MAX_SMALL_FILE_BYTES = 8192

/** What an archive is checked against. */
export interface ReadArchiveOptions {
  /** of the cluster that restores, 32 bytes */
  readonly sealingKey: Uint8Array
  /** `snapshot-force`: the sealed hashes are not looked at */
  readonly force: boolean
  /** whether a key management service unseals the cluster; one word of the refusal depends on it */
  readonly autoSeal?: boolean
  /** memory that reading it may take */
  readonly maxBytes?: number
  /** a storage whose values are not kept a second time */
  readonly known?: Storage
}

/** What was in an archive. */
export interface RestoredArchive {
  readonly meta: SnapshotMeta
  /** storage path and value, in the archive's order */
  readonly entries: readonly RestoredEntry[]
  /** not looked at with `force`, and empty where there are none */
  readonly sealedSums: Uint8Array
}

/** What was found in the tar, not trusted yet. */
interface FoundFiles {
  meta: SnapshotMeta
  sums: string
  sealedSums: Uint8Array
  readonly hashes: { readonly [File in keyof FileHashes]: Hash }
}

/** Takes the bytes of state.bin. */
type TakeState = (bytes: Uint8Array) => void

/**
 * Reads an upload to its end and gives back what it holds, if all of it is sound. It is uncompressed twice: no entry is
 * looked at before the hashes of all are found to be right, and meanwhile only the compressed bytes stay in memory.
 *
 * The upload is read to its end even if it is refused early: only then does a client that is still sending see why.
 *
 * @throws VaultError `failure` for what is broken, `invalid` for what takes too much memory, for the archive of a
 *   cluster with other keys and for what only a real Vault could restore (recorded: `raft-single`, `raft-cluster`;
 *   observed on 1.14)
 */
export async function readArchive (
  upload: AsyncIterable<Uint8Array>, options: ReadArchiveOptions
): Promise<RestoredArchive> {
  const { maxBytes = DEFAULT_SNAPSHOT_BYTES, known } = options
  const budget = new Budget(maxBytes)
  const bytes = new KeptUpload(upload, budget)
  try {
    const files = await readFiles(bytes, new Budget(maxBytes), () => {})
    checkSums(files, options)
    const state = new StateReader(budget, known)
    await readFiles(bytes.again(), new Budget(maxBytes), (piece) => { state.push(piece) })
    return { meta: files.meta, entries: state.entries(), sealedSums: files.sealedSums }
  } finally {
    await bytes.drain()
  }
}

async function readFiles (
  bytes: AsyncIterator<Uint8Array>, budget: Budget, takeState: TakeState
): Promise<FoundFiles> {
  const inflated = await explained('failed to decompress snapshot', () => GunzipReader.open(bytes, budget))
  try {
    return await explained('failed to read snapshot file', () => readTar(new TarReader(inflated), takeState))
  } finally {
    inflated.close()
  }
}

async function readTar (tar: TarReader, takeState: TakeState): Promise<FoundFiles> {
  const files: FoundFiles = {
    meta: { index: 0, term: 0, configurationIndex: 0, servers: [] },
    sums: '',
    sealedSums: new Uint8Array(),
    hashes: { 'meta.json': createHash('sha256'), 'state.bin': createHash('sha256') }
  }
  const expected = new Set(['meta.json', 'state.bin', 'SHA256SUMS', 'SHA256SUMS.sealed'])
  for (;;) {
    const name = await during('failed reading snapshot', () => tar.next())
    if (name === undefined) return files
    // A second file of a name would count too in Vault; nothing makes such archives.
    if (!expected.delete(name)) throw new ReadError(`unexpected file ${JSON.stringify(name)} in snapshot`)
    await readFile(name, tar, files, takeState)
  }
}

async function readFile (name: string, tar: TarReader, files: FoundFiles, takeState: TakeState): Promise<void> {
  if (name === 'meta.json') {
    const text = await during('failed to read snapshot metadata', () => readSmallFile(tar))
    files.hashes['meta.json'].update(text)
    files.meta = await during('failed to decode snapshot metadata', async () => parseMeta(text))
  } else if (name === 'state.bin') {
    await during('failed to read or write snapshot data', () => readState(tar, files, takeState))
  } else {
    const sums = await during('failed to read snapshot hashes', () => readSmallFile(tar))
    if (name === 'SHA256SUMS') files.sums = Buffer.from(sums).toString('utf8')
    else files.sealedSums = sums
  }
}

async function readState (tar: TarReader, files: FoundFiles, takeState: TakeState): Promise<void> {
  const turns = new Turns()
  for (let bytes = await tar.read(); bytes !== undefined; bytes = await tar.read()) {
    files.hashes['state.bin'].update(bytes)
    takeState(bytes)
    if (turns.isOver) await turns.next()
  }
}

async function readSmallFile (tar: TarReader): Promise<Uint8Array> {
  const pieces = []
  let size = 0
  for (let bytes = await tar.read(); bytes !== undefined; bytes = await tar.read()) {
    pieces.push(bytes)
    size += bytes.length
    if (size >= MAX_SMALL_FILE_BYTES) {
      throw new ReadError(`read max specified bytes (${MAX_SMALL_FILE_BYTES}) without EOF - possible truncation`)
    }
  }
  return Buffer.concat(pieces)
}

/** First against the sealed list, which only a cluster with the same key can open, then against the plain one. */
function checkSums (files: FoundFiles, { force, sealingKey, autoSeal = false }: ReadArchiveOptions): void {
  const hashes = { 'meta.json': files.hashes['meta.json'].digest('hex'), 'state.bin': files.hashes['state.bin'].digest('hex') }
  const lists = [files.sums]
  if (!force) {
    const opened = openBytes(sealingKey, files.sealedSums)
    if (opened === undefined) throw otherKeys(autoSeal)
    lists.unshift(Buffer.from(opened).toString('utf8'))
  }
  for (const list of lists) {
    const reason = complaint(list, hashes)
    if (reason === undefined) continue
    throw failure(`failed to read snapshot file: failed checking integrity of snapshot: ${reason}`)
  }
}

function otherKeys (autoSeal: boolean): VaultError {
  const keys = autoSeal ? 'autoseal key' : 'set of unseal keys'
  const guess = `possibly the snapshot is using a different ${keys}`
  return invalid(`could not verify hash file, ${guess}; use the snapshot-force API to bypass this check`)
}

/** Puts what was being done in front of what Go's readers complain about. */
async function during<T> (what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw error instanceof ReadError ? new ReadError(`${what}: ${error.message}`) : error
  }
}

/** The same for the last words: what comes out is a refusal. */
async function explained<T> (what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw error instanceof ReadError ? failure(`${what}: ${error.message}`) : error
  }
}
