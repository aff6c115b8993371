// sys/internal/ui/namespaces
import t from 'tap'
import { NO_TOKEN, vault } from '../../vault-server.js'

const BAO = { profile: 'openbao-2.5' } as const
const PATH = 'sys/internal/ui/namespaces'

t.test('GET internal/ui/namespaces has no keys without namespaces, to those with a token', async (t) => {
  const { data, verdict } = vault(t)
  t.same(await data('GET', PATH), {})
  t.equal(await verdict('GET', PATH, undefined, NO_TOKEN), '403 permission denied')
})

t.test("GET internal/ui/namespaces shows the root in Vault's community edition", async (t) => {
  t.same(await vault(t, { edition: 'ce' }).data('GET', PATH), { keys: [''] })
})

t.test('GET internal/ui/namespaces shows all below the request\'s own, by relative paths', async (t) => {
  const { send, data } = vault(t)
  for (const path of ['sys/namespaces/a', 'a/sys/namespaces/b', 'sys/namespaces/c']) await send('PUT', path, {})
  t.same(await data('GET', PATH), { keys: ['a/', 'a/b/', 'c/'] })
  t.same(await data('GET', `a/${PATH}`), { keys: ['b/'] })
  t.same(await data('GET', `a/b/${PATH}`), {})
})

t.test('GET internal/ui/namespaces leaves out where the token may do nothing', async (t) => {
  const { send, data, tokenHeader } = vault(t, BAO)
  for (const path of ['sys/namespaces/a', 'a/sys/namespaces/b', 'sys/namespaces/c']) await send('PUT', path, {})
  await send('PUT', 'sys/policies/acl/b', { policy: 'path "a/b/kv/*" { capabilities = ["read"] }' })
  const header = await tokenHeader({ policies: ['b'] })
  t.same(await data('GET', PATH, undefined, header), { keys: ['', 'a/', 'a/b/'] })
})
