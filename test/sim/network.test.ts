// Who reaches whom.
import t from 'tap'
import { NetworkForm, Network } from '../../src/sim/network.js'
import { throughJson } from './through-json.js'

t.test('what is not said is up and connected', async t => {
  const network = new Network()
  t.ok(network.canReach('east/a', 'west/b'))
  t.equal(network.delayMs('east/a', 'west/b'), 0)
})

t.test('a node that is down is not reached and reaches nobody', async t => {
  const network = new Network()
  network.setUp('east/a', false)
  t.notOk(network.canReach('east/a', 'east/b'))
  t.notOk(network.canReach('east/b', 'east/a'))
  network.setUp('east/a', true)
  t.ok(network.canReach('east/b', 'east/a'))
})

t.test('a cut between nodes works both ways unless said otherwise', async t => {
  const network = new Network()
  network.cut('east/a', 'east/b')
  t.notOk(network.canReach('east/a', 'east/b'))
  t.notOk(network.canReach('east/b', 'east/a'))
  network.cut('east/c', 'east/d', { oneWay: true })
  t.notOk(network.canReach('east/c', 'east/d'))
  t.ok(network.canReach('east/d', 'east/c'))
})

t.test('a cut between clusters leaves each of them whole', async t => {
  const network = new Network()
  network.cut('east', 'west')
  t.notOk(network.canReach('east/a', 'west/b'))
  t.ok(network.canReach('east/a', 'east/b'))
  t.ok(network.canReach('east/a', 'eastern/b'), 'a name is not a prefix of another')
})

t.test('a node cut off from its own cluster still reaches itself', async t => {
  const network = new Network()
  network.cut('east/a', 'east')
  t.notOk(network.canReach('east/a', 'east/b'))
  t.ok(network.canReach('east/b', 'east/c'))
  t.ok(network.canReach('east/a', 'east/a'))
})

t.test('healing a link, a node, everything', async t => {
  const network = new Network()
  network.cut('east/a', 'east/b')
  network.cut('east/a', 'east/c')
  network.cut('east/b', 'east/c')
  network.heal('east/b', 'east/a')
  t.ok(network.canReach('east/a', 'east/b'))
  network.heal('east/a')
  t.ok(network.canReach('east/a', 'east/c'))
  t.notOk(network.canReach('east/b', 'east/c'))
  network.heal()
  t.ok(network.canReach('east/b', 'east/c'))
})

t.test('the latest delay that fits counts', async t => {
  const network = new Network()
  network.setDelay('east', 'west', 80)
  network.setDelay('east/a', 'west', 200)
  t.equal(network.delayMs('west/x', 'east/a'), 200)
  t.equal(network.delayMs('east/b', 'west/x'), 80)
  t.throws(() => network.setDelay('east', 'west', -1), { name: 'RangeError' })
})

t.test('listeners hear of changes, until they no longer want to', async t => {
  const network = new Network()
  let changes = 0
  const stop = network.onChanged(() => { changes += 1 })
  network.cut('east', 'west')
  network.setUp('east/a', true)
  network.heal()
  network.heal()
  t.equal(changes, 2)
  stop()
  network.cut('east', 'west')
  t.equal(changes, 2)
})

t.test('a saved network comes back', async t => {
  const network = new Network()
  network.setUp('east/a', false)
  network.cut('east', 'west', { oneWay: true })
  network.setDelay('east', 'north', 9)
  const copy = new Network()
  copy.restore(throughJson(NetworkForm, network.state))
  t.strictSame(copy.state, network.state)
  t.notOk(copy.canReach('east/b', 'west/b'))
  t.equal(copy.delayMs('north/x', 'east/b'), 9)
})
