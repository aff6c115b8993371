// A Nomad region: it begins ready, loses and finds leaders, removes peers and takes the living ones back.
import t from 'tap'
import { NomadRegion } from './region-of-servers.js'

const CLOCK = { time: 'manual' } as const

t.test('it begins ready: all vote, the first leads, and nothing is to come', async (t) => {
  const nomad = new NomadRegion(CLOCK)
  t.same(nomad.votes(), ['voter', 'voter', 'voter'])
  t.equal(nomad.leader, 0)
  t.equal(nomad.region.raft.configurationIndex, 1)
  t.same(nomad.world.timeline.pending(), [])
})

t.test('ids are addresses or UUIDs', async (t) => {
  t.equal(new NomadRegion().id(1), '127.0.0.1:4657')
  t.match(new NomadRegion({ profile: 'nomad-2.0' }).id(1), /^[0-9a-f-]{36}$/)
})

t.test('a dead leader is followed by another within seconds', async (t) => {
  const nomad = new NomadRegion(CLOCK)
  nomad.stop(0)
  t.equal(nomad.leader, -1)
  nomad.advance(2500)
  t.not(nomad.leader, -1)
  t.not(nomad.leader, 0)
})

t.test('autopilot removes a dead follower; started again it joins at once and votes later', async (t) => {
  const nomad = new NomadRegion(CLOCK)
  nomad.stop(2)
  nomad.advance(20_000)
  t.same(nomad.votes(), ['voter', 'voter', 'none'])
  nomad.start(2)
  nomad.advance(1)
  t.same(nomad.votes(), ['voter', 'voter', 'nonVoter'])
  nomad.advance(20_000)
  t.same(nomad.votes(), ['voter', 'voter', 'voter'])
})

t.test('a living follower that was removed comes back with the next reconcile, without a vote', async (t) => {
  const nomad = new NomadRegion(CLOCK)
  nomad.advance(5000)
  nomad.region.raft.removeServer(nomad.id(1))
  nomad.advance(54_999)
  t.same(nomad.votes(), ['voter', 'none', 'voter'])
  nomad.advance(1)
  t.same(nomad.votes(), ['voter', 'nonVoter', 'voter'])
  nomad.advance(20_000)
  t.same(nomad.votes(), ['voter', 'voter', 'voter'])
})

t.test('a leader that was removed is taken back by the next one at once', async (t) => {
  const nomad = new NomadRegion(CLOCK)
  nomad.region.raft.removeServer(nomad.id(0))
  t.same(nomad.votes(), ['none', 'voter', 'voter'])
  nomad.advance(2500)
  t.same(nomad.votes(), ['nonVoter', 'voter', 'voter'])
})

t.test('a lost quorum comes back when a server does', async (t) => {
  const nomad = new NomadRegion(CLOCK)
  nomad.stop(1)
  nomad.stop(2)
  nomad.advance(60_000)
  t.equal(nomad.leader, -1)
  t.same(nomad.votes(), ['voter', 'voter', 'voter'])
  nomad.start(1)
  nomad.advance(3000)
  t.not(nomad.leader, -1)
})

t.test('links count: a follower cut off finds no leader, the others do', async (t) => {
  const { region, world } = new NomadRegion(CLOCK)
  const [first, second, third] = region.servers
  if (first === undefined || second === undefined || third === undefined) throw new Error('three servers')
  world.network.cut(third.networkName, 'nomad')
  t.equal(region.leaderSeenFrom(third), undefined)
  t.equal(region.leaderSeenFrom(second), first)
  world.network.heal()
  t.equal(region.leaderSeenFrom(third), first)
})

t.test('members fail when they die, and have left once autopilot removed them', async (t) => {
  const nomad = new NomadRegion(CLOCK)
  const server = nomad.region.servers[2]
  if (server === undefined) throw new Error('three servers')
  t.equal(nomad.region.gossip.statusOf(server), 'alive')
  nomad.stop(2)
  t.equal(nomad.region.gossip.statusOf(server), 'failed')
  nomad.advance(20_000)
  t.equal(nomad.region.gossip.statusOf(server), 'left')
})

t.test('a checkpoint has the region: members, leader, settings, tokens', async (t) => {
  const nomad = new NomadRegion({ ...CLOCK, acl: true })
  const { world } = nomad
  const token = nomad.region.acl.bootstrap()
  const { checkpoints } = nomad.controls
  checkpoints.save('before')
  nomad.stop(0)
  nomad.advance(60_000)
  checkpoints.restore('before')
  const restored = world.nomad
  t.equal(restored?.leader?.name, 'server-0')
  t.same(restored?.raft.servers.length, 3)
  t.equal(restored?.acl.token(token.accessorId)?.secretId, token.secretId)
  t.equal(restored?.servers[0]?.process, 'running')
})
