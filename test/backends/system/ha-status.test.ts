// sys/ha-status
import t from 'tap'
import { NEW_YEAR, NO_TOKEN, vault } from '../../vault-server.js'

t.test('GET ha-status of one node shows it active, in data and beside it', async (t) => {
  const { send } = vault(t, { profile: 'vault-1.14', edition: 'ce' })
  const { body } = await send('GET', 'sys/ha-status')
  t.same(body.data, {
    nodes: [{
      hostname: 'vault-mock',
      api_address: 'http://127.0.0.1:8200',
      cluster_address: 'https://127.0.0.1:8201',
      active_node: true,
      last_echo: null,
      version: '1.14.9',
      upgrade_version: '1.14.9'
    }]
  })
  t.same(body.nodes, body.data.nodes)
})

t.test('GET ha-status shows standbys with the time of their last echo', async (t) => {
  const { data } = vault(t, { ...NEW_YEAR, fixture: 'three-voters' })
  const { nodes } = await data('GET', 'sys/ha-status')
  t.same(nodes.map((node: any) => [node.api_address, node.active_node]), [
    ['http://127.0.0.1:8200', true], ['http://127.0.0.1:8202', false], ['http://127.0.0.1:8204', false]
  ])
  t.match(nodes[1].last_echo, /^20\d\d-.*Z$/)
})

t.test('GET ha-status leaves out a node that was killed', async (t) => {
  const { control, data } = vault(t, { fixture: 'three-voters' })
  await control('nodes/raft_2/kill')
  t.equal((await data('GET', 'sys/ha-status')).nodes.length, 2)
})

t.test('GET ha-status has the clock fields from 1.17 on', async (t) => {
  const { data } = vault(t, { profile: 'vault-1.21' })
  t.match((await data('GET', 'sys/ha-status')).nodes[0], { echo_duration_ms: 0, clock_skew_ms: 0 })
})

t.test('GET ha-status needs a token and an open node', async (t) => {
  t.equal(await vault(t).verdict('GET', 'sys/ha-status', undefined, NO_TOKEN), '403 permission denied')
  t.equal(await vault(t, { fixture: 'sealed' }).verdict('GET', 'sys/ha-status'), '503 Vault is sealed')
})

t.test('GET ha-status shows how long echoes take, and clocks that differ', async (t) => {
  const { advance, control, data } = vault(t, { ...NEW_YEAR, fixture: 'three-voters', profile: 'vault-1.21' })
  await control('links/delay', { from: 'raft_0', to: 'raft_1', delayMs: 30 })
  await control('links/skew', { cluster: 'raft_1', skewMs: -250 })
  advance(10)
  const { nodes } = await data('GET', 'sys/ha-status')
  t.match(nodes[0], { active_node: true, echo_duration_ms: 0, clock_skew_ms: 0, replication_primary_canary_age_ms: 0 })
  const late = { echo_duration_ms: 60, clock_skew_ms: 220, replication_primary_canary_age_ms: 1010 }
  t.match(nodes[1], late, 'the last canary is under way, and the answer took its time')
  t.match(nodes[2], { echo_duration_ms: 0, clock_skew_ms: 0, replication_primary_canary_age_ms: 10 })
})
