// How instants are written: Go's RFC 3339 forms and HTTP's date.

/** Go's zero time, as it prints. */
export const ZERO_TIME = '0001-01-01T00:00:00Z'

/** RFC 3339 in whole seconds, UTC: `2024-08-29T14:02:45Z`. */
export function rfc3339 (atMs: number): string {
  return new Date(Math.floor(atMs / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}

/** RFC 3339 in milliseconds, UTC, trimmed as Go does: `2024-08-29T14:02:45.6Z`, no fraction for a whole second. */
export function rfc3339Milli (atMs: number): string {
  return trimmed(new Date(Math.floor(atMs)).toISOString().slice(0, -1))
}

/** Without a factor in common with 10, so that no two milliseconds of a second get the same digits. */
const FINER_STEP = 618_033
const NANOSECONDS = 1_000_000
const ZERO = 48
const POINT = 46

/**
 * RFC 3339 in nanoseconds, UTC, trimmed as Go does: `2024-08-29T14:02:45.600819800Z` is `…45.6008198Z`, and a whole
 * second has no fraction. Time here goes in milliseconds; the digits behind them follow from the millisecond within its
 * second, so that order stays, one instant is always written alike, and two that are whole seconds apart differ in
 * nothing else.
 */
export function rfc3339Nano (atMs: number): string {
  const wholeMs = Math.floor(atMs)
  const second = Math.floor(wholeMs / 1000)
  const ofSecond = wholeMs - second * 1000
  if (second !== latestSecond.second) {
    Object.assign(latestSecond, { second, text: new Date(second * 1000).toISOString().slice(0, -'.000Z'.length) })
  }
  const nanoseconds = ofSecond * NANOSECONDS + (ofSecond * FINER_STEP) % NANOSECONDS
  return trimmed(`${latestSecond.text}.${String(nanoseconds).padStart(9, '0')}`)
}

/** Answers name the same instants again and again, or ones of the same second. */
const latestSecond = { second: NaN, text: '' }

/** @param text with a fraction, without the `Z` */
function trimmed (text: string): string {
  let end = text.length
  while (text.charCodeAt(end - 1) === ZERO) end -= 1
  return `${text.slice(0, text.charCodeAt(end - 1) === POINT ? end - 1 : end)}Z`
}

const latestDate = { second: NaN, text: '' }

/** HTTP's date: `Thu, 29 Aug 2024 14:02:45 GMT`. Every answer has one, so the latest is kept. */
export function httpDate (atMs: number): string {
  const second = Math.floor(atMs / 1000)
  if (second !== latestDate.second) Object.assign(latestDate, { second, text: new Date(second * 1000).toUTCString() })
  return latestDate.text
}
