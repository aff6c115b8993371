// sys/leader, sys/step-down
import t from 'tap'
import { DENIED, NEW_YEAR, NO_TOKEN, vault } from '../../vault-server.js'

const THREE = { ...NEW_YEAR, fixture: 'three-voters', profile: 'vault-1.14', edition: 'ce' } as const

t.test('GET leader of the active node tells of itself', async (t) => {
  const { send } = vault(t, { ...NEW_YEAR, profile: 'vault-1.14', edition: 'ce' })
  const { status, body } = await send('GET', 'sys/leader', undefined, NO_TOKEN)
  t.equal(status, 200)
  t.same({ ...body, raft_committed_index: 0, raft_applied_index: 0 }, {
    ha_enabled: true,
    is_self: true,
    active_time: '2024-01-01T00:00:00Z',
    leader_address: 'http://127.0.0.1:8200',
    leader_cluster_address: 'https://127.0.0.1:8201',
    performance_standby: false,
    performance_standby_last_remote_wal: 0,
    raft_committed_index: 0,
    raft_applied_index: 0
  })
})

t.test('GET leader of the enterprise edition counts the writes', async (t) => {
  t.match((await vault(t).send('GET', 'sys/leader')).body, { last_wal: Number })
})

t.test('GET leader of OpenBao has nothing of performance standbys', async (t) => {
  const { body } = await vault(t, { profile: 'openbao-2.5' }).send('GET', 'sys/leader')
  t.notOk('performance_standby' in body)
})

t.test('GET leader of a standby tells where the active node is', async (t) => {
  const { send, control } = vault(t, THREE)
  await control('nodes/raft_1/elect')
  t.match((await send('GET', 'sys/leader')).body, {
    is_self: false, active_time: '0001-01-01T00:00:00Z', leader_address: 'http://127.0.0.1:8202'
  })
})

t.test('GET leader of a node that is cut off knows none', async (t) => {
  const { send, advance, control } = vault(t, THREE)
  await control('links/partition', { group: ['raft_0'], others: ['raft_1', 'raft_2'] })
  advance(30_000)
  t.match((await send('GET', 'sys/leader')).body, { is_self: false, leader_address: '', leader_cluster_address: '' })
})

t.test('GET leader of a sealed node is a 503; POST is no verb of it', async (t) => {
  t.equal(await vault(t, { fixture: 'sealed' }).verdict('GET', 'sys/leader'), '503 Vault is sealed')
  t.equal(await vault(t).verdict('POST', 'sys/leader', {}), '405')
})

t.test('PUT step-down hands over to another voter', async (t) => {
  const { send, verdict, advance } = vault(t, THREE)
  t.equal(await verdict('PUT', 'sys/step-down'), '204')
  advance(5_000)
  t.match((await send('GET', 'sys/leader')).body, { is_self: false, leader_address: /:820[24]$/ })
})

t.test('PUT step-down of the only node is a 204, and it leads again once it has sat out its time', async (t) => {
  const { send, verdict, advance } = vault(t, { ...NEW_YEAR, profile: 'vault-1.14' })
  t.equal(await verdict('PUT', 'sys/step-down'), '204')
  t.equal(await verdict('GET', 'sys/health'), '429')
  advance(20_000)
  t.match((await send('GET', 'sys/leader')).body, { is_self: true })
})

t.test('PUT step-down sent to a standby is forwarded, or redirected where the client asks for it', async (t) => {
  const { send, verdict, control, advance } = vault(t, THREE)
  await control('nodes/raft_1/elect')
  t.match(await send('PUT', 'sys/step-down', undefined, { 'x-vault-no-request-forwarding': 'true' }), {
    status: 307, headers: { location: 'http://127.0.0.1:8202/v1/sys/step-down' }
  })
  t.equal(await verdict('PUT', 'sys/step-down'), '204')
  advance(5_000)
  t.not((await send('GET', 'sys/leader')).body.leader_address, 'http://127.0.0.1:8202')
})

t.test('PUT step-down needs a token with sudo; GET is no verb of it', async (t) => {
  const { send, verdict, tokenHeader } = vault(t)
  t.equal(await verdict('PUT', 'sys/step-down', undefined, NO_TOKEN), '403 permission denied')
  await send('PUT', 'sys/policies/acl/p', { policy: 'path "sys/step-down" { capabilities = ["update"] }' })
  t.equal(await verdict('PUT', 'sys/step-down', undefined, await tokenHeader({ policies: ['p'] })), DENIED)
  t.equal(await verdict('GET', 'sys/step-down'), '405')
})
