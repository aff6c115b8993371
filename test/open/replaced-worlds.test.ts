// Worlds that are replaced while they listen: every node answers where it is said to be, and nothing listens for
// nobody.
import t from 'tap'
import { createCluster, createServer } from '../../src/index.js'
import { FIXTURES } from '../../src/world/fixtures/index.js'
import { loadWorld, saveWorld } from '../../src/world/saved-world.js'
import { parseJson, printJson } from '../../src/json/index.js'
import { assemble } from '../../src/open/assemble.js'

interface NodeStatus { readonly id: string, readonly apiAddr: string, readonly process: string }

interface Reply { readonly status: number, readonly body: any }

async function control (url: string, method: string, path: string, body?: unknown): Promise<Reply> {
  const payload = typeof body === 'string' ? body : body && JSON.stringify(body)
  const answer = await fetch(`${url}/_mock/${path}`, { method, body: payload as string | undefined })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** What each node's address answers. */
async function answersOf (nodes: readonly NodeStatus[]): Promise<string[]> {
  return await Promise.all(nodes.map(async ({ apiAddr, process }) => {
    if (process === 'stopped') return 'stopped'
    const { status } = await fetch(`${apiAddr}/v1/sys/seal-status`)
    return String(status)
  }))
}

for (const name of Object.keys(FIXTURES)) {
  t.test(`after PUT /_mock/fixture ${name} all nodes answer where they are said to be`, async (t) => {
    const cluster = await createCluster()
    t.teardown(cluster.close)
    const url = cluster.nodes[0]?.url ?? ''
    const { status, body } = await control(url, 'PUT', 'fixture', { name })
    t.equal(status, 200)
    const { nodes } = body as { nodes: NodeStatus[] }
    const running = nodes.find(({ process }) => process === 'running')?.apiAddr ?? ''
    t.same((await control(running, 'GET', 'nodes')).body.nodes, nodes)
    t.equal(new Set(nodes.map(({ apiAddr }) => apiAddr)).size, nodes.length)
    t.equal(nodes[0]?.apiAddr, url)
    t.same(await answersOf(nodes), nodes.map(({ process }) => process === 'stopped' ? 'stopped' : '200'))
    t.same(cluster.nodes.map(({ url }) => url), nodes.map(({ apiAddr }) => apiAddr))
  })
}

t.test('replicating clusters find each other at their new addresses', async (t) => {
  const server = createServer()
  const url = await server.listen()
  t.teardown(() => server.close())
  await control(url, 'PUT', 'fixture', { name: 'performance-pair' })
  const second = server.world.nodes[1]?.apiAddr ?? ''
  const headers = { 'x-vault-token': 'root' }
  const body = JSON.stringify({ policy: 'path "a" { capabilities = ["read"] }' })
  await fetch(`${url}/v1/sys/policies/acl/late`, { method: 'PUT', headers, body })
  const { data } = await (await fetch(`${second}/v1/sys/replication/performance/status`)).json() as { data: any }
  t.match(data, { mode: 'secondary', state: 'stream-wals', primaries: [{ api_address: url, connection_status: 'connected' }] })
  t.ok([...server.world.nodes[1]?.storage.paths() ?? []].some((path) => path.endsWith('/late')))
})

t.test('fewer nodes: listeners that serve nobody are closed', async (t) => {
  const cluster = await createCluster({ nodes: 3 })
  t.teardown(cluster.close)
  const urls = cluster.nodes.map(({ url }) => url ?? '')
  const one = assemble({ seed: 3 })
  loadWorld(cluster.world, saveWorld(one.world))
  await cluster.controls.settled()
  t.same(cluster.nodes.map(({ url }) => url), [urls[0]])
  t.equal((await fetch(`${urls[0]}/v1/sys/health`)).status, 200)
  await t.rejects(until(async () => { await fetch(`${urls[2]}/v1/sys/health`) }))
})

/** The listener is closed once its last answer is out. */
async function until (act: () => Promise<void>): Promise<never> {
  for (;;) await act()
}

t.test('a state with other nodes, and a checkpoint from before, leave every node with a listener', async (t) => {
  const cluster = await createCluster()
  t.teardown(cluster.close)
  const url = cluster.nodes[0]?.url ?? ''
  await control(url, 'PUT', 'checkpoints/one')
  const three = assemble({ fixture: 'three-voters', seed: 3 })
  t.equal((await control(url, 'PUT', 'state', printJson(saveWorld(three.world)))).status, 204)
  const { nodes } = (await control(url, 'GET', 'nodes')).body as { nodes: NodeStatus[] }
  t.same(await answersOf(nodes), ['200', '200', '200'])
  t.equal((await control(url, 'POST', 'checkpoints/one/restore')).status, 204)
  t.equal(cluster.nodes.length, 1)
  t.equal((await fetch(`${url}/v1/secret/data/x`, { headers: { 'x-vault-token': 'root' } })).status, 404)
})

t.test('without sockets requests go to the new first node', async (t) => {
  const server = createServer()
  server.controls.loadFixture('dr-secondary')
  t.equal((await server.inject('/v1/sys/health')).statusCode, 472)
})

t.test('a Nomad region survives a fixture, and a world beside has one', async (t) => {
  const configuration = '/v1/operator/raft/configuration'
  const server = createServer()
  t.equal((await server.inject(configuration)).statusCode, 200)
  server.controls.loadFixture('dev')
  t.equal((await server.inject(configuration)).statusCode, 200)
  await server.inject({ method: 'POST', url: '/_mock/worlds', payload: { name: 'one' } })
  t.equal((await server.inject(`/_mock/worlds/one${configuration}`)).statusCode, 200)
  await server.inject({ method: 'POST', url: '/_mock/worlds', payload: { name: 'two', nomad: false } })
  const headers = { 'x-vault-token': 'root' }
  t.equal((await server.inject({ url: `/_mock/worlds/two${configuration}`, headers })).statusCode, 404)
})

t.test('a refused state changes nothing and names what is wrong', async (t) => {
  const server = createServer({ seed: 7, time: 'manual' })
  const before = printJson(saveWorld(server.world))
  const state = JSON.parse(before)
  const put = async (change: (state: any) => void): Promise<[number, string[]]> => {
    const changed = structuredClone(state)
    change(changed)
    const answer = await server.inject({ method: 'PUT', url: '/_mock/state', payload: JSON.stringify(changed) })
    t.equal(printJson(saveWorld(server.world)), before)
    return [answer.statusCode, answer.json().problems.map(({ path }: { path: string }) => path)]
  }
  t.same(await put(({ nomad }) => { nomad.raft.term = 'two' }), [400, ['/nomad/raft/term']])
  t.same(await put((state) => { state.nomad = 7 }), [400, ['/nomad']])
  const strange = { atMs: 1, kind: 'no.such', urgency: 'deadline', ids: {} }
  t.same(await put(({ timeline }) => { timeline.events = [strange] }), [400, ['/timeline/events/0/kind']])
  t.same(await put((state) => { state.version = 1 }), [400, ['/version']])
  t.same(await put(({ clusters }) => { clusters[0].raft.leaderId = 'nobody' }), [400, ['/clusters/0/raft/leaderId']])
  t.same(parseJson(before), parseJson(printJson(saveWorld(server.world))))
})

t.test('a server in code begins with a saved state, and refuses a broken one', async (t) => {
  const headers = { 'x-vault-token': 'root' }
  const before = createServer({ seed: 1, time: 'manual' })
  await before.inject({ method: 'POST', url: '/v1/secret/data/a', headers, payload: { data: { n: 1 } } })
  const state = saveWorld(before.world)
  const after = createServer({ state, time: 'manual' })
  t.equal(printJson(saveWorld(after.world)), printJson(state))
  t.equal((await after.inject({ url: '/v1/secret/data/a', headers })).json().data.data.n, 1)
  t.equal(after.rootToken, 'root')
  t.throws(() => createServer({ state: { version: 0 } }), { name: 'StateError', message: /^\/version/ })
})
