// Reads durations as Vault does, and writes them as Go does.
import { isNumber, GoError } from './values.js'
import { NumError, parseInt64 } from './strconv.js'
import type { JsonValue } from '../json/index.js'

const UNITS_NS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n]
])
const SECOND_NS = 1_000_000_000n
const DAY_NS = 86_400n * SECOND_NS
const LIMIT_NS = 2n ** 63n
const DIGIT_LAST = /[0-9]$/
/** A number and the unit behind it, either of which may turn out to be missing. */
const PART = /([0-9]*)(\.[0-9]*)?([^0-9.]*)/y

/**
 * A duration in whole seconds, fractions cut off: 30, "30", "30s", "1h30m", "0.5h", "1d"; empty text and null are 0.
 *
 * @throws {GoError} `time: invalid duration "soon"`, `time: missing unit in duration "1.5"`, …
 */
export function parseDurationSeconds (value: JsonValue | undefined): number {
  return Number(parseDurationNs(value) / SECOND_NS)
}

/** The same in milliseconds, with fractions. */
export function parseDurationMs (value: JsonValue | undefined): number {
  const ns = parseDurationNs(value)
  return Number(ns / 1_000_000n) + Number(ns % 1_000_000n) / 1e6
}

/** Numbers beyond the range of Go's type wrap around silently, as they do there. */
function parseDurationNs (value: JsonValue | undefined): bigint {
  if (value === null || value === undefined || value === '') return 0n
  if (typeof value !== 'string' && !isNumber(value)) throw new GoError('could not parse duration from input')
  const text = String(value)
  const seconds = wholeNumber(text)
  if (seconds !== undefined) return BigInt.asIntN(64, seconds * SECOND_NS)
  if (text.endsWith('d')) return BigInt.asIntN(64, parseInt64(text.slice(0, -1)) * DAY_NS)
  return parseGoDuration(text)
}

function wholeNumber (text: string): bigint | undefined {
  // most have a unit: no error is made of them first
  if (!DIGIT_LAST.test(text)) return undefined
  try {
    return parseInt64(text)
  } catch (error) {
    if (error instanceof NumError) return undefined
    throw error
  }
}

/** Go's `time.ParseDuration`: nanoseconds. */
export function parseGoDuration (text: string): bigint {
  const unsigned = text.replace(/^[+-]/, '')
  if (unsigned === '0') return 0n
  if (unsigned === '') throw invalidDuration(text)
  let total = 0n
  for (let at = 0; at < unsigned.length; at = PART.lastIndex) {
    PART.lastIndex = at
    total += partNs(text, PART.exec(unsigned) as RegExpExecArray)
    if (total > LIMIT_NS) throw invalidDuration(text)
  }
  if (text.startsWith('-')) return -total
  if (total === LIMIT_NS) throw invalidDuration(text)
  return total
}

function partNs (whole: string, [, digits = '', point = '', unit = '']: RegExpExecArray): bigint {
  const fraction = point.slice(1)
  if (digits + fraction === '' || BigInt(digits) > LIMIT_NS) throw invalidDuration(whole)
  if (unit === '') throw new GoError(`time: missing unit in duration ${quote(whole)}`)
  const unitNs = UNITS_NS.get(unit)
  if (unitNs === undefined) throw new GoError(`time: unknown unit ${quote(unit)} in duration ${quote(whole)}`)
  return BigInt(digits) * unitNs + fractionNs(fraction.slice(0, 18), Number(unitNs))
}

/** In floating point, in Go's order of operations, so that the last nanosecond agrees. */
function fractionNs (fraction: string, unitNs: number): bigint {
  return BigInt(Math.trunc(Number(fraction) * (unitNs / 10 ** fraction.length)))
}

function invalidDuration (text: string): GoError {
  return new GoError(`time: invalid duration ${quote(text)}`)
}

/** Go's package `time` has quotes of its own: everything that is not plain ASCII is escaped byte by byte. */
function quote (text: string): string {
  const escaped = [...Buffer.from(text)].map((byte) => {
    if (byte === 0x22 || byte === 0x5c) return '\\' + String.fromCharCode(byte)
    return byte < 0x20 || byte >= 0x80 ? '\\x' + byte.toString(16).padStart(2, '0') : String.fromCharCode(byte)
  })
  return `"${escaped.join('')}"`
}

/** Go's `Duration.String()`: `24h0m0s`, `1m30s`, `678.62575ms`, `0s`. Exact to the nanosecond. */
export function formatDurationMs (ms: number): string {
  const wholeMs = Math.trunc(ms)
  const ns = BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((ms - wholeMs) * 1e6))
  return ns < 0n ? '-' + formatNs(-ns) : formatNs(ns)
}

function formatNs (ns: bigint): string {
  if (ns === 0n) return '0s'
  if (ns < 1_000n) return `${ns}ns`
  if (ns < 1_000_000n) return decimal(ns, 3) + 'µs'
  if (ns < SECOND_NS) return decimal(ns, 6) + 'ms'
  const minutes = ns / (60n * SECOND_NS)
  const seconds = decimal(ns % (60n * SECOND_NS), 9) + 's'
  if (minutes === 0n) return seconds
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`
}

/** A number of nanoseconds with the point moved, without trailing zeros. */
function decimal (ns: bigint, places: number): string {
  const digits = ns.toString().padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return digits.slice(0, -places) + (fraction === '' ? '' : '.' + fraction)
}
