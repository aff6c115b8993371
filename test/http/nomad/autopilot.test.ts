// Nomad's autopilot: the settings with their check-and-set, and the health of the servers.
import t from 'tap'
import { NomadRegion } from '../../nomad/region-of-servers.js'

const CONFIG = 'GET /v1/operator/autopilot/configuration'
const PUT = 'PUT /v1/operator/autopilot/configuration'
const HEALTH = 'GET /v1/operator/autopilot/health'
const DEFAULTS = '{"LastContactThreshold":"200ms","ServerStabilizationTime":"10s","CleanupDeadServers":true,"MaxTrailingLogs":250,"MinQuorum":0,' +
  '"EnableRedundancyZones":false,"DisableUpgradeMigration":false,"EnableCustomUpgrades":false,"CreateIndex":4,"ModifyIndex":4}'

t.test('the defaults, in the order of the real server, on every server', async (t) => {
  const nomad = new NomadRegion()
  for (const to of [0, 1, 2]) t.equal((await nomad.send(CONFIG, { to })).text, DEFAULTS)
})

t.test('a PUT replaces everything and answers true', async (t) => {
  const nomad = new NomadRegion()
  const { status, text, headers } = await nomad.send(PUT, { body: { maxtrailinglogs: 9, LastContactThreshold: '-1s', CleanupDeadServers: true }, to: 1 })
  t.same([status, text, headers['x-nomad-index']], [200, 'true', undefined])
  t.match((await nomad.send(CONFIG)).body, { LastContactThreshold: '-1s', ServerStabilizationTime: '0s', CleanupDeadServers: true, MaxTrailingLogs: 9, CreateIndex: 4, ModifyIndex: 8 })
  await nomad.send(PUT, { body: {} })
  t.match((await nomad.send(CONFIG)).body, { LastContactThreshold: '0s', CleanupDeadServers: false, MaxTrailingLogs: 0 })
})

t.test('with cas it says whether it was written', async (t) => {
  const nomad = new NomadRegion()
  t.same(await nomad.says(`${PUT}?cas=0`, { body: { MinQuorum: 3 } }), [200, 'false'])
  t.equal((await nomad.send(CONFIG)).body.MinQuorum, 0)
  t.same(await nomad.says(`${PUT}?cas=4`, { body: { MinQuorum: 3 } }), [200, 'true'])
  t.equal((await nomad.send(CONFIG)).body.MinQuorum, 3)
})

t.test('what is wrong with a PUT: the body first, then cas', async (t) => {
  const nomad = new NomadRegion()
  const texts: ReadonlyArray<[string, unknown, string]> = [
    ['', '', 'Error parsing autopilot config: Request body is empty'],
    ['', { LastContactThreshold: 'soon' }, 'Error parsing autopilot config: time: invalid duration "soon"'],
    ['', { MinQuorum: 'x' }, 'Error parsing autopilot config: json: cannot unmarshal string into Go struct field .Alias.MinQuorum of type uint'],
    ['', { ServerStabilizationTime: 3 }, 'Error parsing autopilot config: json: cannot unmarshal number into Go struct field .ServerStabilizationTime of type string'],
    ['', '{', 'Error parsing autopilot config: unexpected EOF'],
    ['?cas=abc', {}, 'Error parsing cas value: strconv.ParseUint: parsing "abc": invalid syntax'],
    ['?cas=abc', '', 'Error parsing autopilot config: Request body is empty']
  ]
  for (const [query, body, text] of texts) t.same(await nomad.says(PUT + query, { body }), [400, text])
  t.same(await nomad.says('POST /v1/operator/autopilot/configuration', { body: {} }), [404, 'Invalid method'])
})

t.test('health: every server, the leader first to be asked or not', async (t) => {
  const nomad = new NomadRegion({ profile: 'nomad-2.0' })
  const { status, body } = await nomad.send(HEALTH, { to: 2 })
  t.equal(status, 200)
  t.same(Object.keys(body), ['FailureTolerance', 'Healthy', 'Leader', 'Servers', 'Voters'])
  const ids = [0, 1, 2].map((i) => nomad.id(i))
  t.match(body, { FailureTolerance: 1, Healthy: true, Leader: ids[0], Voters: ids })
  t.same(Object.keys(body.Servers[0]), ['LastContact', 'ID', 'Name', 'Address', 'SerfStatus', 'Version', 'Leader', 'LastTerm', 'LastIndex', 'Healthy', 'Voter', 'StableSince'])
  t.match(body.Servers[0], { LastContact: '0s', Name: 'server-0.global', Address: '127.0.0.1:4647', SerfStatus: 'alive', Version: '2.0.6-dev', Leader: true, Healthy: true, Voter: true, StableSince: '2026-11-21T02:12:10Z' })
  t.same(await nomad.says('PUT /v1/operator/autopilot/health'), [404, 'Invalid method'])
})

t.test('health is 429, as text, while somebody is not well and just after a transfer', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  nomad.stop(2)
  nomad.advance(4000)
  const unwell = await nomad.send(HEALTH)
  t.match(unwell, { status: 429, body: { Healthy: false, FailureTolerance: 0 } })
  t.match(unwell.headers['content-type'], /^text\/plain/)
  t.match(unwell.body.Servers[2], { SerfStatus: 'failed', Healthy: false })
  const other = new NomadRegion({ time: 'manual' })
  await other.send('PUT /v1/operator/raft/transfer-leadership?address=127.0.0.1:4657')
  t.equal((await other.send(HEALTH)).status, 429)
  other.advance(2000)
  t.equal((await other.send(HEALTH)).status, 200)
})

t.test('the settings are those that autopilot works by', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  await nomad.send(PUT, { body: { CleanupDeadServers: false, LastContactThreshold: '200ms', MaxTrailingLogs: 250 } })
  nomad.stop(2)
  nomad.advance(60_000)
  t.same(nomad.votes(), ['voter', 'voter', 'voter'])
})
