// Every answer of the routes that a node serves by itself has the form that its schema says.
import t, { type Test } from 'tap'
import inject from 'light-my-request'
import { problemsIn, sayProblem } from '../../src/json/form-problems.js'
import { makeApps } from '../../src/http/app.js'
import { entranceOf } from '../../src/http/entrance.js'
import { injectable } from '../../src/http/verbs.js'
import { createServer, type ProfileName, type Server, type ServerOptions } from '../../src/index.js'

const PROFILES: ProfileName[] = ['documented', 'vault-1.14', 'vault-1.21', 'openbao-2.5']

/** Sends requests through apps that look at each answer; `checked` counts them. */
function checking (server: Server) {
  let checked = 0
  const apps = makeApps({
    checkAnswer (schema, answer) {
      checked += 1
      const problems = problemsIn(schema, answer).map((problem) => sayProblem(problem, 'the answer'))
      if (problems.length > 0) throw new Error(problems.join('\n'))
    }
  })
  const { world, controls } = server
  const ask = async (line: string, body?: object) => {
    const [method = 'GET', url = '/'] = line.split(' ')
    const handle = entranceOf(await apps.vault(), { world, node: world.nodes[0]!, controls })
    const headers = { 'x-vault-token': server.rootToken ?? '' }
    const request = injectable({ method, url, headers, ...(body && { payload: body }) })
    const { statusCode, payload } = await inject(handle, request)
    return { status: statusCode, body: payload === '' ? undefined : JSON.parse(payload) }
  }
  return { ask, get checked () { return checked } }
}

const serve = (t: Test, options: ServerOptions) => {
  const server = createServer({ seed: 1, ...options })
  t.teardown(() => server.close())
  return server
}

for (const profile of PROFILES) {
  t.test(`${profile}: from a fresh node to a sealed one`, async (t) => {
    const through = checking(serve(t, { profile, fixture: 'uninitialized' }))
    const { ask } = through
    const expect = async (line: string, status: number, body?: object) => {
      const answer = await ask(line, body)
      t.equal(answer.status, status, line)
      return answer.body
    }
    await expect('GET /v1/sys/health', 501)
    await expect('GET /v1/sys/init', 200)
    await expect('GET /v1/sys/seal-status', 200)
    const { keys } = await expect('PUT /v1/sys/init', 200, { secret_shares: 2, secret_threshold: 2 })
    for (const key of keys) await expect('PUT /v1/sys/unseal', 200, { key })
    for (const line of ['GET /v1/sys/health', 'GET /v1/sys/leader', 'GET /v1/sys/seal-status']) await expect(line, 200)
    await expect('GET /v1/sys/health?activecode=299', 299)
    await expect('POST /v1/sys/storage/raft/join', 200, {})
    t.equal(through.checked, 11)
  })
}

t.test('the ceremonies of the key shares', async (t) => {
  const server = serve(t, {})
  const through = checking(server)
  const { ask } = through
  const key = server.unsealKeys[0]
  const { body: root } = await ask('PUT /v1/sys/generate-root/attempt')
  t.equal((await ask('GET /v1/sys/generate-root/attempt')).body.nonce, root.nonce)
  t.equal((await ask('PUT /v1/sys/generate-root/update', { key, nonce: root.nonce })).body.complete, true)
  const { body: rekey } = await ask('PUT /v1/sys/rekey/init', { secret_shares: 1, secret_threshold: 1, require_verification: true })
  t.equal((await ask('GET /v1/sys/rekey/init')).status, 200)
  const { body: made } = await ask('PUT /v1/sys/rekey/update', { key, nonce: rekey.nonce })
  t.equal((await ask('GET /v1/sys/rekey/verify')).status, 200)
  const { body: again } = await ask('DELETE /v1/sys/rekey/verify')
  const verified = await ask('PUT /v1/sys/rekey/verify', { key: made.keys[0], nonce: again.nonce })
  t.same(verified.body, { nonce: again.nonce, complete: true })
  t.equal(through.checked, 9)
})

t.test('a DR secondary\'s operation token', async (t) => {
  const through = checking(serve(t, { fixture: 'dr-secondary' }))
  t.equal((await through.ask('PUT /v1/sys/replication/dr/secondary/generate-operation-token/attempt')).status, 200)
  t.equal((await through.ask('GET /v1/sys/health')).status, 472)
  t.equal(through.checked, 2)
})

t.test('a check that fails is a fault, not another answer', async (t) => {
  const server = serve(t, {})
  const apps = makeApps({ checkAnswer: () => { throw new Error('no') } })
  const { world } = server
  const handle = entranceOf(await apps.vault(), { world, node: world.nodes[0]!, controls: undefined })
  const { statusCode, payload } = await inject(handle, '/v1/sys/health')
  t.same([statusCode, payload], [500, '{"errors":["internal error"]}\n'])
})

t.test('the controls', async (t) => {
  const through = checking(serve(t, { fixture: 'dev', time: 'manual' }))
  const { ask } = through
  const lines: readonly [string, number, object?][] = [
    ['GET /_mock/nodes', 200], ['GET /_mock/nodes/raft_0', 200], ['POST /_mock/nodes/raft_0/seal', 200],
    ['POST /_mock/nodes/raft_0/unseal', 200], ['POST /_mock/nodes/raft_0/restart', 200, { unseal: true }],
    ['GET /_mock/nomad/servers', 200], ['POST /_mock/nomad/servers/server-0/pause', 200],
    ['GET /_mock/links', 200], ['POST /_mock/links/cut', 200, { from: 'raft_0', to: 'vault' }],
    ['POST /_mock/links/delay', 200, { from: 'raft_0', to: 'vault', delayMs: 5 }], ['POST /_mock/links/heal', 200, {}],
    ['GET /_mock/time', 200], ['POST /_mock/time/advance', 200, { ms: 5 }], ['POST /_mock/time/freeze', 200],
    ['PUT /_mock/time', 200, { mode: 'manual' }], ['POST /_mock/time/skip-until', 200, { condition: 'leader-elected' }],
    ['POST /_mock/faults', 201, { match: { path: 'x' }, effect: { status: 500 } }], ['GET /_mock/faults', 200],
    ['GET /_mock/faults/1', 200], ['GET /_mock/faults/7', 404], ['GET /v1/sys/health', 200],
    ['GET /_mock/journal', 200], ['GET /_mock/journal?path=nothing', 200], ['GET /_mock/journal/count', 200],
    ['GET /_mock/journal/har', 200], ['POST /_mock/journal/wait', 408, { path: 'nothing', timeoutMs: 1 }],
    ['GET /_mock/events', 200], ['PUT /_mock/checkpoints/a', 204], ['GET /_mock/checkpoints', 200],
    ['GET /_mock/checkpoints/a/diff/now', 200], ['POST /_mock/checkpoints/a/fork', 200, { world: 'b' }],
    ['GET /_mock/worlds', 200], ['POST /_mock/worlds', 201, { name: 'c' }], ['POST /_mock/worlds', 400, { name: '/' }],
    ['GET /_mock/fixtures', 200], ['PUT /_mock/fixture', 200, { name: 'dev' }], ['POST /_mock/reset', 204]
  ]
  for (const [line, status, body] of lines) {
    const answer = await ask(line, body)
    t.equal(answer.status, status, `${line} ${JSON.stringify(answer.body ?? null).slice(0, 200)}`)
  }
  t.ok(through.checked >= lines.length - 2)
})
