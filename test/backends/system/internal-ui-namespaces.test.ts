// sys/internal/ui/namespaces
import t from 'tap'
import { NO_TOKEN, vault } from '../../vault-server.js'

t.test('GET internal/ui/namespaces shows the root namespace, to those with a token', async (t) => {
  const { data, verdict } = vault(t)
  t.same(await data('GET', 'sys/internal/ui/namespaces'), { keys: [''] })
  t.equal(await verdict('GET', 'sys/internal/ui/namespaces', undefined, NO_TOKEN), '403 permission denied')
})
