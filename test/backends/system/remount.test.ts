// sys/remount
import t, { type Test } from 'tap'
import { DENIED, vault, type Vault } from '../../vault-server.js'

async function withMounts (t: Test): Promise<Vault> {
  const server = vault(t, { profile: 'vault-1.14' })
  for (const path of ['a', 'b']) await server.send('POST', `sys/mounts/${path}`, { type: 'kv' })
  await server.send('PUT', 'a/x', { v: 1 })
  return server
}

t.test('POST remount moves a mount with its data, and says where the progress is shown', async (t) => {
  const { send, data, verdict } = await withMounts(t)
  const { body } = await send('POST', 'sys/remount', { from: 'a', to: 'c/d' })
  t.same(body.warnings, [
    "Mount move has been queued. Progress will be reported in Vault's server log, tagged with the returned migration_id"
  ])
  t.same(await data('GET', 'c/d/x'), { v: 1 })
  t.match(await verdict('GET', 'a/x'), /^404 no handler for route "a\/x"/)
})

t.test('POST remount moves an auth method', async (t) => {
  const { send, data } = await withMounts(t)
  await send('POST', 'sys/auth/robots', { type: 'approle' })
  await send('POST', 'sys/remount', { from: 'auth/robots', to: 'auth/people' })
  t.same(Object.keys(await data('GET', 'sys/auth')), ['people/', 'token/'])
})

t.test('GET remount/status/:id shows how the move went', async (t) => {
  const { data, verdict } = await withMounts(t)
  const { migration_id: id } = await data('POST', 'sys/remount', { from: 'a', to: 'c' })
  t.same(await data('GET', `sys/remount/status/${id}`), {
    migration_id: id, migration_info: { source_mount: 'a/', target_mount: 'c/', status: 'success' }
  })
  t.equal(await verdict('GET', 'sys/remount/status/none'), '404')
})

const REFUSED: readonly (readonly [string, string, string])[] = [
  ['', 'b', "both 'from' and 'to' path must be specified as a string"],
  ['none', 'c', 'no matching mount at "none/"'],
  ['a', 'b', 'path already in use at "b/"'],
  ['sys', 'c', 'cannot remount "sys/"'],
  ['a', 'sys/c', 'cannot remount to destination sys/c/'],
  ['auth/token', 'auth/x', 'cannot remount "auth/token/"'],
  ['auth/x', 'x', 'cannot remount auth mount to non-auth mount "x/"'],
  ['a', 'c/../d', "invalid destination mount: path 'c/../d/' does not match cleaned path 'd/'"]
]
for (const [from, to, text] of REFUSED) {
  t.test(`POST remount from "${from}" to "${to}" is refused: ${text}`, async (t) => {
    t.equal(await (await withMounts(t)).verdict('POST', 'sys/remount', { from, to }), `400 ${text}`)
  })
}

t.test('POST remount names the product', async (t) => {
  const { send } = vault(t, { profile: 'openbao-2.5' })
  const { body } = await send('POST', 'sys/remount', { from: 'secret', to: 'renamed' })
  t.match(body.warnings, [/Progress will be reported in OpenBao's server log/])
})

t.test('POST remount needs sudo', async (t) => {
  const { send, verdict, tokenHeader } = await withMounts(t)
  await send('PUT', 'sys/policies/acl/p', { policy: 'path "sys/remount" { capabilities = ["update"] }' })
  t.equal(await verdict('POST', 'sys/remount', { from: 'a', to: 'c' }, await tokenHeader({ policies: ['p'] })), DENIED)
})

t.test('POST remount moves a mount into another namespace, with all its data', async (t) => {
  const { send, data, verdict } = vault(t)
  for (const path of ['sys/namespaces/one', 'sys/namespaces/two', 'two/sys/namespaces/in']) await send('PUT', path, {})
  await send('POST', 'one/sys/mounts/kv', { type: 'kv', options: { version: '2' } })
  await send('POST', 'one/sys/auth/robots', { type: 'approle' })
  await send('POST', 'one/auth/robots/role/r', {})
  for (const value of [1, 2]) await send('PUT', 'one/kv/data/a', { data: { value } })
  const { migration_id: id } = await data('POST', 'sys/remount', { from: 'one/kv', to: 'two/in/deep/kv' })
  t.same((await data('GET', `sys/remount/status/${id}`)).migration_info, {
    source_mount: 'one/kv/', target_mount: 'two/in/deep/kv/', status: 'success'
  })
  t.same((await data('GET', 'two/in/deep/kv/data/a?version=1')).data, { value: 1 })
  t.match(await verdict('GET', 'one/kv/data/a'), /^404 no handler/)
  await send('POST', 'sys/remount', { from: 'one/auth/robots', to: 'auth/robots' })
  t.equal(await verdict('GET', 'auth/robots/role/r/role-id'), '200')
  t.same(Object.keys(await data('GET', 'one/sys/auth')), ['token/'])
})

t.test('POST remount in a namespace sees nothing outside of it', async (t) => {
  const { send, verdict } = vault(t)
  await send('PUT', 'sys/namespaces/one', {})
  t.equal(await verdict('POST', 'one/sys/remount', { from: 'secret', to: 'x' }), '400 no matching mount at "secret/"')
  t.equal(await verdict('POST', 'sys/remount', { from: 'secret', to: 'one/sys/x' }), '400 cannot remount to destination sys/x/')
})
