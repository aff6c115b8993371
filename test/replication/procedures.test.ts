// The tutorials' procedures of disaster recovery between two clusters of three nodes that know each other by their
// sockets alone, with the bodies at each step.
import t, { type Test } from 'tap'
import {
  activationToken, attach, call, drOperationToken, inSync, promote, reads, statusOf, until, write
} from './processes.js'
import { BRIEFLY, comeBack, FOUND, kill, setUp, startTrio, unseal, type Trio } from './trios.js'

const DR = 'sys/replication/dr'

/** A secondary of which nothing was heard yet. */
const unused = { node_id: 'west', connection_status: 'disconnected' }

async function startPair (t: Test): Promise<[Trio, Trio]> {
  return await Promise.all([startTrio(t), startTrio(t)])
}

t.test('set up, monitor, fail over as planned, fail back', async (t) => {
  const [east, west] = await startPair(t)
  const enabled = await call(east, 'POST', `${DR}/primary/enable`, {})
  t.equal(enabled.status, 200)
  const warning = `This cluster is being enabled as a primary for replication. ${BRIEFLY}`
  t.match(enabled.json, { data: null, warnings: [warning] })
  const token = await activationToken(east, 'dr', 'west')
  t.match(await statusOf(east, 'dr'), { known_secondaries: ['west'], secondaries: [unused] })
  const found = await call(west, 'POST', `${DR}/secondary/enable`, { token })
  t.match(found.json.warnings, [FOUND])
  t.match(await call(west, 'GET', 'sys/health'), { status: 472, json: { replication_dr_mode: 'secondary' } })
  await unseal(west, east.key, t)
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

t.test('unplanned failover: the primary is lost, the secondary takes over, the old primary is attached again', async (t) => {
  const [east, west] = await startPair(t)
  await setUp('dr', east, west, 'west', t)
  t.equal(await write(east, 'one'), 200)
  t.ok(await until(async () => await inSync(east, west, 'dr')))
  const { cluster_id: set } = await statusOf(east, 'dr')

  await kill(east, t)
  west.cluster.controls.time.advance(10_000)
  t.match(await statusOf(west, 'dr'), {
    mode: 'secondary', state: 'idle', connection_state: 'transient_failure', primaries: [{ connection_status: 'disconnected' }]
  })
  t.match(await call(west, 'POST', `${DR}/secondary/promote`, {}), {
    status: 400, json: { errors: ['DR operation token was not provided'] }
  })
  const token = await drOperationToken(west, east.key)
  t.match(await call(west, 'POST', `${DR}/secondary/promote`, { dr_operation_token: token }), {
    status: 200, json: { data: null, warnings: [`This cluster is being promoted to a replication primary. ${BRIEFLY}`] }
  })
  t.match(await call(west, 'GET', 'sys/health'), { status: 200, json: { replication_dr_mode: 'primary' } })
  t.match(await statusOf(west, 'dr'), { mode: 'primary', state: 'running', cluster_id: set, known_secondaries: [], secondaries: [] })
  t.ok(await reads(west, 'one'), 'with the token of the old primary')
  t.equal(await write(west, 'two'), 200)

  await comeBack(east, east.key, t)
  t.match(await statusOf(east, 'dr'), { mode: 'primary', state: 'running', cluster_id: set, known_secondaries: ['west'] })
  t.strictSame((await statusOf(east, 'dr')).secondaries, [unused], 'not heard of since the start')
  t.notOk(await reads(east, 'two'), 'two primaries: clients are kept away')
  t.equal((await call(east, 'POST', `${DR}/primary/demote`, {})).status, 200)
  t.match(await call(east, 'GET', 'sys/health'), { status: 472, json: { replication_dr_mode: 'secondary' } })
  await attach({ from: east, to: west, key: east.key, t })
  t.ok(await until(async () => await inSync(west, east, 'dr')))
  t.match(await statusOf(east, 'dr'), { state: 'stream-wals', connection_state: 'ready', cluster_id: set, secondary_id: 'the other' })
  t.match(await statusOf(west, 'dr'), { secondaries: [{ node_id: 'the other', connection_status: 'connected' }] })
})

t.test('lost secondary: its id is revoked, another cluster takes its place', async (t) => {
  const [east, west] = await startPair(t)
  await setUp('dr', east, west, 'west', t)
  t.ok(await until(async () => await inSync(east, west, 'dr')))
  await kill(west, t)
  east.cluster.controls.time.advance(10_000)
  t.match(await statusOf(east, 'dr'), { secondaries: [{ node_id: 'west', connection_status: 'disconnected' }] })
  t.match(await call(east, 'POST', `${DR}/primary/secondary-token`, { id: 'west' }), {
    status: 400, json: { errors: ['secondary with id "west" already exists'] }
  })
  t.match(await call(east, 'POST', `${DR}/primary/revoke-secondary`, { id: 'west' }), { status: 204, json: undefined })
  t.match(await statusOf(east, 'dr'), { known_secondaries: [], secondaries: [] })
  t.equal(await write(east, 'meanwhile'), 200)

  const north = await startTrio(t)
  await setUp('dr', east, north, 'west', t)
  t.ok(await until(async () => await inSync(east, north, 'dr')))
  t.match(await statusOf(east, 'dr'), {
    known_secondaries: ['west'],
    secondaries: [{ node_id: 'west', connection_status: 'connected', api_address: north.url }]
  })

  await comeBack(west, east.key, t)
  t.ok(await until(async () => (await statusOf(west, 'dr')).connection_state === 'shutdown'), 'the lost one is turned away')
  t.match(await statusOf(west, 'dr'), { mode: 'secondary', state: 'idle', secondary_id: 'west' })
  t.match((await statusOf(east, 'dr')).secondaries, [{ api_address: north.url }])
})

t.test('recover: a link that is back is taken up at once, before the backoff is over', async (t) => {
  const [east, west] = await startPair(t)
  await setUp('dr', east, west, 'west', t)
  t.ok(await until(async () => await inSync(east, west, 'dr')))
  const { links, time } = west.cluster.controls
  links.cut('vault', (await call(east, 'GET', 'sys/health')).json.cluster_id)
  t.equal(await write(east, 'meanwhile'), 200)
  time.advance(10_000)
  const lost = { state: 'idle', connection_state: 'transient_failure', primaries: [{ connection_status: 'disconnected' }] }
  t.match(await statusOf(west, 'dr'), lost)
  const isWaiting = (): boolean => time.status().pending.some(({ kind }) => kind === 'replication.attempt')
  t.ok(await until(async () => { await statusOf(west, 'dr'); return isWaiting() }), 'its next attempt is planned')
  time.freeze()
  links.heal()
  t.match(await statusOf(west, 'dr'), lost, 'the link is back, the secondary waits')
  t.match(await call(west, 'POST', `${DR}/secondary/recover`, {}), { status: 200, json: { data: null, warnings: [/^Vault is attempting to recover/] } })
  t.ok(await until(async () => await inSync(east, west, 'dr')))
  t.match(await statusOf(west, 'dr'), { state: 'stream-wals', connection_state: 'ready', primaries: [{ connection_status: 'connected' }] })
})
