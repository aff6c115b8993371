// sys/auth
import t from 'tap'
import { DENIED, UNSUPPORTED_OPERATION, UNSUPPORTED_PATH, vault } from '../../vault-server.js'

t.test('GET auth is a map by path', async (t) => {
  const { data } = vault(t)
  t.match(await data('GET', 'sys/auth'), {
    'token/': { type: 'token', accessor: /^auth_token_[0-9a-f]{8}$/, config: { token_type: 'default-service' }, options: null }
  })
})

t.test('POST auth/:path enables a method, which GET shows', async (t) => {
  const { verdict, data } = vault(t)
  t.equal(await verdict('POST', 'sys/auth/robots', { type: 'approle', description: 'machines' }), '204')
  t.match(await data('GET', 'sys/auth/robots'), {
    accessor: /^auth_approle_/, description: 'machines', config: { token_type: 'default-service' }, type: 'approle'
  })
})

t.test('GET auth/:path refuses what is not there', async (t) => {
  t.equal(await vault(t).verdict('GET', 'sys/auth/none'), '400 No auth engine at none/')
})

t.test('LIST auth is no path, LIST of a method no operation', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('LIST', 'sys/auth'), UNSUPPORTED_PATH)
  t.equal(await verdict('LIST', 'sys/auth/token'), UNSUPPORTED_OPERATION)
})

t.test('POST auth/:path refuses a path in use, unknown types and a second token store', async (t) => {
  const { send, verdict } = vault(t)
  await send('POST', 'sys/auth/approle', { type: 'approle' })
  t.equal(await verdict('POST', 'sys/auth/approle', { type: 'approle' }), '400 path is already in use at approle/')
  t.equal(await verdict('POST', 'sys/auth/token', { type: 'token' }), '400 path is already in use at token/')
  t.equal(await verdict('POST', 'sys/auth/x', { type: 'nonsense' }), '400 plugin not found in the catalog: nonsense')
  t.equal(await verdict('POST', 'sys/auth/x', { type: 'token' }), '400 token credential backend cannot be instantiated')
})

t.test('a login with a method that is not simulated hears so, without a token, too', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', 'sys/auth/x', { type: 'oci' }), '204')
  const refusal = /^400 vault-mock does not simulate the "oci" auth method/
  t.match(await verdict('POST', 'auth/x/login/dev', {}, { 'x-vault-token': '' }), refusal)
  t.match(await verdict('GET', 'auth/x/config'), refusal)
})

t.test('DELETE auth/:path revokes the tokens of the method', async (t) => {
  const { send, verdict } = vault(t)
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw' })
  const { body } = await send('POST', 'auth/userpass/login/ann', { password: 'pw' })
  const asAnn = { 'x-vault-token': body.auth.client_token }
  t.equal(await verdict('GET', 'auth/token/lookup-self', undefined, asAnn), '200')
  t.equal(await verdict('DELETE', 'sys/auth/userpass'), '204')
  t.equal(await verdict('GET', 'auth/token/lookup-self', undefined, asAnn), '403 permission denied')
})

t.test('DELETE auth/:path of nothing is no error, of the token store it is', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('DELETE', 'sys/auth/none'), '204')
  t.equal(await verdict('DELETE', 'sys/auth/token'), '400 token credential backend cannot be disabled')
})

t.test('GET auth/:path/tune shows the settings in force', async (t) => {
  const { send, data } = vault(t)
  await send('POST', 'sys/auth/approle', { type: 'approle' })
  t.same(await data('GET', 'sys/auth/approle/tune'), {
    default_lease_ttl: 2764800,
    description: '',
    force_no_cache: false,
    max_lease_ttl: 2764800,
    token_type: 'default-service'
  })
})

t.test('POST auth/:path/tune sets the type of token', async (t) => {
  const { send, verdict, data } = vault(t)
  await send('POST', 'sys/auth/approle', { type: 'approle' })
  t.equal(await verdict('POST', 'sys/auth/approle/tune', { token_type: 'batch' }), '204')
  t.match(await data('GET', 'sys/auth/approle/tune'), { token_type: 'batch' })
})

t.test('POST auth/:path/tune sets when users are locked out', async (t) => {
  const { send, data } = vault(t)
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  const userLockout = { lockout_threshold: 3, lockout_duration: '10m' }
  await send('POST', 'sys/auth/userpass/tune', { user_lockout_config: userLockout })
  t.match(await data('GET', 'sys/auth/userpass/tune'), {
    user_lockout_threshold: 3, user_lockout_duration: 600, user_lockout_disable: false
  })
})

t.test('POST auth/:path needs sudo', async (t) => {
  const { send, verdict, tokenHeader } = vault(t)
  await send('PUT', 'sys/policies/acl/p', { policy: 'path "sys/auth/*" { capabilities = ["create", "update"] }' })
  t.equal(await verdict('POST', 'sys/auth/x', { type: 'approle' }, await tokenHeader({ policies: ['p'] })), DENIED)
})
