// The journal: what was asked and answered.
import t from 'tap'
import { createServer } from '../../src/index.js'

const AUTH = { 'x-vault-token': 'root' }

function journalled () {
  const server = createServer()
  return { ...server, journal: server.controls.journal }
}

t.test('requests and answers are listed, secrets masked', async (t) => {
  const { inject } = journalled()
  await inject({ method: 'POST', url: '/v1/secret/data/a', headers: AUTH, payload: { data: { password: 'p4ss' } } })
  await inject({ url: '/v1/secret/data/a', headers: AUTH })
  await inject({ method: 'POST', url: '/v1/auth/token/create', headers: AUTH, payload: {} })
  const answer = await inject('/_mock/journal')
  t.match(answer.json(), {
    count: 3,
    entries: [
      { number: 1, node: 'raft_0', method: 'POST', url: '/v1/secret/data/a', status: 200, request: { headers: { 'x-vault-token': '***' }, body: '{"data":{"password":"***"}}' } },
      { number: 2, method: 'GET', status: 200 },
      { number: 3, response: { body: /"client_token":"\*\*\*"/ } }
    ]
  })
  t.notMatch(answer.body, /p4ss|hvs\.|"root"/)
  t.match((await inject('/_mock/journal?reveal=true')).body, /p4ss/)
})

t.test('no token, key or secret is shown, wherever it stands', async (t) => {
  const { inject } = journalled()
  const send = (method: string, path: string, payload: object, headers: object = {}) =>
    inject({ method, url: `/v1/${path}`, headers: { ...AUTH, ...headers }, payload })
  await send('PUT', 'cubbyhole/a', { word: 'hush' })
  await send('POST', 'sys/mounts/plain', { type: 'kv' })
  await send('PUT', 'plain/a', { word: 'hush', deep: { word: ['hush'] } })
  await send('POST', 'sys/capabilities', { token: 'root', paths: ['a'] })
  const { wrap_info: { token } } = (await send('POST', 'sys/wrapping/wrap', { word: 'hush' }, { 'x-vault-wrap-ttl': '60' })).json()
  await send('POST', 'sys/wrapping/unwrap', { token })
  await send('PUT', 'sys/storage/raft/snapshot-auto/config/a', { interval: '1h', storage_type: 'aws-s3', aws_secret_access_key: 'hush' })
  const { body } = await inject('/_mock/journal')
  t.notMatch(body, /hush|hvs\.|"token\\":\\"root/)
  t.match(body, /snapshot-auto.*aws-s3/)
})

t.test('filters narrow, and nothing found names near misses', async (t) => {
  const { inject } = journalled()
  await inject({ method: 'PUT', url: '/v1/secret/data/app/one', headers: AUTH, payload: { data: {} } })
  await inject('/v1/sys/health')
  t.match((await inject('/_mock/journal/count?path=secret/**&method=put')).json(), { count: 1 })
  t.match((await inject('/_mock/journal?path=secret/**&method=POST')).json(), {
    count: 0,
    nearMisses: [{ differs: ['its method is PUT'], entry: { url: '/v1/secret/data/app/one' } }, { differs: ['its method is GET', 'its path is sys/health'] }]
  })
})

t.test('waiting ends with the nth request that matches', async (t) => {
  const { inject, journal } = journalled()
  const second = journal.wait({ path: 'sys/health' }, { count: 2 })
  await inject('/v1/sys/health')
  await inject('/v1/sys/leader')
  await inject('/v1/sys/health')
  t.same((await second).map(({ number }) => number), [1, 3])
})

t.test('waiting ends with what there is when the time is over', async (t) => {
  const answer = await journalled().inject({ method: 'POST', url: '/_mock/journal/wait', payload: { path: 'sys/health', timeoutMs: 10 } })
  t.same([answer.statusCode, answer.json()], [408, { count: 0, entries: [] }])
})

t.test('notes say what a reader may wonder about', async (t) => {
  const { inject, controls, journal } = journalled()
  await inject({ url: '/v1/nowhere/a', headers: AUTH })
  controls.nodes.seal('raft_0')
  await inject({ url: '/v1/secret/data/a', headers: AUTH })
  const notes = (await inject('/_mock/journal')).json().entries.map((entry: { notes: string[] }) => entry.notes.join())
  t.match(notes, [/^no mount answers for nowhere\/a; there are identity\/, secret\/, sys\/, cubbyhole\/$/, /^raft_0 is sealed$/])
  t.equal(journal.count(), 2)
})

t.test('a PUT to a standby that was redirected is noted as such', async (t) => {
  const { inject, controls } = createServer({ fixture: 'three-voters' })
  controls.journal.clear()
  await inject({ method: 'PUT', url: '/_mock/worlds/default/nodes/raft_1/v1/secret/data/a', headers: { ...AUTH, 'x-vault-no-request-forwarding': '1' }, payload: { data: {} } })
  t.match((await inject('/_mock/journal?status=307')).json().entries[0].notes, [/^PUT to a standby was redirected to http:\/\/127\.0\.0\.1:8200\/v1\/secret\/data\/a$/])
})

t.test('the journal is bounded', async (t) => {
  const server = createServer()
  server.controls.begin({ journal: { entries: 10, bodyBytes: 8 } })
  for (let i = 0; i < 25; i++) await server.inject({ method: 'POST', url: '/v1/secret/data/a', headers: AUTH, payload: { data: { i } } })
  const entries = server.controls.journal.list()
  t.same([entries.length, entries[0]?.number, entries[0]?.requestBody.text.length], [10, 16, 8])
})

t.test('it is written as HAR and as an audit log', async (t) => {
  const { inject } = journalled()
  await inject({ url: '/v1/secret/data/a?version=1', headers: { ...AUTH, host: 'vault:8200' } })
  const { log } = (await inject('/_mock/journal/har')).json()
  t.match(log, { version: '1.2', entries: [{ request: { method: 'GET', url: 'http://vault:8200/v1/secret/data/a?version=1', queryString: [{ name: 'version', value: '1' }] }, response: { status: 404 } }] })
  const lines = (await inject('/_mock/journal/audit')).body.trim().split('\n').map((line) => JSON.parse(line))
  t.match(lines, [{ type: 'request', request: { operation: 'read', path: 'secret/data/a', client_token: /^hmac-sha256:/ } }, { type: 'response' }])
})
