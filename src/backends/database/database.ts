// The secrets engine `database`: users of databases, who come and go with leases, or stay with passwords that change.
// https://developer.hashicorp.com/vault/api-docs/secret/databases
import type { Backend } from '../../vault/paths.js'
import { connectionPaths } from './connections.js'
import { credsLeases, credsPath } from './creds.js'
import { rolePaths } from './roles.js'
import { rotateDue, rotationPaths } from './rotation.js'
import { staticRolePaths } from './static-roles.js'

export const database: Backend = {
  type: 'database',
  help: () => [
    'The database backend supports using many different databases',
    'as secret backends, including but not limited to:',
    'cassandra, mssql, mysql, postgres',
    '',
    'After mounting this backend, configure it using the endpoints within',
    'the "database/config/" path.'
  ].join('\n'),
  paths: [...connectionPaths, ...rolePaths, credsPath, ...staticRolePaths, ...rotationPaths],
  leases: credsLeases,
  alarm: rotateDue
}
