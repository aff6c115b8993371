// The archive that a snapshot is downloaded as: its bytes, and that it comes back.
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { unpackTar } from 'modern-tar'
import t from 'tap'
import { readArchive } from '../../../src/cluster/archive/archive-reader.js'
import { parseJson, printJson } from '../../../src/json/index.js'
import type { JsonValue } from '../../../src/json/index.js'
import { archiveOf, entries, meta, nowMs, sealingKey, uploadOf } from './archives.js'

t.test('what was written is read back, in the same order', async t => {
  const restored = await readArchive(uploadOf(await archiveOf()), { sealingKey, force: false })
  t.strictSame(restored.meta, meta)
  t.strictSame(restored.entries.map(([path, value]) => [path, printJson(value)]), entries)
})

t.test('any JSON comes back, however the upload is cut', async t => {
  const stored = fc.array(fc.tuple(fc.string().map((name) => `own/x${name}`), fc.json()))
  await fc.assert(fc.asyncProperty(stored, fc.integer({ min: 1, max: 5000 }), async (pairs, pieceBytes) => {
    const normal = pairs.map(([path, json]) => [Buffer.from(path).toString(), printJson(parseJson(json))] as const)
    const restored = await readArchive(uploadOf(await archiveOf(normal), pieceBytes), { sealingKey, force: false })
    t.strictSame(restored.entries.map(([path, value]) => [path, printJson(value)]), normal)
  }), { numRuns: 30 })
})

t.test('the same contents give the same bytes', async t => {
  t.strictSame(await archiveOf(), await archiveOf())
})

t.test('the files, their order, mode and time are those of a real snapshot', async t => {
  const files = await unpackTar(gunzipSync(await archiveOf()), { strict: true })
  t.strictSame(files.map(({ header }) => header.name), ['meta.json', 'state.bin', 'SHA256SUMS', 'SHA256SUMS.sealed'])
  for (const { header } of files) t.match(header, { mode: 0o600, mtime: new Date(Math.floor(nowMs / 1000) * 1000), type: 'file' })
})

t.test('meta.json has the fields of Go, in its order, and counts state.bin', async t => {
  const [metaFile, stateFile] = await unpackTar(gunzipSync(await archiveOf()))
  t.equal(Buffer.from(metaFile!.data!).toString(), '{"Version":1,"ID":"bolt-snapshot","Index":43,"Term":4,"Peers":null,"Configuration":{"Servers":[' +
    '{"Suffrage":0,"ID":"raft_1","Address":"127.0.0.1:8201"},{"Suffrage":1,"ID":"raft_2","Address":"127.0.0.1:8203"}]},' +
    `"ConfigurationIndex":38,"Size":${stateFile!.data!.length}}\n`)
})

t.test('the tar ends with exactly two blocks of zeros', async t => {
  const tar = gunzipSync(await archiveOf())
  t.equal(tar.length % 512, 0)
  t.ok(tar.subarray(-1024).every((byte) => byte === 0))
  t.notOk(tar.subarray(-1536, -1024).every((byte) => byte === 0))
})

t.test('no entries at all, and entries larger than a gzip block', async t => {
  const large = JSON.stringify('x'.repeat(200_000))
  for (const stored of [[], [['own/a', large], ['own/b', large]] as const]) {
    const restored = await readArchive(uploadOf(await archiveOf(stored), 70_000), { sealingKey, force: false })
    t.equal(restored.entries.length, stored.length)
  }
})

t.test('many entries are quick', async t => {
  const stored = Array.from({ length: 20_000 }, (_, at) => [`own/${at}`, '{"a":[1,2,3]}'] as const)
  const restored = await readArchive(uploadOf(await archiveOf(stored), 64 * 1024), { sealingKey, force: false })
  t.strictSame(restored.entries[19_999]?.[1], parseJson('{"a":[1,2,3]}') satisfies JsonValue)
})
