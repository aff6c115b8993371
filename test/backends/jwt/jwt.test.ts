// jwt: signed tokens become tokens of ours, whoever publishes the keys. Texts and order of the checks: recording `jwt`.
import t from 'tap'
import type { ServerOptions } from '../../../src/index.js'
import { NEW_YEAR, NO_TOKEN, vault } from '../../vault-server.js'
import { issuer } from './issuer.js'

const NOW = NEW_YEAR.startAtMs / 1000
const ROLE = { role_type: 'jwt', user_claim: 'sub', bound_audiences: 'vault', token_policies: 'reader' }
const CLAIMS = { sub: 'ann', aud: 'vault', iat: NOW, exp: NOW + 300 }

async function mounted (t: Parameters<typeof vault>[0], config: object, options: ServerOptions = {}) {
  const server = vault(t, { ...NEW_YEAR, ...options })
  await server.send('POST', 'sys/auth/jwt', { type: 'jwt' })
  const configured = await server.verdict('POST', 'auth/jwt/config', config)
  await server.send('POST', 'auth/jwt/role/app', ROLE)
  const login = async (jwt: string, role = 'app') =>
    await server.send('POST', 'auth/jwt/login', { role, jwt }, NO_TOKEN)
  return { ...server, configured, login }
}

t.test('a token signed with a key of the configuration logs in, once per subject one entity', async (t) => {
  const { pem, sign } = await issuer()
  const { login, send } = await mounted(t, { jwt_validation_pubkeys: pem })
  const { body: { auth } } = await login(await sign(CLAIMS))
  t.match(auth, { token_policies: ['default', 'reader'], metadata: { role: 'app' } })
  const again = await login(await sign({ ...CLAIMS, iat: NOW - 1 }))
  t.equal(again.body.auth.entity_id, auth.entity_id)
  const shown = await send('GET', 'auth/token/lookup-self', undefined, { 'x-vault-token': auth.client_token })
  t.equal(shown.body.data.display_name, 'jwt-ann')
})

t.test('time passes for tokens as for everything', async (t) => {
  const { pem, sign } = await issuer()
  const { login, advance } = await mounted(t, { jwt_validation_pubkeys: pem })
  const token = await sign(CLAIMS)
  t.equal((await login(token)).status, 200)
  advance(361_000)
  t.match((await login(token)).text, 'invalid expiration time (exp) claim: token is expired')
})

t.test('keys that were told of a JWKS URL count; those of others do not', async (t) => {
  const url = 'https://issuer.test/keys'
  const { jwk, sign } = await issuer()
  const stranger = await issuer()
  const outside = { jwks: { [url]: { keys: [{ ...jwk }] } } }
  const { configured, login, server } = await mounted(t, { jwks_url: url }, { outside })
  t.equal(configured, '204')
  t.equal((await login(await sign(CLAIMS))).status, 200)
  t.match((await login(await stranger.sign(CLAIMS))).text, 'failed to verify id token signature')
  t.match(server.controls.outside.calls().at(-1), { system: 'jwks', address: url, asked: 'fetch the keys', met: 'known' })
  server.controls.outside.set('nothing')
  t.match((await login(await sign(CLAIMS))).text, /get keys failed: Get \\"https:\/\/issuer.test\/keys\\": dial tcp/)
})

t.test('keys that nobody publishes are refused', async (t) => {
  const { configured, verdict } = await mounted(t, { jwks_url: 'https://issuer.test/keys' })
  t.equal(configured, '400 error checking jwks URL')
  const provider = { oidc_discovery_url: 'https://issuer.test' }
  t.equal(await verdict('POST', 'auth/jwt/config', provider), '400 error checking oidc discovery URL')
})

t.test('vault-1.21 asks several JWKS URLs, one after the other', async (t) => {
  const [first, second, stranger] = [await issuer('a'), await issuer('b'), await issuer('c')]
  const [one, two] = ['https://one.test/keys', 'https://two.test/keys']
  const outside = { jwks: { [one]: { keys: [{ ...first.jwk }] }, [two]: { keys: [{ ...second.jwk }] } } }
  const pairs = [{ jwks_url: one }, { jwks_url: two, jwks_ca_pem: '' }]
  const { configured, login, data, verdict, server } =
    await mounted(t, { jwks_pairs: pairs }, { outside, profile: 'vault-1.21' })
  t.equal(configured, '204')
  t.same((await data('GET', 'auth/jwt/config')).jwks_pairs, pairs)
  for (const { sign } of [first, second]) t.equal((await login(await sign(CLAIMS))).status, 200)
  t.match((await login(await stranger.sign(CLAIMS))).text, 'error verifying token signature')
  const refusal = async (body: object): Promise<string> => await verdict('POST', 'auth/jwt/config', body)
  t.equal(await refusal({ jwks_pairs: pairs, jwks_url: one }), "400 exactly one of 'jwt_validation_pubkeys', " +
    "'jwks_url', 'jwks_pairs' or 'oidc_discovery_url' must be set")
  t.match(await refusal({ jwks_pairs: pairs, jwks_ca_pem: 'x' }), /^400 CA PEMs must be provided as part of the 'jwks_pairs'/)
  t.equal(await refusal({ jwks_pairs: pairs, bound_issuer: 'x' }),
    "400 Bound issuer is not supported for use with 'jwks_pairs'")
  t.match(await refusal({ jwks_pairs: ['x'] }), /^400 invalid jwks_pairs: jwks_pairs must be provided as a list of json/)
  t.match(await refusal({ jwks_pairs: [{ jwks_url: true }] }), /'jwks_url' expected type 'string', got unconvertible/)
  server.controls.outside.set('nothing')
  t.equal(await refusal({ jwks_pairs: pairs }), `400 error checking jwks URL ${one}`)
})

for (const [profile, number] of [['vault-1.14', 'a string or list'], ['vault-1.21', 'a string']] as const) {
  t.test(`${profile}: a number is no glob, in words of its own`, async (t) => {
    const { verdict } = await mounted(t, {}, { profile })
    const refusal = async (level: unknown): Promise<string> =>
      await verdict('POST', 'auth/jwt/role/x', { ...ROLE, bound_claims_type: 'glob', bound_claims: { level } })
    t.equal(await refusal(5), `400 claim is not ${number}: 5`)
    t.equal(await refusal({ a: 1 }), '400 claim is not a string or list: map[a:1]')
    t.equal(await refusal([5]), '400 claim is not a string: 5')
  })
}

t.test('where anything is accepted, so is every signature, but for what is no token', async (t) => {
  const { sign } = await issuer()
  const { configured, login } = await mounted(t, { oidc_discovery_url: 'https://issuer.test' }, { outside: 'anything' })
  t.equal(configured, '204')
  t.equal((await login(await sign(CLAIMS))).status, 200)
  t.match((await login('abc')).text, 'compact JWS format must have three parts')
  t.match((await login(await sign({ ...CLAIMS, aud: 'other' }))).text, 'invalid audience')
})

t.test('an algorithm that is not among those supported is refused', async (t) => {
  const { pem, sign } = await issuer()
  const { login } = await mounted(t, { jwt_validation_pubkeys: pem, jwt_supported_algs: 'RS256' })
  t.match((await login(await sign(CLAIMS))).text, 'token signed with unexpected algorithm')
})

t.test('an update says the type of the role again, and keeps the rest', async (t) => {
  const { verdict, data } = await mounted(t, {})
  t.match(await verdict('POST', 'auth/jwt/role/app', { token_ttl: 60 }), /'allowed_redirect_uris' must be set/)
  t.equal(await verdict('POST', 'auth/jwt/role/App', { role_type: 'jwt', token_ttl: 60 }), '204')
  t.match(await data('GET', 'auth/jwt/role/app'), { token_ttl: 60, bound_audiences: ['vault'], user_claim: 'sub' })
})

t.test('old names of token parameters are shown under both', async (t) => {
  const { send, data } = await mounted(t, {})
  await send('POST', 'auth/jwt/role/app', { ...ROLE, ttl: '1m', policies: 'old', token_policies: undefined })
  t.match(await data('GET', 'auth/jwt/role/app'), { ttl: 60, token_ttl: 60, policies: ['old'], token_policies: ['old'] })
})

t.test('a mount comes back from a saved world', async (t) => {
  const { pem, sign } = await issuer()
  const { server } = await mounted(t, { jwt_validation_pubkeys: pem })
  const state = JSON.parse((await server.inject({ method: 'GET', url: '/_mock/state' })).payload)
  const { send } = vault(t, { ...NEW_YEAR, state })
  t.equal((await send('POST', 'auth/jwt/login', { role: 'app', jwt: await sign(CLAIMS) }, NO_TOKEN)).status, 200)
})
