// Reads an instant as Vault does: RFC 3339, or seconds since 1970.
import { GoError, isNumber } from './values.js'
import { NumError, parseInt64 } from './strconv.js'
import type { JsonValue } from '../json/index.js'

const RFC3339 = /^(\d{4}-\d{2}-)(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:Z|[+-](?:[01]\d|2[0-4]):[0-5]\d)$/

/**
 * @returns milliseconds since 1970; what is finer is cut off
 * @throws {GoError} `could not parse string as date and time`, `could not parse time from input type`
 */
export function parseAbsoluteTimeMs (value: JsonValue): number {
  if (isNumber(value)) return Number(parseInt64(String(value))) * 1000
  if (typeof value !== 'string') throw new GoError('could not parse time from input type')
  return parseDateMs(value) ?? parseEpochMs(value)
}

/** Undefined for days that do not exist, which JavaScript would move to the next month. */
function parseDateMs (text: string): number | undefined {
  const [, month, day] = RFC3339.exec(text) ?? []
  if (month === undefined || day === undefined) return undefined
  const midnight = new Date(`${month}${day}T00:00:00Z`)
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return undefined
  const parsed = Date.parse(text.replace(/[.,](\d{1,3})\d*/, '.$1'))
  return Number.isNaN(parsed) ? undefined : parsed
}

function parseEpochMs (text: string): number {
  try {
    return Number(parseInt64(text)) * 1000
  } catch (error) {
    throw error instanceof NumError ? new GoError('could not parse string as date and time') : error
  }
}
