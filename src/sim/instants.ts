// How instants are written: Go's RFC 3339 forms and HTTP's date.

/** Go's zero time, as it prints. */
export const ZERO_TIME = '0001-01-01T00:00:00Z'

/** RFC 3339 in whole seconds, UTC: `2024-08-29T14:02:45Z`. */
export function rfc3339 (atMs: number): string {
  return new Date(Math.floor(atMs / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}

/** RFC 3339 with Go's trimmed fraction, UTC: `2024-08-29T14:02:45.6Z`, and none for a whole second. */
export function rfc3339Nano (atMs: number): string {
  return new Date(Math.floor(atMs)).toISOString().replace(/\.?0*Z$/, 'Z')
}

const latestDate = { second: NaN, text: '' }

/** HTTP's date: `Thu, 29 Aug 2024 14:02:45 GMT`. Every answer has one, so the latest is kept. */
export function httpDate (atMs: number): string {
  const second = Math.floor(atMs / 1000)
  if (second !== latestDate.second) Object.assign(latestDate, { second, text: new Date(second * 1000).toUTCString() })
  return latestDate.text
}
