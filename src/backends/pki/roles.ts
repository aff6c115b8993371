// pki/roles: what certificates may be asked for.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#create-update-role and what follows there
import { Type } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { ifKnown, requireIssuer } from './issuer-references.js'
import { checkedKeyBits, checkedKeyParameters, isHashFor, usualHash, type KeyParameters } from './key-parameters.js'
import { instant } from './lifetime.js'
import { parseOtherNames } from './other-names.js'
import { parsePolicies, policyTexts } from './policy-identifiers.js'
import { DEFAULT_ROLE, roleFields, type Role, type RoleFields } from './role-form.js'
import { certificateOf, stored } from './stored.js'
import { isOid } from './usages.js'
import { keyTypeOf } from './x509/keys.js'

type RoleCall = Call<RoleFields>

const OF_SOME_PROFILES: readonly string[] = [
  'allowed_ip_sans_cidr', 'not_after_bound', 'not_before', 'not_before_bound', 'serial_number_source'
]
const USUAL_VALIDATIONS: readonly string[] = ['email', 'hostname']
const KNOWN_VALIDATIONS: readonly string[] = ['disabled', ...USUAL_VALIDATIONS]
const STORED_NOWHERE = 'mutually exclusive values no_store=true and generate_lease=true were both specified; ' +
  'no_store=true takes priority'

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  definePath({
    path: 'roles',
    summary: 'Lists the roles.',
    fields: Type.Object({}),
    operations: { list: (call) => ({ data: goMap({ keys: stored.roles(call).children() }) }) }
  }),
  definePath({
    path: 'roles/:name',
    summary: 'A role.',
    fields: roleFields,
    operations: {
      read,
      update: (call) => write(call, DEFAULT_ROLE),
      patch,
      delete: (call) => { stored.roles(call).delete(nameIn(call)) }
    }
  })
])

function nameIn (call: RoleCall): string {
  return call.params.name ?? ''
}

function read (call: RoleCall): LogicalResponse | undefined {
  const role = stored.roles(call).get(nameIn(call))
  return role && { data: shownRole(role, call.cluster.profile) }
}

function shownRole (role: Role, { pkiRoleFields }: Profile): JsonObject {
  const hidden = OF_SOME_PROFILES.filter((name) => !pkiRoleFields.includes(name))
  return goMap(Object.fromEntries(Object.entries(role).filter(([name]) => !hidden.includes(name))))
}

function patch (call: RoleCall): LogicalResponse {
  const old = stored.roles(call).get(nameIn(call))
  if (old === undefined) throw invalid('Unable to fetch role entry to patch')
  return write(call, old)
}

/** @param old what the fields that are left out are */
function write (call: RoleCall, old: Role): LogicalResponse {
  const { name: _name, policy_identifiers: policies, ...given } = call.fields
  const wished: Role = {
    ...old, ...given, ...(policies === undefined ? {} : { policy_identifiers: policyTexts(policies) })
  }
  const role = checkedRole(call, wished)
  stored.roles(call).put(nameIn(call), role)
  return {
    data: shownRole(role, call.cluster.profile),
    warnings: [...issuerWarnings(call, role), ...hashWarnings(call, role), ...leaseWarnings(call, wished)]
  }
}

/** @throws VaultError where limits contradict each other or are none */
function checkedRole (call: RoleCall, role: Role): Role {
  if (role.allowed_other_sans.join() !== '*') parseOtherNames(role.allowed_other_sans, 'error parsing allowed_other_sans')
  if (role.max_ttl > 0 && role.ttl > role.max_ttl) throw invalid('"ttl" value must be less than "max_ttl" value')
  const { keyBits, signatureBits } = keyParametersOf(call, role)
  refuseSource(call, role)
  const badUsage = role.ext_key_usage_oids.find((oid) => !isOid(oid))
  if (badUsage !== undefined) {
    throw invalid(`${JSON.stringify(badUsage)} could not be parsed as a valid oid for an extended key usage`)
  }
  parsePolicies(role.policy_identifiers, call.cluster.profile)
  if (role.not_before !== '') instant(role.not_before)
  return {
    ...role,
    key_bits: keyBits,
    signature_bits: signatureBits,
    issuer_ref: role.issuer_ref === '' ? 'default' : role.issuer_ref,
    cn_validations: checkedValidations(role.cn_validations),
    generate_lease: role.generate_lease && !role.no_store
  }
}

function keyParametersOf (call: RoleCall, role: Role): Pick<KeyParameters, 'keyBits' | 'signatureBits'> {
  const wanted = { keyType: role.key_type, keyBits: role.key_bits, signatureBits: role.signature_bits }
  if (call.cluster.profile.pkiHashIs === "the key's") return checkedKeyParameters(wanted)
  const keyBits = checkedKeyBits(wanted, (problem) => {
    return failure(`error setting keyBits ${role.key_bits} on role for keyType ${role.key_type}: ${problem}`)
  })
  return { keyBits, signatureBits: usualHash(issuerType(call, role) ?? 'rsa', role.signature_bits) }
}

/** The type of the issuer's key; undefined where there is no issuer yet. */
function issuerType (call: RoleCall, { issuer_ref: reference }: Role): string | undefined {
  const issuer = ifKnown(() => requireIssuer(call, reference === '' ? 'default' : reference))
  return issuer && keyTypeOf(certificateOf(issuer).publicKey)
}

function refuseSource ({ cluster: { profile } }: RoleCall, { serial_number_source: source }: Role): void {
  if (!profile.pkiRoleFields.includes('serial_number_source')) return
  if (!['', 'json-csr', 'json'].includes(source)) throw invalid(`unknown serial_number_source ${source}`)
}

/** @see `validateRole` in `path_roles.go` of Vault 1.21 */
function hashWarnings (call: RoleCall, role: Role): string[] {
  const type = call.cluster.profile.pkiHashIs === "the key's" ? undefined : issuerType(call, role)
  if (type === undefined || isHashFor(type, role.signature_bits)) return []
  return [`The Issuing Certificate ${role.issuer_ref} for this role has a key algorithm, ${type}, incompatible with ` +
    `the set role signature bits, ${role.signature_bits}`]
}

function checkedValidations (given: readonly string[]): readonly string[] {
  if (given.length === 0) return USUAL_VALIDATIONS
  const names = given.map((name) => name.toLowerCase())
  const problem = (what: string): Error => failure(`cn_validations value incorrect: ${what}`)
  for (const [index, name] of names.entries()) {
    if (!KNOWN_VALIDATIONS.includes(name)) throw problem(`unknown type: \`${given[index]}\``)
    if (names.indexOf(name) !== index) throw problem(`\`${name}\` specified multiple times`)
  }
  if (names.includes('disabled') && names.length > 1) {
    throw problem('cannot specify `disabled` along with `email` or `hostname`')
  }
  return names
}

function issuerWarnings (call: RoleCall, { issuer_ref: reference }: Role): string[] {
  if (ifKnown(() => requireIssuer(call, reference)) !== undefined) return []
  return [reference === 'default'
    ? 'Issuing Certificate was set to default, but no default issuing certificate (configurable at /config/issuers) ' +
      'is currently set'
    : `Issuing Certificate was set to ${reference} but no issuing certificate currently has that name`]
}

function leaseWarnings (call: RoleCall, { generate_lease: leased, no_store: unstored }: Role): string[] {
  if (!leased) return []
  if (unstored) return [STORED_NOWHERE]
  return [
    "it is encouraged to disable generate_lease and rely on PKI's native capabilities when possible; " +
    `this option can cause ${call.cluster.profile.pkiLeaseHarm} issues with large numbers of issued certificates`
  ]
}
