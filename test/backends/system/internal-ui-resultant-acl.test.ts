// sys/internal/ui/resultant-acl
import t from 'tap'
import { NO_TOKEN, vault } from '../../vault-server.js'

t.test('GET internal/ui/resultant-acl tells what the caller may do', async (t) => {
  const { send, data, tokenHeader } = vault(t)
  t.match(await data('GET', 'sys/internal/ui/resultant-acl'), { root: true })
  const policy = 'path "secret/data/*" { capabilities = ["read"] }\npath "sys/mounts" { capabilities = ["list"] }'
  await send('PUT', 'sys/policies/acl/reader', { policy })
  const asReader = await tokenHeader({ policies: ['reader'], no_default_policy: true })
  t.match(await data('GET', 'sys/internal/ui/resultant-acl', undefined, asReader), {
    root: false,
    exact_paths: { 'sys/mounts': { capabilities: ['list'] } },
    glob_paths: { 'secret/data/': { capabilities: ['read'] } }
  })
})

t.test('GET internal/ui/resultant-acl without a token is a 204', async (t) => {
  t.equal(await vault(t).verdict('GET', 'sys/internal/ui/resultant-acl', undefined, NO_TOKEN), '204')
})
