// Values as tables show them: durations for people, lists and maps as Go prints them.
import { formatDurationMs } from '../../../go/durations.js'
import { goQuote, goValue, isNumber } from '../../../go/values.js'
import type { JsonObject, JsonValue } from '../../../json/index.js'

/** `768h`, `1m30s`: without what is zero at the end. */
export function humanDuration (seconds: number): string {
  const text = formatDurationMs(seconds * 1000)
  const short = text.endsWith('m0s') ? text.slice(0, -2) : text
  const at = short.indexOf('h0m')
  return at > 0 ? short.slice(0, at + 1) + short.slice(at + 3) : short
}

/** A value as `%v`, or as a duration where its name says that it is one. */
export function shownValue (name: string, value: JsonValue | undefined): string {
  if (!isDurationName(name) || !isNumber(value)) return goValue(value)
  return Number.isInteger(Number(String(value))) ? humanDuration(Number(String(value))) : goValue(value)
}

function isDurationName (name: string): boolean {
  return /(?:^|_)(?:period|ttl|duration)$/.test(name) || name === 'lease_max' || name === 'ttl_max'
}

/** `["default" "root"]` */
export function quotedList (texts: readonly string[] | null): string {
  return `[${(texts ?? []).map(goQuote).join(' ')}]`
}

/** Rows of a map, sorted, below `Key` and `Value`; none for an empty map. */
export function mapRows (data: JsonObject): string[][] {
  return Object.keys(data).sort().map((name) => [name, shownValue(name, data[name])])
}

/** `2026-11-21 21:00:00.5 +0000 UTC`, Go's `Time.String()` of an RFC 3339 text. */
export function goInstant (text: string): string {
  const found = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[-+]\d{2}:\d{2})$/.exec(text)
  if (found === null) return '0001-01-01 00:00:00 +0000 UTC'
  const [, day = '', time = '', digits = '', zone = ''] = found
  const fraction = digits.replace(/0+$/, '')
  const offset = zone === 'Z' ? '+0000' : zone.replace(':', '')
  return `${day} ${time}${fraction === '' ? '' : `.${fraction}`} ${offset} ${zone === 'Z' ? 'UTC' : offset}`
}
