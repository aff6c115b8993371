// sys/storage/raft/autopilot
import t from 'tap'
import { NEW_YEAR, NO_TOKEN, UNSUPPORTED_OPERATION, vault } from '../../vault-server.js'

const CONFIGURATION = 'sys/storage/raft/autopilot/configuration'
const STATE = 'sys/storage/raft/autopilot/state'
const VAULT = { profile: 'vault-1.14' } as const

const DEFAULTS = {
  cleanup_dead_servers: false,
  dead_server_last_contact_threshold: '24h0m0s',
  disable_upgrade_migration: false,
  last_contact_threshold: '10s',
  max_trailing_logs: 1000,
  min_quorum: 0,
  server_stabilization_time: '10s'
}

t.test('GET autopilot/configuration shows the defaults', async (t) => {
  t.same(await vault(t, VAULT).data('GET', CONFIGURATION), DEFAULTS)
})

t.test('GET autopilot/configuration has no upgrade migration in OpenBao', async (t) => {
  const { disable_upgrade_migration: _, ...rest } = DEFAULTS
  t.same(await vault(t, { profile: 'openbao-2.5' }).data('GET', CONFIGURATION), rest)
})

t.test('POST autopilot/configuration takes durations as text and as seconds, numbers as text', async (t) => {
  const { verdict, data } = vault(t, VAULT)
  const texts = { last_contact_threshold: '7s', server_stabilization_time: '1m30s' }
  t.equal(await verdict('POST', CONFIGURATION, texts), '204')
  t.same(await data('GET', CONFIGURATION), { ...DEFAULTS, ...texts })
  t.equal(await verdict('POST', CONFIGURATION, { last_contact_threshold: 11, max_trailing_logs: '500' }), '204')
  t.match(await data('GET', CONFIGURATION), { last_contact_threshold: '11s', max_trailing_logs: 500 })
})

t.test('POST autopilot/configuration keeps what is zero, empty or unknown', async (t) => {
  const { verdict, data } = vault(t, VAULT)
  const zeros = { last_contact_threshold: 0, min_quorum: 0, max_trailing_logs: 0 }
  for (const body of [zeros, {}, { nonsense: 1 }]) t.equal(await verdict('POST', CONFIGURATION, body), '204')
  t.same(await data('GET', CONFIGURATION), DEFAULTS)
})

t.test('POST autopilot/configuration switches the clean-up of dead servers on', async (t) => {
  const { verdict, data } = vault(t, VAULT)
  const body = { cleanup_dead_servers: 'true', min_quorum: '3', dead_server_last_contact_threshold: '10m' }
  t.equal(await verdict('POST', CONFIGURATION, body), '204')
  t.match(await data('GET', CONFIGURATION), {
    cleanup_dead_servers: true, min_quorum: 3, dead_server_last_contact_threshold: '10m0s'
  })
})

const QUORUM =
  'min_quorum must be set when cleanup_dead_servers is set and it should at least be 3; cleanup_dead_servers: true'
const syntaxError = (type: string, parser: string, given: string): string =>
  `cannot parse '' as ${type}: strconv.${parser}: parsing "${given}": invalid syntax`
const fieldError = (given: string, name: string, text: string): string =>
  `Field validation failed: error converting input ${given} for field "${name}": ${text}`

/** Recorded of Vault 1.14. */
const REFUSED: readonly (readonly [object, string])[] = [
  [{ cleanup_dead_servers: true }, `${QUORUM}, min_quorum: 0x0`],
  [{ cleanup_dead_servers: true, min_quorum: 2 }, `${QUORUM}, min_quorum: 0x2`],
  [
    { cleanup_dead_servers: true, min_quorum: 3, dead_server_last_contact_threshold: '5s' },
    'dead_server_last_contact_threshold should not be set to less than 1m; received: 5'
  ],
  [
    { last_contact_threshold: 'soon' },
    fieldError('soon', 'last_contact_threshold', 'time: invalid duration "soon"')
  ],
  [
    { last_contact_threshold: '-3s' },
    fieldError('-3s', 'last_contact_threshold', "cannot provide negative value '-3'")
  ],
  [
    { cleanup_dead_servers: 'maybe' },
    fieldError('maybe', 'cleanup_dead_servers', syntaxError('bool', 'ParseBool', 'maybe'))
  ],
  [
    { min_quorum: 'three' },
    fieldError('three', 'min_quorum', syntaxError('int', 'ParseInt', 'three'))
  ]
]
for (const [body, text] of REFUSED) {
  t.test(`POST autopilot/configuration of ${JSON.stringify(body)} is refused`, async (t) => {
    t.equal(await vault(t, VAULT).verdict('POST', CONFIGURATION, body), `400 ${text}`)
  })
}

t.test('POST autopilot/configuration of the upgrade migration is for the enterprise edition', async (t) => {
  t.equal(
    await vault(t, { ...VAULT, edition: 'ce' }).verdict('POST', CONFIGURATION, { disable_upgrade_migration: true }),
    '400 disable_upgrade_migration is only available in Vault Enterprise'
  )
  const { verdict, data } = vault(t, VAULT)
  t.equal(await verdict('POST', CONFIGURATION, { disable_upgrade_migration: true }), '204')
  t.match(await data('GET', CONFIGURATION), { disable_upgrade_migration: true })
})

t.test('GET autopilot/state shows three healthy voters', async (t) => {
  const { data, advance } = vault(t, { ...NEW_YEAR, ...VAULT, fixture: 'three-voters' })
  advance(20_000)
  const state = await data('GET', STATE)
  t.match(state, { failure_tolerance: 1, healthy: true, leader: 'raft_0', voters: ['raft_0', 'raft_1', 'raft_2'] })
  t.same(Object.keys(state.servers.raft_0), [
    'id', 'name', 'address', 'node_status', 'last_contact', 'last_term', 'last_index', 'healthy', 'stable_since',
    'status', 'version', 'node_type'
  ])
  t.match(state.servers, {
    raft_0: { status: 'leader', last_contact: '0s', version: '1.14.9' }, raft_1: { status: 'voter', healthy: true }
  })
})

t.test('GET autopilot/state shows a killed server as failed once its contact is too old', async (t) => {
  const { control, advance, data } = vault(t, { ...NEW_YEAR, ...VAULT, fixture: 'three-voters' })
  await control('nodes/raft_2/kill')
  advance(12_000)
  t.match(await data('GET', STATE), {
    failure_tolerance: 0, healthy: false, servers: { raft_2: { healthy: false, status: 'voter' } }
  })
})

t.test('POST autopilot/state is no operation; GET needs a token', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', STATE, {}), UNSUPPORTED_OPERATION)
  t.equal(await verdict('GET', STATE, undefined, NO_TOKEN), '403 permission denied')
})
