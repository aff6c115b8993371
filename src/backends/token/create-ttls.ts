// How long a new token lives: what was asked for, against its role and its mount.
// https://developer.hashicorp.com/vault/api-docs/auth/token#create-token
import type { LeaseTtls } from '../../cluster/configured.js'
import { parseDurationSeconds } from '../../go/durations.js'
import { GoError } from '../../go/values.js'
import { invalid } from '../../refusal/index.js'
import type { TokenRole } from '../../vault/tokens/token-roles.js'
import { calculateTtl } from '../../vault/tokens/token-ttl.js'
import type { TokenSpec } from '../../vault/tokens/tokens.js'
import type { CreateFields } from './create-fields.js'

/** Seconds; 0: not asked for. */
export interface CreateTtls {
  readonly ttlSeconds: number
  readonly explicitMaxTtlSeconds: number
  readonly periodSeconds: number
}

/** @throws VaultError what is wrong with a duration, or that it is negative */
export function parseCreateTtls (fields: CreateFields): CreateTtls {
  return {
    explicitMaxTtlSeconds: parseTtl('explicit_max_ttl', fields.explicit_max_ttl),
    periodSeconds: parseTtl('period', fields.period),
    ttlSeconds: parseTtl('ttl', fields.ttl) || parseTtl('lease', fields.lease)
  }
}

/** One duration in seconds; 0 where it is not given. */
export function parseTtl (name: string, given: string | undefined): number {
  if (given === undefined || given === '') return 0
  const seconds = readDuration(given)
  if (seconds < 0) throw invalid(`${name} must be positive`)
  return seconds
}

function readDuration (given: string): number {
  try {
    return parseDurationSeconds(given)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw invalid(error.message)
  }
}

/** What decides about the life of a new token. */
export interface TtlRequest {
  readonly asked: CreateTtls
  readonly type: 'service' | 'batch'
  readonly isRoot: boolean
  readonly role: TokenRole | undefined
  /** by the token store's mount */
  readonly allowed: LeaseTtls
  readonly nowMs: number
}

/** What a new token gets of what was asked for, and what is to be said about the rest. */
export interface GrantedTtls {
  readonly spec: Pick<TokenSpec, 'explicitMaxTtlSeconds' | 'periodSeconds' | 'limits' | 'ttlSeconds'>
  readonly warnings: readonly string[]
}

/** A root token lives for ever unless something says otherwise. */
export function ttlsToGrant (request: TtlRequest): GrantedTtls {
  const { asked, type, isRoot, role } = request
  const { limits, warnings } = type === 'batch' ? { limits: asked, warnings: [] } : lesserTtls(asked, role)
  const expires = limits.periodSeconds > 0 || asked.ttlSeconds > 0 || !isRoot
  const granted = expires
    ? calculateTtl(request.allowed, {
      requestedSeconds: asked.ttlSeconds,
      periodSeconds: limits.periodSeconds,
      explicitMaxSeconds: limits.explicitMaxTtlSeconds
    }, request.nowMs)
    : { ttlSeconds: limits.explicitMaxTtlSeconds, warnings: [] }
  return {
    spec: { ...shownTtls(asked, role && limits), ttlSeconds: granted.ttlSeconds },
    warnings: [...granted.warnings, ...warnings]
  }
}

function lesserTtls (asked: CreateTtls, role: TokenRole | undefined): { limits: CreateTtls, warnings: string[] } {
  if (role === undefined) return { limits: asked, warnings: [] }
  const warnings: string[] = []
  const lesser = (label: string, own: number, ofRole: number): number => {
    if (own === 0 || ofRole === 0) return own || ofRole
    const least = Math.min(own, ofRole)
    warnings.push(
      `${label} specified both during creation call and in role; using the lesser value of ${least} seconds`
    )
    return least
  }
  const limits = {
    ...asked,
    explicitMaxTtlSeconds: lesser('Explicit max TTL', asked.explicitMaxTtlSeconds, role.explicitMaxTtlSeconds),
    periodSeconds: lesser('Period', asked.periodSeconds, role.periodSeconds)
  }
  return { limits, warnings }
}

/** A lookup shows what the request said; a role's period and maximum count all the same (observed). */
function shownTtls (
  { explicitMaxTtlSeconds, periodSeconds }: CreateTtls, byRole: CreateTtls | undefined
): Omit<GrantedTtls['spec'], 'ttlSeconds'> {
  if (byRole === undefined) return { explicitMaxTtlSeconds, periodSeconds }
  return {
    explicitMaxTtlSeconds,
    periodSeconds,
    limits: {
      periodSeconds: byRole.periodSeconds,
      explicitMaxTtlSeconds: byRole.explicitMaxTtlSeconds,
      maxTtlSeconds: 0
    }
  }
}
