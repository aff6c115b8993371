// Raft that only elects the leader of another storage (`--raft ha_storage`).
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('a node is active once raft is bootstrapped, which needs no token and answers nothing', async (t) => {
  const { send } = vault(t, { raft: 'ha_storage', fixture: 'uninitialized' })
  const { body } = await send('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  t.equal((await send('POST', 'sys/storage/raft/bootstrap')).status, 400)
  await send('PUT', 'sys/unseal', { key: body.keys[0] })
  const bootstrapped = await send('POST', 'sys/storage/raft/bootstrap')
  t.equal(bootstrapped.status, 200)
  t.equal(bootstrapped.text, '')
  t.equal((await send('GET', 'sys/health')).status, 200)
  const again = await send('POST', 'sys/storage/raft/bootstrap')
  t.equal(again.status, 500)
  t.same(again.body, { errors: ['could not bootstrap clustered storage: error bootstrapping cluster: cluster already has state'] })
})

t.test('snapshots are refused', async (t) => {
  const { send } = vault(t, { raft: 'ha_storage' })
  const { status, body } = await send('GET', 'sys/storage/raft/snapshot')
  t.equal(status, 400)
  t.same(body, { errors: ['raft storage is not in use'] })
})

t.test('bootstrap by GET is a 400, not a 405', async (t) => {
  const { send } = vault(t)
  t.equal((await send('GET', 'sys/storage/raft/bootstrap')).status, 400)
})
