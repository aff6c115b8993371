// Which policies a new token gets: what was asked for, against its parent, its role and the caller's sudo.
// https://developer.hashicorp.com/vault/api-docs/auth/token#create-token
import { invalid } from '../../refusal/index.js'
import { fitsGlob, quoteList, tidyPolicies } from '../../vault/policies/policy-names.js'
import type { TokenRole } from '../../vault/tokens/token-roles.js'
import type { TokenEntry } from '../../vault/tokens/tokens.js'
import { WRAPPING_POLICY } from '../../vault/wrapping/wrapping.js'
import type { CreateFields } from './create-fields.js'

const NOT_ASSIGNABLE = [WRAPPING_POLICY, 'control-group']

/** How somebody stands to the token that they make. */
export interface Standing {
  readonly isSudo: boolean
  /** of another namespace than the one that it is made in */
  readonly isFromAbove: boolean
}

/**
 * The policies of a token to be made.
 *
 * @throws VaultError `child policies must be subset of parent`, the role's refusals, `cannot assign policy "…"`
 */
export function policiesToGrant (
  fields: CreateFields, parent: TokenEntry, role: TokenRole | undefined, { isSudo, isFromAbove }: Standing
): string[] {
  const wanted = role !== undefined && restrictsPolicies(role)
    ? policiesByRole(fields, parent, role)
    : isFromAbove
      ? tidyPolicies(fields.policies ?? [], fields.no_default_policy !== true)
      : policiesByParent(fields, parent, isSudo)
  const policies = fields.no_default_policy === true ? wanted.filter((name) => name !== 'default') : wanted
  const forbidden = policies.find((name) => NOT_ASSIGNABLE.includes(name))
  if (forbidden !== undefined) throw invalid(`cannot assign policy "${forbidden}"`)
  if (policies.includes('root') && isFromAbove) throw invalid('root tokens may not be created from a parent namespace')
  if (policies.includes('root') && !parent.policies.includes('root')) {
    throw invalid('root tokens may not be created without parent token being root')
  }
  return policies
}

function restrictsPolicies (role: TokenRole): boolean {
  const { allowedPolicies, allowedPoliciesGlob, disallowedPolicies, disallowedPoliciesGlob } = role
  const lists = [allowedPolicies, allowedPoliciesGlob, disallowedPolicies, disallowedPoliciesGlob]
  return lists.some((list) => list.length > 0)
}

function policiesByParent ({ policies = [], ...fields }: CreateFields, parent: TokenEntry, isSudo: boolean): string[] {
  if (policies.length === 0) return tidyPolicies(parent.policies, false)
  if (isSudo) return tidyPolicies(policies, fields.no_default_policy !== true)
  const wanted = tidyPolicies(policies, false)
  if (!wanted.every((name) => parent.policies.includes(name))) throw invalid('child policies must be subset of parent')
  return tidyPolicies(wanted, fields.no_default_policy !== true && parent.policies.includes('default'))
}

function policiesByRole ({ policies = [], ...fields }: CreateFields, parent: TokenEntry, role: TokenRole): string[] {
  const isRefused = (name: string): boolean => {
    return role.disallowedPolicies.includes(name) || fitsGlob(role.disallowedPoliciesGlob, name)
  }
  const addDefault = fields.no_default_policy !== true && !role.noDefaultPolicy && !isRefused('default')
  const wanted = tidyPolicies(policies, addDefault && policies.length > 0)
  const granted = allowedByRole(wanted, addDefault, parent, role)
  const refused = granted.find(isRefused)
  if (refused !== undefined) throw invalid(`token policy "${refused}" is disallowed by this role`)
  return granted
}

function allowedByRole (wanted: readonly string[], addDefault: boolean, parent: TokenEntry, role: TokenRole): string[] {
  if (role.allowedPolicies.length === 0 && role.allowedPoliciesGlob.length === 0) {
    return wanted.length > 0 ? [...wanted] : tidyPolicies(parent.policies, addDefault)
  }
  const allowed = tidyPolicies(role.allowedPolicies, addDefault)
  if (wanted.length === 0) return allowed
  if (wanted.every((name) => allowed.includes(name) || fitsGlob(role.allowedPoliciesGlob, name))) return [...wanted]
  const ofRole = `allowed policies (${quoteList(allowed)}) or glob policies (${quoteList(role.allowedPoliciesGlob)})`
  throw invalid(`token policies (${quoteList(wanted)}) must be subset of the role's ${ofRole}`)
}
