// KV version 1
import t, { type Test } from 'tap'
import { NEW_YEAR, UNSUPPORTED_OPERATION, vault, type Vault } from '../../vault-server.js'
import type { ServerOptions } from '../../../src/index.js'

/** A mount `kv/` without versions. */
async function withKv (t: Test, config: object = {}, options: ServerOptions = {}): Promise<Vault> {
  const server = vault(t, options)
  await server.send('POST', 'sys/mounts/kv', { type: 'kv', config })
  return server
}

t.test('GET reads back what was written, with the default lease', async (t) => {
  const { verdict, send } = await withKv(t)
  t.equal(await verdict('POST', 'kv/foo', { a: 1, b: 'two' }), '204')
  t.match((await send('GET', 'kv/foo')).body, {
    data: { a: 1, b: 'two' }, lease_id: '', lease_duration: 2764800, renewable: false
  })
  t.equal(await verdict('GET', 'kv/none'), '404')
})

t.test('numbers keep their text, and keys like __proto__ are keys', async (t) => {
  const { send } = await withKv(t)
  await send('POST', 'kv/big', '{"n":12345678901234567890,"f":1.0,"e":1e3,"__proto__":{"x":1}}')
  const { text } = await send('GET', 'kv/big')
  t.ok(text.includes('"data":{"__proto__":{"x":1},"e":1e3,"f":1.0,"n":12345678901234567890}'))
})

t.test('a ttl or lease in the secret is its lease duration, where it is a duration', async (t) => {
  const { send } = await withKv(t)
  for (const [secret, seconds] of [[{ ttl: '30m' }, 1800], [{ lease: 60 }, 60], [{ ttl: 'soon' }, 2764800]] as const) {
    await send('PUT', 'kv/x', secret)
    t.equal((await send('GET', 'kv/x')).body.lease_duration, seconds)
  }
})

t.test('a tuned mount has its own default lease', async (t) => {
  const { send } = await withKv(t, { default_lease_ttl: '1h' })
  await send('POST', 'kv/x', { a: 1 })
  t.equal((await send('GET', 'kv/x')).body.lease_duration, 3600)
})

t.test('an object with nothing but an error reads as that error', async (t) => {
  const { send, verdict } = await withKv(t)
  await send('POST', 'kv/odd', { error: 'boom' })
  t.equal(await verdict('GET', 'kv/odd'), '400 boom')
})

t.test('LIST shows names and folders, of nothing a 404', async (t) => {
  const { send, data, verdict } = await withKv(t)
  for (const path of ['b/c', 'a', 'b/d/e']) await send('POST', `kv/${path}`, { x: 1 })
  t.same(await data('LIST', 'kv'), { keys: ['a', 'b/'] })
  t.same(await data('LIST', 'kv/b'), { keys: ['c', 'd/'] })
  t.equal(await verdict('LIST', 'kv/none'), '404')
})

t.test('SCAN shows the whole tree (OpenBao)', async (t) => {
  const { send, data } = await withKv(t, {}, { profile: 'openbao-2.5' })
  for (const path of ['b/c', 'a', 'b/d/e']) await send('POST', `kv/${path}`, { x: 1 })
  t.same(await data('SCAN', 'kv'), { keys: ['a', 'b/c', 'b/d/e'] })
})

t.test('POST of nothing, or nowhere, is refused', async (t) => {
  const { verdict } = await withKv(t)
  t.equal(await verdict('POST', 'kv/x', {}), '400 missing data fields')
  t.equal(await verdict('POST', 'kv', { a: 1 }), '400 missing path')
  t.equal(await verdict('POST', 'kv/', { a: 1 }), "400 cannot write to a path ending in '/'")
})

t.test('DELETE forgets a secret, and is no error where there is none', async (t) => {
  const { send, verdict } = await withKv(t)
  await send('POST', 'kv/x', { a: 1 })
  t.equal(await verdict('DELETE', 'kv/x'), '204')
  t.equal(await verdict('GET', 'kv/x'), '404')
  t.equal(await verdict('DELETE', 'kv/x'), '204')
})

t.test('PATCH is no operation of it', async (t) => {
  const { verdict } = await withKv(t)
  const mergePatch = { 'content-type': 'application/merge-patch+json' }
  t.equal(await verdict('PATCH', 'kv/x', { a: 1 }, mergePatch), UNSUPPORTED_OPERATION)
})

t.test('GET of a mount with leases registers one; it is renewable where the secret says its ttl', async (t) => {
  const { send, verdict } = vault(t, { ...NEW_YEAR, profile: 'vault-1.21' })
  await send('POST', 'sys/mounts/leased', { type: 'kv', options: { leased_passthrough: 'true' } })
  await send('POST', 'leased/plain', { x: 'y' })
  await send('POST', 'leased/short', { x: 'y', ttl: '1h' })
  t.match((await send('GET', 'leased/plain')).body, {
    lease_id: /^leased\/plain\/\w{24}$/, lease_duration: 2_764_800, renewable: false, data: { x: 'y' }
  })
  const { body } = await send('GET', 'leased/short')
  t.match(body, { lease_id: /^leased\/short\//, lease_duration: 3600, renewable: true })
  const renew = { lease_id: body.lease_id, increment: 7200 }
  await send('POST', 'leased/short', { x: 'z', ttl: '2h' })
  t.match((await send('PUT', 'sys/leases/renew', renew)).body, {
    lease_id: body.lease_id, lease_duration: 7200, renewable: true, data: { x: 'z', ttl: '2h' }
  })
  t.equal(await verdict('DELETE', 'leased/short'), '204')
  t.equal(await verdict('PUT', 'sys/leases/renew', renew), '204', 'there is nothing to renew')
  t.equal(await verdict('PUT', 'sys/leases/revoke', renew), '204')
  t.equal(await verdict('PUT', 'sys/leases/lookup', renew), '400 invalid lease')
})
