// Nomad's neighbours of operator/raft that clients touch: status, regions, agent, the signing key.
import t from 'tap'
import { NomadRegion } from '../../nomad/region-of-servers.js'

t.test('status: the leader, the peers', async (t) => {
  const nomad = new NomadRegion()
  for (const to of [0, 1, 2]) {
    t.same(await nomad.says('GET /v1/status/leader', { to }), [200, '"127.0.0.1:4647"'])
    t.same((await nomad.send('GET /v1/status/peers', { to })).body, ['127.0.0.1:4647', '127.0.0.1:4657', '127.0.0.1:4667'])
  }
  t.same(await nomad.says('PUT /v1/status/leader'), [405, 'Invalid method'])
})

t.test('regions, health, the key that Nomad\'s test harness waits for', async (t) => {
  const nomad = new NomadRegion()
  t.same(await nomad.says('GET /v1/regions'), [200, '["global"]'])
  t.same(await nomad.says('GET /v1/agent/health'), [200, '{"server":{"message":"ok","ok":true}}'])
  t.equal((await nomad.send('GET /.well-known/jwks.json')).body.keys.length, 1)
})

t.test('members: what `server members` needs', async (t) => {
  const nomad = new NomadRegion({ profile: 'nomad-2.0' })
  nomad.stop(2)
  const { body } = await nomad.send('GET /v1/agent/members', { to: 1 })
  t.match(body, { ServerName: 'server-1', ServerRegion: 'global', ServerDC: 'dc1' })
  t.same(body.Members.map((member: { Status: string }) => member.Status), ['alive', 'alive', 'failed'])
  t.match(body.Members[0], { Name: 'server-0.global', Addr: '127.0.0.1', Port: 4648, Tags: { build: '2.0.6-dev', port: '4647', dc: 'dc1', region: 'global', raft_vsn: '3', id: nomad.id(0) } })
})

t.test('self: the configuration and the member', async (t) => {
  const { body } = await new NomadRegion().send('GET /v1/agent/self', { to: 1 })
  t.match(body, {
    config: { Datacenter: 'dc1', Region: 'global', Name: 'server-1', UI: { Enabled: false, ShowCLIHints: false } },
    member: { Name: 'server-1.global', Status: 'alive' },
    stats: { nomad: { leader: 'false', leader_addr: '127.0.0.1:4647' }, raft: { state: 'Follower' } }
  })
})

t.test('a server has no list of servers: 501', async (t) => {
  t.same(await new NomadRegion().says('GET /v1/agent/servers'), [501, 'Invalid method'])
})

t.test('self: figures are strings, the names those of raft and Serf', async (t) => {
  const nomad = new NomadRegion({ profile: 'nomad-2.0' })
  nomad.stop(2)
  const { stats, member } = (await nomad.send('GET /v1/agent/self')).body
  t.same(Object.keys(stats), ['nomad', 'raft', 'runtime', 'serf'])
  for (const figures of Object.values(stats)) {
    for (const [name, figure] of Object.entries(figures as Record<string, unknown>)) t.type(figure, 'string', name)
  }
  t.match(stats.raft, { protocol_version: '3', state: 'Leader', last_contact: '0', num_peers: '2', commit_index: '7', latest_configuration: `[{Suffrage:Voter ID:${nomad.id(0)} Address:127.0.0.1:4647} ` })
  t.match(stats.serf, { members: '3', failed: '1', left: '0', encrypted: 'false' })
  t.same(Object.keys(member), Object.keys(member).toSorted())
})

t.test('self: the configuration says where the server listens, and how autopilot is set', async (t) => {
  const { config } = (await new NomadRegion().send('GET /v1/agent/self', { to: 1 })).body
  t.match(config, {
    AdvertiseAddrs: { HTTP: '127.0.0.1:4656', RPC: '127.0.0.1:4657', Serf: '127.0.0.1:4658' },
    Ports: { HTTP: 4656, RPC: 4657, Serf: 4658 },
    Autopilot: { LastContactThreshold: 200_000_000 },
    Server: { BootstrapExpect: 3, Enabled: true }
  })
})

t.test('the gossip is not encrypted: every server fails to list its keys', async (t) => {
  t.same(await new NomadRegion().says('GET /v1/agent/keyring/list'), [500, '3/3 nodes reported failure'])
})
