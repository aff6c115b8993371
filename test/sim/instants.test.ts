// How instants are written.
import t from 'tap'
import { ZERO_TIME, httpDate, rfc3339, rfc3339Milli, rfc3339Nano } from '../../src/sim/instants.js'

const AT_MS = Date.UTC(2024, 7, 29, 14, 2, 40, 600)

t.test('Go trims fractions', async t => {
  t.equal(rfc3339Milli(AT_MS), '2024-08-29T14:02:40.6Z')
  t.equal(rfc3339Milli(AT_MS + 12), '2024-08-29T14:02:40.612Z')
  t.equal(rfc3339Milli(AT_MS - 600), '2024-08-29T14:02:40Z')
  t.equal(rfc3339Milli(AT_MS - 590), '2024-08-29T14:02:40.01Z')
})

t.test('nanoseconds: in order, with what their millisecond begins with, and trimmed, too', async t => {
  t.equal(rfc3339Nano(AT_MS - 600), '2024-08-29T14:02:40Z')
  t.equal(rfc3339Nano(AT_MS), '2024-08-29T14:02:40.6008198Z')
  t.equal(rfc3339Nano(AT_MS + 1), '2024-08-29T14:02:40.601437833Z')
  const texts = new Set<string>()
  for (let ms = 0; ms < 1000; ms++) {
    const text = rfc3339Nano(AT_MS - 600 + ms)
    const fraction = text.slice(19, -1).padEnd(10, '0')
    t.ok(ms === 0 ? fraction === '0000000000' : fraction.startsWith(`.${String(ms).padStart(3, '0')}`), text)
    t.equal(Math.floor(Date.parse(text)), AT_MS - 600 + ms)
    texts.add(text)
  }
  t.equal(texts.size, 1000)
})

t.test('instants that are whole seconds apart have one fraction, before 1970, too', async t => {
  t.equal(rfc3339Nano(AT_MS + 3_600_000), '2024-08-29T15:02:40.6008198Z')
  t.equal(rfc3339Nano(-400), '1969-12-31T23:59:59.6008198Z')
})

t.test('whole seconds, the date of HTTP, no time at all', async t => {
  t.equal(rfc3339(AT_MS), '2024-08-29T14:02:40Z')
  t.equal(httpDate(AT_MS), 'Thu, 29 Aug 2024 14:02:40 GMT')
  t.equal(ZERO_TIME, '0001-01-01T00:00:00Z')
})
