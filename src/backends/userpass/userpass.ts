// The auth method `userpass`: people log in with a name and a password.
import { createHash } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Backend, type Call, type LogicalResponse } from '../../vault/paths.js'
import { InvalidCredentials, withLockout } from './lockout.js'
import { logIn } from '../../vault/tokens/login.js'
import { changeParameters, NO_PARAMETERS, renderParameters, tokenParameterFields, type TokenParameters } from '../../vault/tokens/token-parameters.js'

/** `user/<name>` below the mount. */
type User = JsonObject & {
  readonly passwordHash: string
  /** set through the deprecated names, and so shown under both */
  readonly oldPolicies: boolean
  readonly oldTtl: boolean
  readonly oldMaxTtl: boolean
  readonly parameters: TokenParameters
}

const username = field.string({ description: 'Name of the user.' })
const password = field.string({ description: 'Password of the user.' })
const policies = field.stringList({ description: 'Deprecated, use token_policies.' })
const userFields = Type.Object({
  username,
  password,
  policies,
  ttl: field.durationSeconds({ description: 'Deprecated, use token_ttl.' }),
  max_ttl: field.durationSeconds({ description: 'Deprecated, use token_max_ttl.' }),
  ...tokenParameterFields
})
const loginFields = Type.Object({ username, password })
const policyFields = Type.Object({ username, policies, token_policies: tokenParameterFields.token_policies })

type UserCall = Call<Static<typeof userFields>>

export const userpass: Backend = {
  type: 'userpass',
  paths: [
    definePath({
      path: 'users',
      summary: 'Lists the users.',
      fields: Type.Object({}),
      operations: { list: (call) => ({ data: goMap({ keys: [...call.storage.children(`${call.mountPrefix}user/`)] }) }) }
    }),
    definePath({
      path: 'users/:username',
      summary: 'A user.',
      fields: userFields,
      exists: (call) => userOf(call) !== undefined,
      operations: { read, create: write, update: write, delete: (call) => { call.storage.delete(pathOf(call)) } }
    }),
    definePath({
      path: 'users/:username/password',
      summary: "Changes a user's password.",
      fields: loginFields,
      operations: { update: changePassword }
    }),
    definePath({
      path: 'users/:username/policies',
      summary: "Changes a user's policies.",
      fields: policyFields,
      operations: { update: changePolicies }
    }),
    definePath({
      path: 'login/:username',
      summary: 'Logs in.',
      fields: loginFields,
      unauthenticated: true,
      operations: { update: login }
    })
  ]
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
  const { fields } = call
  const old = userOf(call)
  if (old === undefined && (fields.password ?? '') === '') throw invalid('missing password')
  const user: User = {
    passwordHash: (fields.password ?? '') === '' ? old?.passwordHash ?? '' : hash(fields.password ?? ''),
    oldPolicies: fields.token_policies === undefined && (fields.policies !== undefined || old?.oldPolicies === true),
    oldTtl: fields.token_ttl === undefined && (fields.ttl !== undefined || old?.oldTtl === true),
    oldMaxTtl: fields.token_max_ttl === undefined && (fields.max_ttl !== undefined || old?.oldMaxTtl === true),
    parameters: changeParameters(old?.parameters ?? NO_PARAMETERS, {
      ...fields,
      token_policies: fields.token_policies ?? fields.policies,
      token_ttl: fields.token_ttl ?? fields.ttl,
      token_max_ttl: fields.token_max_ttl ?? fields.max_ttl
    })
  }
  call.storage.put(pathOf(call), user)
}

function changePassword (call: Call<Static<typeof loginFields>>): undefined {
  const user = requireUser(call)
  if ((call.fields.password ?? '') === '') throw invalid('missing password')
  call.storage.put(pathOf(call), { ...user, passwordHash: hash(call.fields.password ?? '') })
}

function changePolicies (call: Call<Static<typeof policyFields>>): undefined {
  const user = requireUser(call)
  const { token_policies: own, policies: old } = call.fields
  const parameters = changeParameters(user.parameters, { token_policies: own ?? old ?? [] })
  call.storage.put(pathOf(call), { ...user, parameters, oldPolicies: own === undefined && old !== undefined })
}

/** @see recorded: `userpass login` and its refusals */
function login (call: Call<Static<typeof loginFields>>): LogicalResponse {
  const given = call.fields.password ?? ''
  if (given === '') throw failure('missing password')
  const name = nameIn(call)
  return withLockout(call, name, () => {
    const user = userOf(call)
    if (user === undefined || user.passwordHash !== hash(given)) throw new InvalidCredentials('invalid username or password')
    return logIn(call, { aliasName: name, displayName: name, metadata: goMap({ username: name }), parameters: user.parameters })
  })
}

function requireUser (call: Call<unknown>): User {
  const user = userOf(call)
  if (user === undefined) throw failure('username does not exist')
  return user
}

function userOf (call: Call<unknown>): User | undefined {
  return call.storage.get(pathOf(call)) as User | undefined
}

function pathOf (call: Call<unknown>): string {
  return `${call.mountPrefix}user/${nameIn(call)}`
}

/** User names are lower case. */
function nameIn (call: Call<unknown>): string {
  return (call.params.username ?? '').toLowerCase()
}

/** Quick on purpose: this server keeps nobody's secrets. */
function hash (text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
