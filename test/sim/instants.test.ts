// How instants are written.
import t from 'tap'
import { ZERO_TIME, httpDate, rfc3339, rfc3339Nano } from '../../src/sim/instants.js'

const AT_MS = Date.UTC(2024, 7, 29, 14, 2, 40, 600)

t.test('Go trims fractions', async t => {
  t.equal(rfc3339Nano(AT_MS), '2024-08-29T14:02:40.6Z')
  t.equal(rfc3339Nano(AT_MS + 12), '2024-08-29T14:02:40.612Z')
  t.equal(rfc3339Nano(AT_MS - 600), '2024-08-29T14:02:40Z')
  t.equal(rfc3339Nano(AT_MS - 590), '2024-08-29T14:02:40.01Z')
})

t.test('whole seconds, the date of HTTP, no time at all', async t => {
  t.equal(rfc3339(AT_MS), '2024-08-29T14:02:40Z')
  t.equal(httpDate(AT_MS), 'Thu, 29 Aug 2024 14:02:40 GMT')
  t.equal(ZERO_TIME, '0001-01-01T00:00:00Z')
})
