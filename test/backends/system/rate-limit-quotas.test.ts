// sys/quotas/rate-limit
import t from 'tap'
import { NEW_YEAR, vault } from '../../vault-server.js'

const LIMIT = 'sys/quotas/rate-limit'

t.test('POST rate-limit/:name makes a quota, which GET and LIST show', async (t) => {
  const { verdict, data } = vault(t)
  t.equal(await verdict('POST', `${LIMIT}/one`, { rate: 1000, path: 'secret' }), '204')
  t.same(await data('GET', `${LIMIT}/one`), {
    block_interval: 0, interval: 1, name: 'one', path: 'secret/', rate: 1000, role: '', type: 'rate-limit'
  })
  t.same(await data('LIST', LIMIT), { keys: ['one'] })
})

t.test('DELETE rate-limit/:name forgets it', async (t) => {
  const { send, verdict } = vault(t)
  await send('POST', `${LIMIT}/one`, { rate: 1000 })
  t.equal(await verdict('DELETE', `${LIMIT}/one`), '204')
  t.equal(await verdict('LIST', LIMIT), '404')
  t.equal(await verdict('GET', `${LIMIT}/one`), '404')
})

t.test('POST rate-limit/:name refuses no rate and a mount that is not there', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', `${LIMIT}/one`, {}), "400 'rate' is invalid")
  t.equal(await verdict('POST', `${LIMIT}/one`, { rate: 1, path: 'nope/' }), '400 invalid mount path "nope/"')
})

t.test('a quota is in force at once, until its interval is over, but not on exempt paths', async (t) => {
  const { verdict, advance } = vault(t, NEW_YEAR)
  await verdict('POST', `${LIMIT}/all`, { rate: 1, interval: 10 })
  t.equal(await verdict('GET', 'sys/mounts'), '200')
  t.equal(await verdict('GET', 'sys/mounts'), '429 request path "sys/mounts": rate limit quota exceeded')
  t.match(await verdict('GET', 'sys/leader'), /^429 /)
  t.equal(await verdict('GET', 'sys/health'), '200')
  advance(10_000)
  t.equal(await verdict('GET', 'sys/mounts'), '200')
})

t.test('a blocked client stays blocked; headers tell how long', async (t) => {
  const { send, verdict, advance } = vault(t, NEW_YEAR)
  await send('POST', 'sys/quotas/config', { enable_rate_limit_response_headers: true })
  await send('POST', `${LIMIT}/kv`, { rate: 1, path: 'secret/', block_interval: 60 })
  t.match((await send('GET', 'secret/data/a')).headers, { 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0' })
  t.match(await send('GET', 'secret/data/a'), { status: 429, headers: { 'retry-after': '60' } })
  advance(30_000)
  t.match(await verdict('GET', 'secret/data/a'), /^429 /)
  t.equal(await verdict('GET', 'sys/mounts'), '200')
  advance(31_000)
  t.equal(await verdict('GET', 'secret/data/a'), '404')
})

t.test('the quota of a path counts before that of its mount, the mount before the server', async (t) => {
  const { send } = vault(t, NEW_YEAR)
  await send('POST', `${LIMIT}/path`, { rate: 2, path: 'secret/data/a' })
  await send('POST', `${LIMIT}/mount`, { rate: 1, path: 'secret/' })
  const twice = async (path: string): Promise<number[]> => [(await send('GET', path)).status, (await send('GET', path)).status]
  t.same(await twice('secret/data/a'), [404, 404])
  t.same(await twice('secret/data/b'), [404, 429])
})

t.test('quotas of namespaces and of mounts in them', async (t) => {
  const { send, data, verdict } = vault(t, { ...NEW_YEAR, namespaces: { a: { secrets: { 'kv/x': { y: 1 } } }, 'a/b': {}, c: {} } })
  await send('POST', `${LIMIT}/space`, { rate: 1, path: 'a', inheritable: true })
  await send('POST', `${LIMIT}/mount`, { rate: 2, path: 'a/kv' })
  t.match(await data('GET', `${LIMIT}/space`), { path: 'a/', inheritable: true })
  t.match(await data('GET', `${LIMIT}/mount`), { path: 'a/kv/' })
  t.equal(await verdict('GET', 'a/sys/mounts'), '200')
  t.equal(await verdict('GET', 'sys/mounts', undefined, { 'x-vault-namespace': 'a/b' }), '429 request path "sys/mounts": rate limit quota exceeded')
  t.equal(await verdict('GET', 'a/kv/data/x'), '200')
  t.equal(await verdict('GET', 'kv/data/x', undefined, { 'x-vault-namespace': 'a' }), '200')
  t.match(await verdict('GET', 'a/kv/data/x'), /^429/)
  for (const path of ['sys/mounts', 'c/sys/mounts']) t.equal(await verdict('GET', path), '200')
  t.equal(
    await verdict('POST', `${LIMIT}/mount`, { rate: 2, path: 'a/kv', inheritable: true }),
    '400 only namespace quotas can be configured as inheritable'
  )
})
