// ssh/roles: what credentials there are, and for whom.
// https://developer.hashicorp.com/vault/api-docs/secret/ssh#create-role and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { isCidr } from '../../go/cidrs.js'
import { parseInt64 } from '../../go/strconv.js'
import { GoError, goValue, isList } from '../../go/values.js'
import { goMap, JsonNumber, type JsonObject, type JsonValue } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { decodeFields } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { roleFields } from './role-fields.js'
import { storedRoles, zeroAddressRoles, type CaRole, type OtpRole, type SshRole } from './stored.js'

type RoleFields = Static<typeof roleFields>
type RoleCall = Call<RoleFields>

const SSH_PORT = 22
const SIGNERS = ['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512', 'default', '']

const ABOUT = {
  summary: "Manage the 'roles' that can be created with this backend.",
  description: 'This path allows you to manage the roles that are used to generate credentials.'
}

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/ssh', [
  definePath({ ...ABOUT, path: 'roles', fields: Type.Object({}), operations: { list } }),
  definePath({ ...ABOUT, path: 'roles/@role', fields: roleFields, operations: { read, update: write, delete: remove } })
])

/** @see recorded: `roles` */
function list (call: Call<unknown>): LogicalResponse | undefined {
  const roles = [...storedRoles(call).entries()]
  if (roles.length === 0) return undefined
  const { sshIssuers: showsIssuers } = call.cluster.profile
  const info = roles.map(([name, role]) => {
    const issuer = role.keyType === 'ca' && showsIssuers ? { issuer_ref: role.issuerRef } : {}
    return [name, goMap({ key_type: role.keyType, ...issuer })]
  })
  return { data: goMap({ key_info: goMap(Object.fromEntries(info)), keys: roles.map(([name]) => name) }) }
}

function read (call: RoleCall): LogicalResponse | undefined {
  const role = storedRoles(call).get(call.params.role ?? '')
  return role && { data: role.keyType === 'otp' ? renderOtpRole(role) : renderCaRole(role, call.cluster.profile) }
}

function renderOtpRole (role: OtpRole): JsonObject {
  return goMap({
    allowed_users: role.allowedUsers,
    cidr_list: role.cidrList,
    default_user: role.defaultUser,
    exclude_cidr_list: role.excludeCidrList,
    key_type: role.keyType,
    port: role.port
  })
}

/** @see recorded: `role, ca, read` */
function renderCaRole (role: CaRole, profile: Profile): JsonObject {
  return goMap({
    algorithm_signer: role.algorithmSigner,
    allow_bare_domains: role.allowBareDomains,
    allow_empty_principals: profile.sshEmptyPrincipals === 'allowed' ? undefined : role.allowEmptyPrincipals,
    allow_host_certificates: role.allowHostCertificates,
    allow_subdomains: role.allowSubdomains,
    allow_user_certificates: role.allowUserCertificates,
    allow_user_key_ids: role.allowUserKeyIds,
    allowed_critical_options: role.allowedCriticalOptions,
    allowed_domains: role.allowedDomains,
    allowed_domains_template: role.allowedDomainsTemplate,
    allowed_extensions: role.allowedExtensions,
    allowed_user_key_lengths: role.allowedUserKeyLengths,
    allowed_users: role.allowedUsers,
    allowed_users_template: role.allowedUsersTemplate,
    default_critical_options: role.defaultCriticalOptions,
    default_extensions: role.defaultExtensions,
    default_extensions_template: role.defaultExtensionsTemplate,
    default_user: role.defaultUser,
    default_user_template: role.defaultUserTemplate,
    issuer_ref: profile.sshIssuers ? role.issuerRef : undefined,
    key_id_format: role.keyIdFormat,
    key_type: role.keyType,
    max_ttl: role.maxTtlSeconds,
    not_before_duration: role.notBeforeSeconds,
    ttl: role.ttlSeconds
  })
}

/** Replaces what was there under the name. */
function write (call: RoleCall): undefined {
  const { fields } = call
  checkNetworks('cidr_list', fields.cidr_list)
  checkNetworks('exclude_cidr_list entry', fields.exclude_cidr_list)
  storedRoles(call).put(call.params.role ?? '', newRole(fields))
}

function checkNetworks (what: string, list: string): void {
  if (list === '') return
  for (const network of list.split(',').map((each) => each.trim())) {
    if (!isCidr(network)) throw failure(`failed to validate ${what}: invalid CIDR address: ${network}`)
  }
}

function newRole (fields: RoleFields): SshRole {
  switch (fields.key_type.toLowerCase()) {
    case '': throw invalid('missing key type')
    case 'otp': return newOtpRole(fields)
    case 'dynamic': throw invalid('dynamic key type roles are no longer supported')
    case 'ca': return newCaRole(fields)
    default: throw invalid('invalid key type')
  }
}

function newOtpRole (fields: RoleFields): OtpRole {
  if (fields.default_user === '') throw invalid('missing default user')
  return {
    keyType: 'otp',
    defaultUser: fields.default_user,
    cidrList: fields.cidr_list,
    excludeCidrList: fields.exclude_cidr_list,
    allowedUsers: fields.allowed_users,
    port: fields.port === 0 ? SSH_PORT : fields.port
  }
}

function newCaRole (fields: RoleFields): CaRole {
  checkCaRole(fields)
  return caRoleFrom(fields)
}

function caRoleFrom (fields: RoleFields): CaRole {
  return {
    keyType: 'ca',
    algorithmSigner: fields.algorithm_signer || 'default',
    allowBareDomains: fields.allow_bare_domains,
    allowEmptyPrincipals: fields.allow_empty_principals,
    allowHostCertificates: fields.allow_host_certificates,
    allowSubdomains: fields.allow_subdomains,
    allowUserCertificates: fields.allow_user_certificates,
    allowUserKeyIds: fields.allow_user_key_ids,
    allowedCriticalOptions: fields.allowed_critical_options,
    allowedDomains: fields.allowed_domains,
    allowedDomainsTemplate: fields.allowed_domains_template,
    allowedExtensions: fields.allowed_extensions,
    allowedUserKeyLengths: lengthsFrom(fields.allowed_user_key_lengths),
    allowedUsers: fields.allowed_users,
    allowedUsersTemplate: fields.allowed_users_template,
    defaultCriticalOptions: textsOf(fields.default_critical_options),
    defaultExtensions: textsOf(fields.default_extensions),
    defaultExtensionsTemplate: fields.default_extensions_template,
    defaultUser: fields.default_user,
    defaultUserTemplate: fields.default_user_template,
    issuerRef: fields.issuer_ref || 'default',
    keyIdFormat: fields.key_id_format,
    maxTtlSeconds: fields.max_ttl,
    notBeforeSeconds: fields.not_before_duration,
    ttlSeconds: fields.ttl
  }
}

/** A role that lets nobody have anything: what one of passwords is to certificates. */
export const NOTHING_ALLOWED = caRoleFrom(decodeFields(roleFields, {}))

/** @throws VaultError in the real server's order */
function checkCaRole (fields: RoleFields): void {
  const { algorithm_signer: signer, ttl, max_ttl: maxTtl } = fields
  if (!SIGNERS.includes(signer)) throw failure(`unknown algorithm signer ${JSON.stringify(signer)}`)
  if (!fields.allow_user_certificates && !fields.allow_host_certificates) {
    throw invalid("Either 'allow_user_certificates' or 'allow_host_certificates' must be set to 'true'")
  }
  lengthsFrom(fields.allowed_user_key_lengths)
  if (ttl !== 0 && maxTtl !== 0 && ttl > maxTtl) {
    throw invalid('"ttl" value must be less than "max_ttl" when both are specified')
  }
}

/** A map's values as Go prints them. */
export function textsOf (map: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, goValue(value)]))
}

function lengthsFrom (map: JsonObject): Readonly<Record<string, readonly number[]>> {
  try {
    return Object.fromEntries(Object.entries(map).map(([type, value]) => [type, integersFrom(value)]))
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw invalid(`error processing allowed_user_key_lengths: ${error.message}`)
  }
}

/** A number, a list of them, or either as text. */
function integersFrom (value: JsonValue | undefined): readonly number[] {
  if (isList(value)) return value.flatMap((each) => integersFrom(each))
  if (typeof value === 'string') return value.split(',').map((each) => Number(parseInt64(each.trim())))
  if (typeof value === 'number' || value instanceof JsonNumber) return [Number(parseInt64(String(value)))]
  throw new GoError('could not parse value from input')
}

function remove (call: RoleCall): undefined {
  const { role: name = '' } = call.params
  const exempt = zeroAddressRoles(call)
  if (exempt.value !== undefined) exempt.put(exempt.value.filter((each) => each !== name))
  storedRoles(call).delete(name)
}
