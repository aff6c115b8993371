// What stops replication though the link stands, and what sets it going again. Time is moved by hand.
import t, { type Test } from 'tap'
import { call, drOperationToken, openTestWorld, readSecret, statusOf, writeSecret } from './replicated.js'

async function pair (t: Test, kind: 'performance' | 'dr' = 'performance', options: object = {}) {
  const world = await openTestWorld(t, { clusters: { east: { nodes: 1 }, west: { nodes: 1 } }, time: 'manual', ...options })
  world.east.replicateTo(world.west, kind)
  return world
}

t.test('a local mount where a shared one arrives stops the stream until it has moved', async (t) => {
  const { east, west } = await pair(t)
  t.equal((await call(west, 'POST', 'sys/mounts/team', { type: 'kv', local: true })).status, 204)
  t.equal((await call(east, 'POST', 'sys/mounts/team', { type: 'kv' })).status, 204)
  await writeSecret(east, 'after', '1')
  t.match(await statusOf(west, 'performance'), { state: 'idle', connection_state: 'ready' })
  t.match((await statusOf(east, 'performance')).secondaries, [{ connection_status: 'connected' }])
  t.equal(await readSecret(west, 'after'), undefined)
  t.equal((await call(west, 'POST', 'sys/replication/performance/secondary/promote', {})).status, 503)
  t.equal((await call(west, 'POST', 'sys/remount', { from: 'team', to: 'team-here' })).status, 200)
  t.match(await statusOf(west, 'performance'), { state: 'stream-wals' })
  t.equal(await readSecret(west, 'after'), '1')
  const { data } = (await call(west, 'GET', 'sys/mounts')).json
  t.match([data['team/'].local, data['team-here/'].local], [false, true])
})

t.test('a merkle tree that does not fit its data: a check finds it, a reindex repairs it', async (t) => {
  const { east, west, controls } = await pair(t, 'performance', { profile: 'vault-1.21' })
  const { merkle_root: root } = await statusOf(east, 'performance')
  controls.links.corruptMerkleTree('east')
  const spoilt = await statusOf(east, 'performance')
  t.not(spoilt.merkle_root, root)
  t.equal(spoilt.corrupted_merkle_tree, false, 'nobody has looked')
  const { data: { merkle_corruption_report: report } } = (await call(east, 'POST', 'sys/replication/merkle-check', {})).json
  const trees = { 1: { corrupted_subtree_root: true }, 2: { corrupted_subtree_root: false } }
  t.match(report, { corrupted_root: true, corrupted_tree_map: trees })
  t.match(await statusOf(east, 'performance'), { corrupted_merkle_tree: true, last_corruption_check_epoch: /^[1-9]\d+$/ })
  await writeSecret(east, 'a', '1')
  const stopped = await statusOf(west, 'performance')
  t.equal(stopped.state, 'merkle-diff')
  t.not(stopped.merkle_root, (await statusOf(east, 'performance')).merkle_root)
  t.equal((await call(east, 'POST', 'sys/replication/reindex', {})).status, 200)
  t.match(await statusOf(east, 'performance'), { reindex_in_progress: true })
  controls.time.advance(60_000)
  t.match(await statusOf(east, 'performance'), { corrupted_merkle_tree: false })
  const [primary, secondary] = [await statusOf(east, 'performance'), await statusOf(west, 'performance')]
  t.match(secondary, { state: 'stream-wals', merkle_root: primary.merkle_root, last_remote_wal: primary.last_performance_wal })
})

t.test('after its link has come back a secondary waits for its backoff, or for recover', async (t) => {
  const { east, west, controls } = await pair(t)
  controls.links.cut('east', 'west')
  controls.time.advance(10_000)
  await writeSecret(east, 'a', '1')
  controls.links.heal()
  t.match(await statusOf(west, 'performance'), { state: 'idle', connection_state: 'transient_failure' })
  t.equal((await call(west, 'POST', 'secret/data/b', { data: {} })).status, 500, 'nor is anything forwarded')
  controls.time.advance(3999)
  t.match(await statusOf(west, 'performance'), { state: 'idle' })
  controls.time.advance(1)
  t.match(await statusOf(west, 'performance'), { state: 'stream-wals', connection_state: 'ready' })
  controls.links.cut('east', 'west')
  controls.time.advance(20_000)
  controls.links.heal()
  t.equal((await call(west, 'POST', 'sys/replication/recover', {})).status, 200)
  t.match(await statusOf(west, 'performance'), { state: 'stream-wals', connection_state: 'ready' })
})

t.test('rotate makes a key for every cluster of the set', async (t) => {
  const { east, west } = await pair(t)
  await call(east, 'POST', 'sys/rotate', {})
  const terms = await Promise.all([east, west].map(async (cluster) => (await call(cluster, 'GET', 'sys/key-status')).json.data.term))
  t.same(terms, [2, 2])
})

t.test('heartbeats, clocks and canaries', async (t) => {
  const { east, west, controls } = await pair(t, 'performance', { profile: 'vault-1.21' })
  controls.links.delay('east', 'west', 40)
  controls.links.skew('west', -250)
  t.match((await statusOf(east, 'performance')).secondaries, [{ last_heartbeat_duration_ms: '80', clock_skew_ms: '-250' }])
  t.match((await statusOf(west, 'performance')).primaries, [{ last_heartbeat_duration_ms: '80', clock_skew_ms: '250' }])
  const age = async (): Promise<number> => Number((await statusOf(east, 'performance')).secondaries[0].replication_primary_canary_age_ms)
  t.ok(await age() < 1100)
  controls.links.limit('east', 'west', { entriesPerSecond: 0 })
  await writeSecret(east, 'a', '1')
  controls.time.advance(7000)
  t.ok(await age() >= 7000, 'as old as what is missing')
})

t.test('a standby of a secondary shows how old its primary\'s canary is', async (t) => {
  const clusters = { east: { nodes: 1 }, west: { nodes: 3 } }
  const { east, west, controls } = await openTestWorld(t, { clusters, time: 'manual', profile: 'vault-1.21' })
  east.replicateTo(west, 'dr')
  const standby = west.nodes.find(({ node }) => !node.isActive)!
  const health = async (): Promise<any> => await (await fetch(`${standby.url}/v1/sys/health`)).json()
  const fresh = { echo_duration_ms: 0, clock_skew_ms: 0, ha_connection_healthy: true }
  t.match(await health(), fresh)
  t.ok((await health()).replication_primary_canary_age_ms < 1000)
  controls.links.limit('east', 'west', { entriesPerSecond: 0 })
  controls.links.delay(standby.node.networkName, west.leader!.node.networkName, 20)
  await writeSecret(east, 'a', '1')
  controls.time.advance(7000)
  const late = await health()
  t.match(late, { echo_duration_ms: 40, clock_skew_ms: -20 })
  t.ok(late.replication_primary_canary_age_ms >= 7000)
  controls.links.cut(standby.node.networkName, 'west')
  t.match(await health(), { echo_duration_ms: 2000, clock_skew_ms: 0 }, 'no echo')
})

t.test('autopilot on a DR secondary lists all nodes right after they were unsealed', async (t) => {
  const world = await openTestWorld(t, { clusters: { east: { nodes: 3 }, west: { nodes: 3 } }, profile: 'vault-1.21' })
  const { east, west } = world
  await call(east, 'POST', 'sys/replication/dr/primary/enable', {})
  const { json: { wrap_info: { token } } } = await call(east, 'POST', 'sys/replication/dr/primary/secondary-token', { id: 'west' })
  t.equal((await call(west, 'POST', 'sys/replication/dr/secondary/enable', { token })).status, 200)
  for (const { node, url } of west.nodes) {
    if (node.sealed) await fetch(`${url}/v1/sys/unseal`, { method: 'PUT', body: JSON.stringify({ key: east.unsealKeys[0] }) })
  }
  const operationToken = await drOperationToken(west, east.unsealKeys[0]!)
  const { json } = await call(west, 'POST', 'sys/storage/raft/autopilot/state', { dr_operation_token: operationToken }, { token: null })
  t.same(Object.keys(json.data.servers).sort(), ['raft_0', 'raft_1', 'raft_2'])
})
