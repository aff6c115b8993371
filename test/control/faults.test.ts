// Fault rules and the wish of a single request.
import { connect } from 'node:net'
import t from 'tap'
import type { FaultSpec } from '../../src/control/faults.js'
import { createCluster, createServer, type Server } from '../../src/index.js'

const AUTH = { 'x-vault-token': 'root' }

function withFault (spec: FaultSpec): Server {
  const server = createServer({ seed: 3 })
  server.controls.faults.add(spec)
  return server
}

t.test('a status takes the place of the answer, and is counted', async (t) => {
  const server = withFault({ match: { methods: ['get'], path: 'sys/*' }, effect: { status: 502, errors: ['bad day'] } })
  const answer = await server.inject('/v1/sys/health')
  t.same([answer.statusCode, answer.json()], [502, { errors: ['bad day'] }])
  t.not((await server.inject('/v1/sys/leader/more')).statusCode, 502)
  t.match(server.controls.faults.list(), [{ id: 1, seen: 1, fired: 1 }])
})

t.test('only the nth call is met', async (t) => {
  const server = withFault({ match: { nth: 2 }, effect: { sealed: true } })
  const codes = []
  for (let i = 0; i < 3; i++) codes.push((await server.inject('/v1/sys/health')).statusCode)
  t.same(codes, [200, 503, 200])
})

t.test('a rule is spent after so many times', async (t) => {
  const server = withFault({ times: 1, effect: { status: 500 } })
  t.equal((await server.inject('/v1/sys/health')).statusCode, 500)
  t.equal((await server.inject('/v1/sys/health')).statusCode, 200)
})

t.test('probability is drawn from the seed', async (t) => {
  const run = async () => {
    const server = withFault({ match: { probability: 0.5 }, effect: { status: 500 } })
    const codes = []
    for (let i = 0; i < 20; i++) codes.push((await server.inject('/v1/sys/health')).statusCode)
    return codes
  }
  const codes = await run()
  t.same(codes, await run())
  t.same([...new Set(codes)].sort(), [200, 500])
})

t.test('a time window is of the world\'s time', async (t) => {
  const server = createServer({ time: 'manual', startAtMs: 1000 })
  server.controls.faults.add({ match: { fromMs: 2000, untilMs: 3000 }, effect: { status: 500 } })
  const codes = []
  for (let i = 0; i < 3; i++) {
    codes.push((await server.inject('/v1/sys/health')).statusCode)
    server.controls.time.advance(1000)
  }
  t.same(codes, [200, 500, 200])
})

t.test('a token\'s accessor, node and cluster narrow a rule', async (t) => {
  const server = createServer()
  const { auth } = (await server.inject({ method: 'POST', url: '/v1/auth/token/create', headers: AUTH, payload: {} })).json()
  server.controls.faults.add({ match: { accessor: auth.accessor, node: 'raft_0', cluster: 'vault' }, effect: { status: 418 } })
  t.equal((await server.inject({ url: '/v1/auth/token/lookup-self', headers: { 'x-vault-token': auth.client_token } })).statusCode, 418)
  t.equal((await server.inject({ url: '/v1/auth/token/lookup-self', headers: AUTH })).statusCode, 200)
})

t.test('412, 429 and a full disk look as they do in Vault', async (t) => {
  const missing = await withFault({ effect: { missingState: true } }).inject({ url: '/v1/secret/data/a', headers: { ...AUTH, 'x-vault-index': 'abc' } })
  t.same([missing.statusCode, missing.headers['x-vault-index'], missing.json()], [412, 'abc', { errors: ['required index state not present'] }])
  const limited = await withFault({ effect: { rateLimited: { limit: 5, resetSeconds: 2 } } }).inject({ url: '/v1/secret/data/a', headers: AUTH })
  t.match(limited.headers, { 'retry-after': '2', 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '0' })
  const full = withFault({ effect: { diskFull: true } })
  t.match((await full.inject({ method: 'POST', url: '/v1/secret/data/a', headers: AUTH, payload: { data: {} } })).json(), { errors: [/no space left on device/] })
  t.equal((await full.inject('/v1/sys/health')).statusCode, 200)
})

t.test('a stale standby answers reads from the data of the rule\'s moment', async (t) => {
  const server = createServer()
  const write = (n: number) => server.inject({ method: 'POST', url: '/v1/secret/data/a', headers: AUTH, payload: { data: { n } } })
  const read = async () => (await server.inject({ url: '/v1/secret/data/a', headers: AUTH })).json().data.data.n
  await write(1)
  server.controls.faults.add({ match: { path: 'secret/**' }, effect: { stale: true } })
  await write(2)
  t.equal(await read(), 1)
  server.controls.faults.removeAll()
  t.equal(await read(), 2)
})

t.test('answers are spoiled: JSON, label, snapshot', async (t) => {
  const malformed = await withFault({ effect: { malformedJson: true } }).inject('/v1/sys/health')
  t.throws(() => malformed.json())
  t.equal((await withFault({ effect: { contentType: 'text/html' } }).inject('/v1/sys/health')).headers['content-type'], 'text/html')
  const server = createServer()
  const snapshot = async () => (await server.inject({ url: '/v1/sys/storage/raft/snapshot', headers: AUTH })).rawPayload
  const restore = async (payload: Buffer) => (await server.inject({ method: 'POST', url: '/v1/sys/storage/raft/snapshot', headers: AUTH, payload })).statusCode
  t.equal(await restore(await snapshot()), 204)
  server.controls.faults.add({ match: { methods: ['GET'] }, effect: { incomplete: true } })
  const half = await snapshot()
  t.equal(await restore(half), 500)
})

t.test('latency passes before the answer', async (t) => {
  const server = withFault({ effect: { latency: { minMs: 20, maxMs: 30 } } })
  const startedMs = performance.now()
  t.equal((await server.inject('/v1/sys/health')).statusCode, 200)
  t.ok(performance.now() - startedMs >= 18)
})

t.test('one request says itself what is to become of it', async (t) => {
  const server = createServer()
  const prefer = async (wish: string) => await server.inject({ url: '/v1/sys/health', headers: { 'x-vault-mock-prefer': wish } })
  t.equal((await prefer('status=473')).statusCode, 473)
  t.same((await prefer('status=500; error=no luck')).json(), { errors: ['no luck'] })
  t.equal((await prefer('sealed')).statusCode, 503)
  await t.rejects(prefer('reset=before-headers'), { code: 'LIGHT_ECONNRESET' })
})

t.test('a wrong rule is refused with the path of the field', async (t) => {
  const answer = await createServer().inject({ method: 'POST', url: '/_mock/faults', payload: { match: { nth: 'second' }, effect: { state: 1 } } })
  t.equal(answer.statusCode, 400)
  t.same(answer.json().problems.map(({ path }: { path: string }) => path), ['/match/nth', '/effect/state'])
})

t.test('rules are listed and removed over HTTP, one by one or all', async (t) => {
  const server = createServer()
  const add = () => server.inject({ method: 'POST', url: '/_mock/faults', payload: { effect: { sealed: true } } })
  t.match((await add()).json(), { id: 1, seen: 0, fired: 0 })
  await add()
  t.equal((await server.inject({ method: 'DELETE', url: '/_mock/faults/1' })).statusCode, 204)
  t.match((await server.inject('/_mock/faults')).json(), { faults: [{ id: 2 }] })
  await server.inject({ method: 'DELETE', url: '/_mock/faults' })
  t.equal(server.controls.observers?.faults, undefined)
})

/** What a client sees on the wire until the connection ends or falls silent. */
async function onTheWire (url: string, path = '/v1/sys/health'): Promise<{ text: string, ended: string }> {
  const { port, hostname } = new URL(url)
  return await new Promise((resolve) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    })
    socket.on('data', (chunk) => { text += chunk.toString() })
    socket.on('error', ({ message }) => { resolve({ text, ended: message }) })
    socket.on('close', () => { resolve({ text, ended: 'closed' }) })
    socket.setTimeout(300, () => { resolve({ text, ended: 'silent' }); socket.destroy() })
  })
}

t.test('connections are reset, cut off and left without an answer', async (t) => {
  const cluster = await createCluster({ nodes: 1 })
  t.teardown(cluster.close)
  const url = cluster.leader!.url!
  const { faults } = cluster.controls
  const meet = async (effect: FaultSpec['effect']) => {
    faults.removeAll()
    faults.add({ effect })
    return await onTheWire(url)
  }
  t.same(await meet({ reset: 'before-headers' }), { text: '', ended: 'read ECONNRESET' })
  const after = await meet({ reset: 'after-headers' })
  t.match(after.ended, /ECONNRESET/)
  const cut = await meet({ truncate: 10 })
  t.match(cut.text, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n.{10}$/)
  t.equal(cut.ended, 'closed')
  t.same(await meet({ hang: true }), { text: '', ended: 'silent' })
  const slow = await meet({ slowBody: { bytesPerSecond: 5000 } })
  t.match(slow.text, /"initialized":true/)
})

t.test('the last listener of a killed cluster still serves the controls', async (t) => {
  const cluster = await createCluster({ nodes: 2 })
  t.teardown(cluster.close)
  const [a, b] = cluster.nodes.map(({ url }) => url!)
  await fetch(`${a}/_mock/nodes/raft_1/kill`, { method: 'POST' })
  t.match(await onTheWire(b!), { ended: /ECONNREFUSED/ })
  await fetch(`${a}/_mock/nodes/raft_0/kill`, { method: 'POST' })
  t.same(await onTheWire(a!), { text: '', ended: 'read ECONNRESET' })
  t.equal((await fetch(`${a}/_mock/nodes/raft_0/start`, { method: 'POST' })).status, 200)
  t.equal((await fetch(`${a}/v1/sys/health`)).status, 503)
})

t.test('who has started a node over HTTP may call it at once', async (t) => {
  const cluster = await createCluster({ nodes: 2 })
  t.teardown(cluster.close)
  const [a, b] = cluster.nodes.map(({ url }) => url!)
  await fetch(`${a}/_mock/nodes/raft_1/kill`, { method: 'POST' })
  await t.rejects(fetch(`${b}/v1/sys/health`))
  await fetch(`${a}/_mock/nodes/raft_1/start`, { method: 'POST' })
  t.equal((await fetch(`${b}/v1/sys/health`)).status, 503)
})

t.test('without controls nothing below /_mock/ is there', async (t) => {
  const cluster = await createCluster({ nodes: 1, control: false })
  t.teardown(cluster.close)
  t.equal((await fetch(`${cluster.leader!.url}/_mock/nodes`)).status, 404)
  t.equal((await fetch(`${cluster.leader!.url}/v1/sys/health`, { headers: { 'X-Vault-Mock-Prefer': 'status=473' } })).status, 200)
})
