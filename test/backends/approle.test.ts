import t from 'tap'
import { approle } from '../../src/backends/approle/approle.js'
import { lookupToken } from '../../src/vault/tokens/tokens.js'
import { entityById } from '../../src/vault/identity.js'
import type { ProfileName } from '../../src/profiles/index.js'
import { TokenWorld } from '../vault/token-world.js'

function withRole (role: object = {}, profile: ProfileName = 'vault-1.14') {
  const world = new TokenWorld(profile)
  const mount = world.enable('approle', 'robots/')
  const run = (operation: 'read' | 'create' | 'update' | 'list' | 'delete', path: string, body: object = {}) => world.run(operation, path, body as never, { backend: approle, mount })
  run('create', 'role/App', { token_policies: 'reader', token_ttl: '20m', ...role })
  const roleId = String(run('read', 'role/app/role-id')?.data?.role_id)
  const newSecret = () => String(run('update', 'role/app/secret-id')?.data?.secret_id)
  return { world, run, roleId, newSecret, login: (secretId: string) => run('update', 'login', { role_id: roleId, secret_id: secretId }) }
}

const INVALID = { kind: 'invalid', message: 'invalid role or secret ID' }

t.test('a login gives an orphan with the role in its metadata and an entity', async (t) => {
  const { world, login, newSecret } = withRole()
  const { auth } = login(newSecret()) ?? {}
  t.match(auth, { leaseDurationSeconds: 1200, entry: { policies: ['default', 'reader'], meta: { role_name: 'app' }, orphan: true, displayName: 'robots', path: 'auth/robots/login' } })
  t.match(entityById(world.storage, auth?.entry.entityId ?? ''), { aliases: [{ mountType: 'approle' }] })
})

t.test('two logins of a role belong to one entity', async (t) => {
  const { login, newSecret } = withRole()
  t.equal(login(newSecret())?.auth?.entry.entityId, login(newSecret())?.auth?.entry.entityId)
})

t.test('a role reads as recorded', async (t) => {
  const recorded = {
    bind_secret_id: true,
    local_secret_ids: false,
    secret_id_bound_cidrs: null,
    secret_id_num_uses: 2,
    secret_id_ttl: 0,
    token_bound_cidrs: [],
    token_explicit_max_ttl: 0,
    token_max_ttl: 0,
    token_no_default_policy: false,
    token_num_uses: 0,
    token_period: 0,
    token_policies: ['reader'],
    token_ttl: 1200,
    token_type: 'default'
  }
  t.same(withRole({ secret_id_num_uses: 2 }).run('read', 'role/app')?.data, recorded)
  t.same(withRole({ secret_id_num_uses: 2 }, 'openbao-2.5').run('read', 'role/app')?.data, { ...recorded, token_strictly_bind_ip: false })
})

t.test('a secret id is good for as many logins as the role says', async (t) => {
  const { login, newSecret } = withRole({ secret_id_num_uses: 2 })
  const secret = newSecret()
  login(secret)
  login(secret)
  t.throws(() => login(secret), INVALID)
})

t.test('a secret id ends with its time, on the timeline', async (t) => {
  const { world, run, login, newSecret } = withRole({ secret_id_ttl: '1h' })
  const secret = newSecret()
  t.match(run('update', 'role/app/secret-id/lookup', { secret_id: secret })?.data, { secret_id_ttl: 3600, expiration_time: '2024-01-01T01:00:00Z' })
  world.timeline.advance(3600_000)
  t.throws(() => login(secret), INVALID)
  t.same(run('list', 'role/app/secret-id')?.data, { keys: [] })
})

t.test('logins that are refused', async (t) => {
  const { run, login, roleId } = withRole()
  t.throws(() => login('x'), INVALID)
  t.throws(() => run('update', 'login', { role_id: 'x', secret_id: 'x' }), INVALID)
  t.throws(() => run('update', 'login', { role_id: roleId }), { kind: 'invalid', message: 'missing secret_id' })
  t.throws(() => run('update', 'login'), { kind: 'failure', message: 'failed to determine alias name from login request' })
  t.throws(() => withRole({}, 'openbao-2.5').run('update', 'login'), { kind: 'failure', message: 'missing role_id' })
})

t.test('five failures shut a role out for 15 minutes, whatever it presents', async (t) => {
  const { world, login, newSecret } = withRole()
  const secret = newSecret()
  for (let i = 0; i < 5; i++) t.throws(() => login('x'), INVALID)
  t.throws(() => login(secret), { kind: 'denied', message: 'permission denied' })
  world.timeline.advance(900_000)
  t.ok(login(secret)?.auth)
})

t.test('secret ids of a role that does not exist', async (t) => {
  const { run } = withRole()
  t.throws(() => run('update', 'role/none/secret-id'), { kind: 'not-found', message: 'role "none" does not exist' })
  t.throws(() => run('list', 'role/none/secret-id'), { kind: 'invalid', message: 'role "none" does not exist' })
})

t.test('an accessor destroys its secret id', async (t) => {
  const { run, login } = withRole()
  const { secret_id: secret, secret_id_accessor: accessor } = run('update', 'role/app/secret-id')?.data ?? {}
  t.equal(run('update', 'role/app/secret-id-accessor/destroy', { secret_id_accessor: accessor }), undefined)
  t.throws(() => login(String(secret)), INVALID)
})

t.test('a role of batch tokens gives batch tokens', async (t) => {
  const { world, login, newSecret } = withRole({ token_type: 'batch' })
  const { auth } = login(newSecret()) ?? {}
  t.match(auth?.clientToken, /^hvb\./)
  t.match(lookupToken(world, auth?.clientToken ?? ''), { type: 'batch', accessor: '', renewable: false })
})
