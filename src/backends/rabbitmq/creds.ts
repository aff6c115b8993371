// rabbitmq/creds: users with a lease.
// https://developer.hashicorp.com/vault/api-docs/secret/rabbitmq#generate-credentials
import { Type } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseHandlers, type LogicalResponse } from '../../vault/paths.js'
import { generatePassword, readPasswordPolicy } from '../../vault/policies/password-policies.js'
import { lifetimesOf } from '../lifetimes.js'
import { askRabbit } from './connection.js'
import { storedConnection, storedRoles, type RabbitRole } from './stored.js'

const PASSWORD_LENGTH = 36

export const credsPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/rabbitmq#generate-credentials',
  path: 'creds/:name',
  summary: 'Request RabbitMQ credentials for a certain role.',
  fields: Type.Object({ name: field.string({ description: 'Name of the role.' }) }),
  operations: { read: create }
})

async function create (call: Call<unknown>): Promise<LogicalResponse> {
  const { name = '' } = call.params
  const role = storedRoles(call).get(name)
  if (role === undefined) throw invalid(`unknown role: ${name}`)
  const connection = storedConnection(call).value
  // inferred
  if (connection === undefined) throw failure('failed to create a new user with the generated credentials')
  const random = call.cluster.random.stream('rabbitmq')
  const username = `${call.token?.displayName ?? ''}-${random.uuid()}`
  const { passwordPolicy: policy } = connection
  const password = policy === ''
    ? random.base62(PASSWORD_LENGTH)
    : generatePassword(readPasswordPolicy(call.storage, policy), random)
  try {
    await createUser(call, connection.uri, username, role)
  } catch (error) {
    throw error instanceof GoError ? failure('failed to create a new user with the generated credentials') : error
  }
  return {
    data: goMap({ password, username }),
    secret: { internal: goMap({ username }), renewable: true, ...lifetimesOf(call) }
  }
}

/** Each is a call of its own, as to the management API. */
async function createUser (call: Call<unknown>, uri: string, username: string, role: RabbitRole): Promise<void> {
  const tags = role.tags === '' ? '' : ` with the tags ${role.tags}`
  await askRabbit(call, uri, { asked: `create the user ${username}${tags}`, method: 'Put', path: `/api/users/${username}` })
  for (const host of Object.keys(role.vhosts)) {
    await askRabbit(call, uri, {
      asked: `permit ${username} in ${host}`, method: 'Put', path: `/api/permissions/${encodeURIComponent(host)}/${username}`
    })
  }
  for (const host of Object.keys(role.vhostTopics)) {
    await askRabbit(call, uri, {
      asked: `permit ${username} topics in ${host}`,
      method: 'Put',
      path: `/api/topic-permissions/${encodeURIComponent(host)}/${username}`
    })
  }
}

export const rabbitmqLeases: LeaseHandlers = {
  renew: (call) => lifetimesOf(call),
  revoke: async (call) => {
    const connection = storedConnection(call).value
    const username = String(call.lease.internal.username)
    if (connection === undefined) throw failure(`could not delete user: ${username}`)
    try {
      const asked = { asked: `delete the user ${username}`, method: 'Delete', path: `/api/users/${username}` } as const
      await askRabbit(call, connection.uri, asked)
    } catch (error) {
      throw error instanceof GoError ? failure(`could not delete user: ${error.message}`) : error
    }
  }
}
