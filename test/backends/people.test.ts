// radius, okta, github and kerberos: other systems say who somebody is; users, groups and teams have policies here.
import t, { type Test } from 'tap'
import type { OutsideOptions } from '../../src/index.js'
import { NO_TOKEN, vault } from '../vault-server.js'

async function mounted (t: Test, type: string, config: object, outside: OutsideOptions) {
  const server = vault(t, { outside })
  await server.send('POST', `sys/auth/${type}`, { type })
  const configured = await server.verdict('POST', `auth/${type}/config`, config)
  const login = async (path: string, body: object) =>
    await server.send('POST', `auth/${type}/login${path}`, body, NO_TOKEN)
  return { ...server, configured, login }
}

t.test('radius: users of the server, with policies of the mount or those of the unknown', async (t) => {
  const outside = { radius: { 'radius.test:1812': { secret: 's', users: { ann: { password: 'pw' }, bob: { password: 'pw' } } } } }
  const config = { host: 'Radius.test', secret: 's', unregistered_user_policies: 'guest' }
  const { login, send } = await mounted(t, 'radius', config, outside)
  await send('POST', 'auth/radius/users/ann', { policies: 'b,a' })
  t.strictSame((await login('/ann', { password: 'pw' })).body.auth.policies, ['a', 'b', 'default'])
  t.strictSame((await login('', { username: 'bob', password: 'pw' })).body.auth.policies, ['default', 'guest'])
  t.match((await login('/ann', { password: 'no' })).body.errors, ['access denied by the authentication server'])
  await send('POST', 'auth/radius/config', { secret: 'other' })
  t.match((await login('/ann', { password: 'pw' })).body.errors, ['context deadline exceeded'], 'it does not answer')
})

t.test('okta: groups come with an API token', async (t) => {
  const outside = { okta: { 'https://acme.okta.com': { users: { 'ann@acme.test': { password: 'pw', groups: ['dev'] } } } } }
  const { login, send } = await mounted(t, 'okta', { org_name: 'acme' }, outside)
  await send('POST', 'auth/okta/groups/dev', { policies: 'dev' })
  const ann = async () => (await login('/ann@acme.test', { password: 'pw' })).body.auth.policies
  t.strictSame(await ann(), ['default'])
  await send('POST', 'auth/okta/config', { api_token: 'x' })
  t.strictSame(await ann(), ['default', 'dev'])
  t.match((await login('/ann@acme.test', { password: 'no' })).body.errors, [/^Okta auth failed: .*E0000004/])
  t.notOk('api_token' in (await send('GET', 'auth/okta/config')).body.data)
})

t.test('github: members of the organization, with the policies of their teams', async (t) => {
  const outside = {
    github: {
      'https://api.github.com': {
        organizations: { acme: 42 },
        users: { ann: { token: 'ghp_a', organizations: { acme: ['dev'] } }, eve: { token: 'ghp_e', organizations: {} } }
      }
    }
  }
  const { login, send, data } = await mounted(t, 'github', { organization: 'acme' }, outside)
  t.equal((await data('GET', 'auth/github/config')).organization_id, 42, 'looked up')
  await send('POST', 'auth/github/map/teams/dev', { value: 'reader,writer' })
  await send('POST', 'auth/github/map/users/ann', { value: 'own' })
  await send('POST', 'auth/github/map/teams/empty', {})
  t.strictSame(await data('GET', 'auth/github/map/teams/empty'), { key: 'empty' })
  await send('POST', 'auth/github/map/teams/empty', { value: '' })
  t.strictSame(await data('GET', 'auth/github/map/teams/empty'), { key: 'empty', value: '' })
  const { body: { auth } } = await login('', { token: 'ghp_a' })
  t.strictSame(auth.policies, ['default', 'own', 'reader', 'writer'])
  t.strictSame(auth.metadata, { org: 'acme', username: 'ann' })
  t.match((await login('', { token: 'ghp_e' })).body.errors, ['user is not part of required org'])
  t.match((await login('', { token: 'x' })).body.errors, [/401 Bad credentials/])
})

t.test('github: an organization that nobody knows', async (t) => {
  const { configured } = await mounted(t, 'github', { organization: 'acme' }, 'nothing')
  t.match(configured, /unable to fetch the organization_id, you must manually set it in the config: Get "https:\/\/api/)
})

t.test('kerberos: tickets of the realm; without one the client is asked for it', async (t) => {
  const outside = { kerberos: { 'ACME.TEST': { tickets: { abc: { user: 'ann/host', groups: ['dev'] } } } } }
  const config = { keytab: 'AAAA', service_account: 'vault@ACME.TEST', remove_instance_name: true }
  const { login, send } = await mounted(t, 'kerberos', config, outside)
  await send('POST', 'auth/kerberos/config/ldap', { url: 'ldap://a.test', token_policies: 'all' })
  await send('POST', 'auth/kerberos/groups/dev', { policies: 'dev' })
  const asked = await login('', {})
  t.match(asked, { status: 401, headers: { 'www-authenticate': 'Negotiate' } })
  const { body: { auth } } = await login('', { authorization: 'Negotiate abc' })
  t.strictSame(auth.policies, ['all', 'default', 'dev'])
  t.match(auth.metadata, { user: 'ann' })
  t.equal((await login('', { authorization: 'Negotiate other' })).status, 400)
})
