// What every login ends with: an entity, and a token as the role or user wants it.
import type { JsonObject } from '../../json/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { isWithin } from '../../go/cidrs.js'
import { entityOfAlias, identityPolicies, type Entity } from '../identity.js'
import { refreshExternalGroups } from '../identity-groups.js'
import { credentialsIn, enforcementsFor, pend, problemOf, type HalfLogin } from '../login-mfa.js'
import { effectiveTtls } from '../mounts/mounts.js'
import type { Call, LogicalResponse } from '../paths.js'
import { tidyPolicies } from '../policies/policy-names.js'
import { calculateTtl, type GrantedTtl } from './token-ttl.js'
import { createToken, type TokenSpec } from './tokens.js'
import type { TokenParameters } from './token-parameters.js'

/** Somebody whose credentials were right. */
export interface Identified {
  /** the name by which the mount knows them */
  readonly aliasName: string
  /** texts that the alias shows and templates of policies name; without it the alias keeps what it has */
  readonly aliasMetadata?: Readonly<Record<string, string>>
  /** names of groups by which the mount may know external ones: the memberships of these follow; without it none */
  readonly groupAliasNames?: readonly string[]
  /** behind the mount's name in the token's display name; empty: the mount's name alone */
  readonly displayName: string
  readonly metadata: JsonObject
  readonly parameters: TokenParameters
}

/** The answer to a login: a token without parent, its TTL capped with warnings; or what MFA still asks for. */
export function logIn (call: Call<unknown>, identified: Identified): LogicalResponse {
  const { parameters } = identified
  const policies = tidyPolicies(parameters.policies, !parameters.noDefaultPolicy)
  if (policies.includes('root')) throw invalid('auth methods cannot create root tokens')
  if (!isWithin(call.request.remoteAddress, parameters.boundCidrs)) throw new VaultError('denied', 'permission denied')
  const entity = entityOf(call, identified)
  const granted = grantedTtl(call, parameters)
  const spec = specOf(call, identified, { policies, entityId: entity.id, ttlSeconds: granted.ttlSeconds })
  const enforcements = enforcementsFor(call.storage, entity.id, call.mount)
  const credentials = credentialsIn(call.request.headers)
  if (enforcements.length > 0 && credentials.size === 0) {
    const { accessor: mountAccessor, type: mountType } = call.mount
    return pend(call, { spec, mountAccessor, mountType, warnings: granted.warnings }, enforcements)
  }
  if (enforcements.some((each) => problemOf(call, each, entity, credentials) !== undefined)) {
    throw new VaultError('denied', 'permission denied')
  }
  const isUnasked = enforcements.length === 0 && credentials.size > 0
  return finishLogin(call, spec, [...granted.warnings, ...isUnasked ? [UNASKED] : []])
}

const UNASKED = 'Found MFA header but failed to find MFA Enforcement Config'

/** The token of a login, all of which is as it should be. */
export function finishLogin (
  call: Call<unknown>, spec: TokenSpec & { readonly entityId: string }, warnings: readonly string[]
): LogicalResponse {
  const entry = createToken(call, spec)
  const policiesOfEntity = tidyPolicies(identityPolicies(call.storage, spec.entityId), false)
  const leaseDurationSeconds = spec.ttlSeconds ?? 0
  return { auth: { clientToken: entry.id, entry, leaseDurationSeconds, identityPolicies: policiesOfEntity }, warnings }
}

interface Decided {
  readonly policies: readonly string[]
  readonly entityId: string
  readonly ttlSeconds: number
}

function specOf (
  call: Call<unknown>, { displayName, metadata, parameters }: Identified, { policies, entityId, ttlSeconds }: Decided
): HalfLogin['spec'] {
  return {
    policies,
    path: call.request.path,
    displayName: displayNameOf(call, displayName),
    type: tokenTypeOf(call, parameters),
    meta: metadata,
    ttlSeconds,
    ...limitsOf(parameters),
    numUses: parameters.numUses,
    entityId,
    boundCidrs: parameters.boundCidrs
  }
}

/** Whoever logs in, now in the external groups that the outside has them in. */
function entityOf (call: Call<unknown>, { aliasName, aliasMetadata, groupAliasNames = [] }: Identified): Entity {
  const entity = entityOfAlias(call, call.mount, aliasName, aliasMetadata)
  if (entity.disabled) throw new VaultError('denied', 'permission denied')
  refreshExternalGroups(call.storage, entity.id, { groupAliasNames, mountAccessor: call.mount.accessor })
  return entity
}

function grantedTtl (call: Call<unknown>, parameters: TokenParameters): GrantedTtl {
  return calculateTtl(effectiveTtls(call.mount, call.cluster.leaseTtls), {
    requestedSeconds: parameters.ttlSeconds,
    periodSeconds: parameters.periodSeconds,
    roleMaxSeconds: parameters.maxTtlSeconds,
    explicitMaxSeconds: parameters.explicitMaxTtlSeconds
  }, call.nowMs)
}

/** What renewals go by; a maximum of the role's own is not shown on the token. */
function limitsOf (
  { periodSeconds, explicitMaxTtlSeconds, maxTtlSeconds }: TokenParameters
): Pick<TokenSpec, 'periodSeconds' | 'explicitMaxTtlSeconds' | 'limits'> {
  const shown = { periodSeconds, explicitMaxTtlSeconds }
  return maxTtlSeconds === 0 ? shown : { ...shown, limits: { ...shown, maxTtlSeconds } }
}

/** The mount's name comes first: `robots`, `userpass-ann` (recorded). */
function displayNameOf (call: Call<unknown>, own: string): string {
  const mountName = call.mount.path.slice(0, -1).replaceAll('/', '-')
  return own === '' ? mountName : `${mountName}-${own}`
}

/** A mount tuned to `service` or `batch` insists; otherwise the role chooses, and the mount's default comes last. */
function tokenTypeOf (call: Call<unknown>, { tokenType }: TokenParameters): 'service' | 'batch' {
  const ofMount = call.mount.config.tokenType
  if (ofMount === 'service' || ofMount === 'batch') return ofMount
  const chosen = tokenType === 'default' ? ofMount : tokenType
  return chosen === 'batch' || chosen === 'default-batch' ? 'batch' : 'service'
}
