// auth/userpass: users and logins
import t, { type Test } from 'tap'
import { NEW_YEAR, NO_TOKEN, vault, type Vault } from '../vault-server.js'

const INVALID = '400 invalid username or password'
const ANN = 'auth/userpass/users/ann'

interface Users extends Vault {
  readonly logIn: (name: string, password: string) => Promise<string>
}

/** With the user `ann`, whose password is `pw`. */
async function withAnn (t: Test): Promise<Users> {
  const server = vault(t, { ...NEW_YEAR, profile: 'vault-1.14' })
  await server.send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await server.send('POST', 'auth/userpass/users/Ann', { password: 'pw', token_policies: ['reader'] })
  const logIn = async (name: string, password: string): Promise<string> =>
    await server.verdict('POST', `auth/userpass/login/${name}`, { password }, NO_TOKEN)
  return { ...server, logIn }
}

t.test('POST login/:name gives a token, in whatever case the name is', async (t) => {
  const { send, data } = await withAnn(t)
  const { auth } = (await send('POST', 'auth/userpass/login/ANN', { password: 'pw' }, NO_TOKEN)).body
  t.match(auth, { lease_duration: 2764800, policies: ['default', 'reader'], metadata: { username: 'ann' } })
  t.match(await data('POST', 'auth/token/lookup', { token: auth.client_token }), { display_name: 'userpass-ann' })
})

t.test('POST login/:name does not tell wrong passwords from unknown users', async (t) => {
  const { logIn } = await withAnn(t)
  t.equal(await logIn('ann', 'no'), INVALID)
  t.equal(await logIn('bob', 'no'), INVALID)
})

t.test('POST login/:name without a password is a failure', async (t) => {
  const { verdict } = await withAnn(t)
  t.equal(await verdict('POST', 'auth/userpass/login/ann', {}, NO_TOKEN), '500 missing password')
})

t.test('POST login/:name is shut for 15 minutes after five failures', async (t) => {
  const { logIn, advance } = await withAnn(t)
  for (let i = 0; i < 5; i++) t.equal(await logIn('ann', 'no'), INVALID)
  t.equal(await logIn('ann', 'pw'), '403 permission denied')
  advance(900_000)
  t.equal(await logIn('ann', 'pw'), '200')
})

t.test('POST login/:name forgets four failures over a success', async (t) => {
  const { logIn } = await withAnn(t)
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 4; i++) t.equal(await logIn('ann', 'no'), INVALID)
    t.equal(await logIn('ann', 'pw'), '200')
  }
})

t.test('POST login/:name is shut when the mount says so', async (t) => {
  const { send, logIn, advance } = await withAnn(t)
  const userLockout = { lockout_threshold: 2, lockout_duration: '1m' }
  await send('POST', 'sys/auth/userpass/tune', { user_lockout_config: userLockout })
  for (let i = 0; i < 2; i++) t.equal(await logIn('ann', 'no'), INVALID)
  t.equal(await logIn('ann', 'pw'), '403 permission denied')
  advance(60_000)
  t.equal(await logIn('ann', 'pw'), '200')
})

t.test('GET users/:name reads as recorded, without the password', async (t) => {
  const { data } = await withAnn(t)
  t.same(await data('GET', ANN), {
    token_bound_cidrs: [],
    token_explicit_max_ttl: 0,
    token_max_ttl: 0,
    token_no_default_policy: false,
    token_num_uses: 0,
    token_period: 0,
    token_policies: ['reader'],
    token_ttl: 0,
    token_type: 'default'
  })
})

t.test('LIST users lists the names; DELETE users/:name forgets one', async (t) => {
  const { data, verdict, logIn } = await withAnn(t)
  t.same(await data('LIST', 'auth/userpass/users'), { keys: ['ann'] })
  t.equal(await verdict('DELETE', ANN), '204')
  t.equal(await logIn('ann', 'pw'), INVALID)
})

t.test('POST users/:name/password changes it', async (t) => {
  const { verdict, logIn } = await withAnn(t)
  t.equal(await verdict('POST', `${ANN}/password`, { password: 'new' }), '204')
  t.equal(await logIn('ann', 'pw'), INVALID)
  t.equal(await logIn('ann', 'new'), '200')
})

t.test('POST users/:name/policies changes them', async (t) => {
  const { verdict, data } = await withAnn(t)
  t.equal(await verdict('POST', `${ANN}/policies`, { token_policies: 'writer' }), '204')
  t.match(await data('GET', ANN), { token_policies: ['writer'] })
})

t.test('POST users/:name without a password makes no user', async (t) => {
  const { verdict } = await withAnn(t)
  t.equal(await verdict('POST', 'auth/userpass/users/bob', { token_policies: 'x' }), '400 missing password')
})
