// Chance that can be repeated.
import t from 'tap'
import { RandomForm, Random, randomSeed } from '../../src/sim/random.js'
import { throughJson } from './through-json.js'

t.test('the same seed and stream give the same values', async t => {
  t.strictSame(new Random(7).stream('tokens').bytes(9), new Random(7).stream('tokens').bytes(9))
  t.notSame(new Random(7).stream('tokens').bytes(9), new Random(8).stream('tokens').bytes(9))
})

t.test('streams do not disturb each other', async t => {
  const random = new Random(7)
  random.stream('tokens').bytes(100)
  t.equal(random.stream('raft').uuid(), new Random(7).stream('raft').uuid())
  t.equal(random.stream('raft'), random.stream('raft'))
})

t.test('forms', async t => {
  const stream = new Random(1).stream('forms')
  t.match(stream.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.match(stream.hex(7), /^[0-9a-f]{7}$/)
  t.match(stream.base62(24), /^[0-9A-Za-z]{24}$/)
  t.equal(stream.bytes(5).length, 5)
  t.equal(stream.bytes(0).length, 0)
})

t.test('numbers stay within their bounds, and reach them', async t => {
  const stream = new Random(1).stream('numbers')
  const drawn = Array.from({ length: 200 }, () => stream.integer(3, 5))
  t.strictSame(new Set(drawn), new Set([3, 4, 5]))
  t.ok(Array.from({ length: 200 }, () => stream.fraction()).every((value) => value >= 0 && value < 1))
  t.ok(['a', 'b'].includes(stream.pick(['a', 'b'])))
  t.throws(() => stream.pick([]), { name: 'RangeError' })
})

t.test('saved chance goes on where it was, in streams handed out before too', async t => {
  const random = new Random(7)
  const tokens = random.stream('tokens')
  tokens.bytes(10)
  const saved = throughJson(RandomForm, random.state)
  const expected = tokens.hex(16)
  const fresh = random.stream('later').hex(8)
  random.restore(saved)
  t.equal(tokens.hex(16), expected)
  t.equal(random.stream('later').hex(8), fresh)
  const other = new Random(8)
  other.restore(saved)
  t.equal(other.stream('tokens').hex(16), expected)
})

t.test('a seed nobody has chosen is a whole number', async t => {
  t.ok(Number.isInteger(randomSeed()))
})
