// What was able to stop, fill or block the server through its controls.
import { request } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import { globMatcher } from '../../src/control/globs.js'
import { createCluster, createServer } from '../../src/index.js'
import type { FaultSpec } from '../../src/control/faults.js'

const HEALTH = '/v1/sys/health'

t.test('a rule that could not be carried out is refused', async (t) => {
  const { inject, controls } = createServer()
  const effects: FaultSpec['effect'][] = [
    { status: 500, headers: { X: 'a\nb' } }, { headers: { X: 'a\nb' } }, { headers: { 'a b': 'c' } },
    { headers: { 'Content-Length': '3' } }, { contentType: 'a\r\nb' }, { status: 500, contentType: '\u0100' },
    { latency: 2 ** 31 }, { latency: { minMs: 5, maxMs: 1 } }, { latency: { meanMs: 1, deviationMs: 1e300 } }, {}
  ]
  for (const effect of effects) {
    const answer = await inject({ method: 'POST', url: '/_mock/faults', payload: { effect } })
    t.equal(answer.statusCode, 400, JSON.stringify(effect))
    t.throws(() => controls.faults.add({ effect }), /expected/)
  }
  t.equal((await inject(HEALTH)).statusCode, 200)
})

t.test('a rule without a status answers', async (t) => {
  const { inject, controls } = createServer()
  controls.faults.add({ effect: { errors: ['no'] }, times: 1 })
  controls.faults.add({ effect: { body: 'plain' }, times: 1 })
  t.match(await inject(HEALTH), { statusCode: 500, body: '{"errors":["no"]}\n' })
  t.match(await inject(HEALTH), { statusCode: 200, body: 'plain' })
})

t.test('an error while answering is a 500', async (t) => {
  for (const latency of [undefined, 1]) {
    const { inject, controls } = createServer()
    const headers: Record<string, string> = {}
    const spec: FaultSpec = { effect: { status: 418, headers, latency } }
    controls.faults.add(spec)
    headers['X'] = 'a\nb'
    t.match(await inject(HEALTH), { statusCode: 500, body: '{"errors":["internal error"]}\n' })
  }
})

t.test('a wish that is not understood is refused with what there is', async (t) => {
  const { inject } = createServer()
  const prefer = async (wish: string) => await inject({ url: HEALTH, headers: { 'x-vault-mock-prefer': wish } })
  for (const wish of ['latency=3000000000', 'nonsense', 'status=99', 'status=abc', 'hang=maybe', 'reset=now', 'constructor=1',
    'content-type=\u00ff\u0001', 'status=500; rain']) {
    t.match(await prefer(wish), { statusCode: 400 }, wish)
  }
  t.match((await prefer('rain')).json().errors[0], /"rain" is not understood; there is status=N, .*latency=MS.*hang/)
  t.match(await prefer('error=a=b'), { statusCode: 500, body: '{"errors":["a=b"]}\n' })
})

t.test('globs', async (t) => {
  const cases: [string, string, boolean][] = [
    ['secret/**', '/v1/secret/data/a', true], ['/v1/secret/*', 'secret/a', true], ['secret/*', 'secret/a/b', false],
    ['**', '', true], ['*', '', true], ['?', '', false], ['?', '/', false], ['a?c', 'abc', true], ['**/b', 'a/c/b', true],
    ['*/b', 'a/c/b', false], ['a**b', 'a/x/b', true], ['a.c', 'abc', false], ['a***c', 'a/c', true], ['', '', true], ['', 'a', false],
    ['*a*b', 'xaxbxb', true], ['**a*/b', 'a/a/ac/b', true]
  ]
  for (const [glob, path, expected] of cases) t.equal(globMatcher(glob)(path), expected, `${glob} on ${path}`)
  const before = Date.now()
  t.notOk(globMatcher('**a'.repeat(20) + '**b')('a'.repeat(20_000)))
  t.ok(Date.now() - before < 2000)
  t.throws(() => globMatcher('*'.repeat(600)), /at most 512/)
})

t.test('the journal is bounded in bytes and keeps no more of a body than it shows', async (t) => {
  const { inject, controls } = createServer({ journal: { bytes: 200_000, entries: 500 } })
  const payload = { data: { a: 'x'.repeat(2 ** 20) } }
  await inject({ method: 'PUT', url: '/v1/secret/data/x', headers: { 'x-vault-token': 'root' }, payload })
  for (let i = 0; i < 40; i++) await inject({ url: '/v1/secret/data/x', headers: { 'x-vault-token': 'root' } })
  const { journal } = controls
  t.ok(journal.bytes <= 200_000 && journal.bytes > 100_000, String(journal.bytes))
  t.ok(journal.count() < 15 && journal.count() > 5)
  journal.clear()
  t.equal(journal.bytes, 0)
})

t.test('what is kept of a body is a copy', async (t) => {
  const { BodyText } = await import('../../src/control/body-text.js')
  const body = new BodyText(4)
  const chunk = Buffer.from('abcdef')
  body.add(chunk)
  chunk.fill('x')
  t.equal(body.text, 'abcd')
})

t.test('a wait ends with its connection', async (t) => {
  const cluster = await createCluster()
  t.teardown(cluster.close)
  const { journal } = cluster.controls
  const wait = request(`${cluster.leader?.url}/_mock/journal/wait`, { method: 'POST' })
  wait.on('error', () => {})
  wait.end('{"path":"never","timeoutMs":300000}')
  while (journal.waiting === 0) await new Promise(setImmediate)
  wait.destroy()
  while (journal.waiting > 0) await new Promise(setImmediate)
  t.equal(journal.waiting, 0)
  await t.rejects(journal.wait({}, { count: 1001 }), /keeps 1000/)
})

t.test('hanging requests give their connection back when the client leaves', async (t) => {
  for (const arrange of ['hang', 'pause'] as const) {
    const cluster = await createCluster()
    t.teardown(cluster.close)
    if (arrange === 'hang') cluster.controls.faults.add({ effect: { hang: true } })
    else cluster.controls.nodes.pause('raft_0')
    const socket = connect(Number(new URL(cluster.nodes[0]?.url ?? '').port), '127.0.0.1')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.resume().write(`GET ${HEALTH} HTTP/1.1\r\nHost: a\r\n\r\n`)
    // the listener runs one at a time: it has the request before the answer to another one is there
    const other = await fetch(`${cluster.nodes[0]?.url}/_mock/nodes`)
    t.equal(other.status, 200)
    socket.end()
    await closed
    t.pass(`${arrange}: the server closed its side`)
  }
})

t.test('time stays sane', async (t) => {
  const server = createServer({ time: 'manual' })
  const { time } = server.controls
  const before = time.nowMs
  const put = async (payload: object) => (await server.inject({ method: 'PUT', url: '/_mock/time', payload })).statusCode
  for (const payload of [{ mode: 'live', scale: 1e308 }, { nowMs: 8.64e15 }, { nowMs: 1e300 }, { scale: 0 }]) {
    t.equal(await put(payload), 400, JSON.stringify(payload))
  }
  t.throws(() => { time.advance(1e15) }, /time ends at 9999/)
  t.throws(() => { time.skipUntil({ condition: 'voters', count: 9 }, { limitMs: 1e300 }) }, /time ends at 9999/)
  t.throws(() => { time.setMode('live', { scale: Infinity }) }, /the scale is above 0/)
  t.equal(time.nowMs, before)
})

t.test('one call takes two seconds at most, and says how far it came', async (t) => {
  const { controls: { time } } = createServer({ time: 'manual' })
  const before = time.nowMs
  const begin = Date.now()
  const wait = { condition: 'token-expired', token: 'root' } as const
  t.throws(() => { time.skipUntil(wait, { limitMs: 1000 }) }, /token-expired did not come true within 1 s/)
  t.equal(time.nowMs, before + 1000)
  const { controls: voters } = createServer({ fixture: 'three-voters', time: 'manual' })
  voters.nodes.kill('raft_2')
  voters.time.advance(60_000)
  t.throws(() => { voters.time.skipUntil({ condition: 'healthy' }) }, /2 s of real time are over: it came \d+.* s far, to 20/)
  t.ok(Date.now() - begin < 5000)
})

t.test('a saved world with entries that would break it is refused with their paths', async (t) => {
  const { inject } = createServer({ seed: 1, time: 'manual' })
  const saved = (await inject('/_mock/state')).body
  const change = async (edit: (entries: Record<string, any>) => void) => {
    const state = JSON.parse(saved)
    edit(state.clusters[0].storage.entries)
    return await inject({ method: 'PUT', url: '/_mock/state', payload: state })
  }
  const edits: ((entries: Record<string, any>) => void)[] = [
    (entries) => { entries['local/token/root'].policies = 5 },
    (entries) => { entries['local/token/root'].boundCidrs = 'x' },
    (entries) => { entries['local/token/x'] = 'odd' },
    (entries) => { entries['replicated/mounts/secret/'].type = 5 },
    (entries) => { delete entries['replicated/mounts/secret/'].type },
    (entries) => { entries['replicated/policy/a'] = { name: 'a', text: null } },
    (entries) => { entries['local/expiry/0'] = 'hvs.x' }
  ]
  for (const edit of edits) {
    const answer = await change(edit)
    t.match(answer, { statusCode: 400 }, String(edit))
    t.match(answer.json().errors[0] ?? '', /^\/clusters\/0\/storage\/entries\/.*: expected /)
  }
  t.equal((await inject('/_mock/state')).body, saved)
})

t.test('a deadline that no clock knows comes once and is gone', async (t) => {
  const { inject, world, controls } = createServer({ time: 'manual' })
  const [cluster] = world.clusters.values()
  for (const key of ['0', 'x', '00000', '1/']) cluster?.storage.put(`local/expiry/${key}`, 'hvs.x')
  controls.nodes.seal('raft_0')
  controls.nodes.unseal('raft_0')
  controls.time.advance(60_000)
  t.equal((await inject(HEALTH)).statusCode, 200)
  t.same([...cluster?.storage.children('local/expiry/') ?? []], [])
})

t.test('a request that calls its host by no name does not keep HAR from being written', async (t) => {
  const { inject } = createServer()
  await inject({ url: HEALTH, headers: { host: '[' } })
  const answer = await inject('/_mock/journal/har')
  t.match([answer.statusCode, answer.json()], [200, { log: { entries: [{ request: { url: `http://unknown${HEALTH}` } }] } }])
})
