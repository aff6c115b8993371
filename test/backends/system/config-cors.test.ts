// sys/config/cors
import t from 'tap'
import { vault } from '../../vault-server.js'

const CORS = 'sys/config/cors'

t.test('off at first: no headers, whatever the origin', async (t) => {
  const { status, headers } = await vault(t).send('GET', 'sys/health', undefined, { origin: 'https://a.example' })
  t.equal(status, 200)
  t.notOk('access-control-allow-origin' in headers)
})

t.test('an allowed origin gets its headers, another one is refused, on every path', async (t) => {
  const { send, verdict } = vault(t)
  const allowed = { allowed_origins: 'https://a.example', allowed_headers: 'X-Mine' }
  t.equal(await verdict('PUT', CORS, allowed), '204')
  t.match(await send('GET', 'sys/health', undefined, { origin: 'https://a.example' }), {
    status: 200, headers: { 'access-control-allow-origin': 'https://a.example', vary: 'Origin' }
  })
  t.equal(await verdict('GET', 'sys/mounts', undefined, { origin: 'https://b.example' }), '403 origin not allowed')
  t.equal(await verdict('GET', 'sys/mounts'), '200')
})

t.test('preflights are answered for the methods listed', async (t) => {
  const { send } = vault(t)
  await send('PUT', CORS, { allowed_origins: '*', allowed_headers: 'X-Mine' })
  const preflight = (method: string): ReturnType<typeof send> => send('OPTIONS', 'secret/data/a', undefined, {
    origin: 'https://a.example', 'access-control-request-method': method
  })
  t.match(await preflight('LIST'), {
    status: 200,
    text: '',
    headers: {
      'access-control-allow-methods': 'DELETE,GET,OPTIONS,POST,PUT,LIST',
      'access-control-allow-headers': /X-Vault-Token,X-Mine$/,
      'access-control-max-age': '300'
    }
  })
  t.equal((await preflight('PATCH')).status, 405)
})

t.test('GET config/cors shows the settings in data and beside it, or that they are off', async (t) => {
  const { send } = vault(t)
  t.match((await send('GET', CORS)).body, { enabled: false, data: { enabled: false } })
  await send('PUT', CORS, { allowed_origins: '*' })
  t.match((await send('GET', CORS)).body, { enabled: true, data: { allowed_origins: ['*'] } })
})

t.test('PUT config/cors refuses no origin, and a wildcard beside others', async (t) => {
  const { send, verdict } = vault(t)
  t.match(await verdict('PUT', CORS, {}), /^500 .*at least one origin/s)
  t.equal((await send('PUT', CORS, { allowed_origins: ['*', 'https://a.example'] })).status, 500)
})

t.test('DELETE config/cors switches them off', async (t) => {
  const { send, verdict, data } = vault(t)
  await send('PUT', CORS, { allowed_origins: '*' })
  t.equal(await verdict('DELETE', CORS), '204')
  t.same(await data('GET', CORS), { enabled: false })
})
