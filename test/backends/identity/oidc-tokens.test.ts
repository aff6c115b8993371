// identity/oidc: named keys, roles, tokens, introspection; what they sign is checked by another implementation
import t, { type Test } from 'tap'
import fc from 'fast-check'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { NEW_YEAR, NO_TOKEN, vault, type Vault } from '../../vault-server.js'

const HOUR_MS = 3_600_000
const ISSUER = 'https://vault.test:8200'

interface WithRole {
  readonly ann: string
  readonly asAnn: Record<string, string>
  /** a token of the role `app` */
  readonly token: () => Promise<string>
  readonly published: () => Promise<any[]>
  readonly introspect: (token: string, clientId?: string) => Promise<any>
}

/** A key `main` that signs with an algorithm and rotates hourly, a role `app` for it, and ann, who is in `devs`. */
async function withRole (t: Test, algorithm = 'ES256', template = ''): Promise<Vault & WithRole> {
  const server = vault(t, NEW_YEAR)
  const { send, data } = server
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw', token_policies: 'own', token_ttl: '700h' })
  await send('PUT', 'sys/policies/acl/own', { policy: 'path "identity/oidc/*" { capabilities = ["read", "update"] }' })
  const { auth } = (await send('POST', 'auth/userpass/login/ann', { password: 'pw' })).body
  await send('POST', `identity/entity/id/${auth.entity_id}`, { name: 'ann', metadata: { team: 'blue' } })
  await send('POST', 'identity/group', { name: 'devs', member_entity_ids: auth.entity_id })
  await send('POST', 'identity/oidc/config', { issuer: ISSUER })
  await send('POST', 'identity/oidc/key/main', { algorithm, rotation_period: '1h', verification_ttl: '2h', allowed_client_ids: '*' })
  await send('POST', 'identity/oidc/role/app', { key: 'main', ttl: '30m', client_id: 'my-app', template })
  const asAnn = { 'x-vault-token': auth.client_token }
  return {
    ...server,
    ann: auth.entity_id,
    asAnn,
    token: async () => (await data('GET', 'identity/oidc/token/app', undefined, asAnn)).token,
    published: async () => (await send('GET', 'identity/oidc/.well-known/keys', undefined, NO_TOKEN)).body.keys,
    introspect: async (token, clientId = '') =>
      (await send('POST', 'identity/oidc/introspect', { token, client_id: clientId })).body
  }
}

for (const algorithm of ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
  t.test(`a token signed with ${algorithm} is verified by the published keys, and by introspection`, async (t) => {
    const { token, published, introspect, ann, send } = await withRole(t, algorithm)
    const signed = await token()
    const { keys } = (await send('GET', 'identity/oidc/.well-known/keys', undefined, NO_TOKEN)).body
    const { payload } = await jwtVerify(signed, createLocalJWKSet({ keys }), {
      issuer: `${ISSUER}/v1/identity/oidc`, audience: 'my-app', currentDate: new Date(NEW_YEAR.startAtMs)
    })
    const iat = NEW_YEAR.startAtMs / 1000
    t.same(payload, { aud: 'my-app', exp: iat + 1800, iat, iss: `${ISSUER}/v1/identity/oidc`, namespace: 'root', sub: ann })
    t.same(decodeProtectedHeader(signed), { alg: algorithm, kid: (await published())[0].kid })
    t.same(await introspect(signed), { active: true })
  })
}

t.test('a template says more of the entity, and nothing where it fails', async (t) => {
  const template = '{"who": {{identity.entity.name}}, "team": {{identity.entity.metadata.team}}, "of": {"groups": ' +
    '{{identity.entity.groups.names}}}, "none": {{identity.entity.metadata.x}}, "until": {{time.now.plus.1h}}}'
  const { send, token } = await withRole(t, 'ES256', Buffer.from(template).toString('base64'))
  const claimsIn = async (): Promise<any> => JSON.parse(Buffer.from((await token()).split('.')[1] ?? '', 'base64url').toString())
  t.match(await claimsIn(), {
    who: 'ann', team: 'blue', of: { groups: ['devs'] }, none: '', until: NEW_YEAR.startAtMs / 1000 + 3600
  })
  await send('DELETE', 'identity/group/name/devs')
  t.equal((await claimsIn()).of.groups, null)
})

t.test('a key rotates when its time has come: what was next signs, what signed stays published for a while', async (t) => {
  const { token, published, introspect, advance } = await withRole(t)
  const kidsAt = async (): Promise<string[]> => (await published()).map(({ kid }) => kid)
  const [first, second] = await kidsAt()
  const old = await token()
  advance(HOUR_MS)
  t.equal(decodeProtectedHeader(await token()).kid, second)
  t.match(await kidsAt(), [first, second, String])
  t.match(await introspect(old), { error: 'error validating claims: go-jose/go-jose/jwt: validation failed, token is expired (exp)' })
  advance(2 * HOUR_MS)
  const kids = await kidsAt()
  t.equal(kids.includes(first ?? ''), true, 'to the last moment')
  t.equal(kids.length, 5)
  advance(1)
  t.equal((await kidsAt()).includes(first ?? ''), false)
  t.same(await introspect(old), { active: false, error: 'unable to validate the token signature' })
})

t.test('however long nobody looks, as many keys are published as if somebody had looked all the time', async (t) => {
  const waiting = fc.array(fc.integer({ min: 1, max: 5 * 3600 }), { minLength: 1, maxLength: 4 })
  await fc.assert(fc.asyncProperty(waiting, async (waits) => {
    const [seldom, often] = [await withRole(t), await withRole(t)]
    for (const seconds of waits) {
      for (let left = seconds; left > 0; left -= 1200) {
        often.advance(Math.min(left, 1200) * 1000)
        await often.published()
      }
      seldom.advance(seconds * 1000)
    }
    return (await seldom.published()).length === (await often.published()).length
  }), { numRuns: 8, seed: 1 })
})

t.test('POST oidc/key/:name/rotate rotates at once, with a verification_ttl of its own if it says so', async (t) => {
  const { verdict, published, advance } = await withRole(t)
  const [first] = await published()
  t.equal(await verdict('POST', 'identity/oidc/key/main/rotate', { verification_ttl: '1m' }), '204')
  t.equal((await published()).length, 3)
  advance(60_001)
  t.same((await published()).map(({ kid }) => kid).includes(first.kid), false)
  t.equal(await verdict('POST', 'identity/oidc/key/none/rotate'), '400 no named key found at "none"')
})

t.test('keys: defaults, changes and refusals', async (t) => {
  const { data, verdict, published } = await withRole(t)
  const path = 'identity/oidc/key'
  t.same((await data('LIST', path)).keys, ['default', 'main'])
  t.same(await data('GET', `${path}/default`), {
    algorithm: 'RS256', allowed_client_ids: ['*'], rotation_period: 86_400, verification_ttl: 86_400
  })
  const refused: readonly (readonly [string, object, string])[] = [
    ['x', { algorithm: 'HS256' }, 'unknown signing algorithm "HS256"'],
    ['x', { rotation_period: 59 }, 'rotation_period must be at least one minute'],
    ['x', { rotation_period: '1h', verification_ttl: '11h' }, 'verification_ttl cannot be longer than 10x rotation_period'],
    ['main', { verification_ttl: '10m' }, 'unable to update key "main" because it is currently referenced by one or more roles ' +
      'with a token ttl greater than 600 seconds']
  ]
  for (const [name, body, text] of refused) t.equal(await verdict('POST', `${path}/${name}`, body), `400 ${text}`)
  t.equal(await verdict('DELETE', `${path}/default`), '400 deletion of key "default" not allowed')
  t.equal(await verdict('DELETE', `${path}/main`), '400 unable to delete key "main" because it is currently referenced by these roles: app')
  t.equal(await verdict('POST', `${path}/main`, { algorithm: 'EdDSA' }), '204')
  t.same((await published()).map(({ alg }) => alg), ['ES256', 'ES256', 'EdDSA', 'EdDSA'])
  t.equal(await verdict('DELETE', 'identity/oidc/role/app'), '204')
  t.equal(await verdict('DELETE', `${path}/main`), '204')
  t.same(await published(), [])
})

t.test('roles and tokens say what is wrong', async (t) => {
  const { verdict, asAnn, data } = await withRole(t)
  const template = (text: string): object => ({ key: 'main', ttl: 60, template: text })
  const refused: readonly (readonly [object, string])[] = [
    [{}, 'the key parameter is required'],
    [{ key: 'none' }, 'cannot find key "none"'],
    [{ key: 'main' }, "a role's token ttl cannot be longer than the verification_ttl of the key it references"],
    [template('{'), 'error parsing template JSON: unexpected end of JSON input'],
    [template('[1]'), 'error parsing template JSON: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    [template('{"sub": 1}'), 'top level key "sub" not allowed. Restricted keys: iat, aud, exp, iss, sub, namespace, nonce, ' +
      'auth_time, at_hash, c_hash'],
    [template('{"a": {{identity.x}}}'), 'error parsing template: no value could be found for one of the template directives'],
    [template('{"a": {{identity.entity.id}'), 'error parsing template: unbalanced templating characters'],
    [template('{"a": {{time.then}}}'), 'error parsing template: invalid time selector "then"']
  ]
  for (const [body, text] of refused) t.equal(await verdict('POST', 'identity/oidc/role/x', body), `400 ${text}`)
  t.equal(await verdict('GET', 'identity/oidc/token/app'), "400 no entity associated with the request's token")
  t.equal(await verdict('GET', 'identity/oidc/token/none', undefined, asAnn), '400 role "none" not found')
  await data('POST', 'identity/oidc/key/main', { allowed_client_ids: 'other' })
  t.equal(await verdict('GET', 'identity/oidc/token/app', undefined, asAnn),
    '400 the key "main" does not list the client ID of the role "app" as an allowed client ID')
  t.equal(await verdict('POST', 'identity/oidc/role/drawn', { key: 'main', ttl: 60 }), '204')
  t.match(await data('GET', 'identity/oidc/role/drawn'), { client_id: /^\w{26}$/, template: '', ttl: 60 })
})

t.test('introspection says what is wrong with a token', async (t) => {
  const { token, introspect, verdict, ann } = await withRole(t)
  const signed = await token()
  const validation = 'error validating claims: go-jose/go-jose/jwt: validation failed'
  t.same(await introspect(signed, 'other'), { active: false, error: `${validation}, invalid audience claim (aud)` })
  t.match(await introspect('abc'), { error: 'error parsing token: go-jose/go-jose: compact JWS format must have three parts' })
  t.match(await introspect(`${signed.slice(0, -4)}AAAA`), { error: 'unable to validate the token signature' })
  await verdict('POST', `identity/entity/id/${ann}`, { disabled: true })
  t.match(await introspect(signed), { error: 'entity is disabled' })
  await verdict('DELETE', `identity/entity/id/${ann}`)
  t.match(await introspect(signed), { error: 'entity was not found' })
  await verdict('POST', 'identity/oidc/config', { issuer: '' })
  t.match(await introspect(signed), { error: `${validation}, invalid issuer claim (iss)` })
})

t.test('oidc/config: any issuer but scheme, host and port is refused; without one it is the node', async (t) => {
  const { send, data, verdict } = vault(t)
  for (const issuer of ['x', 'ftp://a', 'https://a/b', 'https://a?b']) {
    t.match(await verdict('POST', 'identity/oidc/config', { issuer }), /^400 invalid issuer, which must include only a scheme/)
  }
  t.same(await data('GET', 'identity/oidc/config'), { issuer: '' })
  const { status, headers, body } = await send('GET', 'identity/oidc/.well-known/openid-configuration', undefined, NO_TOKEN)
  t.equal(status, 200)
  t.equal(headers['cache-control'], 'max-age=3600')
  t.match(body, { issuer: /^http:\/\/127\.0\.0\.1:\d+\/v1\/identity\/oidc$/, response_types_supported: ['id_token'] })
})

t.test('vault-1.21 publishes the default key from the first mount on, and an issuer for plugins', async (t) => {
  const { send, verdict } = vault(t, { profile: 'vault-1.21' })
  const published = async (path = ''): Promise<string[]> => {
    const { body } = await send('GET', `identity/oidc${path}/.well-known/keys`, undefined, NO_TOKEN)
    return body.keys.map(({ alg }: { alg: string }) => alg)
  }
  t.same(await published(), [])
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  t.same(await published(), ['RS256', 'RS256'])
  await send('DELETE', 'sys/auth/userpass')
  t.same(await published('/plugins'), ['RS256', 'RS256'])
  const { body } = await send('GET', 'identity/oidc/plugins/.well-known/openid-configuration', undefined, NO_TOKEN)
  t.match(body.issuer, /\/v1\/identity\/oidc\/plugins$/)
  t.equal(body.jwks_uri, `${body.issuer}/.well-known/keys`)
  t.equal(await verdict('GET', 'identity/oidc/x/.well-known/keys', undefined, NO_TOKEN), '400 invalid child issuer "x"')
})

t.test('a saved world signs with the same keys', async (t) => {
  const { server, token, published, introspect, advance } = await withRole(t)
  const [before, signed] = [await published(), await token()]
  const { controls } = server
  controls.checkpoints.save('signing')
  advance(HOUR_MS)
  await token()
  controls.checkpoints.restore('signing')
  t.same(await published(), before)
  t.same(await introspect(signed), { active: true })
})
