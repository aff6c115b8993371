import t from 'tap'
import { printJson } from '../../../src/json/index.js'
import { kvV2, upgradeToVersions } from '../../../src/backends/kv/version-2.js'
import { mountPrefix } from '../../../src/vault/mounts/mounts.js'
import { Bench } from '../../call.js'

const HOUR_MS = 3600_000
const written = { created_time: '2024-01-01T00:00:00Z', custom_metadata: null, deletion_time: '', destroyed: false, version: 1 }

/** A mount with `a` written n times: `{ x: 1 }` to `{ x: n }`. */
function withVersions (count: number, options = {}): Bench {
  const kv = new Bench(kvV2, options)
  for (let x = 1; x <= count; x++) kv.run('update', 'data/a', { data: { x } })
  return kv
}

t.test('a write answers its version, a read its data', async (t) => {
  const kv = new Bench(kvV2)
  t.same(kv.data('create', 'data/a', { data: { x: 1 } }), written)
  t.same(kv.data('read', 'data/a'), { data: { x: 1 }, metadata: written })
  t.equal(kv.run('read', 'data/none'), undefined)
})

t.test('older versions are read by number', async (t) => {
  const kv = withVersions(2)
  t.match(kv.data('read', 'data/a', { version: 1 }), { data: { x: 1 }, metadata: { version: 1 } })
  t.match(kv.data('read', 'data/a', { version: '0' }), { metadata: { version: 2 } })
  t.equal(kv.run('read', 'data/a', { version: 9 }), undefined)
})

t.test('numbers become float64', async (t) => {
  const kv = new Bench(kvV2)
  kv.run('create', 'data/a', '{"data":{"n":12345678901234567890,"f":1.0,"l":[1e3],"__proto__":1.50}}')
  t.match(printJson(kv.run('read', 'data/a')?.data?.data ?? null), '{"__proto__":1.5,"f":1,"l":[1000],"n":12345678901234567000}')
})

t.test('check-and-set', async (t) => {
  const kv = withVersions(1)
  const mismatch = { kind: 'invalid', message: 'check-and-set parameter did not match the current version' }
  t.match(kv.data('update', 'data/a', { options: { cas: '1' }, data: {} }), { version: 2 })
  t.throws(() => kv.run('update', 'data/a', { options: { cas: 1 }, data: {} }), mismatch)
  t.throws(() => kv.run('update', 'data/a', { options: { cas: 0 }, data: {} }), mismatch)
  t.throws(() => kv.run('update', 'data/a', { options: { cas: 'x' }, data: {} }), { message: 'error parsing check-and-set parameter' })
  kv.run('update', 'config', { cas_required: true })
  t.throws(() => kv.run('update', 'data/a', { data: {} }), { message: 'check-and-set parameter required for this call' })
  t.throws(() => kv.run('update', 'data/a', { x: 1 }), { kind: 'invalid', message: 'no data provided' })
})

t.test('a deleted version is a 404 with its metadata, without a newline', async (t) => {
  const kv = withVersions(1)
  t.equal(kv.run('delete', 'data/a'), undefined)
  const answer = kv.run('read', 'data/a')
  t.match(answer, { status: { code: 404, newline: false } })
  t.same(JSON.parse(printJson(answer?.data ?? null)), { data: null, metadata: { ...written, deletion_time: '2024-01-01T00:00:00Z' } })
  kv.run('update', 'undelete/a', { versions: [1] })
  t.match(kv.run('read', 'data/a'), { status: undefined, data: { data: { x: 1 } } })
})

t.test('delete, undelete and destroy take versions in any spelling, and want some', async (t) => {
  const kv = withVersions(3)
  kv.run('update', 'delete/a', { versions: ['1', '2'] })
  kv.run('update', 'destroy/a', { versions: '1' })
  t.match(kv.data('read', 'metadata/a'), { versions: { 1: { destroyed: true }, 2: { destroyed: false, deletion_time: /^2024/ }, 3: { deletion_time: '' } } })
  kv.run('update', 'undelete/a', { versions: [1, 2, 9] })
  t.match(kv.run('read', 'data/a', { version: 1 }), { status: { code: 404 } })
  t.match(kv.run('read', 'data/a', { version: 2 }), { status: undefined })
  t.throws(() => kv.run('update', 'delete/a', {}), { message: 'No version number provided' })
  t.throws(() => kv.run('update', 'destroy/a', {}), { message: 'no version number provided' })
  t.equal(kv.run('update', 'destroy/none', { versions: [1] }), undefined)
})

t.test('a patch merges, and null removes', async (t) => {
  const kv = new Bench(kvV2)
  kv.run('create', 'data/a', { data: { x: 1, deep: { a: 1, b: 2 } } })
  t.match(kv.data('patch', 'data/a', { data: { x: null, z: 3, deep: { b: null, c: 4 } } }), { version: 2 })
  t.same((kv.data('read', 'data/a') as { data: unknown }).data, { deep: { a: 1, c: 4 }, z: 3 })
})

t.test('a patch of nothing is a 404 without a body, of a deleted one with flat metadata', async (t) => {
  const kv = withVersions(1)
  t.same(kv.run('patch', 'data/none', { data: { z: 3 } }), { status: { code: 404, body: 'empty' } })
  kv.run('delete', 'data/a')
  t.match(kv.run('patch', 'data/a', { data: { z: 3 } }), { status: { code: 404, newline: false }, data: { version: 1 } })
})

t.test('time deletes versions where delete_version_after says so', async (t) => {
  const kv = new Bench(kvV2)
  kv.run('update', 'config', { delete_version_after: '2h' })
  kv.run('update', 'metadata/a', { delete_version_after: '1h' })
  t.match(kv.data('update', 'data/a', { data: { x: 1 } }), { deletion_time: '2024-01-01T01:00:00Z' })
  kv.nowMs += HOUR_MS - 1
  t.match(kv.run('read', 'data/a'), { status: undefined })
  kv.nowMs += 1
  t.match(kv.run('read', 'data/a'), { status: { code: 404 } })
  kv.run('update', 'undelete/a', { versions: [1] })
  t.match(kv.data('read', 'data/a'), { metadata: { deletion_time: '2024-01-01T02:00:00Z' } })
})

t.test('only so many versions are kept', async (t) => {
  const kv = withVersions(10)
  t.match(kv.data('read', 'metadata/a'), { oldest_version: 1, current_version: 10 })
  kv.run('update', 'data/a', { data: { x: 11 } })
  t.match(kv.data('read', 'metadata/a'), { oldest_version: 2 })
  t.equal(kv.run('read', 'data/a', { version: 1 }), undefined)
  const entries = kv.storage.size
  kv.run('update', 'config', { max_versions: 12 })
  for (let x = 12; x <= 20; x++) kv.run('update', 'data/a', { data: { x } })
  t.match(kv.data('read', 'metadata/a'), { oldest_version: 9, current_version: 20 })
  t.equal(kv.storage.size, entries + 3, 'two versions more and the settings')
})

t.test('metadata as recorded', async (t) => {
  const kv = withVersions(1)
  const recorded = {
    cas_required: false,
    created_time: '2024-01-01T00:00:00Z',
    current_version: 1,
    custom_metadata: null,
    delete_version_after: '0s',
    max_versions: 0,
    oldest_version: 0,
    updated_time: '2024-01-01T00:00:00Z',
    versions: { 1: { created_time: '2024-01-01T00:00:00Z', deletion_time: '', destroyed: false } }
  }
  t.same(kv.data('read', 'metadata/a'), recorded)
  kv.nowMs += HOUR_MS
  t.equal(kv.run('update', 'metadata/a', { custom_metadata: { owner: 'me' }, max_versions: 3, delete_version_after: '3h25m19s' }), undefined)
  t.same(kv.data('read', 'metadata/a'), { ...recorded, custom_metadata: { owner: 'me' }, max_versions: 3, delete_version_after: '3h25m19s' })
})

t.test('OpenBao counts the writes of metadata', async (t) => {
  const kv = withVersions(1, { profile: 'openbao-2.5' })
  t.match(kv.data('read', 'metadata/a'), { current_metadata_version: 0, metadata_cas_required: false })
  kv.run('update', 'metadata/a', { max_versions: 3 })
  t.match(kv.data('read', 'metadata/a'), { current_metadata_version: 1 })
  t.throws(() => kv.run('update', 'metadata/a', { max_versions: 3, metadata_cas: 0 }), { message: 'metadata check-and-set parameter did not match the current version' })
  t.same(kv.data('read', 'config'), { cas_required: false, delete_version_after: '0s', max_versions: 0, metadata_cas_required: false })
})

t.test('metadata can come first; nothing given makes no key', async (t) => {
  const kv = new Bench(kvV2)
  kv.run('update', 'metadata/a', {})
  t.equal(kv.run('read', 'metadata/a'), undefined)
  kv.run('update', 'metadata/a', { max_versions: 2 })
  t.match(kv.data('read', 'metadata/a'), { current_version: 0, versions: {} })
  t.equal(kv.run('read', 'data/a'), undefined)
})

t.test('a metadata patch merges custom metadata and clears by null', async (t) => {
  const kv = withVersions(1)
  kv.run('update', 'metadata/a', { custom_metadata: { a: '1', b: '2' }, max_versions: 4 })
  kv.run('patch', 'metadata/a', { custom_metadata: { a: null, c: 3 } })
  t.match(kv.data('read', 'metadata/a'), { custom_metadata: { b: '2', c: '3' }, max_versions: 4 })
  kv.run('patch', 'metadata/a', { custom_metadata: null, max_versions: null })
  t.match(kv.data('read', 'metadata/a'), { custom_metadata: null, max_versions: 0 })
  t.same(kv.run('patch', 'metadata/none', { max_versions: 1 }), { status: { code: 404, body: 'empty' } })
})

t.test('custom metadata has limits', async (t) => {
  const kv = new Bench(kvV2)
  const write = (custom: Record<string, string>) => () => kv.run('update', 'metadata/a', { custom_metadata: custom })
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, 'v']))
  t.throws(write(many), { message: '1 error occurred:\n\t* custom_metadata validation failed: payload must contain at most 64 keys, provided 65\n\n' })
  t.throws(write({ k: 'v'.repeat(513) }), { message: '1 error occurred:\n\t* custom_metadata validation failed: length of value for key "k" is 513 but must be 0 < len(value) <= 512\n\n' })
  t.throws(write({ ['k'.repeat(129)]: '' }), { message: /^2 errors occurred:/ })
  t.throws(write({ k: 'a\u0001' }), { message: /value for key "k" contains unprintable characters/ })
})

t.test('deleting metadata leaves nothing', async (t) => {
  const kv = withVersions(3)
  kv.run('delete', 'metadata/a')
  t.equal(kv.storage.size, 0)
  t.equal(kv.run('delete', 'metadata/a'), undefined)
})

t.test('subkeys: the structure without values, to a depth', async (t) => {
  const kv = new Bench(kvV2)
  kv.run('create', 'data/a', { data: { q: 1, deep: { deeper: { deepest: 1 } }, empty: {}, list: [{ a: 1 }] } })
  t.match(kv.data('read', 'subkeys/a'), { subkeys: { q: null, deep: { deeper: { deepest: null } }, empty: null, list: null }, metadata: written })
  t.match(kv.data('read', 'subkeys/a', { depth: 1 }), { subkeys: { deep: null } })
  t.match(kv.data('read', 'subkeys/a', { depth: 2 }), { subkeys: { deep: { deeper: null } } })
  kv.run('delete', 'data/a')
  t.match(kv.run('read', 'subkeys/a'), { status: { code: 404 }, data: { subkeys: null } })
})

t.test('lists', async (t) => {
  const kv = withVersions(1)
  kv.run('create', 'data/b/c', { data: { q: 1 } })
  t.same(kv.data('list', 'metadata/'), { keys: ['a', 'b/'] })
  t.same(kv.data('list', 'metadata/b/'), { keys: ['c'] })
  t.equal(kv.run('list', 'metadata/none/'), undefined)
})

t.test('settings', async (t) => {
  const kv = new Bench(kvV2)
  t.same(kv.data('read', 'config'), { cas_required: false, delete_version_after: '0s', max_versions: 0 })
  kv.run('update', 'config', { max_versions: 5, cas_required: false })
  t.match(kv.data('read', 'config'), { max_versions: 5 })
  kv.run('update', 'config', { delete_version_after: '-1s' })
  kv.run('update', 'metadata/a', { delete_version_after: '1h' })
  t.match(kv.data('update', 'data/a', { data: {} }), { deletion_time: '' })
})

t.test('cas_required false is no use where the mount demands it', async (t) => {
  const kv = withVersions(1)
  kv.run('update', 'config', { cas_required: true })
  t.same(kv.run('update', 'metadata/a', { cas_required: false })?.warnings, ['"cas_required" set to false, but is mandated by backend config. This value will be ignored.'])
})

t.test('wrong paths are answered by a warning that depends on the verb', async (t) => {
  const kv = new Bench(kvV2)
  t.match(kv.run('read', 'foo'), { data: null, status: { code: 404, newline: false }, warnings: [/use 'vault kv get' for this operation\.$/] })
  t.match(kv.run('update', 'foo', { a: 1 }), { warnings: [/'vault kv put'/] })
  t.match(new Bench(kvV2, { profile: 'openbao-2.5' }).run('list', 'foo/'), { warnings: [/the OpenBao CLI, use 'bao kv list'/] })
  t.same(kv.run('read', 'metadata')?.warnings, ['Non-listing operations on the root of a K/V v2 mount are not supported.'])
  t.throws(() => kv.run('options', 'foo'), { message: 'unsupported operation' })
})

t.test('an upgrade makes first versions of what was there', async (t) => {
  const kv = new Bench(kvV2)
  kv.storage.put(`${mountPrefix(kv.mount)}d/a/b`, { x: 1 })
  upgradeToVersions(kv.storage, mountPrefix(kv.mount), kv.nowMs)
  t.same(kv.data('read', 'data/a/b'), { data: { x: 1 }, metadata: written })
})
