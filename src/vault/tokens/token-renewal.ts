// Renewing tokens: the lease runs anew from now, within what period, role and mount allow.
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { homeOf } from '../namespaces/homes.js'
import { roleOf } from './token-roles.js'
import { calculateTtl, type GrantedTtl } from './token-ttl.js'
import { replaceToken, type TokenContext, type TokenEntry, type TokenLimits } from './tokens.js'
import { leaseTtlsAt } from './auth-mounts.js'

/** A renewed token with what it was granted. */
export interface Renewal extends GrantedTtl {
  readonly entry: TokenEntry
}

/**
 * Renews a token by an increment in seconds; 0: by what it had at first.
 *
 * @throws VaultError `batch tokens cannot be renewed`, `invalid lease ID` (it has none), `lease is not renewable`,
 *   `past the max TTL, cannot renew`, `cannot renew a token across namespaces`
 */
export function renewToken (context: TokenContext, entry: TokenEntry, incrementSeconds: number): Renewal {
  if (entry.type === 'batch') throw invalid('batch tokens cannot be renewed')
  const home = homeOf(context.storage, entry)
  if (home.namespaceId !== context.storage.namespaceId) throw failure('cannot renew a token across namespaces')
  if (entry.expiresAtMs === 0) throw invalid(hasEndlessLease(entry) ? 'lease is not renewable' : 'invalid lease ID')
  if (!entry.renewable) throw invalid('lease is not renewable')
  const { nowMs } = context.cluster.timeline
  const limits = limitsOf(context, entry)
  const granted = calculateTtl(leaseTtlsAt(context.cluster, home, entry.path), {
    requestedSeconds: incrementSeconds,
    roleSeconds: entry.creationTtlSeconds,
    periodSeconds: limits.periodSeconds,
    roleMaxSeconds: limits.maxTtlSeconds,
    explicitMaxSeconds: limits.explicitMaxTtlSeconds,
    issuedAtMs: entry.issuedAtMs
  }, nowMs)
  const renewed = { ...entry, lastRenewalAtMs: nowMs, expiresAtMs: nowMs + granted.ttlSeconds * 1000 }
  replaceToken(context, entry, renewed)
  context.cluster.telemetry.note('vault.expire.renew-token')
  return { entry: renewed, ...granted }
}

/** The root token of an initialization has no lease; the one that is asked for by its id has one without an end. */
export function hasEndlessLease ({ path, type, expiresAtMs }: TokenEntry): boolean {
  return expiresAtMs === 0 && path === 'auth/token/create' && type === 'service'
}

/** A token role's present period counts, not the one at creation. */
function limitsOf (context: TokenContext, entry: TokenEntry): TokenLimits {
  const { periodSeconds, explicitMaxTtlSeconds } = entry
  const limits = entry.limits ?? { periodSeconds, explicitMaxTtlSeconds, maxTtlSeconds: 0 }
  if (entry.role === '') return limits
  const role = roleOf(homeOf(context.storage, entry), entry.role)
  if (role === undefined) {
    throw new VaultError('failure', `original token role "${entry.role}" could not be found, not renewing`)
  }
  return { ...limits, periodSeconds: role.periodSeconds }
}
