// identity/oidc/provider: clients, scopes, assignments, codes, tokens and userinfo, as applications go through them
import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { ProfileName } from '../../../src/index.js'
import { NEW_YEAR, NO_TOKEN, vault, type Answer, type Vault } from '../../vault-server.js'

const REDIRECT = 'http://127.0.0.1:9/cb'
const PROVIDER = 'identity/oidc/provider/mine'
const ISSUER = `https://vault.test:8200/v1/${PROVIDER}`

interface WithClient {
  readonly ann: string
  readonly asAnn: Record<string, string>
  readonly clientId: string
  /** credentials of the client, as a header */
  readonly basic: Record<string, string>
  readonly authorize: (fields?: object, headers?: Record<string, string>) => Promise<any>
  /** asks for tokens; without a code for one of a new code */
  readonly exchange: (fields?: object, headers?: Record<string, string>) => Promise<Answer>
}

/** A provider with the scope `team`, a client `web` for ann, who is logged in. */
async function withClient (t: Test, client: object = {}): Promise<Vault & WithClient> {
  const server = vault(t, NEW_YEAR)
  const { send, data } = server
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw', token_policies: 'own' })
  await send('PUT', 'sys/policies/acl/own', { policy: `path "${PROVIDER}/authorize" { capabilities = ["read", "update"] }` })
  const { auth } = (await send('POST', 'auth/userpass/login/ann', { password: 'pw' })).body
  const ann = auth.entity_id
  await send('POST', 'identity/oidc/key/main', { algorithm: 'ES256', allowed_client_ids: '*' })
  await send('POST', 'identity/oidc/scope/team', { template: '{"team": {{identity.entity.id}}}', description: 'the team' })
  await send('POST', 'identity/oidc/assignment/a', { entity_ids: ann })
  await send('POST', 'identity/oidc/client/web', { redirect_uris: REDIRECT, assignments: 'a', key: 'main', ...client })
  await send('POST', PROVIDER, { allowed_client_ids: '*', scopes_supported: 'team', issuer: 'https://vault.test:8200' })
  const { client_id: clientId, client_secret: secret } = await data('GET', 'identity/oidc/client/web')
  const asAnn: Record<string, string> = { 'x-vault-token': auth.client_token }
  const basic = { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`, ...NO_TOKEN }
  const asked = { client_id: clientId, redirect_uri: REDIRECT, scope: 'openid team', response_type: 'code', state: 's' }
  const authorize = async (fields: object = {}, headers = asAnn): Promise<any> =>
    (await send('POST', `${PROVIDER}/authorize`, { ...asked, ...fields }, headers)).body
  const exchange = async (fields: object = {}, headers: Record<string, string> = basic): Promise<Answer> => {
    const code = 'code' in fields ? undefined : (await authorize()).code
    const body = { grant_type: 'authorization_code', redirect_uri: REDIRECT, code, ...fields }
    return await send('POST', `${PROVIDER}/token`, body, headers)
  }
  return { ...server, ann, asAnn, clientId, basic, authorize, exchange }
}

t.test('from the code to the tokens to userinfo', async (t) => {
  const { send, authorize, exchange, ann, clientId } = await withClient(t)
  const { code, state } = await authorize({ nonce: 'n', scope: 'team openid other', max_age: 60 })
  t.equal(state, 's')
  const { status, headers, body } = await exchange({ code })
  t.equal(status, 200)
  t.match(headers, { 'cache-control': 'no-store', pragma: 'no-cache' })
  t.match(body, { token_type: 'Bearer', expires_in: 86_400, access_token: /^hvb\./ })
  const { keys } = (await send('GET', `${PROVIDER}/.well-known/keys`, undefined, NO_TOKEN)).body
  const { payload } = await jwtVerify(body.id_token, createLocalJWKSet({ keys }), {
    issuer: ISSUER, audience: clientId, currentDate: new Date(NEW_YEAR.startAtMs)
  })
  const iat = NEW_YEAR.startAtMs / 1000
  const half = (text: string): string => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')
  t.same(payload, {
    at_hash: half(body.access_token),
    aud: clientId,
    auth_time: iat,
    c_hash: half(code),
    exp: iat + 86_400,
    iat,
    iss: ISSUER,
    namespace: 'root',
    nonce: 'n',
    sub: ann,
    team: ann
  })
  const bearer = { ...NO_TOKEN, authorization: `Bearer ${body.access_token}` }
  t.same((await send('GET', `${PROVIDER}/userinfo`, undefined, bearer)).body, { sub: ann, team: ann })
  t.same((await send('POST', `${PROVIDER}/userinfo`, {}, bearer)).body, { sub: ann, team: ann })
})

t.test('an access token is good for userinfo alone, and not for longer than it lives', async (t) => {
  const { send, exchange, advance, asAnn } = await withClient(t, { access_token_ttl: '1m' })
  const { access_token: token } = (await exchange()).body
  const bearer = { ...NO_TOKEN, authorization: `Bearer ${token}` }
  const userinfo = async (headers: Record<string, string>): Promise<Answer> =>
    await send('GET', `${PROVIDER}/userinfo`, undefined, headers)
  t.equal((await send('GET', 'auth/token/lookup-self', undefined, bearer)).status, 403)
  t.equal((await send('GET', 'identity/oidc/provider/default/userinfo', undefined, bearer)).status, 401)
  t.same((await userinfo({ 'x-vault-token': token })).body, {
    error: 'invalid_token', error_description: 'access token must be sent as a Bearer token'
  })
  advance(60_000)
  const { status, headers, body } = await userinfo(bearer)
  t.equal(status, 401)
  t.equal(headers['www-authenticate'], 'Bearer error="invalid_token",error_description="permission denied"')
  t.same(body, { error: 'invalid_token', error_description: 'permission denied' })
  t.equal((await userinfo({ ...NO_TOKEN, authorization: `Bearer ${asAnn['x-vault-token']}` })).status, 401)
})

t.test('a code is good once, for five minutes, for its client and its redirect', async (t) => {
  const { authorize, exchange, advance } = await withClient(t)
  const { code } = await authorize()
  const told = async (fields: object): Promise<string> => {
    const { status, body } = await exchange(fields)
    return `${status} ${body.error}: ${body.error_description}`
  }
  t.equal(await told({ code, redirect_uri: 'http://x' }),
    '400 invalid_grant: redirect_uri does not match the redirect_uri used in the authorization request')
  t.equal(await told({ code }), '400 invalid_grant: authorization grant is invalid or expired')
  const { code: second } = await authorize()
  advance(300_000)
  t.equal(await told({ code: second }), '400 invalid_grant: authorization grant is invalid or expired')
  t.equal(await told({ code: 'x', grant_type: '' }), '400 invalid_request: grant_type parameter is required')
  t.equal(await told({ code: 'x', grant_type: 'password' }), '400 unsupported_grant_type: unsupported grant_type value')
  t.equal(await told({ code: '' }), '400 invalid_request: code parameter is required')
})

t.test('a client authenticates by header or body; one that fails is told so', async (t) => {
  const { exchange, data, clientId } = await withClient(t)
  const { client_secret: secret } = await data('GET', 'identity/oidc/client/web')
  t.equal((await exchange({ client_id: clientId, client_secret: secret }, NO_TOKEN)).status, 200)
  const { status, headers, body } = await exchange({ client_id: clientId, client_secret: 'x' }, NO_TOKEN)
  t.equal(status, 401)
  t.equal(headers['www-authenticate'], 'Basic')
  t.same(body, { error: 'invalid_client', error_description: 'client failed to authenticate' })
  t.match((await exchange({}, NO_TOKEN)).body, { error_description: 'client_id parameter is required' })
})

t.test('tokens are asked for by a form, as libraries do', async (t) => {
  const { authorize, send, basic } = await withClient(t)
  const { code } = await authorize()
  const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT }).toString()
  const headers = { ...basic, 'content-type': 'application/x-www-form-urlencoded' }
  t.match((await send('POST', `${PROVIDER}/token`, form, headers)).body, { token_type: 'Bearer' })
})

t.test('a public client has no secret and must prove itself by PKCE', async (t) => {
  const { authorize, exchange, data, clientId } = await withClient(t, { client_type: 'public' })
  t.equal('client_secret' in await data('GET', 'identity/oidc/client/web'), false)
  t.same(await authorize(), { error: 'invalid_request', error_description: 'PKCE is required for public clients', state: 's' })
  const verifier = 'v'.repeat(50)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const proven = { code_challenge: challenge, code_challenge_method: 'S256' }
  const as = { client_id: clientId }
  const { code } = await authorize(proven)
  t.match((await exchange({ code, ...as, code_verifier: 'other' }, NO_TOKEN)).body, {
    error: 'invalid_grant', error_description: 'invalid code_verifier for token exchange'
  })
  const { code: again } = await authorize(proven)
  t.match((await exchange({ code: again, ...as }, NO_TOKEN)).body, { error_description: 'expected code_verifier for token exchange' })
  const { code: third } = await authorize(proven)
  t.equal((await exchange({ code: third, ...as, code_verifier: verifier }, NO_TOKEN)).status, 200)
  const { code: plain } = await authorize({ code_challenge: verifier })
  t.equal((await exchange({ code: plain, ...as, code_verifier: verifier }, NO_TOKEN)).status, 200)
})

t.test('authorize says what is wrong, with the state', async (t) => {
  const { authorize, data, advance } = await withClient(t)
  const refused: readonly (readonly [object, string, string])[] = [
    [{ client_id: '' }, 'invalid_client_id', 'client_id parameter is required'],
    [{ client_id: 'x' }, 'invalid_client_id', 'client with client_id not found'],
    [{ redirect_uri: '' }, 'invalid_request', 'redirect_uri parameter is required'],
    [{ redirect_uri: 'http://127.0.0.1:9/other' }, 'invalid_redirect_uri', 'redirect_uri is not allowed for the client'],
    [{ scope: 'team' }, 'invalid_request', 'scope parameter must contain the "openid" value'],
    [{ response_type: '' }, 'invalid_request', 'response_type parameter is required'],
    [{ response_type: 'token' }, 'unsupported_response_type', 'unsupported response_type value'],
    [{ max_age: 0 }, 'invalid_request', 'max_age must be greater than zero'],
    [{ code_challenge: 'short' }, 'invalid_request', 'invalid code_challenge'],
    [{ code_challenge: 'c'.repeat(43), code_challenge_method: 'x' }, 'invalid_request', 'invalid code_challenge_method']
  ]
  for (const [fields, error, description] of refused) {
    t.same(await authorize(fields), { error, error_description: description, state: 's' })
  }
  t.same(await authorize({ request: 'x' }), {
    error: 'request_not_supported', error_description: 'request parameter is not supported', state: ''
  })
  t.match(await authorize({ redirect_uri: 'http://127.0.0.1:12345/cb' }), { code: /^\w{32}$/ }, 'any port on loopback')
  t.match(await authorize({}, {}), { error: 'access_denied', error_description: 'identity entity must be associated with the request' })
  advance(61_000)
  t.match(await authorize({ max_age: 60 }), { error: 'max_age_violation' })
  await data('POST', 'identity/oidc/assignment/a', { entity_ids: [], group_ids: [] })
  t.match(await authorize(), { error: 'access_denied', error_description: 'identity entity not authorized by client assignment' })
  const { id: group } = await data('POST', 'identity/group', { name: 'g', member_entity_ids: (await data('GET', 'identity/entity/id?list=true')).keys })
  await data('POST', 'identity/oidc/assignment/a', { group_ids: group })
  t.match(await authorize(), { code: /^\w{32}$/ })
  await data('POST', PROVIDER, { allowed_client_ids: 'other' })
  t.match(await authorize(), { error: 'unauthorized_client' })
})

t.test('clients, scopes, assignments and providers say what is wrong', async (t) => {
  const { verdict } = await withClient(t)
  const refused: readonly (readonly [string, string, object, string])[] = [
    ['POST', 'client/x', { key: 'none' }, 'key "none" does not exist'],
    ['POST', 'client/x', { assignments: 'none' }, 'assignment "none" does not exist'],
    ['POST', 'client/x', { client_type: 'odd' }, 'invalid client_type "odd"'],
    ['POST', 'client/web', { key: 'default' }, 'key modification is not allowed'],
    ['POST', 'client/web', { client_type: 'public' }, 'client_type modification is not allowed'],
    ['POST', 'client/web', { id_token_ttl: '25h' }, "a client's id_token_ttl cannot be greater than the verification_ttl of the key it references"],
    ['POST', 'scope/openid', {}, 'the "openid" scope name is reserved'],
    ['POST', 'assignment/allow_all', {}, 'modification of assignment "allow_all" not allowed'],
    ['POST', 'provider/x', { scopes_supported: 'none' }, 'scope "none" does not exist'],
    ['DELETE', 'provider/default', {}, 'deletion of OIDC provider "default" not allowed'],
    ['DELETE', 'assignment/allow_all', {}, 'deletion of assignment "allow_all" not allowed'],
    ['DELETE', 'scope/team', {}, 'unable to delete scope "team" because it is currently referenced by these providers: mine'],
    ['DELETE', 'assignment/a', {}, 'unable to delete assignment "a" because it is currently referenced by these clients: web'],
    ['DELETE', 'key/main', {}, 'unable to delete key "main" because it is currently referenced by these clients: web']
  ]
  for (const [method, path, body, text] of refused) {
    t.equal(await verdict(method, `identity/oidc/${path}`, body), `400 ${text}`)
  }
})

t.test('scopes with the same claim are remarked on, and refused together', async (t) => {
  const { send, authorize, exchange } = await withClient(t)
  await send('POST', 'identity/oidc/scope/more', { template: '{"team": "x"}' })
  const { body } = await send('POST', PROVIDER, { scopes_supported: 'team,more', issuer: '' })
  t.match(body.warnings, ['Found scope templates with conflicting top-level keys: conflict "team" in scopes "team", "more". This may ' +
    'result in an error if the scopes are requested in an OIDC Authentication Request.'])
  const { code } = await authorize({ scope: 'openid more team' })
  t.match((await exchange({ code })).body, {
    error: 'invalid_request', error_description: 'found scopes with conflicting top-level claim: claim "team" in scopes "team", "more"'
  })
})

t.test('LIST provider tells of each, all or those of a client; discovery names the endpoints', async (t) => {
  const { data, send, clientId } = await withClient(t)
  await data('POST', 'identity/oidc/provider/closed', { allowed_client_ids: 'other' })
  t.same((await data('LIST', 'identity/oidc/provider')).keys, ['closed', 'default', 'mine'])
  const { keys, key_info: info } = await data('GET', `identity/oidc/provider?list=true&allowed_client_id=${clientId}`)
  t.same(keys, ['default', 'mine'])
  t.same(info.mine, { allowed_client_ids: ['*'], issuer: ISSUER, scopes_supported: ['team'] })
  const { body } = await send('GET', `${PROVIDER}/.well-known/openid-configuration`, undefined, NO_TOKEN)
  t.match(body, {
    issuer: ISSUER,
    authorization_endpoint: 'https://vault.test:8200/ui/vault/identity/oidc/provider/mine/authorize',
    token_endpoint: `${ISSUER}/token`,
    scopes_supported: ['team', 'openid']
  })
  t.equal((await send('GET', 'identity/oidc/provider/none/.well-known/keys', undefined, NO_TOKEN)).status, 404)
})

t.test('vault-1.21 names the ways in which codes can be challenged', async (t) => {
  const found = async (profile: ProfileName): Promise<unknown> => {
    const { send } = vault(t, { profile })
    const { body } = await send('GET', 'identity/oidc/provider/default/.well-known/openid-configuration', undefined, NO_TOKEN)
    return body.code_challenge_methods_supported
  }
  t.same(await found('vault-1.21'), ['plain', 'S256'])
  t.equal(await found('vault-1.14'), undefined)
})

t.test('OpenBao shows the grants of a client', async (t) => {
  const { data } = vault(t, { profile: 'openbao-2.5' })
  await data('POST', 'identity/oidc/client/web', {})
  t.match(await data('GET', 'identity/oidc/client/web'), { authorization_code: true, client_credentials: false, key: 'default' })
})
