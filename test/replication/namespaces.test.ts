// Namespaces between clusters: what a secondary has of them, what it forwards, and what filters hold back.
import t, { type Test } from 'tap'
import type { NamedCluster as Cluster } from '../../src/index.js'
import { call, openTestWorld } from './replicated.js'

const FILTER = 'sys/replication/performance/primary'

async function pair (t: Test): Promise<{ east: Cluster, west: Cluster }> {
  const { east, west } = await openTestWorld(t, { clusters: { east: {}, west: {} }, edition: 'ent' })
  for (const namespace of ['ns1', 'ns1/sys/namespaces/ns2', 'ns3']) {
    const at = namespace.includes('/') ? namespace : `sys/namespaces/${namespace}`
    t.equal((await call(east, 'POST', at)).status, 200)
  }
  for (const path of ['ns1', 'ns1/ns2', 'ns3']) {
    await call(east, 'POST', `${path}/sys/mounts/kv`, { type: 'kv' })
    await call(east, 'POST', `${path}/kv/a`, { of: path })
  }
  return { east, west }
}

const statusAt = async (cluster: Cluster, path: string): Promise<number> => (await call(cluster, 'GET', path)).status

t.test('a secondary has the namespaces of its primary, and forwards what is written in them', async (t) => {
  const { east, west } = await pair(t)
  east.replicateTo(west)
  t.same((await call(west, 'GET', 'ns1/ns2/kv/a')).json.data, { of: 'ns1/ns2' })
  t.equal((await call(west, 'POST', 'ns1/kv/b', { by: 'west' })).status, 204)
  t.same((await call(east, 'GET', 'ns1/kv/b')).json.data, { by: 'west' })
  t.equal((await call(west, 'POST', 'ns1/sys/namespaces/new')).status, 200)
  t.equal(await statusAt(east, 'ns1/sys/namespaces/new'), 200)
})

t.test("a namespace's tokens are each cluster's own, its cubbyholes as well, and it goes on after a promotion", async (t) => {
  const { east, west } = await pair(t)
  east.replicateTo(west)
  const made = await call(west, 'POST', 'ns1/auth/token/create', { policies: ['default'], ttl: '1h' })
  const token: string = made.json.auth.client_token
  t.equal((await call(west, 'POST', 'ns1/cubbyhole/x', { a: 1 }, { token })).status, 204)
  t.equal((await call(west, 'GET', 'auth/token/lookup-self', undefined, { token })).json.data.namespace_path, 'ns1/')
  t.equal((await call(east, 'GET', 'auth/token/lookup-self', undefined, { token })).status, 403)
  await call(west, 'POST', 'sys/replication/performance/secondary/promote', { force: true })
  t.same((await call(west, 'GET', 'ns1/cubbyhole/x', undefined, { token })).json.data, { a: 1 })
  t.equal((await call(west, 'POST', 'ns3/kv/c', { d: 1 })).status, 204)
})

t.test('filters hold back a namespace with those below it, or a mount in it', async (t) => {
  const { east, west } = await pair(t)
  await call(east, 'POST', `${FILTER}/enable`)
  await call(east, 'POST', `${FILTER}/paths-filter/west`, { mode: 'deny', paths: ['ns1/ns2/', 'ns3/kv'] })
  t.same((await call(east, 'GET', `${FILTER}/dynamic-filter/west`)).json.data, {
    dynamic_filtered_mounts: ['ns3/kv/'], dynamic_filtered_namespaces: ['ns1/ns2/']
  })
  east.replicateTo(west)
  t.equal(await statusAt(west, 'ns1/kv/a'), 200)
  t.equal(await statusAt(west, 'ns1/ns2/kv/a'), 404)
  t.equal(await statusAt(west, 'ns3/kv/a'), 404)
  t.equal(await statusAt(west, 'ns3/sys/mounts'), 200)
  const here = (await call(west, 'GET', 'sys/replication/performance/secondary/dynamic-filter/west')).json.data
  t.same(here.dynamic_filtered_mounts, ['ns3/kv/'])
})

t.test('of what a filter allows, the namespaces on the way come along', async (t) => {
  const { east, west } = await pair(t)
  await call(east, 'POST', `${FILTER}/enable`)
  await call(east, 'POST', `${FILTER}/paths-filter/west`, { mode: 'allow', paths: ['ns1/ns2/kv/'] })
  east.replicateTo(west)
  t.equal(await statusAt(west, 'ns1/ns2/kv/a'), 200)
  t.equal(await statusAt(west, 'ns1/kv/a'), 404)
  t.equal(await statusAt(west, 'ns3/sys/mounts'), 404)
})
