// auth/jwt/role: which claims a token needs, and what becomes of them.
import { Type, type Static } from '@sinclair/typebox'
import { goQuote, goValue, isList, isNumber } from '../../go/values.js'
import { isScalar, type JsonObject, type JsonValue } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { tokenParameterFields } from '../../vault/tokens/token-parameters.js'
import { changeEntry, listEntries, newEntry, oldNameFields, renderEntry } from '../auth-entries.js'
import { ROLES, rolesIn, type JwtRole, type JwtRoleValues } from './stored.js'

const fields = Type.Object({
  name: field.lowerCaseString({ description: 'Name of the role.' }),
  allowed_redirect_uris: field.stringList({ description: 'Where browsers may be sent back to.' }),
  bound_audiences: field.stringList({ description: 'Audiences of which a token must name one.' }),
  bound_claims: field.map({ description: 'Claims that a token must have, with their values.' }),
  bound_claims_type: field.string({ description: 'string or glob.', default: 'string' }),
  bound_subject: field.string({ description: 'The subject that a token must name.' }),
  callback_mode: field.string({ description: 'client, direct or device (OpenBao).' }),
  claim_mappings: field.keyValue({ description: 'Claims that become metadata, with their names there.' }),
  clock_skew_leeway: field.signedDurationSeconds({ description: 'By how much clocks may differ; 0: 60 s, below: none.' }),
  expiration_leeway: field.signedDurationSeconds({ description: 'Life of tokens without an expiry; 0: 150 s.' }),
  groups_claim: field.string({ description: 'The claim that names the groups.' }),
  max_age: field.durationSeconds({ description: 'How long ago people may have proven who they are.' }),
  not_before_leeway: field.signedDurationSeconds({ description: 'Start of tokens without one; 0: 150 s.' }),
  oauth2_metadata: field.stringList({ description: 'Tokens of the provider that become metadata (OpenBao).' }),
  oidc_disable_confirmation: field.bool({ description: 'Asks nobody to confirm a direct callback (OpenBao).' }),
  oidc_scopes: field.stringList({ description: 'Scopes that are asked of the provider.' }),
  role_type: field.string({ description: 'jwt, or oidc, the default of each write.', default: 'oidc' }),
  token_policies_template_claims: field.bool({ description: 'Policies may name claims (OpenBao).' }),
  user_claim: field.string({ description: 'The claim that tells people apart.' }),
  user_claim_json_pointer: field.bool({ description: 'Whether user_claim is a JSON pointer.' }),
  verbose_oidc_logging: field.bool({ description: 'Logs what providers answer.' }),
  ...oldNameFields,
  ...tokenParameterFields
})
type RoleCall = Call<Static<typeof fields>>

const NEW_ROLE: JwtRoleValues = {
  allowed_redirect_uris: null,
  bound_audiences: null,
  bound_claims: null,
  bound_claims_type: 'string',
  bound_subject: '',
  callback_mode: 'client',
  claim_mappings: null,
  clock_skew_leeway: 0,
  expiration_leeway: 0,
  groups_claim: '',
  max_age: 0,
  not_before_leeway: 0,
  oauth2_metadata: null,
  oidc_disable_confirmation: false,
  oidc_scopes: null,
  role_type: 'oidc',
  token_policies_template_claims: false,
  user_claim: '',
  user_claim_json_pointer: false,
  verbose_oidc_logging: false
}

const VERBOSE = 'verbose_oidc_logging has been enabled for this role. This is not recommended in production since ' +
  'sensitive information may be present in OIDC responses.'

const nameIn = (call: Call<unknown>): string => (call.params.name ?? '').toLowerCase()

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/jwt#create-update-role', [
  definePath({
    path: 'role',
    summary: 'Lists the roles.',
    fields: Type.Object({}),
    operations: { list: listEntries(ROLES) }
  }),
  definePath({
    path: 'role/:name',
    summary: 'A role.',
    fields,
    exists: (call) => rolesIn(call).get(nameIn(call)) !== undefined,
    operations: { read, create: write, update: write, delete: remove }
  })
])

function read (call: RoleCall): LogicalResponse | undefined {
  const role = rolesIn(call).get(nameIn(call))
  if (role === undefined) return undefined
  const { profile } = call.cluster
  const shown = Object.entries(renderEntry(role, profile)).filter(([name]) => !profile.hiddenJwtFields.includes(name))
  return { data: Object.fromEntries(shown) }
}

function remove (call: RoleCall): undefined {
  rolesIn(call).delete(nameIn(call))
}

/** @see recorded: `jwt`, roles */
function write (call: RoleCall): LogicalResponse | undefined {
  const { fields: given } = call
  const roleType = given.role_type === '' ? 'oidc' : given.role_type
  if (roleType !== 'jwt' && roleType !== 'oidc') throw invalid(`invalid 'role_type': ${roleType}`)
  const old = rolesIn(call).get(nameIn(call)) ?? newEntry(NEW_ROLE)
  const typed = { ...given, role_type: roleType }
  const role = changeEntry(old, typed)
  refuseClaims(role.values, call)
  refuseMappings(role.values)
  refuseUnbound(role)
  rolesIn(call).put(nameIn(call), role)
  return role.values.verbose_oidc_logging ? { warnings: [VERBOSE] } : undefined
}

function refuseClaims ({ bound_claims_type: kind, bound_claims: claims }: JwtRoleValues, call: RoleCall): void {
  if (kind !== 'string' && kind !== 'glob') throw invalid(`invalid 'bound_claims_type': ${kind}`)
  if (kind !== 'glob' || call.fields.bound_claims === undefined) return
  for (const value of Object.values(claims ?? {})) {
    const odd = isList(value) ? value.find((each) => typeof each !== 'string') : typeof value === 'string' ? undefined : value
    if (odd === undefined) continue
    const isMember = isList(value) || isLone(value, call.cluster.profile)
    throw invalid(`claim is not a string${isMember ? '' : ' or list'}: ${goValue(odd)}`)
  }
}

function isLone (value: JsonValue | undefined, { loneJwtClaims: kinds }: Profile): boolean {
  return (typeof value === 'boolean' && kinds.includes('boolean')) || (isNumber(value) && kinds.includes('number'))
}

function refuseMappings ({ claim_mappings: mappings }: JwtRoleValues): void {
  const targets = new Set<JsonValue | undefined>()
  for (const target of Object.values(mappings ?? {})) {
    const name = goQuote(String(target))
    if (target === 'role') throw invalid(`metadata key ${name} is reserved and may not be a mapping destination`)
    if (targets.has(target)) throw invalid(`multiple keys are mapped to metadata key ${name}`)
    targets.add(target)
  }
}

function refuseUnbound ({ values, parameters }: JwtRole): void {
  const { user_claim: user, role_type: type, allowed_redirect_uris: redirects } = values
  if (user === '') throw invalid('a user claim must be defined on the role')
  if (type === 'oidc' && isNothing(redirects)) {
    throw invalid("'allowed_redirect_uris' must be set if 'role_type' is 'oidc' or unspecified.")
  }
  const isBound = !isNothing(values.bound_audiences) || parameters.boundCidrs.length > 0 ||
    values.bound_subject !== '' || !isNothing(values.bound_claims)
  if (type === 'jwt' && !isBound) throw invalid('must have at least one bound constraint when creating/updating a role')
}

function isNothing (value: JsonObject | readonly string[] | null): boolean {
  return value === null || (!isScalar(value) && Object.keys(value).length === 0)
}
