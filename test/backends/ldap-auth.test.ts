// ldap: the directory judges, groups bring policies. Texts: recording `outside-auth`.
import t, { type Test } from 'tap'
import type { ServerOptions } from '../../src/index.js'
import { NO_TOKEN, vault } from '../vault-server.js'

const URL = 'ldap://directory.test'
const PEOPLE = {
  ldap: {
    [URL]: {
      binds: { 'cn=admin': 'secret' },
      users: { ann: { password: 'pw', groups: ['Devs'] }, bob: { password: 'pw' } }
    }
  }
}

async function mounted (t: Test, options: ServerOptions = { outside: PEOPLE }, config: object = {}) {
  const server = vault(t, options)
  await server.send('POST', 'sys/auth/ldap', { type: 'ldap' })
  await server.send('POST', 'auth/ldap/config', { url: URL, binddn: 'cn=admin', bindpass: 'secret', ...config })
  await server.send('POST', 'auth/ldap/groups/devs', { policies: 'dev' })
  const login = async (name: string, password = 'pw') =>
    await server.send('POST', `auth/ldap/login/${name}`, { password }, NO_TOKEN)
  return { ...server, login }
}

t.test('groups of the directory and of the mount bring policies', async (t) => {
  const { login, send } = await mounted(t)
  await send('POST', 'auth/ldap/users/ann', { policies: 'own', groups: 'ops' })
  await send('POST', 'auth/ldap/groups/ops', { policies: 'ops' })
  const { body } = await login('Ann')
  t.strictSame(body.auth.policies, ['default', 'dev', 'ops', 'own'])
  t.strictSame(body.auth.metadata, { username: 'Ann' })
})

t.test('who is in no group is told', async (t) => {
  const { login } = await mounted(t)
  t.match((await login('bob')).body.warnings, [/^no LDAP groups found in groupDN ""/])
})

t.test('wrong passwords are refused, and shut out in the end', async (t) => {
  const { login, server } = await mounted(t)
  for (let i = 0; i < 5; i++) {
    t.match((await login('ann', 'no')).body.errors, ['ldap operation failed: failed to bind as user'])
  }
  t.equal((await login('ann')).status, 403)
  t.match(server.controls.outside.calls().at(-1), { system: 'ldap', address: URL, asked: 'log in ann', met: 'known' })
})

t.test('a binder with another password finds nobody', async (t) => {
  const { login } = await mounted(t, { outside: PEOPLE }, { bindpass: 'other' })
  t.equal((await login('ann')).status, 400)
})

t.test('of several servers the first that answers counts; where none does, each is named', async (t) => {
  const { login, send } = await mounted(t, { outside: PEOPLE }, { url: `ldap://gone.test,${URL}` })
  t.equal((await login('ann')).status, 200)
  await send('POST', 'auth/ldap/config', { url: 'ldap://a.test,ldap://b.test' })
  t.match((await login('ann')).body.errors[0], /^2 errors occurred:\n\t\* error connecting to host "ldap:\/\/a.test"/)
})

t.test('external groups follow the directory', async (t) => {
  const { login, send, data } = await mounted(t)
  const { accessor } = await data('GET', 'sys/auth/ldap')
  const { id } = await data('POST', 'identity/group', { name: 'developers', type: 'external', policies: 'group' })
  await send('POST', 'identity/group-alias', { name: 'Devs', mount_accessor: accessor, canonical_id: id })
  t.strictSame((await login('ann')).body.auth.identity_policies, ['group'])
})

t.test('a certificate of its own needs a key, and the other way round', async (t) => {
  const { verdict } = await mounted(t)
  for (const half of ['client_tls_cert', 'client_tls_key']) {
    t.equal(await verdict('POST', 'auth/ldap/config', { [half]: 'x' }), '400 both client_tls_cert and client_tls_key must be set')
  }
})
