// KV version 2
import t, { type Test } from 'tap'
import { NEW_YEAR, UNSUPPORTED_OPERATION, oneError, vault, type Answer, type Vault } from '../../vault-server.js'
import type { ServerOptions } from '../../../src/index.js'

const HOUR_MS = 3600_000
const DATA = 'secret/data/a'
const METADATA = 'secret/metadata/a'
const CONFIG = 'secret/config'
const WRITTEN = {
  created_time: '2024-01-01T00:00:00Z', custom_metadata: null, deletion_time: '', destroyed: false, version: 1
}
const MISMATCH = '400 check-and-set parameter did not match the current version'

interface Kv extends Vault {
  readonly patch: (path: string, body: object) => Promise<Answer>
}

/** With `a` written so many times: `{ x: 1 }` to `{ x: count }`. */
async function withVersions (t: Test, count: number, options: ServerOptions = {}): Promise<Kv> {
  const server = vault(t, { ...NEW_YEAR, profile: 'vault-1.14', ...options })
  for (let x = 1; x <= count; x++) await server.send('PUT', DATA, { data: { x } })
  const mergePatch = { 'content-type': 'application/merge-patch+json' }
  return { ...server, patch: async (path, body) => await server.send('PATCH', path, body, mergePatch) }
}

t.test('PUT data answers its version, GET its data', async (t) => {
  const { data, verdict } = await withVersions(t, 0)
  t.same(await data('PUT', DATA, { data: { x: 1 } }), WRITTEN)
  t.same(await data('GET', DATA), { data: { x: 1 }, metadata: WRITTEN })
  t.equal(await verdict('GET', 'secret/data/none'), '404')
})

t.test('GET data reads older versions by number', async (t) => {
  const { data, verdict } = await withVersions(t, 2)
  t.match(await data('GET', `${DATA}?version=1`), { data: { x: 1 }, metadata: { version: 1 } })
  t.match(await data('GET', `${DATA}?version=0`), { metadata: { version: 2 } })
  t.equal(await verdict('GET', `${DATA}?version=9`), '404')
})

t.test('PUT data makes float64 of numbers', async (t) => {
  const { send } = await withVersions(t, 0)
  await send('PUT', DATA, '{"data":{"n":12345678901234567890,"f":1.0,"l":[1e3],"__proto__":1.50}}')
  const { text } = await send('GET', DATA)
  t.ok(text.includes('"data":{"__proto__":1.5,"f":1,"l":[1000],"n":12345678901234567000}'))
})

t.test('PUT data checks and sets', async (t) => {
  const { data, verdict } = await withVersions(t, 1)
  t.match(await data('PUT', DATA, { options: { cas: '1' }, data: {} }), { version: 2 })
  t.equal(await verdict('PUT', DATA, { options: { cas: 1 }, data: {} }), MISMATCH)
  t.equal(await verdict('PUT', DATA, { options: { cas: 0 }, data: {} }), MISMATCH)
  t.equal(await verdict('PUT', DATA, { options: { cas: 'x' }, data: {} }), '400 error parsing check-and-set parameter')
})

t.test('PUT data without check-and-set is refused where it is required, and without data anywhere', async (t) => {
  const { verdict, send } = await withVersions(t, 1)
  t.equal(await verdict('PUT', DATA, { x: 1 }), '400 no data provided')
  await send('POST', CONFIG, { cas_required: true })
  t.equal(await verdict('PUT', DATA, { data: {} }), '400 check-and-set parameter required for this call')
})

t.test('GET data of a deleted version is a 404 with its metadata, without a newline', async (t) => {
  const { send, verdict } = await withVersions(t, 1)
  t.equal(await verdict('DELETE', DATA), '204')
  const { status, text, body } = await send('GET', DATA)
  t.equal(status, 404)
  t.notOk(text.endsWith('\n'))
  t.same(body.data, { data: null, metadata: { ...WRITTEN, deletion_time: '2024-01-01T00:00:00Z' } })
})

t.test('PUT undelete brings a version back', async (t) => {
  const { verdict, data } = await withVersions(t, 1)
  await verdict('DELETE', DATA)
  t.equal(await verdict('PUT', 'secret/undelete/a', { versions: [1] }), '204')
  t.match(await data('GET', DATA), { data: { x: 1 } })
})

t.test('PUT delete, undelete and destroy take versions in any spelling', async (t) => {
  const { send, data, verdict } = await withVersions(t, 3)
  await send('PUT', 'secret/delete/a', { versions: ['1', '2'] })
  await send('PUT', 'secret/destroy/a', { versions: '1' })
  t.match(await data('GET', METADATA), {
    versions: { 1: { destroyed: true }, 2: { destroyed: false, deletion_time: /^2024/ }, 3: { deletion_time: '' } }
  })
  await send('PUT', 'secret/undelete/a', { versions: [1, 2, 9] })
  t.equal(await verdict('GET', `${DATA}?version=1`), '404')
  t.equal(await verdict('GET', `${DATA}?version=2`), '200')
})

t.test('PUT delete and destroy want versions; destroy of nothing is no error', async (t) => {
  const { verdict } = await withVersions(t, 1)
  t.equal(await verdict('PUT', 'secret/delete/a', {}), '400 No version number provided')
  t.equal(await verdict('PUT', 'secret/destroy/a', {}), '400 no version number provided')
  t.equal(await verdict('PUT', 'secret/destroy/none', { versions: [1] }), '204')
})

t.test('PATCH data merges, and null removes', async (t) => {
  const { send, data, patch } = await withVersions(t, 0)
  await send('PUT', DATA, { data: { x: 1, deep: { a: 1, b: 2 } } })
  const { body } = await patch(DATA, { data: { x: null, z: 3, deep: { b: null, c: 4 } } })
  t.match(body.data, { version: 2 })
  t.same((await data('GET', DATA)).data, { deep: { a: 1, c: 4 }, z: 3 })
})

t.test('PATCH data of nothing is a 404 without a body, of a deleted version one with flat metadata', async (t) => {
  const { send, patch } = await withVersions(t, 1)
  t.match(await patch('secret/data/none', { data: { z: 3 } }), { status: 404, text: '' })
  await send('DELETE', DATA)
  const { status, text, body } = await patch(DATA, { data: { z: 3 } })
  t.equal(status, 404)
  t.match(body.data, { version: 1 })
  t.notOk(text.endsWith('\n'))
})

t.test('PATCH data wants the content type of a merge patch', async (t) => {
  const { verdict } = await withVersions(t, 1)
  t.match(await verdict('PATCH', DATA, { data: {} }, { 'content-type': 'application/json' }), /^415 /)
})

t.test('time deletes versions where delete_version_after says so, the shorter one of secret and mount', async (t) => {
  const { send, data, verdict, advance } = await withVersions(t, 0)
  await send('POST', CONFIG, { delete_version_after: '2h' })
  await send('POST', METADATA, { delete_version_after: '1h' })
  t.match(await data('PUT', DATA, { data: { x: 1 } }), { deletion_time: '2024-01-01T01:00:00Z' })
  advance(HOUR_MS - 1)
  t.equal(await verdict('GET', DATA), '200')
  advance(1)
  t.equal(await verdict('GET', DATA), '404')
  await send('PUT', 'secret/undelete/a', { versions: [1] })
  t.match(await data('GET', DATA), { metadata: { deletion_time: '2024-01-01T02:00:00Z' } })
})

t.test('only so many versions are kept: ten, or as the mount says', async (t) => {
  const { send, data, verdict } = await withVersions(t, 10)
  t.match(await data('GET', METADATA), { oldest_version: 1, current_version: 10 })
  await send('PUT', DATA, { data: { x: 11 } })
  t.match(await data('GET', METADATA), { oldest_version: 2 })
  t.equal(await verdict('GET', `${DATA}?version=1`), '404')
  await send('POST', CONFIG, { max_versions: 12 })
  for (let x = 12; x <= 20; x++) await send('PUT', DATA, { data: { x } })
  t.match(await data('GET', METADATA), { oldest_version: 9, current_version: 20 })
  t.equal(await verdict('GET', `${DATA}?version=9`), '200')
  t.equal(await verdict('GET', `${DATA}?version=8`), '404')
})

t.test('GET metadata reads as recorded; POST changes it', async (t) => {
  const { data, verdict, advance } = await withVersions(t, 1)
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
  t.same(await data('GET', METADATA), recorded)
  advance(HOUR_MS)
  const change = { custom_metadata: { owner: 'me' }, max_versions: 3, delete_version_after: '3h25m19s' }
  t.equal(await verdict('POST', METADATA, change), '204')
  t.same(await data('GET', METADATA), { ...recorded, ...change })
})

t.test('POST metadata of OpenBao counts its writes, and checks and sets', async (t) => {
  const { send, data, verdict } = await withVersions(t, 1, { profile: 'openbao-2.5' })
  t.match(await data('GET', METADATA), { current_metadata_version: 0, metadata_cas_required: false })
  await send('POST', METADATA, { max_versions: 3 })
  t.match(await data('GET', METADATA), { current_metadata_version: 1 })
  t.equal(
    await verdict('POST', METADATA, { max_versions: 3, metadata_cas: 0 }),
    '400 metadata check-and-set parameter did not match the current version'
  )
  await send('POST', CONFIG, { metadata_cas_required: true })
  t.equal(
    await verdict('POST', METADATA, { max_versions: 3 }),
    '400 metadata check-and-set parameter required for this call'
  )
})

t.test('POST metadata can come first; with nothing given it makes no secret', async (t) => {
  const { send, data, verdict } = await withVersions(t, 0)
  await send('POST', METADATA, {})
  t.equal(await verdict('GET', METADATA), '404')
  await send('POST', METADATA, { max_versions: 2 })
  t.match(await data('GET', METADATA), { current_version: 0, versions: {} })
  t.equal(await verdict('GET', DATA), '404')
})

t.test('PATCH metadata merges custom metadata, and clears by null', async (t) => {
  const { send, data, patch } = await withVersions(t, 1)
  await send('POST', METADATA, { custom_metadata: { a: '1', b: '2' }, max_versions: 4 })
  await patch(METADATA, { custom_metadata: { a: null, c: 3 } })
  t.match(await data('GET', METADATA), { custom_metadata: { b: '2', c: '3' }, max_versions: 4 })
  await patch(METADATA, { custom_metadata: null, max_versions: null })
  t.match(await data('GET', METADATA), { custom_metadata: null, max_versions: 0 })
  t.match(await patch('secret/metadata/none', { max_versions: 1 }), { status: 404, text: '' })
})

const CUSTOM = 'custom_metadata validation failed: '
t.test('POST metadata has limits for custom metadata', async (t) => {
  const { verdict } = await withVersions(t, 0)
  const write = async (custom: Record<string, string>): Promise<string> =>
    await verdict('POST', METADATA, { custom_metadata: custom })
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, 'v']))
  t.equal(await write(many), `400 ${oneError(`${CUSTOM}payload must contain at most 64 keys, provided 65`)}`)
  t.equal(
    await write({ k: 'v'.repeat(513) }),
    `400 ${oneError(`${CUSTOM}length of value for key "k" is 513 but must be 0 < len(value) <= 512`)}`
  )
  t.match(await write({ ['k'.repeat(129)]: '' }), /^400 2 errors occurred:/)
  t.match(await write({ k: 'a\u0001' }), /value for key "k" contains unprintable characters/)
})

t.test('DELETE metadata leaves nothing, and is no error where there is nothing', async (t) => {
  const { verdict } = await withVersions(t, 3)
  t.equal(await verdict('DELETE', METADATA), '204')
  for (const version of [1, 3]) t.equal(await verdict('GET', `${DATA}?version=${version}`), '404')
  t.equal(await verdict('LIST', 'secret/metadata'), '404')
  t.equal(await verdict('DELETE', METADATA), '204')
})

t.test('GET subkeys is the structure without values, to a depth', async (t) => {
  const { send, data } = await withVersions(t, 0)
  const secret = { q: 1, deep: { deeper: { deepest: 1 } }, empty: {}, list: [{ a: 1 }] }
  await send('PUT', DATA, { data: secret })
  t.match(await data('GET', 'secret/subkeys/a'), {
    subkeys: { q: null, deep: { deeper: { deepest: null } }, empty: null, list: null }, metadata: WRITTEN
  })
  t.match(await data('GET', 'secret/subkeys/a?depth=1'), { subkeys: { deep: null } })
  t.match(await data('GET', 'secret/subkeys/a?depth=2'), { subkeys: { deep: { deeper: null } } })
  await send('DELETE', DATA)
  t.match(await send('GET', 'secret/subkeys/a'), { status: 404, body: { data: { subkeys: null } } })
})

t.test('LIST metadata shows names and folders, of nothing a 404', async (t) => {
  const { send, data, verdict } = await withVersions(t, 1)
  await send('PUT', 'secret/data/b/c', { data: { q: 1 } })
  t.same(await data('LIST', 'secret/metadata'), { keys: ['a', 'b/'] })
  t.same(await data('LIST', 'secret/metadata/b'), { keys: ['c'] })
  t.equal(await verdict('LIST', 'secret/metadata/none'), '404')
})

t.test('SCAN metadata shows the whole tree (OpenBao)', async (t) => {
  const { send, data } = await withVersions(t, 1, { profile: 'openbao-2.5' })
  await send('PUT', 'secret/data/b/c', { data: { q: 1 } })
  t.same(await data('SCAN', 'secret/metadata/'), { keys: ['a', 'b/c'] })
})

t.test('GET config shows the defaults; POST changes what is given', async (t) => {
  const { send, data } = await withVersions(t, 0)
  t.same(await data('GET', CONFIG), { cas_required: false, delete_version_after: '0s', max_versions: 0 })
  await send('POST', CONFIG, { max_versions: 5, cas_required: false })
  t.match(await data('GET', CONFIG), { max_versions: 5 })
})

t.test('POST config with a negative delete_version_after switches it off for all', async (t) => {
  const { send, data } = await withVersions(t, 0)
  await send('POST', CONFIG, { delete_version_after: '-1s' })
  await send('POST', METADATA, { delete_version_after: '1h' })
  t.match(await data('PUT', DATA, { data: {} }), { deletion_time: '' })
})

t.test('POST metadata with cas_required false warns where the mount demands it', async (t) => {
  const { send } = await withVersions(t, 1)
  await send('POST', CONFIG, { cas_required: true })
  const { body } = await send('POST', METADATA, { cas_required: false })
  t.same(body.warnings, [
    '"cas_required" set to false, but is mandated by backend config. This value will be ignored.'
  ])
})

t.test('a path of version 1 is answered by a warning that depends on the verb', async (t) => {
  const { send } = await withVersions(t, 0)
  const read = await send('GET', 'secret/foo')
  t.match(read, { status: 404, body: { data: null, warnings: [/use 'vault kv get' for this operation\.$/] } })
  t.notOk(read.text.endsWith('\n'))
  t.match((await send('PUT', 'secret/foo', { a: 1 })).body.warnings, [/'vault kv put'/])
  t.same((await send('GET', 'secret/metadata')).body.warnings, [
    'Non-listing operations on the root of a K/V v2 mount are not supported.'
  ])
})

t.test('that warning speaks of the tools of OpenBao', async (t) => {
  const { send } = await withVersions(t, 0, { profile: 'openbao-2.5' })
  t.match((await send('LIST', 'secret/foo')).body.warnings, [/the OpenBao CLI, use 'bao kv list'/])
})

t.test('PATCH config is no operation of it', async (t) => {
  t.equal((await (await withVersions(t, 0)).patch(CONFIG, {})).status, Number(UNSUPPORTED_OPERATION.slice(0, 3)))
})

t.test('Vault 1.21 notes who wrote, deleted and brought back a version', async (t) => {
  const { send, data, tokenHeader } = await withVersions(t, 2, { profile: 'vault-1.21' })
  const root = { actor: 'token', client_id: '0DHqvq2D77kL2/JTPSZkTMJbkFVmUu0TzMi0jiXcFy8=' }
  t.match(await data('GET', METADATA), {
    last_updated_by: { ...root, operation: 'update' },
    versions: { 1: { created_by: { ...root, operation: 'create' }, deleted_by: null }, 2: { created_by: { operation: 'update' } } }
  })
  await send('DELETE', DATA)
  t.match(await data('GET', METADATA), { last_updated_by: { operation: 'delete' }, versions: { 2: { deleted_by: { operation: 'delete' } } } })
  await send('POST', 'secret/undelete/a', { versions: [2] }, await tokenHeader({ policies: ['root'], display_name: 'ann' }))
  t.match(await data('GET', METADATA), {
    last_updated_by: { actor: 'token-ann', operation: 'undelete' }, versions: { 2: { deleted_by: null } }
  })
})
