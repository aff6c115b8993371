// The tutorials' procedures of performance replication between clusters of three nodes that know each other by their
// sockets alone, with the bodies at each step.
import t, { type Test } from 'tap'
import { activationToken, call, inSync, reads, statusOf, until, write, type Answer } from './processes.js'
import { BRIEFLY, comeBack, kill, setUp, startTrio, type Trio } from './trios.js'

const PERFORMANCE = 'sys/replication/performance'
const FILTER = `${PERFORMANCE}/primary/paths-filter/west`

/** A primary where an operator can log in: the primary's tokens are worth nothing at a secondary. */
async function startPrimary (t: Test): Promise<Trio> {
  const east = await startTrio(t)
  const policy = 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }'
  await call(east, 'PUT', 'sys/policies/acl/operator', { policy })
  await call(east, 'POST', 'sys/auth/userpass', { type: 'userpass' })
  const ann = { password: 'p', token_policies: 'operator' }
  t.equal((await call(east, 'POST', 'auth/userpass/users/ann', ann)).status, 204)
  t.match(await call(east, 'POST', `${PERFORMANCE}/primary/enable`, {}), {
    status: 200,
    json: { data: null, warnings: [`This cluster is being enabled as a primary for replication. ${BRIEFLY}`] }
  })
  return east
}

async function logIn (trio: Trio, t: Test): Promise<Trio> {
  const { status, json } = await call(trio, 'POST', 'auth/userpass/login/ann', { password: 'p' })
  t.equal(status, 200, 'logged in')
  return { ...trio, token: json.auth.client_token }
}

/** A secondary that has caught up, with a token of its own. */
async function startSecondary (primary: Trio, id: string, t: Test): Promise<Trio> {
  const west = await startTrio(t)
  await setUp('performance', primary, west, id, t)
  t.ok(await until(async () => await inSync(primary, west, 'performance')), `${id} is in sync`)
  t.match(await call(west, 'GET', 'auth/token/lookup-self'), { status: 403 }, 'its own root token is dead')
  return await logIn(west, t)
}

/** Lets a cluster follow another primary of its set. */
async function follow (secondary: Trio, primary: Trio, id: string): Promise<Answer> {
  const token = await activationToken(primary, 'performance', id)
  return await call(secondary, 'POST', `${PERFORMANCE}/secondary/update-primary`, { token })
}

t.test('set up and monitor', async (t) => {
  const east = await startPrimary(t)
  const west = await startSecondary(east, 'west', t)
  t.equal(await write(east, 'there'), 200)
  t.ok(await until(async () => await reads(west, 'there')))
  t.equal(await write(west, 'here'), 200)
  t.ok(await reads(east, 'here'), 'the primary wrote it')
  t.ok(await until(async () => await inSync(east, west, 'performance')))
  const primary = await statusOf(east, 'performance')
  t.match(primary, {
    mode: 'primary',
    state: 'running',
    known_secondaries: ['west'],
    secondaries: [{ node_id: 'west', connection_status: 'connected', api_address: west.url }]
  })
  t.match(await statusOf(west, 'performance'), {
    mode: 'secondary',
    state: 'stream-wals',
    connection_state: 'ready',
    secondary_id: 'west',
    cluster_id: primary.cluster_id,
    last_remote_wal: primary.last_performance_wal,
    primaries: east.urls.map((url) => ({ api_address: url, connection_status: 'connected' }))
  })
  t.match(await call(west, 'GET', 'sys/health'), { status: 200, json: { replication_performance_mode: 'secondary' } })
})

t.test('failover: demote, promote, the old primary and the other secondary follow the new one', async (t) => {
  const east = await startPrimary(t)
  const [west, north] = [await startSecondary(east, 'west', t), await startSecondary(east, 'north', t)]
  t.equal(await write(east, 'one'), 200)
  const { cluster_id: set } = await statusOf(east, 'performance')

  t.match(await call(east, 'POST', `${PERFORMANCE}/primary/demote`, {}), {
    status: 200,
    json: { data: null, warnings: [`This cluster is being demoted to a replication secondary. ${BRIEFLY}`] }
  })
  t.match(await statusOf(east, 'performance'), { mode: 'secondary', state: 'idle', connection_state: 'idle', cluster_id: set, primaries: [] })
  t.match(await call(west, 'POST', `${PERFORMANCE}/secondary/promote`, {}), {
    status: 200,
    json: { data: null, warnings: [`This cluster is being promoted to a replication primary. ${BRIEFLY}`] }
  })
  t.match(await statusOf(west, 'performance'), {
    mode: 'primary', state: 'running', cluster_id: set, known_secondaries: []
  })
  t.equal((await call(west, 'GET', 'auth/token/lookup-self')).status, 200, 'its own tokens stay')
  t.ok(await reads(west, 'one'))
  t.equal(await write(west, 'two'), 200)

  for (const [cluster, id] of [[east, 'east'], [north, 'north']] as const) {
    t.match(await follow(cluster, west, id), { status: 200, json: { data: null, warnings: [/./] } })
    t.ok(await until(async () => await inSync(west, cluster, 'performance')), `${id} follows`)
    t.match(await statusOf(cluster, 'performance'), { state: 'stream-wals', cluster_id: set, secondary_id: id })
    t.ok(await reads(cluster, 'two'))
  }
  const connected = { connection_status: 'connected' }
  t.match(await statusOf(west, 'performance'), {
    known_secondaries: ['east', 'north'], secondaries: [{ node_id: 'east', ...connected }, { node_id: 'north', ...connected }]
  })
  t.equal(await write(east, 'three'), 200, 'forwarded')
  t.ok(await reads(west, 'three'))
})

t.test('unplanned failover: the primary is lost, and follows when it is back', async (t) => {
  const east = await startPrimary(t)
  const west = await startSecondary(east, 'west', t)
  t.equal(await write(east, 'one'), 200)
  t.ok(await until(async () => await inSync(east, west, 'performance')))
  await kill(east, t)
  west.cluster.controls.time.advance(10_000)
  t.match(await statusOf(west, 'performance'), { state: 'idle', connection_state: 'transient_failure' })
  t.ok(await reads(west, 'one'), 'what it has, it serves')
  t.equal(await write(west, 'two'), 500, 'nobody writes')
  t.equal((await call(west, 'POST', `${PERFORMANCE}/secondary/promote`, {})).status, 200)
  t.equal(await write(west, 'two'), 200)
  await comeBack(east, east.key, t)
  t.match(await statusOf(east, 'performance'), { mode: 'primary', state: 'running', known_secondaries: ['west'] })
  t.equal((await call(east, 'POST', `${PERFORMANCE}/primary/demote`, {})).status, 200)
  t.equal((await follow(east, west, 'east')).status, 200)
  t.ok(await until(async () => await inSync(west, east, 'performance')))
  t.ok(await reads(east, 'two'))
})

t.test('lost secondary: its id is revoked, another cluster takes its place', async (t) => {
  const east = await startPrimary(t)
  const west = await startSecondary(east, 'west', t)
  t.match(await call(east, 'POST', `${PERFORMANCE}/primary/revoke-secondary`, { id: 'west' }), { status: 204, json: undefined })
  t.match(await statusOf(east, 'performance'), { known_secondaries: [], secondaries: [] })
  t.ok(await until(async () => (await statusOf(west, 'performance')).state === 'idle'))
  t.match(await statusOf(west, 'performance'), { mode: 'secondary', connection_state: 'shutdown' })
  t.equal(await write(west, 'there'), 500, 'nothing is forwarded')
  const north = await startSecondary(east, 'west', t)
  t.match((await statusOf(east, 'performance')).secondaries, [{ node_id: 'west', connection_status: 'connected', api_address: north.url }])

  t.match(await call(west, 'POST', `${PERFORMANCE}/secondary/disable`, {}), {
    status: 200, json: { warnings: [`This cluster is having replication disabled. ${BRIEFLY}`] }
  })
  t.same(await statusOf(west, 'performance'), { mode: 'disabled' })
  t.equal(await write(west, 'alone'), 200)
})

t.test('a paths filter is set before the secondary comes, changed and deleted', async (t) => {
  const east = await startPrimary(t)
  for (const mount of ['eu', 'us']) {
    t.equal((await call(east, 'POST', `sys/mounts/${mount}`, { type: 'kv' })).status, 204)
    t.equal((await call(east, 'POST', `${mount}/a`, { in: mount })).status, 204)
  }
  t.equal((await call(east, 'GET', FILTER)).status, 404)
  t.match(await call(east, 'POST', FILTER, { mode: 'deny', paths: ['us/'] }), { status: 204, json: undefined })
  t.same((await call(east, 'GET', FILTER)).json.data, { mode: 'deny', paths: ['us/'] })
  const west = await startSecondary(east, 'west', t)
  const has = async (mount: string): Promise<boolean> => (await call(west, 'GET', `${mount}/a`)).json.data?.in === mount
  const lists = async (mount: string): Promise<boolean> => `${mount}/` in (await call(west, 'GET', 'sys/mounts')).json.data
  const dynamic = async (): Promise<object> => (await call(west, 'GET', `${PERFORMANCE}/secondary/dynamic-filter/west`)).json.data
  t.same([await has('eu'), await has('us'), await lists('us')], [true, false, false])
  t.equal((await call(west, 'GET', 'us/a')).status, 404)
  t.same(await dynamic(), { dynamic_filtered_mounts: ['us/'], dynamic_filtered_namespaces: [] })

  t.equal((await call(east, 'POST', FILTER, { mode: 'allow', paths: 'us/,auth/userpass/,secret/' })).status, 204)
  t.same((await call(east, 'GET', FILTER)).json.data, { mode: 'allow', paths: ['us/', 'auth/userpass/', 'secret/'] })
  t.ok(await until(async () => await has('us') && !await lists('eu')), 'the other way round')
  t.equal((await call(west, 'GET', 'eu/a')).status, 404)
  t.ok(await until(async () => await inSync(east, west, 'performance')), 'what is held back has its hash there')

  t.equal((await call(east, 'DELETE', FILTER)).status, 204)
  t.equal((await call(east, 'GET', FILTER)).status, 404)
  t.ok(await until(async () => await has('eu') && await has('us')), 'everything is there')
  t.same(await dynamic(), { dynamic_filtered_mounts: [], dynamic_filtered_namespaces: [] })
})

t.test('recover: a link that is back is taken up at once, before the backoff is over', async (t) => {
  const east = await startPrimary(t)
  const west = await startSecondary(east, 'west', t)
  const { links, time } = west.cluster.controls
  links.cut('vault', (await call(east, 'GET', 'sys/health')).json.cluster_id)
  t.equal(await write(east, 'meanwhile'), 200)
  time.advance(10_000)
  t.match(await statusOf(west, 'performance'), { state: 'idle', connection_state: 'transient_failure' })
  t.ok(await until(async () => { await statusOf(west, 'performance'); return time.status().pending.some(({ kind }) => kind === 'replication.attempt') }))
  time.freeze()
  links.heal()
  t.match(await statusOf(west, 'performance'), { state: 'idle', connection_state: 'transient_failure' }, 'it waits')
  t.match(await call(west, 'POST', 'sys/replication/recover', {}), { status: 200, json: { data: null, warnings: [/^Vault is attempting to recover/] } })
  t.ok(await until(async () => await inSync(east, west, 'performance')))
  t.ok(await reads(west, 'meanwhile'))
})
