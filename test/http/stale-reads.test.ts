// A stale standby: reads see older data, but who asks and what is written is as ever.
import t, { type Test } from 'tap'
import { vault, type Vault } from '../vault-server.js'

async function behind (t: Test): Promise<Vault> {
  const running = vault(t)
  await running.send('POST', 'secret/data/a', { data: { n: 1 } })
  running.server.controls.faults.add({ match: { path: 'secret/**' }, effect: { stale: true } })
  await running.send('POST', 'secret/data/a', { data: { n: 2 } })
  return running
}

t.test('a wrapping token that a stale read hands out can be unwrapped', async (t) => {
  const { send } = await behind(t)
  const { body } = await send('GET', 'secret/data/a', undefined, { 'x-vault-wrap-ttl': '60s' })
  const { token } = body.wrap_info
  const unwrapped = await send('POST', 'sys/wrapping/unwrap', {}, { 'x-vault-token': token })
  t.equal(unwrapped.status, 200)
  t.same(unwrapped.body.data.data, { n: 1 }, 'and it holds the older data')
})

t.test('stale reads spend a token\'s uses', async (t) => {
  const { send } = await behind(t)
  await send('PUT', 'sys/policies/acl/reader', { policy: 'path "secret/*" { capabilities = ["read"] }' })
  const { body } = await send('POST', 'auth/token/create', { num_uses: 2, policies: ['reader'] })
  const read = async () => (await send('GET', 'secret/data/a', undefined, { 'x-vault-token': body.auth.client_token })).status
  t.same([await read(), await read(), await read()], [200, 200, 403])
})

t.test('a write during a stale read is not lost, nor does it change what stale reads see', async (t) => {
  const { send } = await behind(t)
  const [stale, written] = await Promise.all([send('GET', 'secret/data/a'), send('POST', 'secret/data/b', { data: { n: 3 } })])
  t.same([stale.body.data.data.n, written.status], [1, 200])
  t.equal((await send('GET', 'secret/data/b')).status, 404)
})
