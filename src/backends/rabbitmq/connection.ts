// rabbitmq/config/connection: how RabbitMQ is reached.
// https://developer.hashicorp.com/vault/api-docs/secret/rabbitmq#configure-connection
import { Type, type Static } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { failure, invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseCall } from '../../vault/paths.js'
import { askApi, type ApiCall } from '../outside-api.js'
import { storedConnection } from './stored.js'

const fields = Type.Object({
  connection_uri: field.string({ default: '', description: 'RabbitMQ Management URI' }),
  username: field.string({ default: '', description: 'Username of a RabbitMQ management administrator' }),
  password: field.string({ default: '', description: 'Password of the provided RabbitMQ management user' }),
  verify_connection: field.bool({
    default: true, description: 'If set, connection_uri is verified by actually connecting to the RabbitMQ management API'
  }),
  password_policy: field.string({ default: '', description: 'Name of the password policy to use to generate passwords' }),
  username_template: field.string({ default: '', description: 'Template describing how dynamic usernames are generated.' })
})

export const connectionPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/rabbitmq#configure-connection',
  path: 'config/connection',
  summary: 'Configure the connection URI, username, and password to talk to RabbitMQ management HTTP API.',
  fields,
  operations: { update: write }
})

/** @see recorded: `rabbitmq: connection` and its refusals */
async function write (call: Call<Static<typeof fields>>): Promise<void> {
  const { connection_uri: uri, username, password, password_policy: passwordPolicy } = call.fields
  if (uri === '') throw invalid('missing connection_uri')
  if (username === '') throw invalid('missing username')
  if (password === '') throw invalid('missing password')
  if (call.fields.username_template !== '') throw new NotSimulated('templates for names of RabbitMQ')
  if (call.fields.verify_connection) {
    try {
      await askRabbit(call, uri, { asked: 'list users', method: 'Get', path: '/api/users/' })
    } catch (error) {
      throw error instanceof GoError ? failure(`failed to validate the connection: ${error.message}`) : error
    }
  }
  storedConnection(call).put({ uri, username, password, passwordPolicy })
}

/** @throws {GoError} where nobody answers */
export async function askRabbit (
  { cluster }: Pick<LeaseCall, 'cluster'>, address: string,
  call: Pick<ApiCall<'rabbitmq'>, 'asked' | 'method' | 'path'>
): Promise<void> {
  await askApi(cluster.outside, { ...call, system: 'rabbitmq', address })
}
