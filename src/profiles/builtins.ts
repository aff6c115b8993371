// What the servers of each profile have built in: auth methods, secrets engines, plugins of the database engine
// (`reference/engines.md` §0; `helper/builtinplugins/registry.go`).
import type { ByProfile } from './names.js'

export interface BuiltinQuirks { readonly builtins: Builtins }

interface Builtins {
  readonly auth: readonly string[]
  readonly secret: readonly string[]
  readonly database: readonly string[]
  /** what only the enterprise edition has besides */
  readonly enterprise: { readonly auth: readonly string[], readonly secret: readonly string[] }
}

const DATABASES = [
  'cassandra', 'couchbase', 'elasticsearch', 'hana', 'influxdb', 'mongodb', 'mongodbatlas', 'mssql', 'mysql',
  'mysql-aurora', 'mysql-legacy', 'mysql-rds', 'postgresql', 'redis', 'redis-elasticache', 'redshift', 'snowflake'
]

const vault114: Builtins = {
  auth: [
    'alicloud', 'approle', 'aws', 'azure', 'centrify', 'cert', 'cf', 'gcp', 'github', 'jwt', 'kerberos', 'kubernetes',
    'ldap', 'oci', 'oidc', 'okta', 'pcf', 'radius', 'userpass'
  ],
  secret: [
    'ad', 'alicloud', 'aws', 'azure', 'consul', 'gcp', 'gcpkms', 'kubernetes', 'kv', 'ldap', 'mongodbatlas', 'nomad',
    'openldap', 'pki', 'rabbitmq', 'ssh', 'terraform', 'totp', 'transit'
  ],
  database: databasePlugins(DATABASES),
  enterprise: { auth: ['saml', 'scep'], secret: ['keymgmt', 'kmip', 'transform'] }
}

const openbao25: Builtins = {
  auth: ['approle', 'cert', 'jwt', 'kerberos', 'kubernetes', 'ldap', 'oidc', 'radius', 'userpass'],
  secret: ['kubernetes', 'kv', 'ldap', 'openldap', 'pki', 'rabbitmq', 'ssh', 'totp', 'transit'],
  database: databasePlugins([
    'cassandra', 'influxdb', 'mysql', 'mysql-aurora', 'mysql-legacy', 'mysql-rds', 'postgresql', 'redis', 'valkey'
  ]),
  enterprise: { auth: [], secret: [] }
}

export const builtinQuirks: ByProfile<BuiltinQuirks> = {
  documented: { builtins: vault114 },
  'vault-1.14': { builtins: vault114 },
  'vault-1.21': { builtins: { ...vault114, auth: vault114.auth.filter((name) => name !== 'centrify') } },
  'openbao-2.5': { builtins: openbao25 }
}

function databasePlugins (names: readonly string[]): string[] {
  return names.map((name) => `${name}-database-plugin`)
}
