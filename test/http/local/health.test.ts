// sys/health
import t from 'tap'
import { NEW_YEAR, NO_TOKEN, vault } from '../../vault-server.js'

const HEALTH = 'sys/health'
const THREE = { fixture: 'three-voters', profile: 'vault-1.14' } as const

t.test('GET health of an active node is a 200 that tells its state', async (t) => {
  const { send } = vault(t, { ...NEW_YEAR, profile: 'vault-1.14', edition: 'ce' })
  const { status, body } = await send('GET', HEALTH, undefined, NO_TOKEN)
  t.equal(status, 200)
  t.match(body, {
    initialized: true,
    sealed: false,
    standby: false,
    performance_standby: false,
    replication_performance_mode: 'disabled',
    replication_dr_mode: 'disabled',
    server_time_utc: 1704067200,
    version: '1.14.9',
    cluster_name: /^vault-cluster-/,
    cluster_id: /^[0-9a-f-]{36}$/
  })
  t.equal(Object.keys(body).length, 10)
})

t.test('GET health of the enterprise edition counts the writes', async (t) => {
  t.match((await vault(t).send('GET', HEALTH)).body, { last_wal: Number })
})

t.test('GET health of a fresh node is a 501', async (t) => {
  const { status, body } = await vault(t, { fixture: 'uninitialized' }).send('GET', HEALTH)
  t.equal(status, 501)
  t.match(body, {
    initialized: false, sealed: true, standby: true, replication_dr_mode: 'unknown', replication_performance_mode: 'unknown'
  })
  t.notOk('cluster_id' in body)
})

for (const code of [204, 304, 299, 700]) {
  t.test(`health told to answer ${code} has its label, and a body where HTTP allows one`, async (t) => {
    const { send } = vault(t)
    const { status, headers, text } = await send('GET', `sys/health?activecode=${code}`)
    t.equal(status, code)
    t.equal(headers['content-type'], 'application/json')
    t.equal(text === '', code === 204 || code === 304)
  })
}

t.test('GET health of a sealed node is a 503', async (t) => {
  t.match(await vault(t, { fixture: 'sealed' }).send('GET', HEALTH), {
    status: 503, body: { initialized: true, sealed: true, standby: true }
  })
})

t.test('GET health of a standby is a 429 unless standbys are welcome', async (t) => {
  const { verdict, control } = vault(t, THREE)
  await control('nodes/raft_1/elect')
  for (const [query, status] of [['', '429'], ['?standbyok=true', '200'], ['?standbyok=True', '200'],
    ['?standbyok', '429'], ['?standbyok=false', '429'], ['?standbycode=200', '200']] as const) {
    t.equal(await verdict('GET', HEALTH + query), status, query)
  }
})

t.test('GET health of a performance standby is a 473 unless those are welcome', async (t) => {
  const { verdict, control } = vault(t, { ...THREE, performanceStandbys: true })
  await control('nodes/raft_1/elect')
  t.equal(await verdict('GET', HEALTH), '473')
  t.equal(await verdict('GET', `${HEALTH}?perfstandbyok=true`), '200')
  t.equal(await verdict('GET', `${HEALTH}?standbyok=true`), '473')
})

t.test('GET health of a DR secondary is a 472', async (t) => {
  t.match(await vault(t, { fixture: 'dr-secondary' }).send('GET', HEALTH), {
    status: 472, body: { replication_dr_mode: 'secondary' }
  })
})

t.test('GET health of a removed node is a 530 from 1.19 on', async (t) => {
  const { send, verdict, control } = vault(t, { fixture: 'three-voters', profile: 'vault-1.21' })
  await control('nodes/raft_1/elect')
  t.equal(await verdict('POST', 'sys/storage/raft/remove-peer', { server_id: 'raft_0' }), '204')
  t.match(await send('GET', HEALTH), { status: 530, body: { removed_from_cluster: true } })
})

t.test('GET health of a standby that hears no active node is a 474 from 1.19 on', async (t) => {
  const { send, control } = vault(t, { ...NEW_YEAR, fixture: 'three-voters', profile: 'vault-1.21' })
  await control('nodes/raft_1/elect')
  t.match(await send('GET', HEALTH), { status: 429, body: { ha_connection_healthy: true } })
  await control('links/partition', { group: ['raft_0'], others: ['raft_1', 'raft_2'] })
  t.match(await send('GET', HEALTH), { status: 474, body: { ha_connection_healthy: false } })
})

t.test('GET health of a standby says how long ago its last echo came back, of one every five seconds', async (t) => {
  const { send, control } = vault(t, { ...NEW_YEAR, fixture: 'three-voters', profile: 'vault-1.21' })
  await control('nodes/raft_1/elect')
  const since = async (): Promise<unknown> => (await send('GET', HEALTH)).body.last_request_forwarding_heartbeat_ms
  const before = Number(await since() ?? 0)
  await control('time/advance', { ms: 1200 })
  t.equal(await since(), (before + 1200) % 5000)
  await control('time/advance', { ms: 5000 })
  t.equal(await since(), (before + 1200) % 5000)
})

t.test('server_time_utc follows the clock of its node', async (t) => {
  const { send, control } = vault(t, { ...NEW_YEAR, time: 'manual' })
  const before = (await send('GET', HEALTH)).body.server_time_utc
  await control('links/skew', { cluster: 'raft_0', skewMs: -90_000 })
  t.equal((await send('GET', HEALTH)).body.server_time_utc, before - 90)
})

t.test('GET health answers with the code asked for', async (t) => {
  const fresh = vault(t, { fixture: 'uninitialized' })
  t.equal(await fresh.verdict('GET', `${HEALTH}?uninitcode=299`), '299')
  t.equal(await vault(t, { fixture: 'sealed' }).verdict('GET', `${HEALTH}?sealedcode=204`), '204')
  t.equal(await vault(t).verdict('GET', `${HEALTH}?activecode=299`), '299')
})

t.test('GET health refuses codes that are no numbers and flags that are no bools, without a word', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('GET', `${HEALTH}?activecode=abc`), '400')
  t.equal(await verdict('GET', `${HEALTH}?standbyok=perhaps`), '400')
})

t.test('HEAD health has the same code, POST is no verb of it', async (t) => {
  t.equal((await vault(t).send('HEAD', HEALTH)).status, 200)
  t.equal((await vault(t, { fixture: 'uninitialized' }).send('HEAD', HEALTH)).status, 501)
  t.equal(await vault(t).verdict('POST', HEALTH, {}), '405')
})

t.test('GET health of the enterprise edition shows the license, also while sealed', async (t) => {
  const license = { state: 'autoloaded', expiry_time: '2099-12-31T23:59:59Z', terminated: false }
  for (const profile of ['documented', 'vault-1.14', 'vault-1.21'] as const) {
    t.same((await vault(t, { profile }).send('GET', HEALTH)).body.license, license, profile)
    t.notOk('license' in (await vault(t, { profile, edition: 'ce' }).send('GET', HEALTH)).body, profile)
  }
  t.same((await vault(t, { fixture: 'sealed' }).send('GET', HEALTH)).body.license, license)
  t.notOk('license' in (await vault(t, { profile: 'openbao-2.5' }).send('GET', HEALTH)).body)
})
