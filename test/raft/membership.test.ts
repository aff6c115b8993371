// Adding and removing servers, in the words of hashicorp/raft and raft-autopilot.
import t from 'tap'
import { groupOf, server } from './group.js'

t.test('the same server again changes nothing', async t => {
  const group = groupOf(1)
  const { lastIndex } = group.raft
  group.join('a')
  t.equal(group.raft.lastIndex, lastIndex)
})

t.test('a known server moves to its new address and keeps its vote', async t => {
  const group = groupOf(2)
  group.raft.addServer({ id: 'b', address: 'elsewhere:8201', suffrage: 'nonVoter' })
  t.strictSame(group.raft.servers, [server('a', 'voter'), { id: 'b', address: 'elsewhere:8201', suffrage: 'voter' }])
})

t.test('another server at the same address takes its place', async t => {
  const group = groupOf(3)
  group.kill('c')
  group.raft.addServer({ id: 'd', address: 'c.test:8201', suffrage: 'nonVoter' })
  t.strictSame(group.raft.servers.map(({ id }) => id), ['a', 'b', 'd'])
})

t.test('… unless that would cost the quorum', async t => {
  const group = groupOf(1)
  t.throws(() => group.raft.addServer({ id: 'b', address: 'a.test:8201', suffrage: 'nonVoter' }), {
    message: 'Preventing server addition that would require removal of too many servers and cause cluster instability'
  })
})

t.test('a change moves both indexes', async t => {
  const group = groupOf(1)
  const { lastIndex } = group.raft
  group.join('b')
  t.equal(group.raft.lastIndex, lastIndex + 1)
  t.equal(group.raft.configurationIndex, lastIndex + 1)
  t.equal(group.raft.appliedIndex('b'), lastIndex + 1)
})

t.test('an unknown server can not be removed, and that is no error', async t => {
  const group = groupOf(1)
  t.equal(group.raft.removeServer('nobody'), false)
})

t.test('the last voter stays', async t => {
  const group = groupOf(1)
  t.throws(() => group.raft.removeServer('a'), { name: 'RaftError', message: 'need at least one voter in configuration: {[]}' })
  group.join('b')
  group.join('c')
  t.throws(() => group.raft.removeServer('a'), {
    message: 'need at least one voter in configuration: {[{Nonvoter b b.test:8201} {Nonvoter c c.test:8201}]}'
  })
  t.equal(group.raft.leaderId, 'a')
})

t.test('a removed follower freezes one entry behind what it knows, and still names the leader', async t => {
  const group = groupOf(3)
  group.raft.removeServer('c')
  const seen = group.raft.lastIndexSeenFrom('c')
  group.raft.appendEntry(3)
  t.equal(group.raft.lastIndexSeenFrom('c'), seen)
  t.equal(group.raft.appliedIndex('c'), seen - 1)
  t.equal(group.raft.knownLeader('c'), 'a')
})

t.test('a removed leader is succeeded by a remaining voter within a second', async t => {
  const group = groupOf(2)
  t.equal(group.raft.removeServer('a'), true)
  t.strictSame(group.diary, [{ lost: 'a', reason: 'removed' }])
  group.advance(1000)
  t.equal(group.raft.leaderId, 'b')
  t.equal(group.raft.hasQuorum(), true)
  t.strictSame(group.raft.servers, [server('b', 'voter')])
})

t.test('voters are removed one by one down to the last', async t => {
  const group = groupOf(3)
  t.equal(group.raft.removeServer('c'), true)
  t.equal(group.raft.removeServer('b'), true)
  t.ok(group.raft.hasQuorum())
})

t.test('a removal that leaves no majority is dropped, and costs the leadership', async t => {
  const group = groupOf(3)
  group.kill('c')
  t.throws(() => group.raft.removeServer('b'), { message: 'leadership lost while committing log', reason: 'leadership-lost' })
  t.equal(group.raft.servers.length, 3)
  group.advance(3100)
  t.ok(group.raft.hasQuorum())
})

t.test('a demoted server has no vote and gets none back', async t => {
  const group = groupOf(3)
  t.equal(group.raft.demote('c'), true)
  group.advance(60_000)
  t.strictSame(group.voters, ['a', 'b'])
  t.equal(group.raft.demote('c'), false)
  t.equal(group.raft.promote('c'), true)
  t.strictSame(group.voters, ['a', 'b', 'c'])
})

t.test('a demoted leader leads no more', async t => {
  const group = groupOf(3)
  group.raft.demote('a')
  group.advance(1000)
  t.match(group.raft.leaderId, /^[bc]$/)
})
