// The kinds of databases: what plugins run where a role says nothing, what users are called, what errors read like.
import { multiError } from '../../go/multierror.js'
import type { Profile } from '../../profiles/index.js'

export type CredentialType = 'password' | 'rsa_private_key' | 'client_certificate'

/** Where a connection leads. */
export interface Place {
  readonly host: string
  readonly port: string
  readonly username: string
  readonly database: string
}

/** What is done when a connection fails; the same failure reads differently. */
export type Purpose = 'verify' | 'create' | 'renew' | 'revoke' | 'change password'

/** Statements where a role has none; `{{name}}`, `{{password}}` and `{{expiration}}` are filled in. */
interface Defaults {
  /** undefined: creating needs statements */
  readonly create?: readonly string[]
  readonly renew: readonly string[]
  readonly revoke: readonly string[]
  readonly changePassword: readonly string[]
}

export interface Plugin {
  readonly usernameTemplate: string
  readonly defaultPort: string
  /** the details that are needed, in the order in which they are missed; a list: one of them */
  readonly required: readonly string[]
  readonly credentialTypes: readonly CredentialType[]
  /** statements are SQL, and run one by one */
  readonly splits: boolean
  readonly defaults: Defaults
  /** why there is no connection @param dial `dial tcp 127.0.0.1:1: connect: connection refused` */
  readonly unreachable: (dial: string, place: Place, profile: Profile) => string
  /** why its user is not let in */
  readonly refused: (place: Place) => string
  /** that somebody whose password is to change is not there */
  readonly unknownUser: (name: string) => string
  /** it is looked at by `database/sql`, whose connecting is a ping */
  readonly pings: boolean
  /** what stands before an error, by what was to be done */
  readonly wrapped: (purpose: Purpose, error: string) => string
}

const PASSWORD: readonly CredentialType[] = ['password']

const named = (separator: string, display: number, role: number, rest: string): string => {
  const format = ['v', '%s', '%s', '%s', '%s'].join(separator)
  const parts = `(.DisplayName | truncate ${display}) (.RoleName | truncate ${role}) (random 20) (unix_time)`
  return `{{ printf "${format}" ${parts} | ${rest} }}`
}

const usual: Plugin = {
  pings: true,
  usernameTemplate: named('-', 15, 15, 'truncate 100'),
  defaultPort: '0',
  required: ['connection_url'],
  credentialTypes: PASSWORD,
  splits: true,
  defaults: {
    renew: [],
    revoke: ["DROP USER '{{username}}'"],
    changePassword: ["ALTER USER '{{username}}' WITH PASSWORD '{{password}}'"]
  },
  unreachable: (dial) => dial,
  refused: ({ username }) => `authentication failed for user "${username}"`,
  unknownUser: (name) => `user "${name}" does not exist`,
  wrapped: (purpose, error) => purpose === 'verify' ? `error verifying connection: ${error}` : error
}

/** @see `plugins/database/postgresql/postgresql.go`; recorded: `database` */
const postgresql: Plugin = {
  ...usual,
  usernameTemplate: named('-', 8, 8, 'truncate 63'),
  defaultPort: '5432',
  defaults: {
    renew: ['ALTER ROLE "{{name}}" VALID UNTIL \'{{expiration}}\''],
    revoke: [
      'REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA public FROM "{{name}}"',
      'REVOKE ALL PRIVILEGES ON ALL SEQUENCES IN SCHEMA public FROM "{{name}}"',
      'REVOKE USAGE ON SCHEMA public FROM "{{name}}"',
      'DROP ROLE IF EXISTS "{{name}}"'
    ],
    changePassword: ['ALTER ROLE "{{username}}" WITH PASSWORD \'{{password}}\'']
  },
  unreachable: (dial, { host, port, username, database }, { postgresDialText }) =>
    postgresDialText({ host, port, login: `user=${username} database=${database}` }, dial),
  refused: ({ host, username, database }) =>
    `failed to connect to \`host=${host} user=${username} database=${database}\`: ` +
    `server error (FATAL: password authentication failed for user "${username}" (SQLSTATE 28P01))`,
  unknownUser: (name) => `failed to execute query: ERROR: role "${name}" does not exist (SQLSTATE 42704)`,
  wrapped: (purpose, error) => {
    const isQuery = error.startsWith('failed to execute')
    if (purpose === 'create') return `unable to start transaction: ${error}`
    if (purpose === 'renew') return multiError([error])
    if (purpose === 'change password') return multiError([isQuery ? error : `user does not appear to exist: ${error}`])
    return usual.wrapped(purpose, error)
  }
}

/** @see `plugins/database/mysql/mysql.go` */
const mysql: Plugin = {
  ...usual,
  usernameTemplate: named('-', 10, 10, 'truncate 32'),
  defaultPort: '3306',
  defaults: {
    renew: [],
    revoke: ["REVOKE ALL PRIVILEGES, GRANT OPTION FROM '{{name}}'@'%'", "DROP USER '{{name}}'@'%'"],
    changePassword: ["ALTER USER '{{username}}'@'%' IDENTIFIED BY '{{password}}'"]
  },
  refused: ({ host, username }) =>
    `Error 1045 (28000): Access denied for user '${username}'@'${host}' (using password: YES)`,
  unknownUser: (name) => `Error 1396 (HY000): Operation ALTER USER failed for '${name}'@'%'`,
  wrapped: (purpose, error) =>
    purpose === 'change password' ? `failed to change password: ${error}` : usual.wrapped(purpose, error)
}

const mysqlLegacy: Plugin = {
  ...mysql,
  usernameTemplate: '{{ printf "v-%s-%s-%s" (.RoleName | truncate 4) (random 20) | truncate 16 }}'
}

const redshift: Plugin = {
  ...postgresql,
  usernameTemplate: named('-', 8, 8, 'truncate 63 | lowercase'),
  defaultPort: '5439',
  defaults: {
    ...postgresql.defaults,
    renew: ['ALTER USER "{{name}}" VALID UNTIL \'{{expiration}}\''],
    changePassword: ['ALTER USER "{{name}}" WITH PASSWORD \'{{password}}\'']
  }
}

const mssql: Plugin = {
  ...usual,
  usernameTemplate: named('-', 20, 20, 'truncate 128'),
  defaultPort: '1433',
  defaults: {
    renew: [],
    revoke: ['ALTER LOGIN [{{name}}] DISABLE', 'DROP USER IF EXISTS [{{name}}]', 'DROP LOGIN [{{name}}]'],
    changePassword: ["ALTER LOGIN [{{username}}] WITH PASSWORD = '{{password}}'"]
  }
}

/** Statements are JSON documents: roles of the user. */
const mongodb: Plugin = {
  ...usual,
  pings: false,
  usernameTemplate: named('-', 15, 15, 'replace "." "-" | truncate 100'),
  defaultPort: '27017',
  splits: false,
  defaults: { renew: [], revoke: ['{"dropUser": "{{name}}"}'], changePassword: ['{"updateUser": "{{username}}"}'] }
}

const cassandra: Plugin = {
  ...usual,
  pings: false,
  usernameTemplate: named('_', 15, 15, 'truncate 100 | replace "-" "_" | lowercase'),
  defaultPort: '9042',
  required: ['hosts', 'username', 'password'],
  defaults: {
    create: ["CREATE USER '{{username}}' WITH PASSWORD '{{password}}' NOSUPERUSER"],
    renew: [],
    revoke: ["DROP USER '{{username}}'"],
    changePassword: ["ALTER USER '{{username}}' WITH PASSWORD '{{password}}'"]
  }
}

const influxdb: Plugin = {
  ...cassandra,
  defaultPort: '8086',
  required: ['host', 'username', 'password'],
  defaults: {
    create: ['CREATE USER "{{username}}" WITH PASSWORD \'{{password}}\''],
    renew: [],
    revoke: ['DROP USER "{{username}}"'],
    changePassword: ['SET PASSWORD FOR "{{username}}" = \'{{password}}\'']
  }
}

const hana: Plugin = {
  ...usual,
  usernameTemplate: named('_', 32, 20, 'truncate 127 | replace "-" "_" | uppercase'),
  defaultPort: '39013',
  defaults: {
    renew: ["ALTER USER {{name}} VALID UNTIL '{{expiration}}'"],
    revoke: ['ALTER USER {{name}} DEACTIVATE USER NOW', 'DROP USER {{name}} RESTRICT'],
    changePassword: ['ALTER USER {{username}} PASSWORD "{{password}}"']
  }
}

/** Rules of access control in place of statements. */
const redis: Plugin = {
  ...mongodb,
  usernameTemplate: named('_', 15, 15, 'truncate 100 | replace "-" "_" | uppercase'),
  defaultPort: '6379',
  required: ['host', 'port', 'username', 'password'],
  defaults: {
    create: ['["~*", "+@read"]'],
    renew: [],
    revoke: ['ACL DELUSER {{username}}'],
    changePassword: ['ACL SETUSER {{username}} RESETPASS >{{password}}']
  }
}

const documents: Plugin = {
  ...mongodb,
  defaults: { renew: [], revoke: ['DELETE {{username}}'], changePassword: ['UPDATE {{username}}'] }
}

/** By the names of the plugins, without `-database-plugin`. */
const PLUGINS: Readonly<Record<string, Plugin>> = {
  cassandra,
  couchbase: { ...documents, defaultPort: '8091', required: ['hosts', 'username', 'password'] },
  elasticsearch: { ...documents, defaultPort: '9200', required: ['url', 'username', 'password'] },
  hana,
  influxdb,
  mongodb,
  mongodbatlas: {
    ...documents,
    required: ['public_key', 'private_key', 'project_id'],
    credentialTypes: ['password', 'client_certificate']
  },
  mssql,
  mysql,
  'mysql-aurora': mysqlLegacy,
  'mysql-legacy': mysqlLegacy,
  'mysql-rds': mysqlLegacy,
  postgresql,
  redis,
  'redis-elasticache': { ...redis, required: ['url'] },
  redshift,
  snowflake: { ...usual, defaultPort: '443', credentialTypes: ['password', 'rsa_private_key'] },
  valkey: redis
}

/** @param name `postgresql-database-plugin`; undefined where a server of the profile has no such plugin */
export function pluginNamed (name: string, { builtins }: Profile): Plugin | undefined {
  const kind = name.replace(/-database-plugin$/, '')
  return builtins.database.includes(name) ? PLUGINS[kind] : undefined
}
