import t from 'tap'
import { vault } from '../../vault-server.js'

const startAtMs = Date.parse('2024-01-01T00:00:00Z')

t.test('a quota is shown and deleted', async (t) => {
  const { send } = vault(t)
  t.equal((await send('POST', 'sys/quotas/rate-limit/one', { rate: 1000, path: 'secret' })).status, 204)
  t.same((await send('GET', 'sys/quotas/rate-limit/one')).body.data, { block_interval: 0, interval: 1, name: 'one', path: 'secret/', rate: 1000, role: '', type: 'rate-limit' })
  t.same((await send('LIST', 'sys/quotas/rate-limit')).body.data, { keys: ['one'] })
  t.equal((await send('DELETE', 'sys/quotas/rate-limit/one')).status, 204)
  t.equal((await send('LIST', 'sys/quotas/rate-limit')).status, 404)
})

t.test('what a quota may not say', async (t) => {
  const { send } = vault(t)
  t.match(await send('POST', 'sys/quotas/rate-limit/one', {}), { status: 400, body: { errors: ["'rate' is invalid"] } })
  t.match(await send('POST', 'sys/quotas/rate-limit/one', { rate: 1, path: 'nope/' }), { status: 400, body: { errors: ['invalid mount path "nope/"'] } })
})

t.test('it is in force at once, until its interval is over, but not on exempt paths', async (t) => {
  const { server, send } = vault(t, { time: 'manual', startAtMs })
  await send('POST', 'sys/quotas/rate-limit/all', { rate: 1, interval: 10 })
  t.equal((await send('GET', 'sys/mounts')).status, 200)
  t.match(await send('GET', 'sys/mounts'), { status: 429, body: { errors: ['request path "sys/mounts": rate limit quota exceeded'] } })
  t.equal((await send('GET', 'sys/leader')).status, 429)
  t.equal((await send('GET', 'sys/health')).status, 200)
  server.world.timeline.advance(10_000)
  t.equal((await send('GET', 'sys/mounts')).status, 200)
})

t.test('a blocked client stays blocked; headers tell how long', async (t) => {
  const { server, send } = vault(t, { time: 'manual', startAtMs })
  await send('POST', 'sys/quotas/config', { enable_rate_limit_response_headers: true })
  await send('POST', 'sys/quotas/rate-limit/kv', { rate: 1, path: 'secret/', block_interval: 60 })
  t.match((await send('GET', 'secret/data/a')).headers, { 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0' })
  t.match(await send('GET', 'secret/data/a'), { status: 429, headers: { 'retry-after': '60' } })
  server.world.timeline.advance(30_000)
  t.equal((await send('GET', 'secret/data/a')).status, 429)
  t.equal((await send('GET', 'sys/mounts')).status, 200)
  server.world.timeline.advance(31_000)
  t.equal((await send('GET', 'secret/data/a')).status, 404)
})

t.test('the path counts before the mount, the mount before the server', async (t) => {
  const { send } = vault(t, { time: 'manual', startAtMs })
  await send('POST', 'sys/quotas/rate-limit/path', { rate: 2, path: 'secret/data/a' })
  await send('POST', 'sys/quotas/rate-limit/mount', { rate: 1, path: 'secret/' })
  const times = async (path: string): Promise<number[]> => [(await send('GET', path)).status, (await send('GET', path)).status]
  t.same(await times('secret/data/a'), [404, 404])
  t.same(await times('secret/data/b'), [404, 429])
})
