// sys/policy: the older paths of ACL policies.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { field } from '../../vault/fields/fields.js'
import { listPolicies } from '../../vault/policies/policies.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { nameWarnings, policyFields, remove, showPolicy, storePolicy } from './policies.js'

const fields = Type.Object({
  ...policyFields.properties,
  rules: field.string({ description: 'The rules of the policy; deprecated, use "policy".' })
})

export const policyPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/policy', [
  definePath({
    path: 'policy',
    summary: 'The names of the policies.',
    fields: Type.Object({}),
    operations: { read: list, list }
  }),
  definePath({
    path: 'policy/*name',
    summary: 'Reads, writes and deletes a policy.',
    fields,
    operations: { read: (call) => showPolicy(call, 'rules'), update: write, delete: remove }
  })
])

/** The names twice, as the old clients and the new ones want them. */
function list (call: Call<unknown>): LogicalResponse {
  const names = listPolicies(call.storage)
  call.node.telemetry.note('vault.policy.list_policies')
  return { data: goMap({ keys: names, policies: names }) }
}

function write (call: Call<Static<typeof fields>>): LogicalResponse | undefined {
  const { policy = '', rules = '' } = call.fields
  const warnings = nameWarnings(call)
  if (policy === '') warnings.push("'rules' is deprecated, please use 'policy' instead")
  storePolicy(call, policy === '' ? rules : policy)
  return warnings.length === 0 ? undefined : { warnings }
}
