// Autopilot: what it shows, whom it promotes, whom it removes.
import t from 'tap'
import { DEFAULT_AUTOPILOT_CONFIG } from '../../src/raft/autopilot.js'
import { Group, groupOf, server } from './group.js'

const DAY_MS = 24 * 60 * 60 * 1000

t.test('three nodes become three voters 10 to 20 s after they joined', async t => {
  const group = groupOf(1)
  group.advance(2000)
  group.join('b')
  group.join('c')
  group.advance(10_000)
  t.strictSame(group.voters, ['a'])
  group.advance(10_000)
  t.strictSame(group.voters, ['a', 'b', 'c'])
})

t.test('auto time jumps to them', async t => {
  const group = new Group({ mode: 'auto' })
  group.raft.bootstrap(server('a', 'voter'))
  group.timeline.settle()
  group.join('b')
  group.timeline.settle()
  t.strictSame(group.voters, ['a', 'b'])
})

t.test('a permanent non-voter stays one', async t => {
  const group = groupOf(1)
  group.raft.addServer({ ...server('b', 'nonVoter'), permanentNonVoter: true })
  group.advance(DAY_MS)
  t.strictSame(group.voters, ['a'])
  t.equal(group.autopilot.servers[1]?.status, 'non-voter')
})

t.test('a server that is not in contact waits for its vote', async t => {
  const group = groupOf(1)
  group.kill('b')
  group.join('b')
  group.advance(60_000)
  t.strictSame(group.voters, ['a'])
  group.start('b')
  group.advance(22_000)
  t.strictSame(group.voters, ['a', 'b'])
})

t.test('a fresh server is shown after 2 s', async t => {
  const group = groupOf(1)
  group.join('b')
  group.advance(1999)
  t.strictSame(group.autopilot.servers.map(({ id }) => id), ['a'])
  group.advance(1)
  t.strictSame(group.autopilot.servers.map(({ id }) => id), ['a', 'b'])
})

t.test('a healthy group of three', async t => {
  const group = groupOf(3)
  group.advance(60_000)
  const state = group.autopilot
  t.match(state, { healthy: true, failureTolerance: 1, leader: 'a', voters: ['a', 'b', 'c'] })
  t.equal(state.servers[0]?.lastContactMs, 0)
  t.ok(state.servers.every(({ lastContactMs }) => lastContactMs < 1000))
  const { term, lastIndex } = group.raft
  t.ok(state.servers.every((server) => server.lastTerm === term && server.lastIndex === lastIndex))
})

t.test('12 s after a leader died the dead server is alive, unheard of and unhealthy', async t => {
  const group = groupOf(3)
  group.kill('a')
  group.timeline.skipUntil(() => group.raft.leaderId !== undefined, 10_000)
  const electedAtMs = group.raft.leaderSinceAtMs
  group.timeline.advanceTo(electedAtMs + 12_000)
  const { servers, ...state } = group.autopilot
  t.match(state, { healthy: false, failureTolerance: 0 })
  t.match(servers[0], { id: 'a', nodeStatus: 'alive', lastContactMs: 12_000, lastTerm: 0, lastIndex: 0, healthy: false })
  t.ok(servers.every(({ stableSinceAtMs }) => stableSinceAtMs === electedAtMs))
})

t.test('a short silence is not ill health, a long one is', async t => {
  const group = groupOf(3)
  const sinceAtMs = group.timeline.nowMs
  group.advance(20_000)
  group.isolate('c')
  group.advance(8000)
  t.equal(group.autopilot.healthy, true)
  group.network.heal()
  t.equal(group.autopilot.servers[2]?.stableSinceAtMs, sinceAtMs)
  group.isolate('c')
  group.advance(14_000)
  t.equal(group.autopilot.servers[2]?.healthy, false)
  t.ok((group.autopilot.servers[2]?.stableSinceAtMs ?? 0) > sinceAtMs)
})

t.test('dead servers stay unless they are to be cleaned up', async t => {
  const group = groupOf(3)
  group.kill('c')
  group.advance(2 * DAY_MS)
  t.equal(group.autopilot.servers[2]?.nodeStatus, 'alive')
  t.equal(group.raft.servers.length, 3)
})

t.test('a dead server is removed after its 24 h, in no time', async t => {
  const group = groupOf(5)
  group.config = { ...DEFAULT_AUTOPILOT_CONFIG, cleanupDeadServers: true, minQuorum: 3 }
  group.kill('e')
  const startedAt = process.hrtime.bigint()
  group.advance(DAY_MS - 5000)
  t.equal(group.raft.servers.length, 5)
  group.advance(20_000)
  t.ok(process.hrtime.bigint() - startedAt < 50_000_000n, 'far less than a tick per heartbeat would cost')
  t.strictSame(group.voters, ['a', 'b', 'c', 'd'])
})

t.test('a dead server is shown as left before it goes', async t => {
  const group = groupOf(3)
  group.config = { ...DEFAULT_AUTOPILOT_CONFIG, cleanupDeadServers: true, minQuorum: 3 }
  group.kill('c')
  group.advance(2 * DAY_MS)
  t.equal(group.autopilot.servers[2]?.nodeStatus, 'left')
  t.equal(group.raft.servers.length, 3, 'the minimum quorum keeps it')
})

t.test('less than half of the voters go in one round', async t => {
  const group = groupOf(5)
  group.kill('d')
  group.kill('e')
  group.join('n')
  group.kill('n')
  group.advance(2 * DAY_MS)
  group.config = { ...DEFAULT_AUTOPILOT_CONFIG, cleanupDeadServers: true, minQuorum: 3 }
  group.raft.autopilotChanged()
  group.advance(10_000)
  t.strictSame(group.raft.servers.map(({ id }) => id), ['a', 'b', 'c', 'e'], 'the non-voter first, two in all')
  group.advance(10_000)
  t.strictSame(group.voters, ['a', 'b', 'c'])
})

t.test('a server that joins lets dead ones go at once', async t => {
  const group = groupOf(3)
  group.kill('c')
  group.advance(2 * DAY_MS)
  group.config = { ...DEFAULT_AUTOPILOT_CONFIG, cleanupDeadServers: true, minQuorum: 3 }
  group.join('d')
  t.strictSame(group.raft.servers.map(({ id }) => id), ['a', 'b', 'd'])
})

t.test('the stabilization time is waited for', async t => {
  const group = groupOf(1)
  group.config = { ...DEFAULT_AUTOPILOT_CONFIG, serverStabilizationTimeMs: DAY_MS }
  group.join('b')
  group.advance(60_000)
  t.strictSame(group.voters, ['a'])
  group.advance(DAY_MS)
  t.strictSame(group.voters, ['a', 'b'])
})
