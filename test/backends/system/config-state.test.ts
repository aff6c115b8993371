// sys/config/state/sanitized
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('GET config/state/sanitized shows the addresses, listeners and storage of the node', async (t) => {
  const { data } = vault(t)
  const shared = {
    cluster_addr: 'https://127.0.0.1:8201', disable_clustering: false, redirect_addr: 'http://127.0.0.1:8200'
  }
  t.match(await data('GET', 'sys/config/state/sanitized'), {
    api_addr: 'http://127.0.0.1:8200',
    cluster_addr: 'https://127.0.0.1:8201',
    listeners: [{ type: 'tcp', config: { address: '127.0.0.1:8200', tls_disable: true } }],
    seals: [{ type: 'shamir', disabled: false }],
    storage: { ...shared, type: 'raft' }
  })
})

t.test('GET config/state/sanitized tells raft for high availability from raft as storage', async (t) => {
  const { data } = vault(t, { raft: 'ha_storage' })
  t.match(await data('GET', 'sys/config/state/sanitized'), { ha_storage: { type: 'raft' }, storage: { type: 'inmem' } })
})
