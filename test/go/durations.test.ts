import t from 'tap'
import fc from 'fast-check'
import { JsonNumber } from '../../src/json/index.js'
import { formatDurationMs, parseDurationMs, parseDurationSeconds } from '../../src/go/durations.js'
import { parseGoBool } from '../../src/go/strconv.js'
import { GoError } from '../../src/go/values.js'

t.test('durations are numbers of seconds or have units', async (t) => {
  const seconds: ReadonlyArray<readonly [string | number | null | undefined, number]> = [
    [30, 30], ['30', 30], ['30s', 30], ['1h30m', 5400], ['0.5h', 1800], ['.5m', 30], ['1d', 86_400], ['-3s', -3], ['+2m', 120],
    ['1500ms', 1], ['-1500ms', -1], ['1h0m0.9s', 3600], ['', 0], ['0', 0], ['-0', 0], [null, 0], [undefined, 0], ['2us', 0], ['2µs', 0], ['2μs', 0], ['5ns', 0]
  ]
  for (const [text, expected] of seconds) t.equal(parseDurationSeconds(text), expected, String(text))
  t.equal(parseDurationMs('1500ms'), 1500)
  t.equal(parseDurationMs('0.29s'), 290)
})

t.test('numbers too large wrap around, as in Go', async (t) => {
  t.equal(parseDurationSeconds('9999999999999'), 1_864_712_048)
})

t.test('what is no duration is refused in the words of Go', async (t) => {
  const errors: ReadonlyArray<readonly [string | number | JsonNumber | boolean, string]> = [
    ['soon', 'time: invalid duration "soon"'],
    ['-', 'time: invalid duration "-"'],
    ['.s', 'time: invalid duration ".s"'],
    ['1.2.3s', 'time: missing unit in duration "1.2.3s"'],
    [1.5, 'time: missing unit in duration "1.5"'],
    [new JsonNumber('1e3'), 'time: unknown unit "e" in duration "1e3"'],
    ['3w', 'time: unknown unit "w" in duration "3w"'],
    ['xd', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['1.5d', 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    ['9999999h', 'time: invalid duration "9999999h"'],
    ['99999999999999999999', 'time: invalid duration "99999999999999999999"'],
    ['"é', 'time: invalid duration "\\"\\xc3\\xa9"'],
    [true, 'could not parse duration from input']
  ]
  for (const [text, message] of errors) t.throws(() => parseDurationSeconds(text), { message }, String(text))
})

t.test('no text makes it fail otherwise', async () => {
  const pieces = fc.constantFrom(...'0123456789.+-smhdnuµx "', 'ms', '99999999999')
  fc.assert(fc.property(fc.array(pieces, { maxLength: 10 }), (parts) => {
    try {
      return Number.isInteger(parseDurationSeconds(parts.join('')))
    } catch (error) {
      return error instanceof GoError
    }
  }), { numRuns: 1000 })
})

t.test('durations print as in Go', async (t) => {
  const texts: Record<string, number> = {
    '0s': 0, '1ns': 0.000_001, '1.5µs': 0.0015, '678.62575ms': 678.625_75, '12s': 12_000, '1.5s': 1500, '1m30s': 90_000, '1m0.0005s': 60_000.5, '1h0m0s': 3_600_000, '24h0m0s': 86_400_000, '768h0m0s': 2_764_800_000, '-1m30s': -90_000
  }
  for (const [text, ms] of Object.entries(texts)) t.equal(formatDurationMs(ms), text)
})

t.test('what was printed reads back', async () => {
  const anyMs = fc.integer({ min: -(2 ** 43), max: 2 ** 43 })
  fc.assert(fc.property(anyMs, (ms) => parseDurationMs(formatDurationMs(ms)) === ms))
})

t.test('truth values are those of Go', async (t) => {
  for (const text of ['1', 't', 'T', 'true', 'TRUE', 'True']) t.equal(parseGoBool(text), true)
  for (const text of ['0', 'f', 'F', 'false', 'FALSE', 'False']) t.equal(parseGoBool(text), false)
  for (const text of ['', 'yes', 'tRUE', '2', ' 1']) t.equal(parseGoBool(text), undefined)
})
