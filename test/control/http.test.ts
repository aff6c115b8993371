// The controls over HTTP.
import t from 'tap'
import { createServer, type Server } from '../../src/index.js'

const AUTH = { 'x-vault-token': 'root' }

async function call (
  server: Server,
  method: string,
  url: string,
  payload?: object,
  headers: Record<string, string> = {}
) {
  const answer = await server.inject({ method, url, payload, headers })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : JSON.parse(answer.body) }
}

t.test('GET /_mock/state writes what PUT /_mock/state reads, to the byte', async (t) => {
  const server = createServer({ seed: 1, time: 'manual' })
  await server.inject({ method: 'POST', url: '/v1/secret/data/a', headers: AUTH, payload: { data: { n: 1 } } })
  const saved = (await server.inject('/_mock/state')).body
  await server.inject({ method: 'POST', url: '/v1/secret/data/b', headers: AUTH, payload: { data: { n: 1 } } })
  t.equal((await server.inject({ method: 'PUT', url: '/_mock/state', payload: saved })).statusCode, 204)
  t.equal((await server.inject('/_mock/state')).body, saved)
})

t.test('PUT /_mock/state refuses a mistake with its path', async (t) => {
  const server = createServer({ seed: 1 })
  const { body: state } = await call(server, 'GET', '/_mock/state')
  state.nodes[0].sealed = 'no'
  t.same(await call(server, 'PUT', '/_mock/state', state), { status: 400, body: { errors: ['/nodes/0/sealed: expected boolean, found "no"'], problems: [{ path: '/nodes/0/sealed', expected: 'boolean', found: '"no"' }] } })
})

t.test('POST /_mock/reset forgets what was written', async (t) => {
  const server = createServer()
  await server.inject({ method: 'POST', url: '/v1/secret/data/a', headers: AUTH, payload: { data: { n: 1 } } })
  t.equal((await call(server, 'POST', '/_mock/reset')).status, 204)
  t.equal((await server.inject({ url: '/v1/secret/data/a', headers: AUTH })).statusCode, 404)
})

t.test('a node is killed and started by its id', async (t) => {
  const server = createServer({ fixture: 'three-voters' })
  t.match(await call(server, 'POST', '/_mock/nodes/raft_1/kill'), { status: 200, body: { id: 'raft_1', process: 'stopped' } })
  t.match(await call(server, 'POST', '/_mock/nodes/raft_1/start'), { status: 200, body: { process: 'running', sealed: true } })
  t.match(await call(server, 'POST', '/_mock/nodes/raft_9/kill'), { status: 404, body: { errors: ['there is no node "raft_9"; there is raft_0, raft_1, raft_2'] } })
  t.match(await call(server, 'POST', '/_mock/nodes/raft_0/start'), { status: 409, body: { errors: ['raft_0 is running'] } })
})

t.test('a killed node answers nothing but its controls', async (t) => {
  const server = createServer()
  await call(server, 'POST', '/_mock/nodes/raft_0/kill')
  await t.rejects(server.inject('/v1/sys/health'), { code: 'ECONNREFUSED' })
  await call(server, 'POST', '/_mock/nodes/raft_0/start', { unseal: true })
  t.equal((await server.inject('/v1/sys/health')).statusCode, 200)
})

t.test('a paused node answers when it goes on', async (t) => {
  const server = createServer()
  await call(server, 'POST', '/_mock/nodes/raft_0/pause')
  const answer = server.inject('/v1/sys/health')
  await call(server, 'POST', '/_mock/nodes/raft_0/resume')
  t.equal((await answer).statusCode, 200)
})

t.test('time is frozen, moved on and skipped', async (t) => {
  const server = createServer({ fixture: 'three-voters', startAtMs: 1_700_000_000_000, time: 'manual' })
  t.match((await call(server, 'POST', '/_mock/time/advance', { ms: 1000 })).body, { nowMs: 1_700_000_001_000, mode: 'manual' })
  await call(server, 'POST', '/_mock/nodes/raft_0/kill')
  const { body } = await call(server, 'POST', '/_mock/time/skip-until', { condition: 'leader-elected' })
  t.ok(body.nowMs > 1_700_000_003_000)
  t.match(await call(server, 'PUT', '/_mock/time', { nowMs: 5 }), { status: 409, body: { errors: [/backwards/] } })
  t.match(await call(server, 'POST', '/_mock/time/skip-until', { condition: 'rain' }), { status: 400, body: { problems: [{ path: '/condition', found: '"rain"' }] } })
})

t.test('the Date header follows the world', async (t) => {
  const server = createServer({ time: 'manual', startAtMs: Date.parse('2030-01-01T00:00:00Z') })
  await call(server, 'POST', '/_mock/time/advance', { ms: 86_400_000 })
  t.equal((await server.inject('/v1/sys/health')).headers.date, 'Wed, 02 Jan 2030 00:00:00 GMT')
})

t.test('a cut link shows in what the nodes answer', async (t) => {
  const server = createServer({ fixture: 'three-voters', profile: 'vault-1.21' })
  await call(server, 'POST', '/_mock/links/cut', { from: 'raft_0', to: 'vault' })
  t.equal((await server.inject('/v1/sys/health')).statusCode, 474)
  await call(server, 'POST', '/_mock/links/heal', {})
  t.equal((await server.inject('/v1/sys/health')).statusCode, 429)
})

t.test('worlds share nothing, and are reached by header and by prefix', async (t) => {
  const server = createServer()
  const made = await call(server, 'POST', '/_mock/worlds', { name: 'one', nodes: 3 }, { host: '127.0.0.1:8200' })
  t.match(made, { status: 201, body: { url: 'http://127.0.0.1:8200/_mock/worlds/one', rootToken: 'root', nodes: { length: 3 } } })
  await server.inject({ method: 'POST', url: '/_mock/worlds/one/v1/secret/data/a', headers: AUTH, payload: { data: { n: 1 } } })
  t.equal((await server.inject({ url: '/v1/secret/data/a', headers: { ...AUTH, 'x-vault-mock-world': 'one' } })).statusCode, 200)
  t.equal((await server.inject({ url: '/v1/secret/data/a', headers: AUTH })).statusCode, 404)
  t.equal((await server.inject('/_mock/worlds/one/nodes/raft_2/v1/sys/health')).statusCode, 429)
  t.match((await call(server, 'GET', '/_mock/worlds/one/_mock/nodes')).body, { nodes: { length: 3 } })
  t.equal((await call(server, 'DELETE', '/_mock/worlds/one')).status, 204)
  t.equal((await server.inject({ url: '/v1/sys/health', headers: { 'x-vault-mock-world': 'one' } })).statusCode, 404)
})

t.test('a checkpoint becomes a world of its own', async (t) => {
  const server = createServer()
  await server.inject({ method: 'POST', url: '/v1/secret/data/a', headers: AUTH, payload: { data: { n: 1 } } })
  await call(server, 'PUT', '/_mock/checkpoints/full')
  await call(server, 'POST', '/_mock/checkpoints/full/fork', { world: 'copy' })
  await call(server, 'POST', '/_mock/reset')
  t.equal((await server.inject({ url: '/_mock/worlds/copy/v1/secret/data/a', headers: AUTH })).statusCode, 200)
  t.match((await call(server, 'GET', '/_mock/checkpoints/start/diff/full')).body, { clusters: [{ added: { length: 2 }, removed: [], changed: [] }] })
})

t.test('a built-in fixture takes the place of the world', async (t) => {
  const server = createServer()
  t.match(await call(server, 'PUT', '/_mock/fixture', { name: 'three-voters' }), { status: 200, body: { nodes: { length: 3 }, rootToken: 'root' } })
  t.match(await call(server, 'PUT', '/_mock/fixture', { name: 'four-voters' }), { status: 404, body: { errors: [/^there is no fixture "four-voters"; there is dev, /] } })
})

t.test('events tell of elections and of what the controls did', async (t) => {
  const server = createServer({ fixture: 'three-voters', time: 'manual' })
  await call(server, 'POST', '/_mock/nodes/raft_0/kill')
  await call(server, 'POST', '/_mock/time/skip-until', { condition: 'leader-elected' })
  const { body } = await call(server, 'GET', '/_mock/events')
  t.same(body.events.map(({ kind }: { kind: string }) => kind), ['leader-lost', 'killed', 'leader-elected', 'time-moved'])
})

t.test('GET /_mock/openapi.json describes every route', async (t) => {
  const { body } = await call(createServer(), 'GET', '/_mock/openapi.json')
  t.match(body, { openapi: '3.1.0', paths: { '/_mock/nodes/{node}/kill': { post: { summary: String, parameters: [{ name: 'node', in: 'path' }] } } } })
  t.ok(Object.keys(body.paths).length > 35)
})

t.test('an unknown control names the description', async (t) => {
  t.match(await call(createServer(), 'GET', '/_mock/weather'), { status: 404, body: { errors: ['there is no GET /_mock/weather; see /_mock/openapi.json'] } })
})
