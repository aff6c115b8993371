// How long a certificate lives: what was asked for, the role, the mount and the issuer against each other.
import { formatDurationMs } from '../../go/durations.js'
import { invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { effectiveTtls } from '../../vault/mounts/mounts.js'
import type { Role } from './role-form.js'
import type { NotAfterBehavior, PkiContext } from './stored.js'

export interface LifetimeWish {
  readonly role: Pick<Role, 'ttl' | 'max_ttl' | 'not_after' | 'not_before_duration'>
  /** seconds; 0: not said */
  readonly ttl: number
  /** empty: not said */
  readonly notAfter: string
  /** absent: the certificate signs itself */
  readonly issuer?: { readonly notBeforeMs: number, readonly notAfterMs: number, readonly behavior: NotAfterBehavior }
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
/** What a certificate uses where no role says otherwise. */
const USUAL_BACKDATING_SECONDS = 30

/** @throws VaultError where wishes contradict each other, or reach beyond the issuer's end */
export function notAfterFor (
  context: PkiContext, { role, ttl, notAfter, issuer }: LifetimeWish
): { readonly notAfterMs: number, readonly warnings: readonly string[] } {
  const fixed = role.not_after === '' ? notAfter : role.not_after
  if (ttl > 0 && fixed !== '') {
    throw invalid('Either ttl or not_after should be provided. Both should not be provided in the same request.')
  }
  const allowed = effectiveTtls(context.mount, context.cluster.leaseTtls)
  const wanted = ttl || role.ttl || allowed.defaultSeconds
  const maximum = role.max_ttl || allowed.maxSeconds
  const warnings = wanted <= maximum
    ? []
    : [`TTL "${duration(wanted)}" is longer than permitted maxTTL "${duration(maximum)}", so maxTTL is being used`]
  const end = fixed === '' ? context.nowMs + Math.min(wanted, maximum) * 1000 : instant(fixed)
  const notAfterMs = withinIssuer(end, issuer)
  if (context.cluster.profile.pkiBeginsWithinIssuer) {
    refuseEarly(notAfterMs, context.nowMs - role.not_before_duration * 1000, issuer)
  }
  return { notAfterMs, warnings }
}

function refuseEarly (notAfterMs: number, notBeforeMs: number, issuer: LifetimeWish['issuer']): void {
  if (notAfterMs < notBeforeMs) throw invalid('notAfter before notBefore')
  if (issuer !== undefined && notBeforeMs < issuer.notBeforeMs) throw invalid("notBefore before signer's notBefore")
}

/** When validity begins: at an instant that OpenBao's role or request names, else a while before now. */
export function notBeforeFor (
  { nowMs, cluster: { profile } }: PkiContext, role: Pick<Role, 'not_before' | 'not_before_duration'>, wanted: string
): number {
  const named = role.not_before === '' ? wanted : role.not_before
  if (named !== '' && profile.pkiShowsNotBefore) return instant(named)
  return nowMs - (role.not_before_duration || USUAL_BACKDATING_SECONDS) * 1000
}

function withinIssuer (endMs: number, issuer: LifetimeWish['issuer']): number {
  if (issuer === undefined || endMs <= issuer.notAfterMs || issuer.behavior === 'permit') return endMs
  if (issuer.behavior === 'truncate') return issuer.notAfterMs
  throw invalid(`cannot satisfy request, as TTL would result in notAfter of ${rfc3339Nano(endMs)} ` +
    `that is beyond the expiration of the CA certificate at ${rfc3339Nano(issuer.notAfterMs).replace(/\.\d+Z$/, 'Z')}`)
}

/** @throws VaultError in the words of Go's `time.Parse` */
export function instant (text: string): number {
  const atMs = RFC3339.test(text) ? Date.parse(text) : NaN
  if (!Number.isNaN(atMs)) return atMs
  throw invalid(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": ` +
    `cannot parse ${JSON.stringify(text)} as "2006"`)
}

function duration (seconds: number): string {
  return formatDurationMs(seconds * 1000)
}
