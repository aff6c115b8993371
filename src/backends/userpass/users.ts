// auth/userpass/users: who can log in, with which password, and what their tokens will be like.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import {
  changeParameters, NO_PARAMETERS, renderParameters, tokenParameterFields
} from '../../vault/tokens/token-parameters.js'
import { hasOldName } from '../renamed-fields.js'
import { hashPassword, password, username, usernameIn } from './names-and-passwords.js'
import { storedUsers, type User } from './stored-users.js'

const policies = field.stringList({ description: 'Deprecated, use token_policies.' })
const userFields = Type.Object({
  username,
  password,
  policies,
  ttl: field.durationSeconds({ description: 'Deprecated, use token_ttl.' }),
  max_ttl: field.durationSeconds({ description: 'Deprecated, use token_max_ttl.' }),
  ...tokenParameterFields
})
const passwordFields = Type.Object({ username, password })
const policyFields = Type.Object({ username, policies, token_policies: tokenParameterFields.token_policies })

type UserFields = Static<typeof userFields>
type UserCall = Call<UserFields>

/** What a user starts from. */
const NOBODY: User = {
  passwordHash: '',
  oldPolicies: false,
  oldTtl: false,
  oldMaxTtl: false,
  parameters: NO_PARAMETERS
}

export const userPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/userpass', [
  definePath({
    path: 'users',
    summary: 'Lists the users.',
    fields: Type.Object({}),
    operations: { list }
  }),
  definePath({
    path: 'users/:username',
    summary: 'A user.',
    fields: userFields,
    exists: (call) => userOf(call) !== undefined,
    operations: { read, create: write, update: write, delete: remove }
  }),
  definePath({
    path: 'users/:username/password',
    summary: "Changes a user's password.",
    fields: passwordFields,
    operations: { update: changePassword }
  }),
  definePath({
    path: 'users/:username/policies',
    summary: "Changes a user's policies.",
    fields: policyFields,
    operations: { update: changePolicies }
  })
])

function list (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ keys: storedUsers(call).children() }) }
}

/** @see recorded: `userpass user read` */
function read (call: UserCall): LogicalResponse | undefined {
  const user = userOf(call)
  if (user === undefined) return undefined
  const { parameters } = user
  return {
    data: goMap({
      ...renderParameters(parameters, call.cluster.profile),
      ...(user.oldPolicies ? { policies: parameters.policies } : {}),
      ...(user.oldTtl ? { ttl: parameters.ttlSeconds } : {}),
      ...(user.oldMaxTtl ? { max_ttl: parameters.maxTtlSeconds } : {})
    })
  }
}

function write (call: UserCall): undefined {
  const old = userOf(call) ?? NOBODY
  const { password: given = '' } = call.fields
  if (old === NOBODY && given === '') throw invalid('missing password')
  put(call, {
    ...changeUser(old, call.fields),
    passwordHash: given === '' ? old.passwordHash : hashPassword(given)
  })
}

/** The user after a write but for the password; what it leaves out stays. */
function changeUser (old: User, fields: Omit<UserFields, 'password'>): User {
  return {
    ...old,
    oldPolicies: hasOldName(fields.token_policies, fields.policies, old.oldPolicies),
    oldTtl: hasOldName(fields.token_ttl, fields.ttl, old.oldTtl),
    oldMaxTtl: hasOldName(fields.token_max_ttl, fields.max_ttl, old.oldMaxTtl),
    parameters: changeParameters(old.parameters, {
      ...fields,
      token_policies: fields.token_policies ?? fields.policies,
      token_ttl: fields.token_ttl ?? fields.ttl,
      token_max_ttl: fields.token_max_ttl ?? fields.max_ttl
    })
  }
}

function changePassword (call: Call<Static<typeof passwordFields>>): undefined {
  const user = requireUser(call)
  const { password: given = '' } = call.fields
  if (given === '') throw invalid('missing password')
  put(call, { ...user, passwordHash: hashPassword(given) })
}

/** Left out, the policies are none. */
function changePolicies (call: Call<Static<typeof policyFields>>): undefined {
  const user = requireUser(call)
  const { token_policies: own, policies: old } = call.fields
  const parameters = changeParameters(user.parameters, { token_policies: own ?? old ?? [] })
  put(call, { ...user, parameters, oldPolicies: hasOldName(own, old, false) })
}

function remove (call: Call<unknown>): undefined {
  storedUsers(call).delete(usernameIn(call))
}

function requireUser (call: Call<unknown>): User {
  const user = userOf(call)
  if (user === undefined) throw failure('username does not exist')
  return user
}

function userOf (call: Call<unknown>): User | undefined {
  return storedUsers(call).get(usernameIn(call))
}

function put (call: Call<unknown>, user: User): void {
  storedUsers(call).put(usernameIn(call), user)
}
