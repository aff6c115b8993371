// The secrets engine `consul`: tokens of Consul's ACLs.
// https://developer.hashicorp.com/vault/api-docs/secret/consul
import type { Backend } from '../../vault/paths.js'
import { accessPath } from './config.js'
import { consulLeases, credsPath } from './creds.js'
import { rolePaths } from './roles.js'

export const consul: Backend = {
  type: 'consul',
  help: () => 'The Consul backend dynamically generates tokens of Consul\'s ACLs.',
  paths: [accessPath, ...rolePaths, credsPath],
  leases: consulLeases
}
