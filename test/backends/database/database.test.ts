// database: users who come and go, and what is run for them. Texts and order of the checks: recording `database`.
import t, { type Test } from 'tap'
import type { OutsideOptions, ServerOptions } from '../../../src/index.js'
import { NEW_YEAR, oneError, vault } from '../../vault-server.js'

const ADDRESS = 'db.test:5432'
const CREATE = 'CREATE ROLE "{{name}}" LOGIN PASSWORD \'{{password}}\' VALID UNTIL \'{{expiration}}\'; GRANT x TO "{{name}}"'
const KNOWN: OutsideOptions = { database: { [ADDRESS]: { users: { admin: { password: 'secret' }, app: { password: 'old' } } } } }

async function mounted (t: Test, options: ServerOptions = { outside: 'anything' }, more: object = {}) {
  const server = vault(t, { ...NEW_YEAR, ...options })
  await server.send('POST', 'sys/mounts/database', { type: 'database' })
  const configured = await server.verdict('POST', 'database/config/pg', {
    plugin_name: 'postgresql-database-plugin',
    connection_url: 'postgresql://{{username}}:{{password}}@db.test/app',
    username: 'admin',
    password: 'secret',
    allowed_roles: 'app*',
    ...more
  })
  await server.send('POST', 'database/roles/app', {
    db_name: 'pg', creation_statements: [CREATE], default_ttl: '1h', max_ttl: '2h'
  })
  const { controls } = server.server
  const ran = (): readonly string[] => controls.outside.calls({ system: 'database' }).at(-1)?.statements ?? []
  const users = (): string[] => {
    const { database } = controls.outside.list()
    return Object.keys(database?.[ADDRESS]?.users ?? {})
  }
  return { ...server, configured, ran, users, outside: controls.outside }
}

t.test('credentials come with a lease, and the SQL that made them is shown, but for the password', async (t) => {
  const { send, ran } = await mounted(t)
  const { body } = await send('GET', 'database/creds/app')
  t.match(body, { lease_id: /^database\/creds\/app\/\w{24}$/, lease_duration: 3600, renewable: true })
  const { username, password } = body.data
  t.match(username, /^v-token-app-\w{20}-1704067200$/)
  t.match(password, /^[\w-]{20}$/)
  t.strictSame(ran(), [
    `CREATE ROLE "${username}" LOGIN PASSWORD '{{password}}' VALID UNTIL '2024-01-01 01:00:05+0000'`,
    `GRANT x TO "${username}"`
  ])
})

t.test('a lease is renewed up to the role\'s limit, and the database hears of it', async (t) => {
  const { send, ran, advance } = await mounted(t)
  const { lease_id: lease, data: { username } } = (await send('GET', 'database/creds/app')).body
  advance(1_800_000)
  const renewed = await send('POST', 'sys/leases/renew', { lease_id: lease })
  t.equal(renewed.body.lease_duration, 3600)
  t.strictSame(ran(), [`ALTER ROLE "${username}" VALID UNTIL '2024-01-01 01:30:05+0000'`])
  advance(3_000_000)
  t.equal((await send('POST', 'sys/leases/renew', { lease_id: lease })).body.lease_duration, 2400, 'two hours in all')
})

t.test('users go when their leases end, with the role\'s statements or the plugin\'s', async (t) => {
  const { send, ran, users, advance } = await mounted(t, { outside: KNOWN })
  const { username } = (await send('GET', 'database/creds/app')).body.data
  t.ok(users().includes(username))
  advance(3_600_000)
  await send('GET', 'sys/mounts')
  t.notOk(users().includes(username))
  t.equal(ran().at(-1), `DROP ROLE IF EXISTS "${username}"`)
  await send('POST', 'database/roles/app', { revocation_statements: 'BYE {{name}}' })
  const second = (await send('GET', 'database/creds/app')).body
  await send('POST', 'sys/leases/revoke', { lease_id: second.lease_id })
  t.strictSame(ran(), [`BYE ${second.data.username}`])
})

t.test('a revocation that fails is tried again', async (t) => {
  const { send, users, advance, outside, server } = await mounted(t, { outside: KNOWN })
  const { username } = (await send('GET', 'database/creds/app')).body.data
  server.controls.faults.add({ match: { outside: 'database/**', nth: 1 }, effect: { errors: ['i/o timeout'] } })
  advance(3_600_000)
  await send('GET', 'sys/mounts')
  t.match(outside.calls().at(-1), { reason: 'i/o timeout' })
  t.ok(users().includes(username))
  advance(10_000)
  await send('GET', 'sys/mounts')
  t.notOk(users().includes(username))
})

t.test('a password that the database does not know does not get in', async (t) => {
  const { configured } = await mounted(t, { outside: KNOWN }, { password: 'wrong' })
  t.match(configured, /^400 error creating database object: error verifying connection: .*password authentication failed/)
})

t.test('the password of the connection changes, and only this server knows it', async (t) => {
  const { verdict, ran, outside, data } = await mounted(t, { outside: KNOWN })
  t.equal(await verdict('POST', 'database/rotate-root/pg'), '204')
  t.strictSame(ran(), ['ALTER ROLE "admin" WITH PASSWORD \'{{password}}\''])
  t.not(outside.list().database?.[ADDRESS]?.users.admin?.password, 'secret')
  t.equal(await verdict('POST', 'database/reset/pg'), '204', 'it still gets in')
  t.notOk('password' in (await data('GET', 'database/config/pg')).connection_details)
})

t.test('a static role changes its password by itself, as often as it says', async (t) => {
  const { verdict, data, advance, send, outside } = await mounted(t, { outside: KNOWN })
  t.equal(await verdict('POST', 'database/static-roles/app-still', {
    db_name: 'pg', username: 'app', rotation_period: 3600
  }), '204')
  const first = await data('GET', 'database/static-creds/app-still')
  t.match(first, { username: 'app', ttl: 3600, rotation_period: 3600, last_vault_rotation: '2024-01-01T00:00:00Z' })
  advance(3 * 3_600_000)
  await send('GET', 'sys/mounts')
  const later = await data('GET', 'database/static-creds/app-still')
  t.match(later, { ttl: 3600, last_vault_rotation: '2024-01-01T03:00:00Z' })
  t.not(later.password, first.password)
  t.equal(outside.list().database?.[ADDRESS]?.users.app?.password, later.password)
  t.equal(outside.calls({ contains: 'change the password of app' }).length, 4, 'at first, and three times')
  t.equal(await verdict('POST', 'database/rotate-role/app-still'), '204')
  t.not((await data('GET', 'database/static-creds/app-still')).password, later.password)
})

t.test('a rotation that fails is tried again after ten seconds', async (t) => {
  const { send, data, advance, server } = await mounted(t)
  await send('POST', 'database/static-roles/app-still', { db_name: 'pg', username: 'app', rotation_period: 60 })
  const before = await data('GET', 'database/static-creds/app-still')
  server.controls.faults.add({ match: { outside: 'database/**', nth: 1 }, effect: { errors: ['i/o timeout'] } })
  advance(60_000)
  await send('GET', 'sys/mounts')
  t.equal((await data('GET', 'database/static-creds/app-still')).password, before.password)
  advance(10_000)
  await send('GET', 'sys/mounts')
  t.match(await data('GET', 'database/static-creds/app-still'), { last_vault_rotation: '2024-01-01T00:01:10Z' })
})

t.test('a static role of nobody is refused, and not kept', async (t) => {
  const { verdict } = await mounted(t, { outside: KNOWN })
  const refusal = await verdict('POST', 'database/static-roles/app-x', { db_name: 'pg', username: 'bob', rotation_period: 60 })
  t.match(refusal, /error setting credentials: .*role "bob" does not exist/s)
  t.match(await verdict('GET', 'database/static-roles/app-x'), '404')
})

t.test('roles that a connection does not list get nothing', async (t) => {
  const { verdict, send } = await mounted(t)
  await send('POST', 'database/roles/other', { db_name: 'pg', creation_statements: ['A'] })
  t.equal(await verdict('GET', 'database/creds/other'), `500 ${oneError('"other" is not an allowed role')}`)
})

t.test('passwords follow a policy, names a template', async (t) => {
  const { send, data } = await mounted(t, { outside: 'anything' }, {
    password_policy: 'digits', username_template: 'u_{{.RoleName | uppercase}}_{{random 4}}'
  })
  await send('POST', 'sys/policies/password/digits', { policy: 'length=8 rule "charset" { charset="0123456789" }' })
  t.match(await data('GET', 'database/creds/app'), { username: /^u_APP_\w{4}$/, password: /^\d{8}$/ })
})

t.test('plugins that take keys are given some', async (t) => {
  const { send, data, ran } = await mounted(t)
  await send('POST', 'database/config/snow', {
    plugin_name: 'snowflake-database-plugin', connection_url: '{{username}}:{{password}}@ac.test/db', username: 'a', password: 'b', allowed_roles: '*'
  })
  await send('POST', 'database/roles/key', {
    db_name: 'snow', creation_statements: "CREATE {{name}} KEY '{{public_key}}'", credential_type: 'rsa_private_key'
  })
  t.match(await data('GET', 'database/creds/key'), { rsa_private_key: /^-----BEGIN PRIVATE KEY-----/ })
  t.match(ran().join(), 'BEGIN PUBLIC KEY')
})

t.test('a password in the URL is not shown, and warned of', async (t) => {
  const { send, data } = await mounted(t)
  const { body } = await send('POST', 'database/config/plain', {
    plugin_name: 'postgresql-database-plugin', connection_url: 'postgresql://admin:hush@db.test/app'
  })
  t.match(body.warnings, [/^Password found in connection_url/])
  t.equal((await data('GET', 'database/config/plain')).connection_details.connection_url, 'postgresql://admin:*****@db.test/app')
})

t.test('a mount comes back from a saved world, its rotations with it', async (t) => {
  const { send, server } = await mounted(t, { outside: KNOWN })
  await send('POST', 'database/static-roles/app-still', { db_name: 'pg', username: 'app', rotation_period: 60 })
  const state = JSON.parse((await server.inject({ method: 'GET', url: '/_mock/state' })).payload)
  const copy = vault(t, { ...NEW_YEAR, state })
  copy.advance(60_000)
  await copy.send('GET', 'sys/mounts')
  t.match(await copy.data('GET', 'database/static-creds/app-still'), { last_vault_rotation: '2024-01-01T00:01:00Z' })
})
