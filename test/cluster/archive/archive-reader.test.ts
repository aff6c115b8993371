// What is wrong with a snapshot is said in Vault's words, and nothing but a refusal ever comes of it.
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { packTar } from 'modern-tar'
import t from 'tap'
import type { Test } from 'tap'
import { readArchive } from '../../../src/cluster/archive/archive-reader.js'
import type { ReadArchiveOptions, RestoredArchive } from '../../../src/cluster/archive/archive-reader.js'
import { MARKER_KEY } from '../../../src/cluster/archive/archive.js'
import { encodeStorageEntry } from '../../../src/cluster/archive/storage-entries.js'
import { VaultError } from '../../../src/refusal/index.js'
import { archiveOf, filesAround, packed, sealingKey, uploadOf } from './archives.js'
import { randomSource } from '../random-source.js'

const OTHER_KEYS = 'could not verify hash file, possibly the snapshot is using a different set of unseal keys; use the snapshot-force API to bypass this check'
const state = encodeStorageEntry(MARKER_KEY, Buffer.from('{"format":2}'))

async function read (bytes: Uint8Array, options: Partial<ReadArchiveOptions> = {}): Promise<RestoredArchive> {
  return await readArchive(uploadOf(bytes), { sealingKey, force: false, ...options })
}

/** Both with and without force, unless said otherwise. */
async function refuses (t: Test, bytes: Uint8Array, message: string, forces = [false, true]): Promise<void> {
  for (const force of forces) await t.rejects(read(bytes, { force }), { name: 'VaultError', kind: 'failure', message })
}

async function packedWithout (name: string, changes: Array<[string, string | Uint8Array]> = []): Promise<Buffer> {
  const files = new Map([...filesAround(state), ...changes])
  files.delete(name)
  return await packed([...files])
}

t.test('what is no gzip', async t => {
  await refuses(t, Buffer.from(''), 'failed to decompress snapshot: EOF')
  for (let size = 1; size < 10; size++) await refuses(t, Buffer.alloc(size, 'x'), 'failed to decompress snapshot: unexpected EOF')
  await refuses(t, Buffer.from('not a snapshot'), 'failed to decompress snapshot: gzip: invalid header')
  await refuses(t, Buffer.from('1f8b0800000000000003', 'hex'), 'failed to read snapshot file: failed reading snapshot: unexpected EOF')
})

t.test('the optional parts of a gzip header are skipped, or cut off', async t => {
  const stored = await archiveOf([])
  const headed = Buffer.concat([stored.subarray(0, 3), Uint8Array.of(2 | 4 | 8 | 16), stored.subarray(4, 10), Buffer.from('\x02\0ababc\0def\0hh', 'latin1'), stored.subarray(10)])
  t.equal((await read(headed)).meta.index, 43)
  for (const size of [11, 13, 16, 20, 23]) await refuses(t, headed.subarray(0, size), 'failed to decompress snapshot: unexpected EOF')
  const endless = Buffer.concat([Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0), Buffer.alloc(600, 'x')])
  await refuses(t, endless, 'failed to decompress snapshot: gzip: invalid header')
})

t.test('cut in the middle of state.bin', async t => {
  const archive = await archiveOf([['own/a', JSON.stringify('x'.repeat(5000))]])
  await refuses(t, archive.subarray(0, 3000), 'failed to read snapshot file: failed to read or write snapshot data: unexpected EOF')
  await refuses(t, archive.subarray(0, 700), 'failed to read snapshot file: failed to read snapshot metadata: unexpected EOF')
  await refuses(t, archive.subarray(0, 300), 'failed to read snapshot file: failed reading snapshot: unexpected EOF')
})

t.test('one bit of state.bin flipped', async t => {
  const archive = await archiveOf([['own/a', JSON.stringify('x'.repeat(5000))]])
  archive[3000]! ^= 1
  await refuses(t, archive, 'failed to read snapshot file: failed checking integrity of snapshot: hash check failed for "state.bin"')
})

t.test('files that are missing', async t => {
  const broken = 'failed to read snapshot file: failed checking integrity of snapshot: '
  await refuses(t, await packedWithout('SHA256SUMS'), `${broken}file missing for "meta.json"`)
  await refuses(t, await packedWithout('meta.json'), `${broken}hash check failed for "meta.json"`)
  await refuses(t, await packedWithout('state.bin'), `${broken}hash check failed for "state.bin"`)
})

t.test('without sealed hashes only force restores', async t => {
  const archive = await packedWithout('SHA256SUMS.sealed')
  await t.rejects(read(archive), { kind: 'invalid', message: OTHER_KEYS })
  t.strictSame((await read(archive, { force: true })).entries, [])
})

t.test('an empty tar', async t => {
  const archive = gzipSync(Buffer.alloc(1024))
  await t.rejects(read(archive), { kind: 'invalid', message: OTHER_KEYS })
  await refuses(t, archive, 'failed to read snapshot file: failed checking integrity of snapshot: file missing for "meta.json"', [true])
})

t.test("another cluster's snapshot is restored with force alone", async t => {
  const options = { sealingKey: randomSource(99)(32) }
  const archive = await archiveOf()
  await t.rejects(read(archive, options), { kind: 'invalid', message: OTHER_KEYS })
  await t.rejects(read(archive, { ...options, autoSeal: true }), { kind: 'invalid', message: OTHER_KEYS.replace('set of unseal keys', 'autoseal key') })
  t.equal((await read(archive, { ...options, force: true })).entries.length, 3)
})

t.test('a file that does not belong there, also twice the same', async t => {
  await refuses(t, await packed([...filesAround(state), ['other.txt', 'x']]), 'failed to read snapshot file: unexpected file "other.txt" in snapshot')
  await refuses(t, await packed([...filesAround(state), ['SHA256SUMS', 'x']]), 'failed to read snapshot file: unexpected file "SHA256SUMS" in snapshot')
})

t.test('files may come in any order, with extended attributes', async t => {
  const archive = await packed([...filesAround(state)].reverse(), { pax: { comment: 'x' } })
  t.strictSame((await read(archive)).entries, [])
})

t.test('metadata and hashes have a largest size', async t => {
  const tooLarge = 'read max specified bytes (8192) without EOF - possible truncation'
  const size = (bytes: number): string => ' '.repeat(bytes)
  await refuses(t, await packedWithout('', [['meta.json', size(8192)]]), `failed to read snapshot file: failed to read snapshot metadata: ${tooLarge}`)
  await refuses(t, await packedWithout('', [['SHA256SUMS', size(8192)]]), `failed to read snapshot file: failed to read snapshot hashes: ${tooLarge}`)
  await refuses(t, await packedWithout('', [['SHA256SUMS.sealed', size(9000)]]), `failed to read snapshot file: failed to read snapshot hashes: ${tooLarge}`)
})

t.test('metadata that Go could not decode', async t => {
  const undecodable = async (text: string, reason: string): Promise<void> => {
    const archive = await packed([...filesAround(state, text)])
    await refuses(t, archive, `failed to read snapshot file: failed to decode snapshot metadata: ${reason}`)
  }
  await undecodable('{', 'unexpected end of JSON input')
  await undecodable('nope', "invalid character 'o' in literal null (expecting 'u')")
  await undecodable('[]', 'json: cannot unmarshal array into Go value of type raft.SnapshotMeta')
  await undecodable('{"Index":"1"}', 'json: cannot unmarshal string into Go value of type uint64')
  await undecodable('{"Configuration":{"Servers":[{"ID":1}]}}', 'json: cannot unmarshal number 1 into Go value of type string')
})

t.test('lists of hashes that say something else', async t => {
  const broken = 'failed to read snapshot file: failed checking integrity of snapshot: '
  const zeros = '0'.repeat(64)
  await refuses(t, await packedWithout('', [['SHA256SUMS', `${zeros}  x\n`]]), `${broken}list missing hash for "x"`)
  await refuses(t, await packedWithout('', [['SHA256SUMS', `${zeros}  meta.json\n`]]), `${broken}hash check failed for "meta.json"`)
  await refuses(t, await packedWithout('', [['SHA256SUMS', 'junk\n']]), `${broken}input does not match format`)
  await refuses(t, await packedWithout('', [['SHA256SUMS', '\n']]), `${broken}unexpected EOF`)
})

t.test('what is no tar', async t => {
  await refuses(t, gzipSync(Buffer.alloc(512, 'x')), 'failed to read snapshot file: failed reading snapshot: archive/tar: invalid tar header')
  await refuses(t, gzipSync(Buffer.alloc(100, 'x')), 'failed to read snapshot file: failed reading snapshot: unexpected EOF')
  await refuses(t, gzipSync(Buffer.concat([Buffer.alloc(512), Buffer.alloc(512, 'x')])), 'failed to read snapshot file: failed reading snapshot: archive/tar: invalid tar header')
})

t.test("a real Vault's storage is not restored, not even with force", async t => {
  const theirs = Buffer.concat([encodeStorageEntry('core/audit', randomSource(4)(60)), encodeStorageEntry('core/auth', randomSource(5)(60))])
  await t.rejects(read(await packed([...filesAround(theirs)]), { force: true }), { kind: 'invalid', message: /encrypted with the keys of another Vault and cannot be decrypted by vault-mock/ })
  await t.rejects(read(await packed([...filesAround(Buffer.alloc(0))]), { force: true }), { kind: 'invalid', message: /another Vault/ })
})

t.test('records that are no storage entries of ours', async t => {
  const after = (...records: Uint8Array[]): Buffer => Buffer.concat([state, ...records])
  const notEntries = [after(Uint8Array.of(5)), after(Buffer.alloc(40, 0xff)), after(encodeStorageEntry('own/a', Buffer.from('{'))),
    after(encodeStorageEntry('no/class', Buffer.from('1'))), after(Uint8Array.of(0))]
  for (const bytes of notEntries) {
    await t.rejects(read(await packed([...filesAround(bytes)])), { kind: 'invalid', message: /state\.bin does not hold storage entries/ })
  }
  const later = encodeStorageEntry(MARKER_KEY, Buffer.from('{"format":3}'))
  await t.rejects(read(await packed([...filesAround(later)])), { kind: 'invalid', message: /another version of vault-mock/ })
})

t.test('damage to the archive is told before what is wrong with its records', async t => {
  const archive = await packed([...filesAround(Buffer.from('junk')), ['other.txt', '']])
  await refuses(t, archive, 'failed to read snapshot file: unexpected file "other.txt" in snapshot')
})

t.test('what follows the tar, or the end of the gzip, is not looked at', async t => {
  const archive = await archiveOf()
  t.equal((await read(Buffer.concat([archive, Buffer.from('junk')]))).entries.length, 3)
  t.equal((await read(archive.subarray(0, -8))).entries.length, 3)
  t.equal((await read(gzipSync(Buffer.concat([gunzipSync(archive), Buffer.alloc(9000, 1)])))).entries.length, 3)
  t.equal((await read(gzipSync(gunzipSync(archive).subarray(0, -1024)))).entries.length, 3)
})

const TOO_LARGE = {
  kind: 'invalid', message: /^the snapshot takes more than the 1000000 bytes of memory that --snapshot-bytes allows$/
}

t.test('a bomb is refused once it has inflated too far', async t => {
  const bomb = gzipSync(await packTar([{ header: { name: 'state.bin', size: 30_000_000, mtime: new Date(0) }, body: new Uint8Array(30_000_000) }]))
  await t.rejects(read(bomb, { maxBytes: 1_000_000, force: true }), TOO_LARGE)
})

t.test('so is an archive of more records than there is memory for, whatever they repeat', async t => {
  const record = encodeStorageEntry('own/a', Buffer.from('1'))
  const marker = encodeStorageEntry('core/vault-mock', Buffer.from('{"format":2}'))
  const archive = await packed([...filesAround(Buffer.concat([marker, Buffer.alloc(record.length * 2500, record)]))])
  await t.rejects(read(archive, { maxBytes: 1_000_000 }), TOO_LARGE)
  t.equal((await read(archive, { maxBytes: 2_000_000 })).entries.length, 2500)
})

t.test('an archive whose hashes are wrong is refused before its records are read', async t => {
  const record = encodeStorageEntry('own/a', Buffer.from('1'))
  const files = filesAround(Buffer.alloc(record.length * 2500, record))
  const archive = await packed([...files.set('SHA256SUMS', '')])
  await t.rejects(read(archive, { maxBytes: 1_000_000 }), { kind: 'failure', message: /file missing for "meta.json"$/ })
})

t.test('the upload is read to its end, however early it is refused', async t => {
  let finished = false
  async function * upload (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('this is not a snapshot')
    yield Buffer.alloc(100_000)
    finished = true
  }
  await t.rejects(readArchive(upload(), { sealingKey, force: false }), /invalid header/)
  t.ok(finished)
})

t.test('an upload that breaks off is one that was cut off', async t => {
  async function * upload (): AsyncGenerator<Uint8Array> {
    yield (await archiveOf()).subarray(0, 100)
    throw new Error('aborted')
  }
  await t.rejects(readArchive(upload(), { sealingKey, force: false }), { kind: 'failure', message: 'failed to read snapshot file: failed reading snapshot: unexpected EOF' })
})

t.test('whatever is done to an archive, it is read or refused', async () => {
  const archive = await archiveOf()
  const tar = gunzipSync(archive)
  const flip = fc.record({ at: fc.nat(), bit: fc.nat(7) })
  const damage = fc.record({
    flips: fc.array(flip, { maxLength: 3 }),
    size: fc.option(fc.nat()),
    inTar: fc.boolean(),
    force: fc.boolean(),
    extra: fc.uint8Array()
  })
  await fc.assert(fc.asyncProperty(damage, async ({ flips, size, inTar, force, extra }) => {
    const damaged = Buffer.from(inTar ? tar : archive)
    for (const { at, bit } of flips) damaged[at % damaged.length]! ^= 1 << bit
    const cut = Buffer.concat([size === null ? damaged : damaged.subarray(0, size % damaged.length), extra])
    await readOrRefused(inTar ? gzipSync(cut) : cut, force)
  }), { numRuns: 300 })
})

t.test('junk is refused', async t => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.nat(2), async (junk, wrapping) => {
    const bytes = [junk, gzipSync(junk), await packed([...filesAround(junk)])][wrapping]!
    t.notOk(await readOrRefused(bytes, true))
  }), { numRuns: 100 })
})

/** False if it was refused; anything but a refusal is thrown. */
async function readOrRefused (bytes: Uint8Array, force: boolean): Promise<boolean> {
  try {
    await read(bytes, { force })
    return true
  } catch (error) {
    if (error instanceof VaultError) return false
    throw error
  }
}
