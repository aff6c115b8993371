// Counters and summaries: intervals, totals, quantiles; the numbers are those of go-metrics.
import t from 'tap'
import { INTERVAL_MS, intervalOf, Measure } from '../../src/telemetry/measure.js'

t.test('an interval has what go-metrics tells of it', async (t) => {
  const measure = new Measure()
  for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) measure.add(value, 1000)
  const aggregate = measure.within(0)
  t.match(aggregate, { count: 8, sum: 40, min: 2, max: 9, mean: 5 })
  t.equal(aggregate?.deviation.toFixed(6), Math.sqrt(32 / 7).toFixed(6), 'over one less than the count')
})

t.test('one observation deviates by nothing', async (t) => {
  const measure = new Measure()
  measure.add(3, 0)
  t.match(measure.within(0), { min: 3, max: 3, mean: 3, deviation: 0 })
})

t.test('the interval before is still there, the one before that is gone', async (t) => {
  const measure = new Measure()
  for (const interval of [0, 1, 2]) measure.add(interval, interval * INTERVAL_MS)
  t.equal(measure.within(0), undefined)
  t.equal(measure.within(1)?.sum, 1)
  t.equal(measure.within(2)?.sum, 2)
  t.equal(measure.sum, 3, 'the total goes on')
})

t.test('an interval in which nothing happened is none', async (t) => {
  const measure = new Measure()
  measure.add(1, 0)
  t.equal(measure.within(1), undefined)
  measure.add(1, 5 * INTERVAL_MS)
  t.equal(measure.within(4), undefined)
})

t.test('several of one value are as if they had come one by one', async (t) => {
  const [one, other] = [new Measure(), new Measure()]
  for (let i = 0; i < 5; i++) one.add(3, 0)
  other.addTimes(5, 3, 0)
  other.addTimes(0, 7, 0)
  t.same({ ...other.within(0) }, { ...one.within(0) })
  t.equal(other.count, 5)
})

t.test('quantiles are of what came lately', async (t) => {
  const measure = new Measure()
  t.ok(Number.isNaN(measure.quantile(0.5, 0)), 'nothing yet')
  for (let value = 1; value <= 100; value++) measure.add(value, 0)
  t.equal(measure.quantile(0.5, 0), 69, 'of the latest 64')
  t.equal(measure.quantile(0.99, 0), 100)
  t.equal(measure.quantile(0.5, 10_000), 69)
  t.ok(Number.isNaN(measure.quantile(0.5, 10_001)), 'too long ago')
})

t.test('without any duration they are 0', async (t) => {
  const measure = new Measure()
  measure.add(0, 0)
  t.equal(measure.quantile(0.9, 0), 0)
})

t.test('intervals begin at whole tens of seconds', async (t) => {
  t.equal(intervalOf(19_999), 1)
  t.equal(intervalOf(20_000), 2)
})
