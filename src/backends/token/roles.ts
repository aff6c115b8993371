// auth/token/roles: kinds of token that callers without sudo may be allowed to create.
import { Type, type Static } from '@sinclair/typebox'
import { boundNetworks } from '../../go/cidrs.js'
import { orInvalid } from '../../go/refusing.js'
import { goMap } from '../../json/index.js'
import { invalid, type VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { effectiveTtls } from '../../vault/mounts/mounts.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { hasOldName } from '../renamed-fields.js'
import { stored } from '../../vault/stored.js'
import { roleOf, type TokenRole } from '../../vault/tokens/token-roles.js'

const TOKEN_TYPES = ['default-service', 'default-batch', 'service', 'batch'] as const

const roleFields = Type.Object({
  role_name: field.string({ description: 'Name of the role.' }),
  allowed_policies: field.stringList({ description: 'Policies tokens of this role may have.' }),
  allowed_policies_glob: field.stringList({ description: 'The same, as patterns.' }),
  disallowed_policies: field.stringList({ description: 'Policies tokens of this role may not have.' }),
  disallowed_policies_glob: field.stringList({ description: 'The same, as patterns.' }),
  allowed_entity_aliases: field.stringList({ description: 'Entity aliases that may be asked for.' }),
  orphan: field.bool({ description: 'Tokens of this role have no parent.' }),
  renewable: field.bool({ description: 'Tokens of this role can be renewed.' }),
  path_suffix: field.string({ description: "Added to the tokens' path, for revocation by prefix." }),
  period: field.durationSeconds({ description: 'Deprecated, use token_period.' }),
  explicit_max_ttl: field.durationSeconds({ description: 'Deprecated, use token_explicit_max_ttl.' }),
  bound_cidrs: field.stringList({ description: 'Deprecated, use token_bound_cidrs.' }),
  token_period: field.durationSeconds({ description: 'Period of the tokens.' }),
  token_explicit_max_ttl: field.durationSeconds({ description: 'Maximum life of the tokens.' }),
  token_num_uses: field.int({ description: 'Number of uses of the tokens.' }),
  token_no_default_policy: field.bool({ description: 'Leaves out the policy default.' }),
  token_type: field.string({ description: 'default-service, default-batch, service or batch.' }),
  token_bound_cidrs: field.stringList({ description: 'Networks the tokens may be used from.' })
})

type RoleFields = Static<typeof roleFields>
type RoleCall = Call<RoleFields>

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/token#create-update-token-role', [
  definePath({
    path: 'roles',
    summary: 'Lists the token roles.',
    fields: Type.Object({}),
    operations: { list: (call) => ({ data: goMap({ keys: stored.tokenRoles(call.storage).children() }) }) }
  }),
  definePath({
    path: 'roles/:role_name',
    summary: 'A token role.',
    fields: roleFields,
    exists: (call) => roleOf(call.storage, nameOf(call)) !== undefined,
    operations: { read, create: write, update: write, delete: remove }
  })
])

function nameOf (call: Call<unknown>): string {
  return call.params.role_name ?? ''
}

/** @see recorded: `token role read` */
function read (call: RoleCall): LogicalResponse | undefined {
  const role = roleOf(call.storage, nameOf(call))
  return role && {
    data: goMap({
      allowed_entity_aliases: role.allowedEntityAliases,
      allowed_policies: role.allowedPolicies,
      allowed_policies_glob: role.allowedPoliciesGlob,
      ...(role.oldBoundCidrs === true && role.boundCidrs.length > 0 ? { bound_cidrs: role.boundCidrs } : {}),
      disallowed_policies: role.disallowedPolicies,
      disallowed_policies_glob: role.disallowedPoliciesGlob,
      explicit_max_ttl: role.oldExplicitMaxTtl ? role.explicitMaxTtlSeconds : 0,
      name: role.name,
      orphan: role.orphan,
      path_suffix: role.pathSuffix,
      period: role.oldPeriod ? role.periodSeconds : 0,
      renewable: role.renewable,
      token_explicit_max_ttl: role.explicitMaxTtlSeconds,
      token_no_default_policy: role.noDefaultPolicy,
      token_period: role.periodSeconds,
      token_type: role.tokenType,
      ...(role.boundCidrs.length === 0 ? {} : { token_bound_cidrs: role.boundCidrs }),
      ...(role.numUses === 0 ? {} : { token_num_uses: role.numUses })
    })
  }
}

/** @see Vault 1.21.4, asked: the warnings, and what is wrong with networks */
function write (call: RoleCall): LogicalResponse | undefined {
  const name = nameOf(call)
  const role = changeRole(roleOf(call.storage, name) ?? newRole(name), call.fields)
  refuseContradictions(role)
  stored.tokenRoles(call.storage).put(name, role)
  const warnings = [...renamingWarnings(call.fields), ...lifeWarnings(call, role)]
  return warnings.length === 0 ? undefined : { warnings }
}

function renamingWarnings (fields: RoleFields): string[] {
  return (['period', 'bound_cidrs', 'explicit_max_ttl'] as const)
    .filter((name) => fields[name] !== undefined && fields[`token_${name}`] !== undefined)
    .map((name) => `Both 'token_${name}' and deprecated '${name}' value supplied, ignoring the deprecated value`)
}

/** Of what this write gave, or an earlier one by the older name. */
function lifeWarnings ({ mount, cluster, fields }: RoleCall, role: TokenRole): string[] {
  const isLookedAt = fields.token_explicit_max_ttl !== undefined || role.oldExplicitMaxTtl
  const seconds = isLookedAt ? role.explicitMaxTtlSeconds : 0
  const { maxSeconds } = effectiveTtls(mount, cluster.leaseTtls)
  if (seconds <= maxSeconds) return []
  return [`Given explicit max TTL of ${seconds} is greater than system/mount allowed value of ${maxSeconds} seconds; ` +
    'until this is fixed attempting to create tokens against this role will result in an error']
}

function remove (call: RoleCall): undefined {
  stored.tokenRoles(call.storage).delete(nameOf(call))
}

/** The role after a write; what it leaves out stays. */
function changeRole (old: TokenRole, fields: RoleFields): TokenRole {
  return {
    ...old,
    ...changeLimits(old, fields),
    ...changeTtls(old, fields),
    ...changeNetworks(old, fields),
    orphan: fields.orphan ?? old.orphan,
    renewable: fields.renewable ?? old.renewable,
    pathSuffix: fields.path_suffix ?? old.pathSuffix,
    numUses: fields.token_num_uses ?? old.numUses,
    noDefaultPolicy: fields.token_no_default_policy ?? old.noDefaultPolicy,
    tokenType: tokenTypeOf(fields.token_type) ?? old.tokenType
  }
}

/** Who the tokens may be, and what they may do. */
function changeLimits (old: TokenRole, fields: RoleFields): Partial<TokenRole> {
  return {
    allowedPolicies: lowered(fields.allowed_policies) ?? old.allowedPolicies,
    allowedPoliciesGlob: lowered(fields.allowed_policies_glob) ?? old.allowedPoliciesGlob,
    disallowedPolicies: lowered(fields.disallowed_policies) ?? old.disallowedPolicies,
    disallowedPoliciesGlob: lowered(fields.disallowed_policies_glob) ?? old.disallowedPoliciesGlob,
    allowedEntityAliases: lowered(fields.allowed_entity_aliases) ?? old.allowedEntityAliases
  }
}

function changeTtls (old: TokenRole, fields: RoleFields): Partial<TokenRole> {
  const { token_period: period, token_explicit_max_ttl: explicitMaxTtl } = fields
  return {
    periodSeconds: period ?? fields.period ?? old.periodSeconds,
    oldPeriod: hasOldName(period, fields.period, old.oldPeriod),
    explicitMaxTtlSeconds: explicitMaxTtl ?? fields.explicit_max_ttl ?? old.explicitMaxTtlSeconds,
    oldExplicitMaxTtl: hasOldName(explicitMaxTtl, fields.explicit_max_ttl, old.oldExplicitMaxTtl)
  }
}

function changeNetworks (old: TokenRole, fields: RoleFields): Partial<TokenRole> {
  const { token_bound_cidrs: newer, bound_cidrs: older } = fields
  const [given, where] = newer === undefined ? [older, 'bound_cidrs'] : [newer, 'role fields']
  const networks = given && orInvalid(() => boundNetworks(given), (problem) => `error parsing ${where}: ${problem}`)
  return {
    boundCidrs: networks ?? old.boundCidrs,
    oldBoundCidrs: hasOldName(newer, older, old.oldBoundCidrs ?? false)
  }
}

function refuseContradictions (role: TokenRole): void {
  if (role.numUses < 0) throw invalid("error parsing role fields: 'token_num_uses' cannot be negative")
  // the real pattern has no ends either: a part that matches is enough
  if (role.pathSuffix !== '' && !/\w[\w.-]+\w/.test(role.pathSuffix)) {
    throw invalid('given role path suffix contains invalid characters; must match \\w[\\w-.]+\\w')
  }
  if (role.pathSuffix.includes('..')) throw invalid('error registering path suffix: path cannot contain parent references')
  if (role.tokenType === 'batch') refuseForBatch(role)
}

function refuseForBatch ({ renewable, periodSeconds, explicitMaxTtlSeconds }: TokenRole): void {
  const refusal = (what: string): VaultError => {
    return invalid(`'token_type' cannot be 'batch' when role is set to generate ${what}`)
  }
  if (renewable) throw refusal('renewable tokens')
  if (periodSeconds !== 0) throw refusal('periodic tokens')
  if (explicitMaxTtlSeconds !== 0) throw refusal('tokens with an explicit max TTL')
}

/** @throws VaultError `invalid 'token_type' value "…"` */
function tokenTypeOf (given: string | undefined): TokenRole['tokenType'] | undefined {
  if (given === undefined || given === '') return undefined
  if (given === 'default') return 'default-service'
  const found = TOKEN_TYPES.find((type) => type === given)
  if (found === undefined) throw invalid(`invalid 'token_type' value ${JSON.stringify(given)}`)
  return found
}

function lowered (names: readonly string[] | undefined): string[] | undefined {
  return names && [...new Set(names.map((name) => name.toLowerCase()))].sort()
}

function newRole (name: string): TokenRole {
  return {
    name,
    allowedPolicies: [],
    allowedPoliciesGlob: [],
    disallowedPolicies: [],
    disallowedPoliciesGlob: [],
    allowedEntityAliases: null,
    orphan: false,
    renewable: true,
    pathSuffix: '',
    periodSeconds: 0,
    oldPeriod: false,
    explicitMaxTtlSeconds: 0,
    oldExplicitMaxTtl: false,
    numUses: 0,
    noDefaultPolicy: false,
    tokenType: 'default-service',
    boundCidrs: []
  }
}
