// The storage inmem: what the real dev server answers, without raft and high availability.
import t from 'tap'
import { createServer, createWorld, openWorld } from '../../src/index.js'
import { vault } from '../vault-server.js'

const INMEM = { storage: 'inmem', profile: 'vault-1.21', edition: 'ce', nomad: false } as const
const NO_PATH = '404 1 error occurred:\n\t* unsupported path\n\n'

t.test('nobody leads, and health, seal-status and ha-status know no raft', async (t) => {
  const { send } = vault(t, INMEM)
  t.same((await send('GET', 'sys/leader')).body, {
    ha_enabled: false,
    is_self: false,
    active_time: '0001-01-01T00:00:00Z',
    leader_address: '',
    leader_cluster_address: '',
    performance_standby: false,
    performance_standby_last_remote_wal: 0
  })
  const health = await send('GET', 'sys/health')
  t.match(health, { status: 200, body: { standby: false } })
  t.notOk('removed_from_cluster' in health.body)
  const status = (await send('GET', 'sys/seal-status')).body
  t.match(status, { storage_type: 'inmem', sealed: false })
  t.notOk('removed_from_cluster' in status)
  const [node, ...others] = (await send('GET', 'sys/ha-status')).body.data.nodes
  t.same(Object.keys(node), [
    'hostname', 'api_address', 'cluster_address', 'active_node', 'last_echo', 'version', 'echo_duration_ms', 'clock_skew_ms',
    'replication_primary_canary_age_ms'
  ])
  t.same(others, [])
  t.match((await send('GET', 'sys/config/state/sanitized')).body.data, { storage: { type: 'inmem' }, ha_storage: undefined })
})

/** As a Vault 1.21.4, started with -dev, answers. */
const RAFT_ROUTES: readonly (readonly [method: string, path: string, body: object | undefined, verdict: string])[] = [
  ['GET', 'storage/raft/configuration', undefined, NO_PATH],
  ['GET', 'storage/raft/autopilot/state', undefined, NO_PATH],
  ['POST', 'storage/raft/remove-peer', { server_id: 'a' }, NO_PATH],
  ['GET', 'storage/raft/snapshot', undefined, NO_PATH],
  ['POST', 'storage/raft/snapshot', {}, NO_PATH],
  ['POST', 'storage/raft/join', {}, '500 raft backend not in use'],
  ['POST', 'storage/raft/join', { leader_api_addr: 'http://127.0.0.1:1', retry: true }, '500 raft backend not in use'],
  ['POST', 'storage/raft/bootstrap', undefined, '500 raft backend not in use'],
  ['POST', 'storage/raft/bootstrap/challenge', { server_id: 'x' }, '404 unsupported path'],
  ['GET', 'storage/raft/snapshot-auto/config/x', undefined, '404 enterprise-only feature']
]
for (const [method, path, body, verdict] of RAFT_ROUTES) {
  t.test(`${method} ${path} ${JSON.stringify(body) ?? ''}: ${verdict.slice(0, 3)}`, async (t) => {
    t.equal(await vault(t, INMEM).verdict(method, `sys/${path}`, body), verdict)
  })
}

t.test('the paths of bootstrapping ask for no token, as where they are', async (t) => {
  const { send } = vault(t, INMEM)
  const none = { 'x-vault-token': '' }
  const challenge = await send('POST', 'sys/storage/raft/bootstrap/challenge', { server_id: 'x' }, none)
  t.equal(challenge.text, '{"errors":["unsupported path"]}\n')
  t.equal((await send('GET', 'sys/storage/raft/configuration', undefined, none)).status, 403)
})

t.test('the enterprise edition has no automated snapshots without raft either', async (t) => {
  const { verdict } = vault(t, { ...INMEM, edition: 'ent' })
  t.equal(await verdict('GET', 'sys/storage/raft/snapshot-auto/config/x'), NO_PATH)
})

t.test('step-down does nothing, sealing and unsealing do what they do', async (t) => {
  const { send, verdict } = vault(t, { ...INMEM, fixture: 'uninitialized' })
  t.equal((await send('GET', 'sys/leader')).status, 200, 'sealed, too')
  t.equal(await verdict('PUT', 'sys/step-down'), '204', 'sealed, and without a token')
  const { body } = await send('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  await send('PUT', 'sys/unseal', { key: body.keys[0] })
  t.equal(await verdict('GET', 'sys/health'), '200', 'active at once')
  t.equal(await verdict('PUT', 'sys/step-down'), '204')
  t.equal(await verdict('GET', 'sys/health'), '200')
})

t.test('what a killed process had in memory is gone', async (t) => {
  const { controls, world, inject, close } = createServer(INMEM)
  t.teardown(close)
  controls.nodes.restart('raft_0')
  t.equal((await inject({ url: '/v1/sys/health' })).statusCode, 501)
  t.equal(world.nodes.length, 1)
})

t.test('a world of it is saved, forked and made beside another one', async (t) => {
  const { controls, inject, close } = createServer(INMEM)
  t.teardown(close)
  controls.checkpoints.save('now')
  t.equal(controls.checkpoints.fork('now').world.raftUse, 'none')
  t.equal(controls.worlds.create('same').world.raftUse, 'none')
  t.equal(controls.worlds.create('other', { raft: 'storage' }).world.raftUse, 'storage')
  const payload = { name: 'three', nodes: 3 }
  t.match((await inject({ method: 'POST', url: '/_mock/worlds', payload })).json(), { errors: [/one node/] })
})

t.test('a cluster has one node; several clusters may be', async (t) => {
  await t.rejects(openWorld({ ...INMEM, nodes: 2 }), { name: 'BlueprintError' })
  t.throws(() => createServer({ ...INMEM, fixture: 'three-voters' }), { name: 'BlueprintError' })
  const { close, west } = await createWorld({ ...INMEM, clusters: { east: {}, west: {} } })
  t.teardown(close)
  t.equal((await west.inject({ url: '/v1/sys/health' })).statusCode, 200)
})

t.test('raft that elects over the storage inmem is ha_storage', async (t) => {
  const { world, close } = createServer({ storage: 'inmem', raft: 'ha_storage', nomad: false })
  t.teardown(close)
  t.equal(world.raftUse, 'ha_storage')
})
