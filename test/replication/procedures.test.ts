// The tutorials' procedures between two clusters of three nodes that know each other by their sockets alone, with the
// bodies at each step: set-up, monitoring, a planned failover and the failback.
import t, { type Test } from 'tap'
import { createCluster } from '../../src/index.js'
import { activationToken, attach, call, inSync, promote, reads, statusOf, until, write, type Running } from './processes.js'

const BRIEFLY = 'Vault will be unavailable for a brief period and will resume service shortly.'
const DR = 'sys/replication/dr'

interface Trio extends Running { readonly urls: readonly string[] }

async function startTrio (t: Test): Promise<Trio> {
  const world = await createCluster({ nodes: 3, time: 'live', profile: 'vault-1.21' })
  t.teardown(() => world.close())
  const urls = world.nodes.map(({ url }) => url)
  return { url: urls[0]!, urls, key: world.unsealKeys[0]! } as unknown as Trio
}

/** Its standbys have sealed themselves; the primary's key opens them. */
async function unseal (t: Test, { urls }: Trio, key: string): Promise<void> {
  for (const url of urls.slice(1)) {
    const answer = await fetch(`${url}/v1/sys/unseal`, { method: 'PUT', body: JSON.stringify({ key }) })
    t.match(await answer.json(), { sealed: false })
  }
}

t.test('disaster recovery: set up, monitor, fail over as planned, fail back', async (t) => {
  const [east, west] = await Promise.all([startTrio(t), startTrio(t)])
  const enabled = await call(east, 'POST', `${DR}/primary/enable`, {})
  t.equal(enabled.status, 200)
  const warning = `This cluster is being enabled as a primary for replication. ${BRIEFLY}`
  t.match(enabled.json, { data: null, warnings: [warning] })
  const token = await activationToken(east, 'dr', 'west')
  const unused = { node_id: 'west', connection_status: 'disconnected' }
  t.match(await statusOf(east, 'dr'), { known_secondaries: ['west'], secondaries: [unused] })
  const found = await call(west, 'POST', `${DR}/secondary/enable`, { token })
  t.match(found.json.warnings, [/^Vault has successfully found secondary information/])
  t.match(await call(west, 'GET', 'sys/health'), { status: 472, json: { replication_dr_mode: 'secondary' } })
  await unseal(t, west, east.key)
  t.equal(await write(east, 'one'), 200)
  t.ok(await until(async () => await inSync(east, west, 'dr')))

  const [primary, secondary] = [await statusOf(east, 'dr'), await statusOf(west, 'dr')]
  t.match(primary, { mode: 'primary', state: 'running', secondaries: [{ node_id: 'west', connection_status: 'connected' }] })
  t.match(secondary, {
    mode: 'secondary',
    state: 'stream-wals',
    connection_state: 'ready',
    cluster_id: primary.cluster_id,
    last_remote_wal: primary.last_dr_wal,
    primaries: [{ connection_status: 'connected' }, {}, {}]
  })

  const { json: { warnings } } = await call(east, 'POST', `${DR}/primary/demote`, {})
  t.same(warnings, [`This cluster is being demoted to a replication secondary. ${BRIEFLY}`])
  const { cluster_id: set } = primary
  t.match(await statusOf(east, 'dr'), { mode: 'secondary', state: 'idle', connection_state: 'idle', cluster_id: set })
  await promote(west, east.key, t)
  t.match(await statusOf(west, 'dr'), { mode: 'primary', state: 'running', cluster_id: set, known_secondaries: [] })
  t.ok(await reads(west, 'one'))
  t.equal(await write(west, 'two'), 200)
  await attach({ from: east, to: west, key: east.key, t })
  t.ok(await until(async () => await inSync(west, east, 'dr')))

  t.equal((await call(west, 'POST', `${DR}/primary/demote`, {})).status, 200)
  await promote(east, east.key, t)
  t.ok(await reads(east, 'two'), 'failed back')
})
