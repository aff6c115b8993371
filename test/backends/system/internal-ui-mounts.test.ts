// sys/internal/ui/mounts
import t from 'tap'
import { NO_TOKEN, vault } from '../../vault-server.js'

const refusalOf = (path: string): string =>
  `403 preflight capability check returned 403, please ensure client's policies grant access to path "${path}"`

t.test('GET internal/ui/mounts shows all mounts to root', async (t) => {
  const { auth, secret } = await vault(t).data('GET', 'sys/internal/ui/mounts')
  t.same(Object.keys(auth), ['token/'])
  t.same(Object.keys(secret), ['cubbyhole/', 'identity/', 'secret/', 'sys/'])
})

t.test('GET internal/ui/mounts without a token shows what is listed for everyone, and little of it', async (t) => {
  const { send, data } = vault(t)
  await send('POST', 'sys/auth/people', { type: 'userpass', config: { listing_visibility: 'unauth' } })
  t.same(await data('GET', 'sys/internal/ui/mounts', undefined, NO_TOKEN), {
    auth: { 'people/': { type: 'userpass', description: '', options: {} } }, secret: {}
  })
})

t.test('GET internal/ui/mounts/:path shows the mount that a path belongs to', async (t) => {
  const { data } = vault(t)
  t.match(await data('GET', 'sys/internal/ui/mounts/secret/foo/bar'), {
    path: 'secret/', type: 'kv', options: { version: '2' }
  })
  t.match(await data('GET', 'sys/internal/ui/mounts/auth/token'), { path: 'token/', type: 'token' })
})

t.test('GET internal/ui/mounts/:path tells no absent mount from one that the caller may not use', async (t) => {
  const { verdict, tokenHeader } = vault(t)
  t.equal(await verdict('GET', 'sys/internal/ui/mounts/none'), refusalOf('none/'))
  const asNobody = await tokenHeader({ policies: ['nobody'], no_default_policy: true })
  t.equal(await verdict('GET', 'sys/internal/ui/mounts/secret', undefined, asNobody), refusalOf('secret/'))
})

t.test('GET internal/ui/mounts/:path needs a token', async (t) => {
  t.match(await vault(t).verdict('GET', 'sys/internal/ui/mounts/secret', undefined, NO_TOKEN), /^403 /)
})

t.test("Vault 1.21 shows the system's TTLs where a mount has none of its own", async (t) => {
  const { send, data } = vault(t, { profile: 'vault-1.21' })
  await send('POST', 'sys/mounts/secret/tune', { default_lease_ttl: '1h' })
  t.match((await data('GET', 'sys/internal/ui/mounts/secret')).config, { default_lease_ttl: 3600, max_lease_ttl: 2764800 })
  t.match((await data('GET', 'sys/mounts/secret')).config, { default_lease_ttl: 3600, max_lease_ttl: 0 })
})

t.test('GET internal/ui/mounts/:path follows a path into a namespace, and tells the whole of it', async (t) => {
  const { send, data } = vault(t)
  for (const path of ['sys/namespaces/a', 'a/sys/namespaces/b']) await send('PUT', path, {})
  await send('POST', 'a/b/sys/mounts/kv', { type: 'kv', options: { version: '2' } })
  t.match(await data('GET', 'sys/internal/ui/mounts/a/b/kv/some/secret'), { path: 'a/b/kv/', type: 'kv', options: { version: '2' } })
  t.match(await data('GET', 'a/sys/internal/ui/mounts/b/kv'), { path: 'a/b/kv/' })
  t.match(await data('GET', 'a/b/sys/internal/ui/mounts/kv'), { path: 'kv/' })
})
