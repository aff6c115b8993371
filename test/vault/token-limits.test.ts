import t, { type Test } from 'tap'
import { vault, type Vault } from '../vault-server.js'

async function approle (t: Test, role: object): Promise<{ send: Vault['send'], logIn: () => ReturnType<Vault['send']> }> {
  const { send } = vault(t)
  await send('POST', 'sys/auth/approle', { type: 'approle' })
  await send('POST', 'auth/approle/role/one', role)
  const roleId = (await send('GET', 'auth/approle/role/one/role-id')).body.data.role_id
  const secretId = (await send('POST', 'auth/approle/role/one/secret-id')).body.data.secret_id
  return { send, logIn: () => send('POST', 'auth/approle/login', { role_id: roleId, secret_id: secretId }) }
}

t.test('a token is good only from the networks it is bound to', async (t) => {
  const near = await approle(t, { token_bound_cidrs: '127.0.0.0/8' })
  const { client_token: token } = (await near.logIn()).body.auth
  t.equal((await near.send('GET', 'auth/token/lookup-self', undefined, { 'x-vault-token': token })).status, 200)
  const far = await approle(t, { token_bound_cidrs: '10.0.0.0/8' })
  t.match(await far.logIn(), { status: 403, body: { errors: ['permission denied'] } })
})

t.test('a token whose networks do not fit counts as unknown', async (t) => {
  const { send } = vault(t, { profile: 'vault-1.14' })
  await send('POST', 'auth/token/roles/far', { token_bound_cidrs: '10.0.0.0/8' })
  const token = (await send('POST', 'auth/token/create/far')).body.auth.client_token
  t.match(await send('GET', 'auth/token/lookup-self', undefined, { 'x-vault-token': token }), { status: 403, body: { errors: ['permission denied'] } })
})

t.test('a secret id is good only from its networks', async (t) => {
  const { logIn } = await approle(t, { secret_id_bound_cidrs: '10.0.0.0/8' })
  t.match(await logIn(), { status: 400, body: { errors: [/^source address "127.0.0.1" unauthorized/] } })
})

t.test('policies of the entity are added, and a disabled entity ends all access', async (t) => {
  const { send, logIn } = await approle(t, { token_policies: 'one' })
  await send('PUT', 'sys/policies/acl/two', { policy: 'path "sys/mounts" { capabilities = ["read"] }' })
  const first = (await logIn()).body.auth
  await send('POST', `identity/entity/id/${first.entity_id}`, { policies: 'two' })
  t.match((await logIn()).body.auth, { policies: ['default', 'one', 'two'], token_policies: ['default', 'one'], identity_policies: ['two'] })
  const own = { 'x-vault-token': first.client_token }
  t.equal((await send('GET', 'sys/mounts', undefined, own)).status, 200)
  t.match((await send('GET', 'auth/token/lookup-self', undefined, own)).body.data, { policies: ['default', 'one'], identity_policies: ['two'] })
  await send('POST', `identity/entity/id/${first.entity_id}`, { disabled: true })
  t.match(await send('GET', 'sys/mounts', undefined, own), { status: 403, body: { errors: ['1 error occurred:\n\t* permission denied\n\n'] } })
  t.equal((await logIn()).status, 403)
})

t.test('fields of a role have paths of their own', async (t) => {
  const { send } = await approle(t, { token_policies: 'one', secret_id_ttl: '10m' })
  const at = (field: string): string => `auth/approle/role/one/${field}`
  t.same((await send('GET', at('policies'))).body.data, { token_policies: ['one'] })
  t.same((await send('GET', at('secret-id-ttl'))).body.data, { secret_id_ttl: 600 })
  t.equal((await send('POST', at('policies'), { token_policies: 'two,three' })).status, 204)
  t.same((await send('GET', at('policies'))).body.data, { token_policies: ['three', 'two'] })
  t.equal((await send('DELETE', at('secret-id-ttl'))).status, 204)
  t.same((await send('GET', at('secret-id-ttl'))).body.data, { secret_id_ttl: 0 })
  t.match(await send('POST', at('token-ttl'), {}), { status: 400, body: { errors: ['missing token_ttl'] } })
  t.equal((await send('POST', 'auth/approle/role/none/token-ttl', { token_ttl: 1 })).status, 404)
})
