// auth/token
import t, { type Test } from 'tap'
import { DENIED, NEW_YEAR, oneError, vault, type Vault } from '../vault-server.js'

const VAULT = { ...NEW_YEAR, profile: 'vault-1.14' } as const
const HOUR_TOKEN = { policies: ['reader'], ttl: '1h' }
const BAD_TOKEN = '403 permission denied'

/** A server with a policy `reader`, under which a token may do nothing. */
async function withReader (t: Test): Promise<Vault> {
  const server = vault(t, VAULT)
  await server.send('PUT', 'sys/policies/acl/reader', { policy: '# nothing' })
  return server
}

async function create ({ send }: Vault, body: object, path = 'create'): Promise<any> {
  return (await send('POST', `auth/token/${path}`, body)).body.auth
}

const asToken = (auth: { client_token: string }): Record<string, string> => ({ 'x-vault-token': auth.client_token })

t.test('POST create makes a child with the policies asked for, and default', async (t) => {
  const server = await withReader(t)
  const body = { ...HOUR_TOKEN, policies: ['Reader'], meta: { who: 'me' }, display_name: 'mine' }
  const auth = await create(server, body)
  t.match(auth, {
    lease_duration: 3600, policies: ['default', 'reader'], metadata: { who: 'me' }, orphan: false, token_type: 'service'
  })
  t.match(await server.data('POST', 'auth/token/lookup', { token: auth.client_token }), {
    display_name: 'token-mine', path: 'auth/token/create', orphan: false
  })
})

t.test('POST create warns of a policy that is not there', async (t) => {
  const { send } = vault(t)
  t.same((await send('POST', 'auth/token/create', { policies: ['ghost'] })).body.warnings, [
    'Policy "ghost" does not exist'
  ])
})

t.test('POST create without policies copies the parent', async (t) => {
  const auth = await create(vault(t), {})
  t.match(auth, { lease_duration: 0, policies: ['root'], renewable: false })
})

t.test('POST create caps a ttl above the maximum, with a warning', async (t) => {
  const { body } = await vault(t).send('POST', 'auth/token/create', { policies: ['default'], ttl: '800h' })
  t.equal(body.auth.lease_duration, 2764800)
  t.same(body.warnings, [
    'TTL of "800h" exceeded the effective max_ttl of "768h"; TTL value is capped accordingly'
  ])
})

t.test('POST create makes a batch token as the command line asks for it: zero period, renewable', async (t) => {
  const auth = await create(await withReader(t), {
    type: 'batch', policies: ['default'], ttl: '10m', explicit_max_ttl: '0s', period: '0s', renewable: true
  })
  t.match(auth, { client_token: /^hvb\./, lease_duration: 600, token_type: 'batch' })
})

const REFUSED: readonly (readonly [object, string])[] = [
  [{ id: 'my-token' }, 'cannot create a token with a duplicate ID'],
  [{ id: 'a.b' }, "custom token ID cannot have a '.' in the value"],
  [{ ttl: 'soon' }, 'time: invalid duration "soon"'],
  [{ policies: ['response-wrapping'] }, 'cannot assign policy "response-wrapping"'],
  [{ type: 'paper' }, "invalid 'token_type' value"],
  [{ type: 'batch', period: '1h', policies: ['x'] }, 'batch tokens cannot have "period" set'],
  [{ num_uses: -1 }, 'number of uses cannot be negative']
]
for (const [body, text] of REFUSED) {
  t.test(`POST create of ${JSON.stringify(body)} is refused: ${text}`, async (t) => {
    const { send, verdict } = vault(t)
    await send('POST', 'auth/token/create', { id: 'my-token', policies: ['default'] })
    t.equal(await verdict('POST', 'auth/token/create', body), `400 ${text}`)
  })
}

const CREATOR = 'path "auth/token/create" { capabilities = ["update"] }'
const REFUSED_TO_CREATOR: readonly (readonly [object, object, string])[] = [
  [{}, { policies: ['writer'] }, 'child policies must be subset of parent'],
  [{}, { id: 'x' }, 'root or sudo privileges required to specify token id'],
  [{}, { no_parent: true }, 'root or sudo privileges required to create orphan token'],
  [{}, { period: '1h' }, 'root or sudo privileges required to create periodic token'],
  [{ num_uses: 2 }, {}, 'restricted use token cannot generate child tokens'],
  [{ type: 'batch' }, {}, 'batch tokens cannot create more tokens']
]
for (const [parent, body, text] of REFUSED_TO_CREATOR) {
  t.test(`POST create of ${JSON.stringify(body)} by ${JSON.stringify(parent)} is refused: ${text}`, async (t) => {
    const { send, verdict, tokenHeader } = vault(t)
    await send('PUT', 'sys/policies/acl/creator', { policy: CREATOR })
    const asCreator = await tokenHeader({ policies: ['creator'], ...parent })
    t.equal(await verdict('POST', 'auth/token/create', body, asCreator), `400 ${text}`)
  })
}

t.test('POST create-orphan makes an orphan', async (t) => {
  t.match(await create(vault(t), HOUR_TOKEN, 'create-orphan'), { orphan: true })
})

t.test('POST create/:role takes policies, period and orphanhood from the role; the period is not shown', async (t) => {
  const server = await withReader(t)
  await server.send('POST', 'auth/token/roles/nomad', { allowed_policies: 'reader', orphan: true, token_period: '1h' })
  const auth = await create(server, {}, 'create/nomad')
  t.match(auth, { lease_duration: 3600, policies: ['default', 'reader'], orphan: true })
  const shown = await server.data('POST', 'auth/token/lookup', { token: auth.client_token })
  t.match(shown, { role: 'nomad', ttl: 3600, path: 'auth/token/create/nomad' })
  t.notOk('period' in shown)
})

t.test('POST create/:role refuses other policies, and an unknown role', async (t) => {
  const { send, verdict } = await withReader(t)
  await send('POST', 'auth/token/roles/nomad', { allowed_policies: 'reader' })
  const allowed = '(["default" "reader"]) or glob policies ([])'
  t.equal(
    await verdict('POST', 'auth/token/create/nomad', { policies: ['app'] }),
    `400 token policies (["app" "default"]) must be subset of the role's allowed policies ${allowed}`
  )
  t.equal(await verdict('POST', 'auth/token/create/none', {}), '400 unknown role none')
})

t.test('POST create/:role takes policies by a glob', async (t) => {
  const { send, verdict } = vault(t)
  await send('POST', 'auth/token/roles/team', { allowed_policies_glob: 'team-*' })
  t.equal(await verdict('POST', 'auth/token/create/team', { policies: ['team-a'] }), '200')
  t.match(await verdict('POST', 'auth/token/create/team', { policies: ['other'] }), /^400 /)
})

t.test('GET roles/:name reads as recorded', async (t) => {
  const { send, data } = vault(t, VAULT)
  const role = { allowed_policies: 'reader', orphan: true, renewable: true, token_period: '1h' }
  await send('POST', 'auth/token/roles/nomad', role)
  t.same(await data('GET', 'auth/token/roles/nomad'), {
    allowed_entity_aliases: null,
    allowed_policies: ['reader'],
    allowed_policies_glob: [],
    disallowed_policies: [],
    disallowed_policies_glob: [],
    explicit_max_ttl: 0,
    name: 'nomad',
    orphan: true,
    path_suffix: '',
    period: 0,
    renewable: true,
    token_explicit_max_ttl: 0,
    token_no_default_policy: false,
    token_period: 3600,
    token_type: 'default-service'
  })
})

t.test('POST roles/:name says which older names it ignores, and shows those that count (asked of Vault 1.21.4)', async (t) => {
  const { send, data } = vault(t, VAULT)
  const write = async (body: object) => (await send('POST', 'auth/token/roles/nomad', body)).body?.warnings
  const ignoring = (name: string): string =>
    `Both 'token_${name}' and deprecated '${name}' value supplied, ignoring the deprecated value`
  t.same(await write({
    period: 60, token_period: 70, bound_cidrs: '10.0.0.1', token_bound_cidrs: '11.0.0.1', explicit_max_ttl: 9, token_explicit_max_ttl: 8
  }), [ignoring('period'), ignoring('bound_cidrs'), ignoring('explicit_max_ttl')])
  t.notOk('bound_cidrs' in await data('GET', 'auth/token/roles/nomad'))
  t.equal(await write({ bound_cidrs: ['10.0.0.1/32', 'fd00::/8'] }), undefined)
  t.equal(await write({ orphan: true }), undefined)
  const networks = ['10.0.0.1', 'fd00::/8']
  t.match(await data('GET', 'auth/token/roles/nomad'), { bound_cidrs: networks, token_bound_cidrs: networks })
  t.match(await write({ token_explicit_max_ttl: 99999999 }), [/^Given explicit max TTL of 99999999 is greater than .* 2764800 seconds/])
})

t.test('POST roles/:name refuses networks that are none, and a suffix that leads upwards', async (t) => {
  const { verdict } = vault(t, VAULT)
  const problem = 'error parsing address "zz": Unable to convert "zz" to an IPv4 or IPv6 address, or a UNIX Socket'
  const write = async (body: object) => await verdict('POST', 'auth/token/roles/nomad', body)
  t.equal(await write({ bound_cidrs: 'zz' }), `400 error parsing bound_cidrs: ${problem}`)
  t.equal(await write({ token_bound_cidrs: '10.0.0.1,zz' }), `400 error parsing role fields: ${problem}`)
  t.equal(await write({ path_suffix: 'a..b' }), '400 error registering path suffix: path cannot contain parent references')
  t.match(await write({ path_suffix: '/x' }), /^400 given role path suffix contains invalid characters/)
})

t.test('LIST roles lists the names; DELETE roles/:name forgets one', async (t) => {
  const { send, data, verdict } = vault(t)
  await send('POST', 'auth/token/roles/nomad', {})
  t.same(await data('LIST', 'auth/token/roles'), { keys: ['nomad'] })
  t.equal(await verdict('DELETE', 'auth/token/roles/nomad'), '204')
  t.equal(await verdict('GET', 'auth/token/roles/nomad'), '404')
})

t.test('GET lookup-self of the root token that has a given id shows a lease without an end', async (t) => {
  const { data } = vault(t, { ...VAULT, fixture: 'dev' })
  const shown = await data('GET', 'auth/token/lookup-self')
  t.same({ ...shown, accessor: '' }, {
    accessor: '',
    creation_time: 1704067200,
    creation_ttl: 0,
    display_name: 'token',
    entity_id: '',
    expire_time: null,
    explicit_max_ttl: 0,
    id: 'root',
    issue_time: '2024-01-01T00:00:00Z',
    meta: null,
    num_uses: 0,
    orphan: true,
    path: 'auth/token/create',
    policies: ['root'],
    renewable: false,
    ttl: 0,
    type: 'service'
  })
})

t.test('POST lookup shows what is left of the time; lookup-accessor does not tell the token', async (t) => {
  const server = await withReader(t)
  const auth = await create(server, HOUR_TOKEN)
  server.advance(600_000)
  t.match(await server.data('POST', 'auth/token/lookup', { token: auth.client_token }), {
    creation_ttl: 3600,
    ttl: 3000,
    expire_time: '2024-01-01T01:00:00Z',
    issue_time: '2024-01-01T00:00:00Z',
    renewable: true
  })
  t.match(await server.data('POST', 'auth/token/lookup-accessor', { accessor: auth.accessor }), { id: '', ttl: 3000 })
})

t.test('POST lookup and lookup-accessor refuse the unknown in two ways', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', 'auth/token/lookup', { token: 'nope' }), '403 bad token')
  t.equal(
    await verdict('POST', 'auth/token/lookup-accessor', { accessor: 'nope' }), `400 ${oneError('invalid accessor')}`
  )
})

t.test('LIST accessors shows those of all tokens, and needs sudo', async (t) => {
  const server = vault(t)
  const auth = await create(server, HOUR_TOKEN)
  t.ok((await server.data('LIST', 'auth/token/accessors')).keys.includes(auth.accessor))
  await server.send('PUT', 'sys/policies/acl/p', { policy: 'path "auth/token/accessors" { capabilities = ["list"] }' })
  const asP = await server.tokenHeader({ policies: ['p'] })
  t.equal(await server.verdict('LIST', 'auth/token/accessors', undefined, asP), DENIED)
})

t.test('POST renew-self lets a token live as long as asked from now on', async (t) => {
  const server = await withReader(t)
  const auth = await create(server, HOUR_TOKEN)
  server.advance(3000_000)
  t.match((await server.send('POST', 'auth/token/renew-self', { increment: '2h' }, asToken(auth))).body.auth, {
    lease_duration: 7200, client_token: auth.client_token
  })
  server.advance(7199_000)
  t.match(await server.data('POST', 'auth/token/lookup', { token: auth.client_token }), {
    ttl: 1, last_renewal: '2024-01-01T00:50:00Z', last_renewal_time: 1704070200
  })
  server.advance(1000)
  t.equal(await server.verdict('GET', 'auth/token/lookup-self', undefined, asToken(auth)), BAD_TOKEN)
})

t.test('POST renew-accessor does not tell the token', async (t) => {
  const server = await withReader(t)
  const { accessor } = await create(server, HOUR_TOKEN)
  const { auth } = (await server.send('POST', 'auth/token/renew-accessor', { accessor })).body
  t.match(auth, { client_token: '', accessor })
})

t.test('POST renew-self of a periodic token gives a period more each time, without end', async (t) => {
  const server = await withReader(t)
  const auth = await create(server, { period: '24h', policies: ['reader'] })
  for (let day = 0; day < 40; day++) {
    server.advance(23 * 3600_000)
    const { body } = await server.send('POST', 'auth/token/renew-self', {}, asToken(auth))
    t.equal(body.auth.lease_duration, 86400)
  }
})

t.test('POST renew-self ends at the explicit maximum, with a warning', async (t) => {
  const server = await withReader(t)
  const auth = await create(server, { ...HOUR_TOKEN, explicit_max_ttl: '90m' })
  server.advance(3000_000)
  const { body } = await server.send('POST', 'auth/token/renew-self', {}, asToken(auth))
  t.equal(body.auth.lease_duration, 2400)
  t.same(body.warnings, [
    'TTL of "1h" exceeded the effective max_ttl of "40m"; TTL value is capped accordingly'
  ])
})

t.test('POST renew-self of a token of a role that is gone is a failure', async (t) => {
  const server = await withReader(t)
  await server.send('POST', 'auth/token/roles/nomad', { allowed_policies: 'reader', token_period: '1h' })
  const auth = await create(server, {}, 'create/nomad')
  await server.send('DELETE', 'auth/token/roles/nomad')
  t.match(
    await server.verdict('POST', 'auth/token/renew-self', {}, asToken(auth)),
    /^500 .*original token role "nomad" could not be found, not renewing/s
  )
})

t.test('POST renew refuses tokens that do not end, do not renew, or are not there', async (t) => {
  const server = await withReader(t)
  const refusal = async (token: string): Promise<string> => await server.verdict('POST', 'auth/token/renew', { token })
  t.equal(await refusal('root'), '400 lease is not renewable', 'asked for by its id: a lease without an end')
  t.equal(await refusal('nope'), '400 token not found')
  const lasting = await create(server, { ...HOUR_TOKEN, renewable: false })
  t.equal(await refusal(lasting.client_token), '400 lease is not renewable')
  const batch = await create(server, { ...HOUR_TOKEN, type: 'batch' })
  t.equal(await refusal(batch.client_token), '400 batch tokens cannot be renewed')
})

t.test('POST revoke, revoke-self and revoke-accessor end a token', async (t) => {
  const server = await withReader(t)
  const [first, second, third] = await Promise.all([1, 2, 3].map(async () => await create(server, HOUR_TOKEN)))
  t.equal(await server.verdict('POST', 'auth/token/revoke', { token: first.client_token }), '204')
  t.equal(await server.verdict('POST', 'auth/token/revoke-self', undefined, asToken(second)), '204')
  t.equal(await server.verdict('POST', 'auth/token/revoke-accessor', { accessor: third.accessor }), '204')
  for (const auth of [first, second, third]) {
    t.equal(await server.verdict('GET', 'auth/token/lookup-self', undefined, asToken(auth)), BAD_TOKEN)
  }
})

t.test('POST revoke of an unknown token is no error, revoke-accessor warns, revoke-orphan refuses', async (t) => {
  const { send, verdict } = vault(t)
  t.equal(await verdict('POST', 'auth/token/revoke', { token: 'nope' }), '204')
  t.match(await send('POST', 'auth/token/revoke-accessor', { accessor: 'nope' }), {
    status: 200, body: { warnings: ['No token found with this accessor'] }
  })
  t.equal(await verdict('POST', 'auth/token/revoke-orphan', { token: 'nope' }), '400 token to revoke not found')
})

t.test('GET lookup-self with the last use of a token shows the token itself', async (t) => {
  const { data, tokenHeader } = await withReader(t)
  const once = await tokenHeader({ ...HOUR_TOKEN, num_uses: 1 })
  t.match(await data('GET', 'auth/token/lookup-self', undefined, once), { num_uses: -1 })
})

t.test('POST tidy is a 202 with a warning', async (t) => {
  t.match(await vault(t).send('POST', 'auth/token/tidy'), {
    status: 202, body: { warnings: [/^Tidy operation successfully started/] }
  })
})

t.test("GET lookup-self of an initialization's root token has neither lease nor 'renewable'", async (t) => {
  const { send, data, advance } = vault(t, { ...VAULT, ...NEW_YEAR, fixture: 'uninitialized' })
  const { keys, root_token: root } = (await send('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })).body
  await send('PUT', 'sys/unseal', { key: keys[0] })
  advance(5000)
  const shown = await data('GET', 'auth/token/lookup-self', undefined, { 'x-vault-token': root })
  t.equal(shown.path, 'auth/token/root')
  t.notOk('issue_time' in shown || 'renewable' in shown)
})

t.test('POST renew of the root token of an initialization finds no lease', async (t) => {
  const { send, verdict } = vault(t, { fixture: 'uninitialized' })
  const { body } = await send('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  await send('PUT', 'sys/unseal', { key: body.keys[0] })
  const asRoot = { 'x-vault-token': body.root_token }
  t.equal(await verdict('POST', 'auth/token/renew', { token: body.root_token }, asRoot), '400 invalid lease ID')
})
