import t from 'tap'
import { multiError } from '../../src/go/multierror.js'
import { orInvalid } from '../../src/go/refusing.js'
import { atoi, parseGoBool, parseInt64, parseUint64 } from '../../src/go/strconv.js'

t.test('truth has six spellings, and so has its opposite', async (t) => {
  for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) t.equal(parseGoBool(text), true)
  for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False']) t.equal(parseGoBool(text), false)
  for (const text of ['', 'yes', 'tRUE', '01']) t.equal(parseGoBool(text), undefined)
})

t.test('whole numbers, and what is said of others', async (t) => {
  t.equal(parseInt64('-9223372036854775808'), -(2n ** 63n))
  t.equal(parseUint64('18446744073709551615'), 2n ** 64n - 1n)
  t.equal(atoi('+17'), 17n)
  t.throws(() => parseInt64('9223372036854775808'), { message: 'strconv.ParseInt: parsing "9223372036854775808": value out of range' })
  t.throws(() => parseUint64('+1'), { message: 'strconv.ParseUint: parsing "+1": invalid syntax' })
  t.throws(() => parseUint64('18446744073709551616'), { message: 'strconv.ParseUint: parsing "18446744073709551616": value out of range' })
  t.throws(() => atoi('a\tb'), { message: 'strconv.Atoi: parsing "a\\tb": invalid syntax' })
})

t.test('an error of the reader becomes a refusal, a fault stays one', async (t) => {
  t.throws(() => orInvalid(() => atoi('x'), (message) => `wrong: ${message}`), { kind: 'invalid', message: /^wrong: strconv.Atoi/ })
  t.throws(() => orInvalid(() => { throw new TypeError('ours') }), TypeError)
})

t.test('several errors are counted and listed', async (t) => {
  t.equal(multiError(['one']), '1 error occurred:\n\t* one\n\n')
  t.equal(multiError(['one', 'two']), '2 errors occurred:\n\t* one\n\t* two\n\n')
})
