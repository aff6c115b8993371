// sys/policies/acl: what tokens may do.
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import {
  decodePolicyText, deletePolicy, listPolicies, parsePolicy, readPolicy, sanitizePolicyName, writePolicy,
  type StoredPolicy
} from '../../vault/policies/policies.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

const name = field.string({ description: 'The name of the policy. Example: "ops"' })
const policy = field.string({ description: 'The rules of the policy.' })

/** Of `policies/acl/:name`; check-and-set is OpenBao's. */
export const policyFields = Type.Object({
  name,
  policy,
  cas: field.int({ description: 'The version that is to be replaced; -1 if there is to be none yet.' }),
  cas_required: field.bool({ description: 'Whether every write must say which version it replaces.' })
})

export type PolicyCall = Call<Static<typeof policyFields>>

export const policiesPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/policies', [
  definePath({
    path: 'policies/acl',
    summary: 'The names of the ACL policies.',
    fields: Type.Object({}),
    operations: { list }
  }),
  definePath({
    path: 'policies/acl/*name',
    summary: 'Reads, writes and deletes an ACL policy.',
    fields: policyFields,
    operations: { read, update: write, delete: remove }
  })
])

function list (call: Call<unknown>): LogicalResponse {
  call.node.telemetry.note('vault.policy.list_policies')
  return { data: goMap({ keys: listPolicies(call.storage) }) }
}

function read (call: PolicyCall): LogicalResponse | undefined {
  return showPolicy(call, 'policy')
}

function write (call: PolicyCall): LogicalResponse | undefined {
  const warnings = nameWarnings(call)
  storePolicy(call, call.fields.policy ?? '')
  return warnings.length === 0 ? undefined : { warnings }
}

/** A policy under the key that the path has for its text. */
export function showPolicy (call: PolicyCall, textKey: 'policy' | 'rules'): LogicalResponse | undefined {
  const stored = readPolicy(call.storage, call.params.name ?? '')
  call.node.telemetry.note('vault.policy.get_policy')
  if (stored === undefined) return undefined
  const extra = call.cluster.profile.policyVersions ? versionMembers(stored) : {}
  return { data: goMap({ name: stored.name, [textKey]: stored.text, ...extra }) }
}

/** Recorded of OpenBao 2.5. */
function versionMembers ({ version, casRequired, modifiedAtMs }: StoredPolicy): JsonObject {
  return {
    version,
    cas_required: casRequired,
    modified: modifiedAtMs === 0 ? undefined : rfc3339Nano(modifiedAtMs)
  }
}

/** What a name in upper case is worth. */
export function nameWarnings ({ params }: PolicyCall): string[] {
  const given = params.name ?? ''
  const lower = given.toLowerCase()
  return lower === given ? [] : [`policy name was converted to ${lower}`]
}

/**
 * Checks and stores a policy.
 *
 * @param text as given: HCL or JSON, perhaps in base64
 * @throws VaultError `'policy' parameter not supplied or empty`, `failed to parse policy: …`,
 *   `cannot update "root" policy`
 */
export function storePolicy (call: PolicyCall, text: string): void {
  const { profile } = call.cluster
  const policyName = sanitizePolicyName(call.params.name ?? '')
  if (policyName === '') throw invalid('policy name must be provided in the URL')
  if (text === '') throw invalid("'policy' parameter not supplied or empty")
  const decoded = decodePolicyText(text)
  parsePolicy(policyName, decoded, profile.policyDialect)
  const { cas, cas_required: casRequired } = profile.policyVersions ? call.fields : {}
  call.node.telemetry.note('vault.policy.set_policy')
  writePolicy(call.storage, { name: policyName, text: decoded, nowMs: call.nowMs, cas, casRequired })
}

/** Also succeeds where there is none. */
export function remove (call: PolicyCall): undefined {
  deletePolicy(call.storage, call.params.name ?? '')
  call.node.telemetry.note('vault.policy.delete_policy')
}
