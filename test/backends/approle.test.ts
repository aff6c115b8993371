// auth/approle: roles, secret ids, logins
import t, { type Test } from 'tap'
import { NEW_YEAR, NO_TOKEN, oneError, vault, type Answer, type Vault } from '../vault-server.js'
import type { ServerOptions } from '../../src/index.js'

const ROLE = 'auth/robots/role/app'
const INVALID = '400 invalid role or secret ID'

interface Robots extends Vault {
  readonly roleId: string
  /** draws a secret id */
  readonly newSecret: (body?: object) => Promise<{ secret_id: string, secret_id_accessor: string }>
  readonly logIn: (secretId: string) => Promise<Answer>
  readonly loginVerdict: (secretId: string) => Promise<string>
}

/** A role `app` of the method at `robots/`, written under the name `App`. */
async function withRole (t: Test, role: object = {}, options: ServerOptions = {}): Promise<Robots> {
  const server = vault(t, { ...NEW_YEAR, profile: 'vault-1.14', ...options })
  await server.send('POST', 'sys/auth/robots', { type: 'approle' })
  await server.send('PUT', 'sys/policies/acl/reader', { policy: '' })
  await server.send('POST', 'auth/robots/role/App', { token_policies: 'reader', token_ttl: '20m', ...role })
  const { role_id: roleId } = await server.data('GET', `${ROLE}/role-id`)
  const credentials = (secretId: string): object => ({ role_id: roleId, secret_id: secretId })
  return {
    ...server,
    roleId,
    newSecret: async (body = {}) => await server.data('POST', `${ROLE}/secret-id`, body),
    logIn: async (secretId) => await server.send('POST', 'auth/robots/login', credentials(secretId), NO_TOKEN),
    loginVerdict: async (secretId) => await server.verdict('POST', 'auth/robots/login', credentials(secretId), NO_TOKEN)
  }
}

t.test('POST login gives an orphan with the role in its metadata and an entity', async (t) => {
  const { logIn, newSecret, data } = await withRole(t)
  const { body: { auth } } = await logIn((await newSecret()).secret_id)
  t.match(auth, {
    lease_duration: 1200, policies: ['default', 'reader'], metadata: { role_name: 'app' }, orphan: true
  })
  t.match(await data('POST', 'auth/token/lookup', { token: auth.client_token }), {
    display_name: 'robots', path: 'auth/robots/login'
  })
  t.match(await data('GET', `identity/entity/id/${auth.entity_id}`), { aliases: [{ mount_type: 'approle' }] })
})

t.test('POST login twice belongs to one entity', async (t) => {
  const { logIn, newSecret } = await withRole(t)
  const entity = async (): Promise<string> => (await logIn((await newSecret()).secret_id)).body.auth.entity_id
  t.equal(await entity(), await entity())
})

t.test('POST login refuses wrong ids, and says which one is missing', async (t) => {
  const { verdict, loginVerdict, roleId } = await withRole(t)
  t.equal(await loginVerdict('x'), INVALID)
  t.equal(await verdict('POST', 'auth/robots/login', { role_id: 'x', secret_id: 'x' }), INVALID)
  t.equal(await verdict('POST', 'auth/robots/login', { role_id: roleId }), '400 missing secret_id')
  t.equal(
    await verdict('POST', 'auth/robots/login', {}), '500 failed to determine alias name from login request'
  )
})

t.test('POST login without a role is refused in the words of OpenBao', async (t) => {
  const { verdict } = await withRole(t, {}, { profile: 'openbao-2.5' })
  t.equal(await verdict('POST', 'auth/robots/login', {}), '500 missing role_id')
})

t.test('POST login is shut for 15 minutes after five failures, whatever is presented', async (t) => {
  const { loginVerdict, newSecret, advance } = await withRole(t)
  const { secret_id: secret } = await newSecret()
  for (let i = 0; i < 5; i++) t.equal(await loginVerdict('x'), INVALID)
  t.equal(await loginVerdict(secret), '403 permission denied')
  advance(900_000)
  t.equal(await loginVerdict(secret), '200')
})

t.test('POST login with a role of batch tokens gives a batch token', async (t) => {
  const { logIn, newSecret, data } = await withRole(t, { token_type: 'batch' })
  const { client_token: token } = (await logIn((await newSecret()).secret_id)).body.auth
  t.match(token, /^hvb\./)
  t.match(await data('POST', 'auth/token/lookup', { token }), { type: 'batch', accessor: '', renewable: false })
})

t.test('GET role/:name reads as recorded', async (t) => {
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
  const role = { secret_id_num_uses: 2 }
  t.same(await (await withRole(t, role)).data('GET', ROLE), recorded)
  const ofOpenBao = await (await withRole(t, role, { profile: 'openbao-2.5' })).data('GET', ROLE)
  t.same(ofOpenBao, { ...recorded, token_strictly_bind_ip: false })
})

t.test('LIST role lists the names; DELETE role/:name forgets one and shuts its logins out', async (t) => {
  const { data, verdict, loginVerdict, newSecret } = await withRole(t)
  const { secret_id: secret } = await newSecret()
  t.same(await data('LIST', 'auth/robots/role'), { keys: ['app'] })
  t.equal(await verdict('DELETE', ROLE), '204')
  t.equal(await verdict('GET', ROLE), '404')
  t.equal(await loginVerdict(secret), INVALID)
})

const REFUSED_ROLES: readonly (readonly [object, string])[] = [
  [{ bind_secret_id: false }, `500 ${oneError('at least one constraint should be enabled on the role')}`],
  [{ local_secret_ids: true }, '400 local_secret_ids can only be modified during role creation'],
  [{ secret_id_num_uses: -1 }, '400 secret_id_num_uses cannot be negative'],
  [{ token_ttl: '2h', token_max_ttl: '1h' }, "400 'token_ttl' cannot be greater than 'token_max_ttl'"],
  [
    { token_type: 'batch', token_num_uses: 2 },
    "400 'token_type' cannot be 'batch' or 'default_batch' when set to generate tokens with limited use count"
  ],
  [{ token_type: 'paper' }, '400 invalid \'token_type\' value "paper"']
]
for (const [change, text] of REFUSED_ROLES) {
  t.test(`POST role/:name with ${JSON.stringify(change)} is refused: ${text}`, async (t) => {
    t.equal(await (await withRole(t)).verdict('POST', ROLE, change), text)
  })
}

t.test('POST role/:name/role-id sets an id of its own, which no other role may have', async (t) => {
  const { send, data, verdict } = await withRole(t)
  t.equal(await verdict('POST', `${ROLE}/role-id`, { role_id: 'mine' }), '204')
  t.same(await data('GET', `${ROLE}/role-id`), { role_id: 'mine' })
  t.equal(await verdict('POST', `${ROLE}/role-id`, {}), '400 missing role_id')
  await send('POST', 'auth/robots/role/other', {})
  t.equal(
    await verdict('POST', 'auth/robots/role/other/role-id', { role_id: 'mine' }),
    `500 ${oneError('role_id already in use')}`
  )
})

t.test('role/:name/:field is read, written and reset by itself', async (t) => {
  const { data, verdict } = await withRole(t)
  t.same(await data('GET', `${ROLE}/policies`), { token_policies: ['reader'] })
  t.equal(await verdict('POST', `${ROLE}/token-ttl`, { token_ttl: '1h' }), '204')
  t.same(await data('GET', `${ROLE}/token-ttl`), { token_ttl: 3600 })
  t.equal(await verdict('DELETE', `${ROLE}/token-ttl`), '204')
  t.same(await data('GET', `${ROLE}/token-ttl`), { token_ttl: 0 })
})

t.test('POST role/:name/secret-id gives one that is good for as many logins as the role says', async (t) => {
  const { loginVerdict, newSecret } = await withRole(t, { secret_id_num_uses: 2 })
  const { secret_id: secret } = await newSecret()
  t.same([await loginVerdict(secret), await loginVerdict(secret), await loginVerdict(secret)], ['200', '200', INVALID])
})

t.test('POST role/:name/secret-id gives one that ends with its time', async (t) => {
  const { data, verdict, loginVerdict, newSecret, advance } = await withRole(t, { secret_id_ttl: '1h' })
  const { secret_id: secret } = await newSecret({ metadata: '{"who":"me"}' })
  t.match(await data('POST', `${ROLE}/secret-id/lookup`, { secret_id: secret }), {
    secret_id_ttl: 3600, expiration_time: '2024-01-01T01:00:00Z', metadata: { who: 'me' }
  })
  advance(3600_000)
  t.equal(await loginVerdict(secret), INVALID)
  t.equal(await verdict('LIST', `${ROLE}/secret-id`), '404')
})

const REFUSED_SECRETS: readonly (readonly [object, string])[] = [
  [{ num_uses: 9 }, "400 num_uses cannot be higher than the role's secret_id_num_uses"],
  [{ num_uses: -1 }, '400 num_uses cannot be negative'],
  [{ ttl: '2h' }, "400 ttl cannot be longer than the role's secret_id_ttl"]
]
for (const [body, text] of REFUSED_SECRETS) {
  t.test(`POST role/:name/secret-id of ${JSON.stringify(body)} is refused: ${text}`, async (t) => {
    const { verdict } = await withRole(t, { secret_id_num_uses: 2, secret_id_ttl: '1h' })
    t.equal(await verdict('POST', `${ROLE}/secret-id`, body), text)
  })
}

t.test('POST role/:name/secret-id refuses metadata that are no JSON', async (t) => {
  const { verdict } = await withRole(t)
  t.match(await verdict('POST', `${ROLE}/secret-id`, { metadata: '{' }), /^400 failed to parse metadata: /)
})

t.test('POST role/:name/custom-secret-id takes an id of one\'s own, once', async (t) => {
  const { verdict, loginVerdict } = await withRole(t)
  t.equal(await verdict('POST', `${ROLE}/custom-secret-id`, { secret_id: 'mine' }), '200')
  t.equal(await loginVerdict('mine'), '200')
  t.equal(
    await verdict('POST', `${ROLE}/custom-secret-id`, { secret_id: 'mine' }),
    `500 ${oneError('failed to store secret_id: SecretID is already registered')}`
  )
  t.equal(await verdict('POST', `${ROLE}/custom-secret-id`, {}), '400 missing secret_id')
})

t.test('secret-id of a role that is not there is refused', async (t) => {
  const { verdict } = await withRole(t)
  const missing = 'role "none" does not exist'
  t.equal(await verdict('POST', 'auth/robots/role/none/secret-id'), `404 ${missing}`)
  t.equal(await verdict('LIST', 'auth/robots/role/none/secret-id'), `400 ${missing}`)
})

t.test('POST secret-id/destroy and secret-id-accessor/destroy end a secret id', async (t) => {
  const { verdict, loginVerdict, newSecret } = await withRole(t)
  const [first, second] = [await newSecret(), await newSecret()]
  t.equal(await verdict('POST', `${ROLE}/secret-id/destroy`, { secret_id: first.secret_id }), '204')
  const { secret_id_accessor: accessor } = second
  t.equal(await verdict('POST', `${ROLE}/secret-id-accessor/destroy`, { secret_id_accessor: accessor }), '204')
  t.same([await loginVerdict(first.secret_id), await loginVerdict(second.secret_id)], [INVALID, INVALID])
})

t.test('POST secret-id/lookup and secret-id-accessor/lookup show the same, and treat the unknown in two ways', async (t) => {
  const { data, verdict, newSecret } = await withRole(t)
  const { secret_id: id, secret_id_accessor: accessor } = await newSecret()
  const shown = await data('POST', `${ROLE}/secret-id/lookup`, { secret_id: id })
  t.match(shown, { secret_id_accessor: accessor, expiration_time: '0001-01-01T00:00:00Z' })
  t.same(await data('POST', `${ROLE}/secret-id-accessor/lookup`, { secret_id_accessor: accessor }), shown)
  t.equal(await verdict('POST', `${ROLE}/secret-id/lookup`, { secret_id: 'none' }), '204')
  t.equal(
    await verdict('POST', `${ROLE}/secret-id-accessor/lookup`, { secret_id_accessor: 'none' }),
    `404 ${oneError('failed to find accessor entry for secret_id_accessor: "none"')}`
  )
})

t.test('POST tidy/secret-id is a 202 with a warning', async (t) => {
  const { send } = await withRole(t)
  t.match(await send('POST', 'auth/robots/tidy/secret-id'), {
    status: 202, body: { warnings: [/^Tidy operation successfully started/] }
  })
})
