// Snapshot archives to test with: sound ones, and ones put together by hand.
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { TarHeader } from 'modern-tar'
import { packTar } from 'modern-tar'
import { writeArchive } from '../../../src/cluster/archive/archive.js'
import { sealBytes } from '../../../src/cluster/barrier.js'
import { randomSource } from '../random-source.js'

export const sealingKey = randomSource(1)(32)
export const nonce = randomSource(2)(12)
export const nowMs = 1_700_000_000_500
export const meta = {
  index: 43,
  term: 4,
  configurationIndex: 38,
  servers: [{ id: 'raft_1', address: '127.0.0.1:8201', voter: true }, { id: 'raft_2', address: '127.0.0.1:8203', voter: false }]
}
export const entries: ReadonlyArray<readonly [string, string]> = [
  ['local/token/a', '{"ttl":1.0}'],
  ['own/seal', '"x"'],
  ['replicated/mount/b/é', '[1,null]']
]

/** A sound archive of these contents. */
export async function archiveOf (stored: Iterable<readonly [string, string]> = entries): Promise<Buffer> {
  const kept = [...stored]
  return await collect(writeArchive({ meta, entries: () => kept, sealingKey, nowMs, nonce }))
}

export async function collect (pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found = []
  for await (const piece of pieces) found.push(piece)
  return Buffer.concat(found)
}

/** Bytes as an upload, in pieces. */
export async function * uploadOf (bytes: Uint8Array, pieceBytes = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

/** A .tar.gz of any files, written by another library than ours. */
export async function packed (
  files: ReadonlyArray<readonly [string, string | Uint8Array]>, attributes: Partial<TarHeader> = {}
): Promise<Buffer> {
  return gzipSync(await packTar(files.map(([name, body]) => ({
    header: { name, size: Buffer.byteLength(body), mtime: new Date(nowMs), ...attributes }, body
  }))))
}

/** The four files around a state.bin, with hashes that fit; any of them can be replaced or left out. */
export function filesAround (state: Uint8Array, metaText = '{"Version":1}\n'): Map<string, string | Uint8Array> {
  const sum = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
  const sums = `${sum(state)}  state.bin\n${sum(metaText)}  meta.json\n`
  return new Map<string, string | Uint8Array>([
    ['meta.json', metaText], ['state.bin', state], ['SHA256SUMS', sums], ['SHA256SUMS.sealed', sealBytes(sealingKey, Buffer.from(sums), nonce)]
  ])
}
