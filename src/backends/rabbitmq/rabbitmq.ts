// The secrets engine `rabbitmq`: users of RabbitMQ.
// https://developer.hashicorp.com/vault/api-docs/secret/rabbitmq
import type { Backend } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { lifetimesPath } from '../lifetimes.js'
import { connectionPath } from './connection.js'
import { credsPath, rabbitmqLeases } from './creds.js'
import { rolePaths } from './roles.js'

const SOURCE = 'https://developer.hashicorp.com/vault/api-docs/secret/rabbitmq'

export const rabbitmq: Backend = {
  type: 'rabbitmq',
  help: () => [
    'The RabbitMQ backend dynamically generates RabbitMQ users.',
    '',
    'After mounting this backend, configure it using the endpoints within',
    'the "config/" path.'
  ].join('\n'),
  paths: [connectionPath, ...knownFrom(SOURCE, [lifetimesPath, ...rolePaths]), credsPath],
  leases: rabbitmqLeases
}
