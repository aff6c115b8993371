// What engines of later servers have besides: shown as it is at first, refused where somebody sets it.
import t from 'tap'
import { NO_TOKEN, vault, type Vault } from '../vault-server.js'

const NEW = { profile: 'vault-1.21', edition: 'ce' } as const
const PG = {
  plugin_name: 'postgresql-database-plugin',
  connection_url: 'postgresql://{{username}}:{{password}}@127.0.0.1:1/postgres',
  username: 'admin',
  password: 'secret'
}

async function enabled ({ send }: Vault, table: 'auth' | 'mounts', ...types: readonly string[]): Promise<void> {
  for (const type of types) await send('POST', `sys/${table}/${type}`, { type })
}

t.test('vault-1.21 shows fields that nobody can set here, and says so where somebody does', async (t) => {
  const server = vault(t, NEW)
  await enabled(server, 'auth', 'ldap', 'cert')
  const config = await server.data('GET', 'auth/ldap/config')
  t.match(config, { rotation_period: 0, rotation_schedule: '', enable_samaccountname_login: false })
  t.match(await server.verdict('POST', 'auth/ldap/config', { enable_samaccountname_login: true }),
    /^400 vault-mock does not simulate enable_samaccountname_login of auth\/ldap\/config/)
  t.equal(await server.verdict('POST', 'auth/ldap/config', { rotation_period: '0', rotation_schedule: '' }), '204')
  t.match(await server.data('GET', 'auth/cert/config'), { role_cache_size: 0 })
})

t.test('vault-1.14 has none of them', async (t) => {
  const server = vault(t, { profile: 'vault-1.14' })
  await enabled(server, 'auth', 'ldap')
  t.equal((await server.data('GET', 'auth/ldap/config')).rotation_period, undefined)
  t.equal(await server.verdict('POST', 'auth/ldap/config', { enable_samaccountname_login: true }), '204')
})

t.test('vault-1.21: a directory that does not answer is a failure, in the words of its client', async (t) => {
  const server = vault(t, { ...NEW, outside: 'nothing' })
  await enabled(server, 'auth', 'ldap')
  const login = async (password: string): Promise<string> =>
    await server.verdict('POST', 'auth/ldap/login/ann', { password }, NO_TOKEN)
  t.match(await login('pw'), /^500 ldap\.\(Client\)\.Authenticate: failed to connect: 1 error occurred:\n\t\* ldap\.\(Client\)\.connect: /)
  t.equal(await login(''), '500 password cannot be of zero length when passwordless binds are being denied')
})

t.test('vault-1.21: connections keep whether to verify them, rotate only in the enterprise edition, reset at once', async (t) => {
  const server = vault(t, { ...NEW, outside: 'nothing' })
  await enabled(server, 'mounts', 'database')
  const { data, verdict } = server
  const PATH = 'database/config/pg'
  t.match(await verdict('POST', PATH, PG), /^400 error creating database object: error verifying connection: ping failed: failed/)
  t.equal(await verdict('POST', PATH, { ...PG, verify_connection: false }), '204')
  t.match(await data('GET', PATH), { verify_connection: false, rotation_period: 0, disable_automated_rotation: false })
  t.equal(await verdict('POST', PATH, { allowed_roles: 'app' }), '204', 'what was not to be verified is not now')
  t.equal(await verdict('POST', PATH, { rotation_period: '1h' }),
    '400 error registering rotation job: rotation manager capabilities not supported in Vault community edition')
  t.equal(await verdict('POST', 'database/reset/pg'), '204')
  t.equal(await verdict('POST', 'database/static-roles/x', { db_name: 'pg', username: 'app' }),
    '400 one of rotation_schedule or rotation_period must be provided to create a static account')
  t.match(await verdict('POST', 'database/static-roles/x', { db_name: 'pg', username: 'app', rotation_schedule: '0 0 * * SAT' }),
    /rotation_schedule of static roles/)
})

t.test('vault-1.21: kubernetes warns of roles without an audience, takes any reviewer, looks at names first', async (t) => {
  const server = vault(t, { ...NEW, outside: 'anything' })
  await enabled(server, 'auth', 'kubernetes')
  const { send, data, verdict } = server
  const config = { kubernetes_host: 'https://k8s.test', token_reviewer_jwt: 'x' }
  t.equal(await verdict('POST', 'auth/kubernetes/config', { ...config, kubernetes_ca_cert: 'x' }),
    '400 The provided CA PEM data contains no valid certificates')
  t.equal(await verdict('POST', 'auth/kubernetes/config', config), '204')
  t.match(await data('GET', 'auth/kubernetes/config'), {
    token_reviewer_jwt_set: true, use_annotations_as_alias_metadata: false
  })
  t.match(await verdict('POST', 'auth/kubernetes/config', { ...config, use_annotations_as_alias_metadata: true }),
    /^400 vault-mock does not simulate annotations/)
  const role = { bound_service_account_names: 'app', bound_service_account_namespaces: 'prod' }
  const { body } = await send('POST', 'auth/kubernetes/role/app', role)
  t.match(body.warnings, [/^Role app does not have an audience configured\./])
  t.equal(await verdict('POST', 'auth/kubernetes/role/app', { ...role, audience: 'vault' }), '204')
  t.equal(await verdict('POST', 'auth/kubernetes/role/x', { bound_service_account_names: 'app' }),
    '400 "bound_service_account_namespaces" can not be empty if "bound_service_account_namespace_selector" is not set')
})

t.test('vault-1.21: STS and Azure in words of their own', async (t) => {
  const server = vault(t, { ...NEW, outside: 'nothing' })
  await enabled(server, 'mounts', 'aws', 'azure')
  const { verdict } = server
  await verdict('POST', 'aws/config/root', { access_key: 'a', secret_key: 'b' })
  await verdict('POST', 'aws/roles/r', { credential_type: 'assumed_role', role_arns: 'arn:aws:iam::123456789012:role/r' })
  t.equal(await verdict('POST', 'aws/sts/r'), '400 could not obtain sts client')
  t.match(await verdict('POST', 'azure/config', { environment: 'moon' }), /no cloud configuration matching the name "MOON"/)
})
