// What every login ends with: an entity, and a token as the role or user wants it.
import type { JsonObject } from '../../json/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { isWithin } from '../../go/cidrs.js'
import { entityOfAlias, identityPolicies, type Entity } from '../identity.js'
import { refreshExternalGroups } from '../identity-groups.js'
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

/** The answer to a login: a token without parent, its TTL capped with warnings. */
export function logIn (call: Call<unknown>, identified: Identified): LogicalResponse {
  const { displayName, metadata, parameters } = identified
  const policies = tidyPolicies(parameters.policies, !parameters.noDefaultPolicy)
  if (policies.includes('root')) throw invalid('auth methods cannot create root tokens')
  if (!isWithin(call.request.remoteAddress, parameters.boundCidrs)) throw new VaultError('denied', 'permission denied')
  const entity = entityOf(call, identified)
  const granted = grantedTtl(call, parameters)
  const entry = createToken(call, {
    policies,
    path: call.request.path,
    displayName: displayNameOf(call, displayName),
    type: tokenTypeOf(call, parameters),
    meta: metadata,
    ttlSeconds: granted.ttlSeconds,
    ...limitsOf(parameters),
    numUses: parameters.numUses,
    entityId: entity.id,
    boundCidrs: parameters.boundCidrs
  })
  const { ttlSeconds: leaseDurationSeconds, warnings } = granted
  const policiesOfEntity = tidyPolicies(identityPolicies(call.storage, entity.id), false)
  return { auth: { clientToken: entry.id, entry, leaseDurationSeconds, identityPolicies: policiesOfEntity }, warnings }
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
