// sys/policies/password: what passwords have to be like, and passwords that are.
// https://developer.hashicorp.com/vault/api-docs/system/policies-password
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'
import {
  deletePasswordPolicy, generatePassword, listPasswordPolicies, readPasswordPolicy, writePasswordPolicy
} from '../../vault/policies/password-policies.js'
import { decodePolicyText } from '../../vault/policies/policies.js'

const name = field.string({ description: 'The name of the policy. Example: "ops"' })
const nameFields = Type.Object({ name })
const policyFields = Type.Object({ name, policy: field.string({ description: 'The rules of the policy.' }) })

export const passwordPolicyPaths = knownFrom(NAMED_ONLY, [
  definePath({
    path: 'policies/password',
    summary: 'The names of the password policies.',
    fields: Type.Object({}),
    operations: { list }
  }),
  definePath({
    path: 'policies/password/:name/generate',
    summary: 'Generates a password from a password policy.',
    fields: nameFields,
    operations: { read: generate }
  }),
  definePath({
    path: 'policies/password/:name',
    summary: 'Reads, writes and deletes a password policy.',
    fields: policyFields,
    operations: { read, update: write, delete: remove }
  })
])

function list (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ keys: listPasswordPolicies(call.storage) }) }
}

function read (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ policy: readPasswordPolicy(call.storage, call.params.name ?? '') }) }
}

function write (call: Call<Static<typeof policyFields>>): undefined {
  writePasswordPolicy(call.storage, call.params.name ?? '', decodePolicyText(call.fields.policy ?? ''))
}

function remove (call: Call<unknown>): undefined {
  deletePasswordPolicy(call.storage, call.params.name ?? '')
}

function generate (call: Call<unknown>): LogicalResponse {
  const text = readPasswordPolicy(call.storage, call.params.name ?? '')
  return { data: goMap({ password: generatePassword(text, call.cluster.random.stream('password-policies')) }) }
}
