// The database engine, with databases that are not there.
import { activeNode, get, post, del, list } from '../steps.js'

// Databases that are not there: port 1 of the loopback address is closed.
const D = '/v1/database'
const url = 'postgresql://{{username}}:{{password}}@127.0.0.1:1/postgres?sslmode=disable'
// the names in braces are for the server, not for the player
const braces = {
  username: () => '{{username}}',
  password: () => '{{password}}',
  name: () => '{{name}}',
  expiration: () => '{{expiration}}',
  '.RoleName': () => '{{.RoleName}}'
}
const config = {
  plugin_name: 'postgresql-database-plugin',
  connection_url: url,
  username: 'admin',
  password: 'secret',
  allowed_roles: 'app,still',
  verify_connection: false
}
const create = 'CREATE ROLE "{{name}}" WITH LOGIN PASSWORD \'{{password}}\' VALID UNTIL \'{{expiration}}\';'

export default {
  start: 'active',
  steps: [
    ...activeNode,
    post('enable', '/v1/sys/mounts/database', { type: 'database' }, { save: braces }),
    list('no connections', `${D}/config`),
    get('connection unknown', `${D}/config/none`),
    post('connection without plugin', `${D}/config/x`, {}),
    post('connection, unknown plugin', `${D}/config/x`, { plugin_name: 'nonsense-plugin' }),
    post('connection without url', `${D}/config/x`, {
      plugin_name: 'postgresql-database-plugin', verify_connection: false
    }),
    post('connection, verified', `${D}/config/x`, { ...config, verify_connection: true }),
    post('connection', `${D}/config/pg`, {
      ...config,
      max_open_connections: 7,
      max_connection_lifetime: '10s',
      root_rotation_statements: ['ALTER USER x']
    }),
    get('connection read', `${D}/config/pg`),
    post('connection, mysql', `${D}/config/my`, {
      plugin_name: 'mysql-database-plugin',
      connection_url: '{{username}}:{{password}}@tcp(127.0.0.1:1)/',
      username: 'root',
      password: 'x',
      allowed_roles: '*',
      verify_connection: false,
      username_template: 'v_{{.RoleName}}'
    }),
    get('connection, mysql, read', `${D}/config/my`),
    post('connection, bad template', `${D}/config/x`, { ...config, username_template: '{{.Nope' }),
    list('connections', `${D}/config`),
    // roles
    list('no roles', `${D}/roles`),
    post('role', `${D}/roles/app`, { db_name: 'pg', creation_statements: [create], default_ttl: '1h', max_ttl: '24h' }),
    get('role read', `${D}/roles/app`),
    post('role, statements as text', `${D}/roles/other`, {
      db_name: 'my',
      creation_statements: 'A;B',
      revocation_statements: 'C',
      renew_statements: 'D',
      rollback_statements: 'E',
      credential_type: 'password'
    }),
    get('role, statements as text, read', `${D}/roles/other`),
    post('role without connection', `${D}/roles/x`, { creation_statements: [create] }),
    post('role of an unknown connection', `${D}/roles/loose`, { db_name: 'none', creation_statements: [create] }),
    post('role, ttl above max', `${D}/roles/backwards`, { db_name: 'pg', default_ttl: '2h', max_ttl: '1h' }),
    post('role, bad credential type', `${D}/roles/x`, { db_name: 'pg', credential_type: 'magic' }),
    post('role, rsa key', `${D}/roles/rsa`, {
      db_name: 'my',
      creation_statements: ['A'],
      credential_type: 'rsa_private_key',
      credential_config: { key_bits: 2048 }
    }),
    post('role, bad key size', `${D}/roles/x`, {
      db_name: 'my',
      creation_statements: ['A'],
      credential_type: 'rsa_private_key',
      credential_config: { key_bits: 1024 }
    }),
    get('role, rsa key, read', `${D}/roles/rsa`),
    list('roles', `${D}/roles`),
    get('role unknown', `${D}/roles/none`),
    // credentials
    get('creds, database not there', `${D}/creds/app`),
    get('creds, bad type for the plugin', `${D}/creds/rsa`),
    post('role that the connection does not list', `${D}/roles/outsider`, {
      db_name: 'pg', creation_statements: create
    }),
    get('creds, not allowed', `${D}/creds/outsider`),
    get('creds, unknown role', `${D}/creds/none`),
    get('creds, unknown connection', `${D}/creds/loose`),
    // static roles
    post('static role, database not there', `${D}/static-roles/still`, {
      db_name: 'pg', username: 'app', rotation_period: '1h', rotation_statements: ['ALTER']
    }),
    get('static role after the failure', `${D}/static-roles/still`),
    post('static role without user', `${D}/static-roles/x`, { db_name: 'pg', rotation_period: '1h' }),
    post('static role without period', `${D}/static-roles/x`, { db_name: 'pg', username: 'app' }),
    post('static role, period too short', `${D}/static-roles/x`, {
      db_name: 'pg', username: 'app', rotation_period: '1s'
    }),
    post('static role, bad period', `${D}/static-roles/x`, { db_name: 'pg', username: 'app', rotation_period: 'soon' }),
    post('static role with the name of a role', `${D}/static-roles/app`, {
      db_name: 'pg', username: 'app', rotation_period: '1h'
    }),
    post('static role without connection', `${D}/static-roles/x`, { username: 'app', rotation_period: '1h' }),
    post('static role, unknown connection', `${D}/static-roles/x`, {
      db_name: 'none', username: 'app', rotation_period: '1h'
    }),
    list('static roles', `${D}/static-roles`),
    get('static creds, unknown', `${D}/static-creds/none`),
    post('rotate role, unknown', `${D}/rotate-role/none`),
    del('static role delete, unknown', `${D}/static-roles/none`),
    // the connection's own password
    post('rotate root, database not there', `${D}/rotate-root/pg`),
    post('rotate root, unknown', `${D}/rotate-root/none`),
    post('reset', `${D}/reset/pg`),
    post('reset, unknown', `${D}/reset/none`),
    post('connection update', `${D}/config/pg`, { allowed_roles: 'app', verify_connection: false }),
    get('connection after the update', `${D}/config/pg`),
    del('delete role', `${D}/roles/app`),
    get('creds of a deleted role', `${D}/creds/app`),
    del('delete connection', `${D}/config/pg`),
    list('connections after', `${D}/config`),
    get('unknown path', `${D}/nowhere`)
  ]
}
