// Who leads, and who is taken for the leader, when servers and links come and go.
import t from 'tap'
import { checkInvariants } from '../../src/raft/invariants.js'
import { Group, groupOf, server } from './group.js'
import { RaftForm } from '../../src/raft/raft-state.js'
import { TimelineForm } from '../../src/sim/timeline.js'
import { throughJson } from '../sim/through-json.js'

t.test('the only server leads as soon as it is up', async t => {
  const group = new Group()
  group.kill('a')
  group.raft.bootstrap(server('a', 'voter'))
  t.equal(group.raft.leaderId, undefined)
  group.start('a')
  t.equal(group.raft.leaderId, 'a')
  t.equal(group.raft.term, 3)
  group.kill('a')
  group.start('a')
  t.equal(group.raft.leaderId, 'a')
})

t.test('the only server that was bootstrapped while it was up leads at this instant', async t => {
  const group = new Group()
  group.raft.bootstrap(server('a', 'voter'))
  group.advance(0)
  t.equal(group.raft.leaderId, 'a')
})

t.test('entries are written before the first election, as init does', async t => {
  const group = new Group()
  group.kill('a')
  group.raft.bootstrap(server('a', 'voter'))
  group.raft.appendEntry(20)
  t.equal(group.raft.lastIndex, 21)
  t.equal(group.raft.appliedIndex('a'), 21)
  checkInvariants(group.raft)
})

t.test('a killed leader is succeeded after about 2.7 s, and named until then', async t => {
  const group = groupOf(3)
  const { lastIndex, term } = group.raft
  group.kill('a')
  group.advance(2300)
  t.equal(group.raft.leaderId, undefined)
  t.equal(group.raft.knownLeader('b'), 'a')
  t.equal(group.raft.knownLeader('a'), undefined)
  group.advance(800)
  t.match(group.raft.leaderId, /^[bc]$/)
  t.equal(group.raft.knownLeader('b'), group.raft.leaderId)
  t.equal(group.raft.term, term + 1)
  t.equal(group.raft.lastIndex, lastIndex + 4)
})

t.test('in auto time a request after the leader died finds the next one', async t => {
  const group = new Group({ mode: 'auto' })
  group.raft.bootstrap(server('a', 'voter'), server('b', 'voter'), server('c', 'voter'))
  group.timeline.settle()
  const first = group.raft.leaderId ?? ''
  group.kill(first)
  group.timeline.settle()
  t.ok(group.raft.hasQuorum())
  t.not(group.raft.leaderId, first)
})

t.test('a leader that loses its quorum commits nothing and steps down within a second', async t => {
  const group = groupOf(3)
  group.kill('b')
  t.ok(group.raft.hasQuorum())
  group.kill('c')
  const { lastIndex } = group.raft
  t.throws(() => group.raft.appendEntry(), { name: 'RaftError', message: 'no leader', reason: 'no-leader' })
  t.equal(group.raft.lastIndex, lastIndex)
  group.advance(1000)
  t.equal(group.raft.leaderId, undefined)
  t.equal(group.raft.knownLeader('a'), undefined)
  group.advance(60_000)
  t.equal(group.raft.leaderId, undefined)
  t.strictSame(group.diary, [{ lost: 'a', reason: 'quorum' }])
})

t.test('a quorum that is back elects', async t => {
  const group = groupOf(3)
  group.kill('b')
  group.kill('c')
  group.advance(5000)
  group.start('c')
  group.advance(3100)
  t.ok(group.raft.hasQuorum())
  t.equal(group.raft.lastContactMs(group.raft.leaderId ?? ''), 0)
})

t.test('a leader whose quorum is back within its lease stays', async t => {
  const group = groupOf(3)
  group.isolate('a')
  group.advance(500)
  group.network.heal()
  group.advance(10_000)
  t.equal(group.raft.leaderId, 'a')
  t.strictSame(group.diary, [])
})

t.test('a leader cut off is replaced by the majority and follows it when healed', async t => {
  const group = groupOf(3)
  group.isolate('a')
  group.advance(4000)
  t.match(group.raft.leaderId, /^[bc]$/)
  group.raft.appendEntry(10)
  t.ok(group.raft.appliedIndex('a') < group.raft.lastIndex)
  t.equal(group.raft.knownLeader('a'), undefined)
  t.ok(group.raft.lastContactMs('a') > 0)
  group.network.heal()
  t.equal(group.raft.appliedIndex('a'), group.raft.lastIndex)
  t.equal(group.raft.knownLeader('a'), group.raft.leaderId)
})

t.test('a link cut in one direction is no contact', async t => {
  const group = groupOf(3)
  group.network.cut('east/c', 'east/a', { oneWay: true })
  t.equal(group.raft.inContact('c'), false)
  group.network.cut('east/a', 'east/b', { oneWay: true })
  t.equal(group.raft.hasQuorum(), false)
})

t.test('a follower cut off stays behind, and forgets the leader after a while', async t => {
  const group = groupOf(3)
  group.isolate('c')
  group.raft.appendEntry()
  t.equal(group.raft.knownLeader('c'), 'a')
  group.advance(4000)
  t.equal(group.raft.knownLeader('c'), undefined)
  t.equal(group.raft.appliedIndex('c'), group.raft.lastIndex - 1)
  t.equal(group.raft.leaderId, 'a')
})

t.test('only a server that has everything is elected', async t => {
  const group = groupOf(3)
  group.isolate('c')
  group.raft.appendEntry()
  group.network.heal('east/c')
  group.isolate('c')
  group.raft.appendEntry()
  group.kill('a')
  group.network.heal()
  t.throws(() => group.raft.electNode('c'), { message: 'c can not be elected' })
  group.advance(3100)
  t.equal(group.raft.leaderId, 'b')
})

t.test('followers without a leader to come notice that there is none', async t => {
  const group = groupOf(2)
  group.kill('a')
  t.equal(group.raft.knownLeader('b'), 'a')
  group.advance(3100)
  t.equal(group.raft.knownLeader('b'), undefined)
  t.equal(group.timeline.pending().length, 0)
})

t.test('a leader that steps down is succeeded by another voter', async t => {
  const group = groupOf(3)
  group.raft.stepDown()
  group.advance(1000)
  t.match(group.raft.leaderId, /^[bc]$/)
})

t.test('the only voter leads again after sitting out', async t => {
  const group = groupOf(1)
  group.raft.stepDown()
  group.advance(10_400)
  t.equal(group.raft.leaderId, undefined)
  group.advance(100)
  t.equal(group.raft.leaderId, 'a')
})

t.test('the only voter does not sit out any more once it was down', async t => {
  const group = groupOf(1)
  group.raft.stepDown()
  group.kill('a')
  group.start('a')
  t.equal(group.raft.leaderId, 'a')
})

t.test('leadership is transferred at once', async t => {
  const group = groupOf(3)
  const { term } = group.raft
  group.raft.transferLeadership('c')
  t.equal(group.raft.leaderId, 'c')
  t.equal(group.raft.term, term + 1)
  group.raft.transferLeadership('c')
  t.equal(group.raft.term, term + 1)
})

t.test('a transfer to a non-voter brings the old leader back, two terms on', async t => {
  const group = groupOf(3)
  const { term } = group.raft
  group.join('n')
  group.raft.transferLeadership('n')
  t.equal(group.raft.leaderId, 'a')
  t.equal(group.raft.term, term + 2)
})

t.test('nothing periodic is on the timeline', async t => {
  t.strictSame(groupOf(3).timeline.pending(), [])
})

t.test('a saved group goes on where it was', async t => {
  const group = groupOf(3)
  group.raft.appendEntry(5)
  group.kill('a')
  const copy = new Group()
  copy.kill('a')
  copy.raft.restore(throughJson(RaftForm, group.raft.state))
  copy.timeline.restore(throughJson(TimelineForm, group.timeline.state))
  copy.advance(3100)
  t.match(copy.raft.leaderId, /^[bc]$/)
  checkInvariants(copy.raft)
})
