// sys/internal/inspect/router
import t from 'tap'
import { DENIED, UNSUPPORTED_PATH, vault } from '../../vault-server.js'

t.test('GET internal/inspect/router/root shows the mounts by their paths', async (t) => {
  const { data } = vault(t)
  const { root } = await data('GET', 'sys/internal/inspect/router/root')
  t.match(root['auth/token/'], { mount_path: 'auth/token/', mount_type: 'token', tainted: false })
  t.ok('sys/' in root)
})

t.test('GET internal/inspect/router/:tag shows the same mounts by uuid, accessor and storage prefix', async (t) => {
  const { data } = vault(t)
  const { root } = await data('GET', 'sys/internal/inspect/router/root')
  for (const [tag, member] of [['uuid', 'uuid'], ['accessor', 'accessor'], ['storage', 'storage_prefix']] as const) {
    const entries = (await data('GET', `sys/internal/inspect/router/${tag}`))[tag]
    t.same(entries[root['sys/'][member]], root['sys/'], tag)
  }
})

t.test('GET internal/inspect/router of another tag is no path', async (t) => {
  t.equal(await vault(t).verdict('GET', 'sys/internal/inspect/router/nonsense'), UNSUPPORTED_PATH)
})

t.test('GET internal/inspect/router needs sudo', async (t) => {
  const { send, verdict, tokenHeader } = vault(t)
  await send('PUT', 'sys/policies/acl/p', { policy: 'path "sys/internal/inspect/*" { capabilities = ["read"] }' })
  const asP = await tokenHeader({ policies: ['p'] })
  t.equal(await verdict('GET', 'sys/internal/inspect/router/root', undefined, asP), DENIED)
})
