import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('off at first: no headers, whatever the origin', async (t) => {
  const { send } = vault(t)
  const answer = await send('GET', 'sys/health', undefined, { origin: 'https://a.example' })
  t.equal(answer.status, 200)
  t.notOk(answer.headers['access-control-allow-origin'])
})

t.test('an allowed origin gets its headers, another one is refused, on every path', async (t) => {
  const { send } = vault(t)
  t.equal((await send('PUT', 'sys/config/cors', { allowed_origins: 'https://a.example', allowed_headers: 'X-Mine' })).status, 204)
  const allowed = await send('GET', 'sys/health', undefined, { origin: 'https://a.example' })
  t.match(allowed, { status: 200, headers: { 'access-control-allow-origin': 'https://a.example', vary: 'Origin' } })
  t.match(await send('GET', 'sys/mounts', undefined, { origin: 'https://b.example' }), { status: 403, body: { errors: ['origin not allowed'] } })
  t.equal((await send('GET', 'sys/mounts')).status, 200)
})

t.test('preflights are answered for listed methods', async (t) => {
  const { send } = vault(t)
  await send('PUT', 'sys/config/cors', { allowed_origins: '*', allowed_headers: 'X-Mine' })
  const preflight = (method: string): ReturnType<typeof send> => send('OPTIONS', 'secret/data/a', undefined, { origin: 'https://a.example', 'access-control-request-method': method })
  t.match(await preflight('LIST'), {
    status: 200,
    text: '',
    headers: { 'access-control-allow-methods': 'DELETE,GET,OPTIONS,POST,PUT,LIST', 'access-control-allow-headers': /X-Vault-Token,X-Mine$/, 'access-control-max-age': '300' }
  })
  t.equal((await preflight('PATCH')).status, 405)
})

t.test('settings are shown doubled, checked and switched off again', async (t) => {
  const { send } = vault(t)
  t.match(await send('PUT', 'sys/config/cors', {}), { status: 500, body: { errors: [/at least one origin/] } })
  t.match(await send('PUT', 'sys/config/cors', { allowed_origins: ['*', 'https://a.example'] }), { status: 500 })
  await send('PUT', 'sys/config/cors', { allowed_origins: '*' })
  t.match((await send('GET', 'sys/config/cors')).body, { enabled: true, data: { allowed_origins: ['*'] } })
  t.equal((await send('DELETE', 'sys/config/cors')).status, 204)
  t.same((await send('GET', 'sys/config/cors')).body.data, { enabled: false })
})
