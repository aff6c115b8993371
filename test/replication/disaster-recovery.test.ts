// Disaster recovery within one world: what a DR secondary refuses, and the procedures of operators.
import t from 'tap'
import { activationToken, call, drOperationToken, openTestWorld, readSecret, statusOf, writeSecret } from './replicated.js'
import type { NamedCluster } from '../../src/index.js'

const PAIR = { clusters: { east: {}, west: {} } } as const
const DISABLED = { errors: ['path disabled in replication DR secondary mode'] }
const DR = 'sys/replication/dr'

/** Points a cluster at a primary, as an operator does who has the keys. */
async function updatePrimary (cluster: NamedCluster, primary: NamedCluster, id: string, key: string): Promise<number> {
  const token = await activationToken(primary, 'dr', id)
  const operationToken = await drOperationToken(cluster, key)
  return (await call(cluster, 'POST', `${DR}/secondary/update-primary`, { token, dr_operation_token: operationToken }, { token: null })).status
}

async function promote (cluster: NamedCluster, key: string): Promise<number> {
  const operationToken = await drOperationToken(cluster, key)
  return (await call(cluster, 'POST', `${DR}/secondary/promote`, { dr_operation_token: operationToken }, { token: null })).status
}

t.test('set up by hand, as in the tutorial', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  const enabled = await call(east, 'POST', `${DR}/primary/enable`, {})
  t.equal(enabled.status, 200)
  t.same(enabled.json.warnings, ['This cluster is being enabled as a primary for replication. Vault will be unavailable for a brief period and will resume service shortly.'])
  const token = await activationToken(east, 'dr', 'b')
  t.same((await statusOf(east, 'dr')).known_secondaries, ['b'], 'known before it connects')
  t.equal((await call(west, 'POST', `${DR}/secondary/enable`, { token })).status, 200)
  t.match(await call(west, 'GET', 'sys/health'), { status: 472, json: { replication_dr_mode: 'secondary' } })
  const [primary, secondary] = [await statusOf(east, 'dr'), await statusOf(west, 'dr')]
  t.match(secondary, { mode: 'secondary', state: 'stream-wals', secondary_id: 'b', cluster_id: primary.cluster_id, merkle_root: primary.merkle_root })
  t.match(primary.secondaries, [{ node_id: 'b', connection_status: 'connected' }])
  t.match(await call(west, 'GET', 'sys/mounts'), { status: 400, json: DISABLED })
})

t.test('a DR secondary refuses before it looks at tokens and paths', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west, 'dr')
  for (const [method, path] of [['GET', 'sys/mounts'], ['GET', 'no/such/path'], ['POST', 'secret/data/a'], ['PUT', 'sys/step-down'], ['PUT', 'sys/seal'], ['GET', 'sys/storage/raft/configuration'], ['GET', 'auth/token/lookup-self']] as const) {
    for (const token of ['root', 'wrong', null]) t.match(await call(west, method, path, undefined, { token }), { status: 400, json: DISABLED }, path)
  }
  t.match(await call(west, 'PUT', 'sys/generate-root/attempt', {}), { status: 400, json: DISABLED })
  for (const path of ['sys/health', 'sys/leader', 'sys/seal-status', 'sys/replication/status']) t.not((await call(west, 'GET', path)).status, 400, path)
})

t.test('raft is looked at with a DR operation token', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west, 'dr')
  const operationToken = await drOperationToken(west, east.unsealKeys[0]!)
  for (const path of ['configuration', 'autopilot/state']) {
    t.equal((await call(west, 'POST', `sys/storage/raft/${path}`, { dr_operation_token: operationToken }, { token: null })).status, 200, path)
  }
  t.equal((await call(west, 'POST', 'sys/storage/raft/configuration', { dr_operation_token: 'wrong' })).status, 403)
})

t.test('the ceremony needs the primary\'s keys, and its token can be deleted', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  const ownKey = west.unsealKeys[0]!
  east.replicateTo(west, 'dr')
  const base = `${DR}/secondary/generate-operation-token`
  const { json: { nonce } } = await call(west, 'PUT', `${base}/attempt`, {}, { token: null })
  const wrong = await call(west, 'PUT', `${base}/update`, { key: ownKey, nonce }, { token: null })
  t.equal(wrong.status, 400)
  t.match(wrong.json.errors[0], /^root generation aborted: /)
  t.match((await call(west, 'GET', `${base}/attempt`)).json, { started: true, nonce, progress: 0 })
  t.equal((await call(west, 'DELETE', `${base}/attempt`)).status, 204)
  const operationToken = await drOperationToken(west, east.unsealKeys[0]!)
  t.equal((await call(west, 'POST', `${DR}/secondary/operation-token/delete`, { dr_operation_token: operationToken })).status, 204)
  t.equal((await call(west, 'POST', `${DR}/secondary/promote`, { dr_operation_token: operationToken })).status, 403)
  t.match(await call(west, 'POST', `${DR}/secondary/promote`, {}), { status: 400, json: { errors: ['DR operation token was not provided'] } })
  t.equal((await call(east, 'GET', `${base}/attempt`)).status, 400, 'on a primary there is no such ceremony')
})

t.test('a planned failover and back: nothing is lost, nothing is wiped, tokens of the primary go on', async (t) => {
  const { east, west } = await openTestWorld(t, { ...PAIR, profile: 'vault-1.21' })
  east.replicateTo(west, 'dr')
  const key = east.unsealKeys[0]!
  const { json } = await call(east, 'POST', 'auth/token/create', { policies: ['root'] })
  const token: string = json.auth.client_token
  await writeSecret(east, 'a', '1')
  const { cluster_id: set } = await statusOf(east, 'dr')
  t.equal((await call(east, 'POST', `${DR}/primary/demote`)).status, 200)
  t.match(await statusOf(east, 'dr'), { mode: 'secondary', state: 'idle', known_primary_cluster_addrs: [] })
  t.equal((await call(east, 'GET', 'sys/health')).status, 472)
  t.equal(await promote(west, key), 200)
  t.match(await statusOf(west, 'dr'), { mode: 'primary', state: 'running', cluster_id: set, known_secondaries: [] })
  t.equal(await readSecret(west, 'a', { token }), '1')
  await writeSecret(west, 'b', '2', { token })
  t.equal(await updatePrimary(east, west, 'east', key), 200)
  t.match(await statusOf(east, 'dr'), { state: 'stream-wals', merkle_root: (await statusOf(west, 'dr')).merkle_root })
  await call(west, 'POST', `${DR}/primary/demote`)
  t.equal(await promote(east, key), 200)
  t.equal(await readSecret(east, 'b', { token }), '2')
  t.equal(await updatePrimary(west, east, 'west again', key), 200)
  t.match(await statusOf(west, 'dr'), { state: 'stream-wals', merkle_root: (await statusOf(east, 'dr')).merkle_root })
})

t.test('an unplanned failover: the primary is gone, comes back as a primary, and is demoted', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west, 'dr')
  const key = east.unsealKeys[0]!
  await writeSecret(east, 'a', '1')
  const node = east.nodes[0]!.node
  node.change({ process: 'stopped' })
  node.cluster.connectivityChanged()
  t.equal(await promote(west, key), 200)
  t.equal(await readSecret(west, 'a'), '1')
  node.change({ process: 'running' })
  node.cluster.connectivityChanged()
  t.equal((await statusOf(east, 'dr')).mode, 'primary', 'split brain, as in the real thing')
  t.equal((await call(east, 'POST', `${DR}/primary/demote`)).status, 200)
  t.equal(await updatePrimary(east, west, 'east', key), 200)
  t.match(await statusOf(east, 'dr'), { state: 'stream-wals', merkle_root: (await statusOf(west, 'dr')).merkle_root })
})

t.test('an orphan batch token of the primary is a DR operation token where its policies allow it', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  await call(east, 'PUT', 'sys/policies/acl/promoter', { policy: 'path "sys/replication/dr/secondary/promote" { capabilities = ["update"] }' })
  await call(east, 'POST', 'auth/token/roles/failover', { allowed_policies: 'promoter', orphan: true, renewable: false, token_type: 'batch' })
  const { json } = await call(east, 'POST', 'auth/token/create/failover', { ttl: '1h' })
  const operationToken: string = json.auth.client_token
  east.replicateTo(west, 'dr')
  t.equal((await call(west, 'POST', `${DR}/secondary/disable`, { dr_operation_token: operationToken })).status, 403)
  t.equal((await call(west, 'POST', `${DR}/secondary/promote`, { dr_operation_token: operationToken })).status, 200)
})

t.test('update-primary with an empty token forgets the primary; disable makes a cluster of its own', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west, 'dr')
  await writeSecret(east, 'a', '1')
  const operationToken = await drOperationToken(west, east.unsealKeys[0]!)
  t.equal((await call(west, 'POST', `${DR}/secondary/update-primary`, { dr_operation_token: operationToken, token: '' })).status, 200)
  t.match(await statusOf(west, 'dr'), { mode: 'secondary', state: 'idle', connection_state: 'idle', primaries: [], secondary_id: '' })
  t.equal((await call(west, 'POST', `${DR}/secondary/disable`, { dr_operation_token: operationToken })).status, 200)
  t.same(await statusOf(west, 'dr'), { mode: 'disabled' })
  t.equal(await readSecret(west, 'a'), '1')
})

t.test('with a public key the token is sealed for one cluster, and no API call is needed', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  await call(east, 'POST', `${DR}/primary/enable`, {})
  const { json } = await call(west, 'POST', `${DR}/secondary/generate-public-key`)
  const issued = await call(east, 'POST', `${DR}/primary/secondary-token`, { id: 'west', secondary_public_key: json.data.secondary_public_key })
  t.equal(issued.json.wrap_info, null)
  const { token } = issued.json.data
  t.equal((await call(east, 'POST', `${DR}/secondary/enable`, { token })).status, 400, 'not on a primary')
  t.equal((await call(west, 'POST', `${DR}/secondary/enable`, { token })).status, 200)
  t.equal((await statusOf(west, 'dr')).state, 'stream-wals')
})

t.test('with two of each kind, performance replication follows the DR secondary that took over', async (t) => {
  const { east, west, shadow } = await openTestWorld(t, { clusters: { east: {}, west: {}, shadow: {} } })
  east.replicateTo(west)
  east.replicateTo(shadow, 'dr')
  const key = east.unsealKeys[0]!
  const { cluster_id: set } = await statusOf(east, 'performance')
  t.match((await call(shadow, 'GET', 'sys/health')).json, { replication_performance_mode: 'primary', replication_dr_mode: 'secondary' })
  t.same(await statusOf(shadow, 'performance'), { mode: 'disabled' }, 'it sleeps')
  await call(east, 'POST', `${DR}/primary/demote`)
  t.equal(await promote(shadow, key), 200)
  t.match(await statusOf(shadow, 'performance'), { mode: 'primary', cluster_id: set, known_secondaries: ['west'] })
  await writeSecret(shadow, 'a', '1')
  t.equal(await readSecret(west, 'a'), '1')
  const status = await statusOf(west, 'performance')
  t.match(status, { state: 'stream-wals', primary_cluster_addr: `https://${shadow.nodes[0]!.clusterAddr}` })
  t.ok(status.known_primary_cluster_addrs.includes(`https://${shadow.nodes[0]!.clusterAddr}`))
})

t.test('nodes of a secondary other than the active one seal themselves until the primary\'s keys open them', async (t) => {
  const { east, west } = await openTestWorld(t, { clusters: { east: { nodes: 3 }, west: { nodes: 3 } } })
  await writeSecret(east, 'a', '1')
  await call(east, 'POST', 'sys/replication/performance/primary/enable', {})
  const token = await activationToken(east, 'performance', 'west')
  t.equal((await call(west, 'POST', 'sys/replication/performance/secondary/enable', { token })).status, 200)
  t.equal(west.nodes.filter(({ node }) => node.sealed).length, 2)
  for (const { node, url } of west.nodes) {
    if (!node.sealed) continue
    const answer = await fetch(`${url}/v1/sys/unseal`, { method: 'PUT', body: JSON.stringify({ key: east.unsealKeys[0] }) })
    t.match(await answer.json(), { sealed: false })
  }
  t.equal(await readSecret(west, 'a'), '1')
})

t.test('a three-node primary loses its leader and the secondary follows the next one', async (t) => {
  const world = await openTestWorld(t, { clusters: { east: { nodes: 3 }, west: {} } })
  const { east, west } = world
  east.replicateTo(west, 'dr')
  const { node } = east.leader!
  node.change({ process: 'stopped' })
  node.cluster.connectivityChanged()
  world.world.timeline.advance(20_000)
  t.ok(east.leader)
  t.equal(await writeSecret(east, 'a', '1'), 200)
  const [primary, secondary] = [await statusOf(east, 'dr'), await statusOf(west, 'dr')]
  t.equal(secondary.merkle_root, primary.merkle_root)
  t.equal(secondary.known_primary_cluster_addrs.length, 2)
})
