// Performance replication within one world: what flows, what stays, what is forwarded, what filters hold back.
import t from 'tap'
import { activationToken, call, openTestWorld, readSecret, statusOf, writeSecret } from './replicated.js'

const PAIR = { clusters: { east: {}, west: {} } } as const

t.test('a secondary has what its primary has, before and after', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  await writeSecret(east, 'before', 'a')
  east.replicateTo(west)
  t.equal(await readSecret(west, 'before'), 'a')
  await writeSecret(east, 'after', 'b')
  t.equal(await readSecret(west, 'after'), 'b')
  const [primary, secondary] = [await statusOf(east, 'performance'), await statusOf(west, 'performance')]
  t.equal(secondary.merkle_root, primary.merkle_root)
  t.equal(secondary.cluster_id, primary.cluster_id)
  t.equal(secondary.last_remote_wal, primary.last_performance_wal)
})

t.test('right after the bootstrap the secondary is as far as its primary, and counts on from there', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west)
  const [primary, secondary] = [await statusOf(east, 'performance'), await statusOf(west, 'performance')]
  t.ok(primary.last_performance_wal > 0)
  t.equal(secondary.last_remote_wal, primary.last_performance_wal)
  t.match(secondary, { state: 'stream-wals', merkle_root: primary.merkle_root })
  await writeSecret(east, 'a', '1')
  t.ok((await statusOf(west, 'performance')).last_remote_wal > secondary.last_remote_wal)
})

t.test('a write at the secondary is done by the primary, and read at once at both', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west)
  t.equal(await writeSecret(west, 'shared', 'x'), 200)
  t.equal(await readSecret(west, 'shared'), 'x')
  t.equal(await readSecret(east, 'shared'), 'x')
  t.equal((await call(west, 'POST', 'sys/mounts/team', { type: 'kv' })).status, 204)
  t.ok((await call(east, 'GET', 'sys/mounts')).json.data['team/'])
  t.ok((await call(west, 'GET', 'sys/mounts')).json.data['team/'])
})

t.test('a refusal of the primary is the answer at the secondary', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west)
  const { status, json } = await call(west, 'POST', 'sys/mounts/secret', { type: 'kv' })
  t.equal(status, 400)
  t.same(json.errors, ['path is already in use at secret/'])
})

t.test("a secondary's tokens are its own; policies are shared", async (t) => {
  const { east, west } = await openTestWorld(t, { ...PAIR, rootToken: 'boss' })
  east.replicateTo(west)
  const boss = { token: 'boss' }
  await call(east, 'PUT', 'sys/policies/acl/reader', { policy: 'path "secret/*" { capabilities = ["read"] }' }, boss)
  const made = await call(west, 'POST', 'auth/token/create', { policies: ['reader'] }, boss)
  const token: string = made.json.auth.client_token
  t.equal((await call(west, 'GET', 'auth/token/lookup-self', undefined, { token })).status, 200)
  t.equal((await call(east, 'GET', 'auth/token/lookup-self', undefined, { token })).status, 403)
  t.equal(await writeSecret(west, 'a', 'b', { token }), 403, 'its policy is checked before the primary is asked')
})

t.test('a first login at the secondary gives a token of the secondary, and an entity to both', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  await call(east, 'POST', 'sys/auth/userpass', { type: 'userpass' })
  await call(east, 'POST', 'auth/userpass/users/ann', { password: 'p' })
  east.replicateTo(west)
  const { json } = await call(west, 'POST', 'auth/userpass/login/ann', { password: 'p' }, { token: null })
  const token: string = json.auth.client_token
  t.equal((await call(west, 'GET', 'auth/token/lookup-self', undefined, { token })).status, 200)
  t.equal((await call(east, 'GET', 'auth/token/lookup-self', undefined, { token })).status, 403)
})

t.test('server profiles drop the tokens of a secondary; the documented server keeps the dev root token', async (t) => {
  for (const [profile, status] of [['documented', 200], ['vault-1.21', 403]] as const) {
    const { east, west } = await openTestWorld(t, { ...PAIR, profile })
    east.replicateTo(west)
    t.equal((await call(west, 'GET', 'auth/token/lookup-self')).status, status, profile)
  }
})

t.test('a local mount stays where it is, in both directions', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  await call(east, 'POST', 'sys/mounts/near', { type: 'kv', local: true })
  east.replicateTo(west)
  t.notOk((await call(west, 'GET', 'sys/mounts')).json.data['near/'])
  t.equal((await call(west, 'POST', 'sys/mounts/own', { type: 'kv', local: true })).status, 204)
  t.equal((await call(west, 'POST', 'own/a', { b: 'c' })).status, 204)
  t.notOk((await call(east, 'GET', 'sys/mounts')).json.data['own/'])
  t.equal((await statusOf(west, 'performance')).merkle_root, (await statusOf(east, 'performance')).merkle_root)
})

t.test('while cut off, a secondary stands still and says so; it catches up when healed', async (t) => {
  const world = await openTestWorld(t, PAIR)
  const { east, west } = world
  east.replicateTo(west)
  await writeSecret(east, 'a', '1')
  const before = await statusOf(west, 'performance')
  world.cut(east, west)
  await writeSecret(east, 'b', '2')
  t.equal((await statusOf(west, 'performance')).primaries[0].connection_status, 'connected', 'not yet noticed')
  world.world.timeline.advance(10_000)
  const cut = await statusOf(west, 'performance')
  t.equal(cut.last_remote_wal, before.last_remote_wal)
  t.match(cut, { state: 'idle', connection_state: 'transient_failure', primaries: [{ connection_status: 'disconnected' }] })
  t.match((await statusOf(east, 'performance')).secondaries, [{ node_id: 'west', connection_status: 'disconnected' }])
  t.equal(await readSecret(west, 'a'), '1', 'what it has, it serves')
  t.equal(await writeSecret(west, 'c', '3'), 500)
  world.heal(east, west)
  t.equal(await readSecret(west, 'b'), '2')
  t.match(await statusOf(west, 'performance'), { state: 'stream-wals', merkle_root: (await statusOf(east, 'performance')).merkle_root })
})

t.test('a paths filter holds mounts back and leaves their hashes', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  for (const mount of ['eu', 'us']) {
    await call(east, 'POST', `sys/mounts/${mount}`, { type: 'kv' })
    await call(east, 'POST', `${mount}/a`, { b: mount })
  }
  await call(east, 'POST', 'sys/replication/performance/primary/enable', {})
  t.equal((await call(east, 'POST', 'sys/replication/performance/primary/paths-filter/west', { mode: 'deny', paths: 'us/' })).status, 204)
  t.same((await call(east, 'GET', 'sys/replication/performance/primary/paths-filter/west')).json.data, { mode: 'deny', paths: ['us/'] })
  east.replicateTo(west)
  t.equal((await call(west, 'GET', 'eu/a')).json.data.b, 'eu')
  t.equal((await call(west, 'GET', 'us/a')).status, 404)
  t.notOk((await call(west, 'GET', 'sys/mounts')).json.data['us/'])
  t.equal((await statusOf(west, 'performance')).merkle_root, (await statusOf(east, 'performance')).merkle_root)
  t.same((await call(west, 'GET', 'sys/replication/performance/secondary/dynamic-filter/west')).json.data, { dynamic_filtered_mounts: ['us/'], dynamic_filtered_namespaces: [] })
  t.equal((await call(east, 'DELETE', 'sys/replication/performance/primary/paths-filter/west')).status, 204)
  t.equal((await call(east, 'GET', 'sys/replication/performance/primary/paths-filter/west')).status, 404)
  t.equal((await call(west, 'GET', 'us/a')).json.data.b, 'us')
})

t.test('revoked, a secondary keeps its data and gets no more', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west)
  await writeSecret(east, 'a', '1')
  t.equal((await call(east, 'POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'west' })).status, 204)
  await writeSecret(east, 'b', '2')
  t.match(await statusOf(west, 'performance'), { mode: 'secondary', state: 'idle', primaries: [{ connection_status: 'disconnected' }] })
  t.equal(await readSecret(west, 'a'), '1')
  t.equal(await readSecret(west, 'b'), undefined)
  t.same((await statusOf(east, 'performance')).known_secondaries, [])
})

t.test('failover: the secondary is promoted, the old primary comes back as its secondary without a wipe', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west)
  await writeSecret(east, 'a', '1')
  const { cluster_id: set } = await statusOf(east, 'performance')
  t.equal((await call(east, 'POST', 'sys/replication/performance/primary/demote')).status, 200)
  t.match(await statusOf(east, 'performance'), { mode: 'secondary', state: 'idle', cluster_id: set })
  t.equal((await call(west, 'POST', 'sys/replication/performance/secondary/promote', {})).status, 200)
  t.match(await statusOf(west, 'performance'), { mode: 'primary', state: 'running', cluster_id: set, known_secondaries: [] })
  await writeSecret(west, 'b', '2')
  const token = await activationToken(west, 'performance', 'east')
  t.equal((await call(east, 'POST', 'sys/replication/performance/secondary/update-primary', { token })).status, 200)
  t.match(await statusOf(east, 'performance'), { state: 'stream-wals', secondary_id: 'east' })
  t.equal(await readSecret(east, 'a'), '1')
  t.equal(await readSecret(east, 'b'), '2')
})

t.test('a new key of the primary is the secondary\'s, too', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west)
  const started = await call(east, 'PUT', 'sys/rekey/init', { secret_shares: 1, secret_threshold: 1 }, { token: null })
  await call(east, 'PUT', 'sys/rekey/update', { key: east.unsealKeys[0], nonce: started.json.nonce }, { token: null })
  t.equal(west.cluster.seal?.wrappedRootKey, east.cluster.seal?.wrappedRootKey)
  const refused = await call(west, 'PUT', 'sys/rekey/init', { secret_shares: 1, secret_threshold: 1 }, { token: null })
  t.same(refused.json.errors, ['rekeying can only be performed on the primary cluster when replication is activated'])
})
