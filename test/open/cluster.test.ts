// Clusters of several nodes, over real sockets.
import t from 'tap'
import { createCluster, openWorld } from '../../src/index.js'

interface Reply { readonly status: number, readonly body: any }

async function call (url: string, method: string, path: string, body?: unknown, token = 'root'): Promise<Reply> {
  const response = await fetch(`${url}/v1/${path}`, { method, redirect: 'manual', headers: { 'x-vault-token': token }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await response.text()
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
}

t.test('createCluster gives voters, one of them leads', async (t) => {
  const cluster = await createCluster({ nodes: 3 })
  t.teardown(cluster.close)
  const { body } = await call(cluster.leader?.url ?? '', 'GET', 'sys/storage/raft/configuration')
  t.equal(body.data.config.servers.filter((server: { voter: boolean }) => server.voter).length, 3)
  const codes = await Promise.all(cluster.nodes.map(async ({ url }) => (await call(url ?? '', 'GET', 'sys/health')).status))
  t.same(codes.sort(), [200, 429, 429])
})

t.test('three fresh nodes become three voters by init, join and unseal', async (t) => {
  const { nodes, close } = await openWorld({ nodes: 3, fixture: 'uninitialized' })
  t.teardown(close)
  const [first, ...others] = nodes.map(({ url }) => url ?? '')
  const init = await call(first ?? '', 'PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  const key = init.body.keys_base64[0]
  const token = init.body.root_token
  t.equal((await call(first ?? '', 'PUT', 'sys/unseal', { key })).body.sealed, false)
  for (const url of others) {
    t.same((await call(url, 'POST', 'sys/storage/raft/join', { leader_api_addr: first })).body, { joined: true })
    t.equal((await call(url, 'GET', 'sys/health')).status, 503)
    t.equal((await call(url, 'PUT', 'sys/unseal', { key })).body.sealed, true)
    t.equal((await call(url, 'GET', 'sys/health')).status, 429)
  }
  const { body } = await call(others[1] ?? '', 'GET', 'sys/storage/raft/configuration', undefined, token)
  t.same(body.data.config.servers.map((server: { voter: boolean }) => server.voter), [true, true, true])
})

t.test('a killed leader is followed by another, which keeps the data', async (t) => {
  const cluster = await createCluster({ nodes: 3 })
  t.teardown(cluster.close)
  const dead = cluster.leader
  await call(dead?.url ?? '', 'PUT', 'secret/data/x', { data: { v: 1 } })
  if (dead !== undefined) dead.node.change({ process: 'stopped' })
  dead?.node.cluster.connectivityChanged()
  const survivor = cluster.nodes.find((node) => node !== dead)?.url ?? ''
  t.equal((await call(survivor, 'GET', 'secret/data/x')).body.data.data.v, 1)
  t.not(cluster.leader, dead)
})

t.test('step-down hands over to another voter', async (t) => {
  const cluster = await createCluster({ nodes: 3 })
  t.teardown(cluster.close)
  const before = cluster.leader
  t.equal((await call(before?.url ?? '', 'PUT', 'sys/step-down')).status, 204)
  await call(before?.url ?? '', 'GET', 'sys/health')
  t.ok(cluster.leader)
  t.not(cluster.leader, before)
})

t.test('a standby redirects snapshots to the active node', async (t) => {
  const cluster = await createCluster({ nodes: 2 })
  t.teardown(cluster.close)
  const standby = cluster.nodes.find((node) => node !== cluster.leader)?.url ?? ''
  const response = await fetch(`${standby}/v1/sys/storage/raft/snapshot?a=b`, { redirect: 'manual' })
  t.equal(response.status, 307)
  t.equal(response.headers.get('location'), `${cluster.leader?.url}/v1/sys/storage/raft/snapshot?a=b`)
})

t.test('a leader that lost its majority acknowledges no write and steps down', async (t) => {
  const cluster = await createCluster({ nodes: 3, time: 'manual' })
  t.teardown(cluster.close)
  const leader = cluster.leader
  for (const node of cluster.nodes) {
    if (node === leader) continue
    node.node.change({ process: 'stopped' })
    node.node.cluster.connectivityChanged()
  }
  const { status, body } = await call(leader?.url ?? '', 'PUT', 'secret/data/x', { data: { v: 1 } })
  t.equal(status, 500)
  t.match(body.errors[0], 'leadership lost while committing log')
  cluster.world.timeline.advance(2000)
  t.match(await call(leader?.url ?? '', 'GET', 'sys/mounts'), { status: 500, body: { errors: ['local node not active but active cluster node not found'] } })
  t.match(await call(leader?.url ?? '', 'GET', 'sys/leader'), { status: 200, body: { leader_address: '', is_self: false } })
})

t.test('after a start in code the node answers once the controls have settled', async (t) => {
  const { nodes, controls, close } = await createCluster({ nodes: 3, nomad: false })
  t.teardown(close)
  const health = async (): Promise<number> => (await fetch(`${nodes[1]?.url}/v1/sys/health`)).status
  controls.nodes.kill('raft_1')
  await controls.settled()
  await t.rejects(health())
  controls.nodes.start('raft_1')
  await controls.settled()
  t.equal(await health(), 503)
})
