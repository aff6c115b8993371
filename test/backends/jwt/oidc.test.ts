// The way by a provider's page: where the browser is sent, and what becomes of what it brings back.
import { createServer as listen } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { ServerOptions } from '../../../src/index.js'
import { NO_TOKEN, vault } from '../../vault-server.js'
import { issuer } from './issuer.js'

const PROVIDER = 'https://issuer.test'
const REDIRECT = 'http://localhost:8250/oidc/callback'

async function mounted (t: Test, options: ServerOptions, provider = PROVIDER) {
  const server = vault(t, options)
  await server.send('POST', 'sys/auth/oidc', { type: 'oidc' })
  const configured = await server.verdict('POST', 'auth/oidc/config', {
    oidc_discovery_url: provider, oidc_client_id: 'vault', oidc_client_secret: 'hush', default_role: 'app'
  })
  t.equal(configured, '204')
  await server.send('POST', 'auth/oidc/role/app', {
    user_claim: 'email', allowed_redirect_uris: REDIRECT, oidc_scopes: 'profile', token_policies: 'reader'
  })
  const begin = async (redirect = REDIRECT, more = {}) => {
    const { auth_url: url } = await server.data('POST', 'auth/oidc/oidc/auth_url', { redirect_uri: redirect, ...more })
    return url === '' ? undefined : new URL(url)
  }
  const end = async (url: URL | undefined, code: string, more = '') => await server.send(
    'GET', `auth/oidc/oidc/callback?state=${url?.searchParams.get('state')}&code=${code}${more}`, undefined, NO_TOKEN
  )
  return { ...server, begin, end }
}

const ANN = { oidc: { [PROVIDER]: { clients: { vault: 'hush' }, users: { ann: { email: 'ann@example.com' } } } } }

t.test('the code of somebody the provider knows logs them in, once', async (t) => {
  const { begin, end } = await mounted(t, { outside: ANN })
  const url = await begin()
  t.equal(url?.origin, PROVIDER)
  t.match(Object.fromEntries(url?.searchParams ?? []), {
    client_id: 'vault', response_type: 'code', scope: 'openid profile', redirect_uri: REDIRECT, code_challenge_method: 'S256'
  })
  const { body: { auth } } = await end(url, 'ann')
  t.match(auth, { token_policies: ['default', 'reader'], metadata: { role: 'app' } })
  t.match((await end(url, 'ann')).body.errors, ['Vault login failed. Expired or missing OAuth state.'])
})

t.test('a code of nobody is not exchanged, nor one for a client with another secret', async (t) => {
  const { begin, end, server } = await mounted(t, { outside: ANN })
  t.match((await end(await begin(), 'bob')).text, /Error exchanging oidc code.*invalid_grant/)
  server.controls.outside.set({ oidc: { [PROVIDER]: { clients: { vault: 'other' }, users: { ann: {} } } } })
  t.match((await end(await begin(), 'ann')).text, 'invalid_client')
})

t.test('where anything is accepted, the code says who it is', async (t) => {
  const { begin, end, data } = await mounted(t, { outside: 'anything' })
  const { body: { auth } } = await end(await begin(), 'zoe')
  t.match(await data('GET', `identity/entity/id/${auth.entity_id}`), { aliases: [{ name: 'zoe' }] })
})

t.test('a state is good for ten minutes, and needs the nonce of its client', async (t) => {
  const { begin, end, advance } = await mounted(t, { outside: ANN, time: 'manual' })
  const url = await begin(REDIRECT, { client_nonce: 'mine' })
  t.match((await end(await begin(REDIRECT, { client_nonce: 'mine' }), 'ann')).body.errors, ['invalid client_nonce'])
  t.equal((await end(url, 'ann', '&client_nonce=mine')).status, 200)
  const late = await begin()
  advance(600_001)
  t.match((await end(late, 'ann')).text, 'Expired or missing OAuth state')
})

t.test('browsers are sent back to allowed addresses, on loopback to any port', async (t) => {
  const { begin } = await mounted(t, { outside: ANN })
  t.equal(await begin('https://evil.test/oidc/callback'), undefined)
  t.ok(await begin('http://localhost:9999/oidc/callback'))
})

t.test('a provider that really runs on loopback is asked', async (t) => {
  const { jwk, sign } = await issuer()
  let nonce: string | null = ''
  const provider = listen((request, response) => {
    const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
    const answers: Record<string, () => Promise<object>> = {
      '/.well-known/openid-configuration': async () => ({
        issuer: url, jwks_uri: `${url}/keys`, authorization_endpoint: `${url}/go`, token_endpoint: `${url}/token`
      }),
      '/keys': async () => ({ keys: [jwk] }),
      '/token': async () => {
        const now = Math.floor(Date.now() / 1000)
        return { id_token: await sign({ iss: url, aud: 'vault', sub: '1', email: 'real', nonce, iat: now, exp: now + 60 }) }
      }
    }
    answers[request.url ?? '']?.().then((body) => { response.end(JSON.stringify(body)) }, t.fail)
  })
  await new Promise<void>((resolve) => { provider.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => provider.close())
  const { begin, end } = await mounted(t, {}, `http://127.0.0.1:${(provider.address() as AddressInfo).port}`)
  const url = await begin()
  nonce = url?.searchParams.get('nonce') ?? ''
  t.equal((await end(url, 'abc')).status, 200)
  nonce = 'other'
  t.match((await end(await begin(), 'abc')).text, 'invalid id_token nonce')
})
