// Snapshots of a region: taken as an archive, and restored from one.
import { Budget } from '../archive/budget.js'
import { GunzipReader, ReadError } from '../archive/gzip.js'
import { parseMeta, type SnapshotMeta } from '../archive/meta.js'
import { writeSnapshotFiles } from '../archive/snapshot-files.js'
import { complaint, HASHED_FILES, type HashedFile } from '../archive/sums.js'
import { TarReader } from '../archive/tar.js'
import { createHash } from 'node:crypto'
import { VaultError } from '../refusal/index.js'
import { MsgpackError } from './msgpack.js'
import { NomadError } from './nomad-error.js'
import { inNomadsWords, type Region } from './region.js'
import { parseRecords, printRecords, RecordsError } from './snapshot-records.js'

/** What an archive may take uncompressed: tokens and policies are small. */
const MAX_ARCHIVE_BYTES = 64 * 1024 * 1024

/** The archive that `operator snapshot save` gets, and `inspect` reads. */
export async function saveSnapshot (region: Region): Promise<Buffer> {
  const { raft, timeline, acl: { state: acl }, scheduler, signingKey } = region
  const { lastIndex: index, term, configurationIndex, servers } = raft
  const members = servers.map(({ id, address, suffrage }) => ({ id, address, voter: suffrage === 'voter' }))
  const state = printRecords({ acl, scheduler, signingKey })
  const pieces: Uint8Array[] = []
  const archive = writeSnapshotFiles({
    id: `${term}-${index}-${timeline.nowMs}`,
    meta: { index, term, configurationIndex, servers: members },
    state: () => state,
    nowMs: timeline.nowMs
  })
  for await (const piece of archive) pieces.push(piece)
  return Buffer.concat(pieces)
}

/**
 * Puts tokens, policies and settings of a snapshot in the place of the region's own; its servers stay.
 *
 * @throws {NomadError} 500 for what is no sound archive, and without a majority
 */
export async function restoreSnapshot (region: Region, archive: Buffer): Promise<void> {
  const { acl: { state: acl }, scheduler, signingKey } = region
  const { meta, state } = await inWords(() => readArchive(archive))
  const restored = await inWords(async () => parseRecords(state, { acl, scheduler, signingKey }))
  inNomadsWords(() => { region.raft.moveIndexPast(meta.index) })
  region.acl.restore(restored.acl)
  region.scheduler = restored.scheduler
  region.signingKey = restored.signingKey
}

async function inWords<T> (act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const isKnown = error instanceof ReadError || error instanceof MsgpackError || error instanceof RecordsError
    throw isKnown ? new NomadError(`failed to restore from snapshot: ${error.message}`) : error
  }
}

async function readArchive (archive: Buffer): Promise<{ readonly meta: SnapshotMeta, readonly state: Buffer }> {
  const budget = new Budget(MAX_ARCHIVE_BYTES)
  const inflated = await told('failed to decompress snapshot', () => GunzipReader.open(piecesOf(archive), budget))
  try {
    const files = await told('failed to read snapshot file', () => readFiles(new TarReader(inflated)))
    return { meta: parseMeta(files['meta.json']), state: files['state.bin'] }
  } finally {
    inflated.close()
  }
}

async function * piecesOf (archive: Buffer): AsyncGenerator<Uint8Array> {
  yield archive
}

async function readFiles (tar: TarReader): Promise<Record<HashedFile, Buffer>> {
  const found = new Map<string, Buffer>()
  for (let name = await tar.next(); name !== undefined; name = await tar.next()) {
    if (![...HASHED_FILES, 'SHA256SUMS'].includes(name)) {
      throw new ReadError(`unexpected file ${JSON.stringify(name)} in snapshot`)
    }
    const pieces = []
    for (let bytes = await tar.read(); bytes !== undefined; bytes = await tar.read()) pieces.push(bytes)
    found.set(name, Buffer.concat(pieces))
  }
  const file = (name: string): Buffer => found.get(name) ?? Buffer.alloc(0)
  const sum = (name: HashedFile): string => createHash('sha256').update(file(name)).digest('hex')
  const hashes = { 'meta.json': sum('meta.json'), 'state.bin': sum('state.bin') }
  const problem = complaint(file('SHA256SUMS').toString('utf8'), hashes)
  if (problem !== undefined) throw new ReadError(`failed checking integrity of snapshot: ${problem}`)
  return { 'meta.json': file('meta.json'), 'state.bin': file('state.bin') }
}

/** Puts what was being done in front of what Go's readers complain about. */
async function told<T> (what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof VaultError) throw new ReadError(`${what}: more than ${MAX_ARCHIVE_BYTES} bytes uncompressed`)
    throw error instanceof ReadError ? new ReadError(`${what}: ${error.message}`) : error
  }
}
