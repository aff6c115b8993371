// Keys that begin with an instant, as wide as the largest one, so that byte order is the order of time.

/** Of the largest whole number: Go's durations alone reach three centuries ahead, past thirteen digits. */
const DIGITS = String(Number.MAX_SAFE_INTEGER).length

export function instantKey (atMs: number, name: string): string {
  return `${String(atMs).padStart(DIGITS, '0')}/${name}`
}

/** What is no instant is due at once, and so is gone: archives may bring any. */
export function instantOf (key: string): number {
  const atMs = Number(key.slice(0, DIGITS))
  return Number.isFinite(atMs) ? atMs : 0
}

export function nameOf (key: string): string {
  return key.slice(DIGITS + 1)
}
