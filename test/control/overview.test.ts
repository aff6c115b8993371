// The world at a glance, what it holds, and a cluster's part in replication.
import t, { type Test } from 'tap'
import { createServer, type Server, type ServerOptions } from '../../src/index.js'

const AUTH = { 'x-vault-token': 'root' }

function serverFor (t: Test, options: ServerOptions = {}): Server {
  const server = createServer({ seed: 1, time: 'manual', ...options })
  t.teardown(() => server.close())
  return server
}

async function call (server: Server, method: string, url: string, payload?: object) {
  const answer = await server.inject({ method, url, payload, headers: AUTH })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : JSON.parse(answer.body) }
}

t.test('clusters, nodes and the last election', async (t) => {
  const server = serverFor(t, { fixture: 'three-voters' })
  server.controls.nodes.kill('raft_0')
  server.controls.time.skipUntil({ condition: 'leader-elected' })
  const { body } = await call(server, 'GET', '/_mock/overview')
  const [cluster] = body.clusters
  t.match(cluster, { label: 'vault', hasQuorum: true, election: { voters: 3, leader: cluster.leader } })
  t.equal(cluster.election.grantedBy.length, 2)
  t.match(cluster.nodes[0], { id: 'raft_0', process: 'stopped', knownLeader: null })
  const standby = cluster.nodes.find(({ process, active }: { process: string, active: boolean }) => process === 'running' && !active)
  t.match(standby, { knownLeader: cluster.leader, commitIndex: cluster.lastIndex, lastContactMs: Number })
  t.notMatch(JSON.stringify(body), /"root"/, 'no token unless asked for')
  t.equal((await call(server, 'GET', '/_mock/overview?reveal=true')).body.rootToken, 'root')
})

t.test('replication and its lag', async (t) => {
  const server = serverFor(t, { fixture: 'dr-pair' })
  const arrow = async () => (await call(server, 'GET', '/_mock/overview')).body.replication[0]
  t.match(await arrow(), { kind: 'dr', from: 'primary', to: 'secondary', state: 'stream-wals', connected: true, lag: 0 })
  server.controls.links.cut('primary', 'secondary')
  await call(server, 'POST', '/v1/secret/data/a', { data: { n: 1 } })
  server.controls.time.advance(10_000)
  t.match(await arrow(), { state: 'idle', connected: false, lag: 2 }, 'the version and its metadata')
  server.controls.links.heal()
  server.controls.time.advance(10_000)
  t.match(await arrow(), { state: 'stream-wals', connected: true, lag: 0 })
})

t.test('a secondary is promoted, a primary demoted, without tokens', async (t) => {
  const server = serverFor(t, { fixture: 'dr-pair' })
  const promoted = await call(server, 'POST', '/_mock/replication/dr/promote', { cluster: 'secondary' })
  t.match(promoted, { status: 200, body: { parts: [{ mode: 'primary' }, { cluster: 'secondary', mode: 'primary' }] } })
  t.match(await call(server, 'POST', '/_mock/replication/dr/demote', { cluster: 'primary' }), { body: { parts: [{ mode: 'secondary' }, {}] } })
  t.equal((await call(server, 'POST', '/_mock/replication/dr/demote', { cluster: 'primary' })).status, 409)
  t.match(await call(server, 'POST', '/_mock/replication/dr/promote', { cluster: 'x' }), { status: 404, body: { errors: [/there is no cluster "x"/] } })
  t.equal((await call(server, 'POST', '/_mock/replication/no/promote', { cluster: 'primary' })).status, 400)
})

t.test('what a cluster holds, without and with values', async (t) => {
  const server = serverFor(t)
  await call(server, 'POST', '/v1/secret/data/app/db', { data: { pass: 'hush' } })
  await call(server, 'POST', '/v1/sys/mounts/old', { type: 'kv' })
  await call(server, 'POST', '/v1/old/a', { pass: 'hush' })
  const { body } = await call(server, 'GET', '/_mock/contents')
  const pathsOf = (path: string) => body.mounts.find((mount: { path: string }) => mount.path === path).paths
  t.same(pathsOf('secret/'), ['app/db'])
  t.same(pathsOf('old/'), ['a'])
  t.ok(body.policies.includes('default'))
  t.match(body.tokens, [{ policies: ['root'], expiresAtMs: null }])
  t.notMatch(JSON.stringify(body), /hush/)
  const entry = async (query: string) => await call(server, 'GET', `/_mock/contents/entry?${query}`)
  t.match(await entry('path=secret/app/db'), { body: { version: 1, value: { data: { pass: '***' } } } })
  t.match(await entry('path=secret/app/db&reveal=true'), { body: { value: { data: { pass: 'hush' } } } })
  t.match(await entry('path=old/a'), { body: { version: null, value: { pass: '***' } } })
  t.match(await entry('path=sys/policies/acl/default'), { body: { value: /auth\/token\/lookup-self/ } })
  t.match(await entry('path=secret/none'), { status: 404, body: { errors: ['there is nothing at "secret/none"'] } })
})

t.test('what is not understood is said, not passed over', async (t) => {
  const server = serverFor(t)
  t.match(await call(server, 'GET', '/_mock/journal?paht=x'), { status: 400, body: { errors: [/there is no parameter "paht"; there is method, path/] } })
  t.match(await call(server, 'GET', '/_mock/nodes?x=1'), { status: 400, body: { errors: [/there is none here/] } })
  t.match(await call(server, 'POST', '/_mock/nodes/raft_0/seal?force=1'), { status: 400 })
  t.equal(server.world.nodes[0]?.sealed, false)
  const expiry = await call(server, 'POST', '/_mock/time/skip-until', { condition: 'token-expired', token: 'hvs.nobody-has-this-one' })
  t.match(expiry, { status: 404, body: { errors: ['there is no such token or accessor in vault, or it has expired already'] } })
  t.match(await call(server, 'POST', '/_mock/time/skip-until', { condition: 'token-expired' }), { status: 400 })
  t.match(await call(server, 'POST', '/_mock/time/skip-until', { condition: 'snapshot-taken', name: 'x' }), { status: 404, body: { errors: [/there is no automated snapshot "x"/] } })
  const wished = await server.inject({ url: '/v1/sys/health', headers: { 'x-vault-mock-prefer': 'bogus' } })
  t.equal(wished.statusCode, 400)
  t.match(wished.body, /X-Vault-Mock-Prefer: \\"bogus\\" is not understood; there is status=N/)
})
