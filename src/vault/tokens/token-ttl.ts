// How long a token may live: requested, default, maximum, period and explicit maximum against each other.
import type { LeaseTtls } from '../../cluster/configured.js'
import { VaultError } from '../../refusal/index.js'
import { formatDurationMs } from '../../go/durations.js'

/** Seconds; 0: not set. */
export interface TtlWish {
  readonly requestedSeconds?: number
  /** a role's own TTL, if nothing was requested */
  readonly roleSeconds?: number
  readonly periodSeconds?: number
  readonly roleMaxSeconds?: number
  readonly explicitMaxSeconds?: number
  /** when the token was issued, for a renewal; absent: now */
  readonly issuedAtMs?: number
}

/** What a token gets, and what was cut off. */
export interface GrantedTtl {
  readonly ttlSeconds: number
  readonly warnings: readonly string[]
}

/**
 * The TTL a token gets of what its mount allows (`effectiveTtls`), capped, with a warning for each cap
 * (`sdk/framework/lease.go`, CalculateTTL; texts seen in recorded answers of real servers).
 *
 * @throws VaultError `past the max TTL, cannot renew`
 */
export function calculateTtl (mount: LeaseTtls, wish: TtlWish, nowMs: number): GrantedTtl {
  const issuedAtMs = wish.issuedAtMs ?? nowMs
  const maxSeconds = least(mount.maxSeconds, wish.roleMaxSeconds, wish.explicitMaxSeconds)
  const warnings: string[] = []
  const proposed = propose(mount, wish, maxSeconds, warnings)
  const limit = isSet(wish.periodSeconds) ? wish.explicitMaxSeconds : maxSeconds
  if (!isSet(limit)) return { ttlSeconds: proposed, warnings }
  const remaining = limit - Math.floor((nowMs - issuedAtMs) / 1000)
  if (remaining <= 0) throw new VaultError('failure', 'past the max TTL, cannot renew')
  if (proposed <= remaining) return { ttlSeconds: proposed, warnings }
  warnings.push(capped('TTL', proposed, remaining))
  return { ttlSeconds: remaining, warnings }
}

function propose (mount: LeaseTtls, wish: TtlWish, maxSeconds: number, warnings: string[]): number {
  if (!isSet(wish.periodSeconds)) return wish.requestedSeconds || wish.roleSeconds || mount.defaultSeconds
  if (wish.periodSeconds <= maxSeconds) return wish.periodSeconds
  warnings.push(capped('period', wish.periodSeconds, maxSeconds))
  return maxSeconds
}

function capped (what: 'TTL' | 'period', seconds: number, maxSeconds: number): string {
  const limit = `exceeded the effective max_ttl of "${duration(maxSeconds)}"`
  return `${what} of "${duration(seconds)}" ${limit}; ${what} value is capped accordingly`
}

function least (first: number, ...others: readonly (number | undefined)[]): number {
  return Math.min(first, ...others.filter(isSet))
}

function isSet (seconds: number | undefined): seconds is number {
  return seconds !== undefined && seconds > 0
}

/** Without the zeros at Go's end: `768h`, `10m`, `767h59m42s`. */
function duration (seconds: number): string {
  return formatDurationMs(seconds * 1000).replace(/m0s$/, 'm').replace(/h0m$/, 'h')
}
