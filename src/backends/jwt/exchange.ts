// What a code that a browser has brought from a provider stands for: the claims of whoever has logged in there.
import type { Outside } from '../../cluster/outside.js'
import type { JsonObject } from '../../json/index.js'
import { claimsSignedBy, documentIn, UnreachableError, type Provider } from './issuers.js'
import type { JwtConfig, JwtRoleValues, OidcRequest } from './stored.js'
import { isAboutToken, validate } from './validation.js'

/** A code that the provider does not take; its message is Go's. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError'
}

interface Exchange {
  readonly config: JwtConfig
  readonly values: JwtRoleValues
  readonly request: OidcRequest
  readonly code: string
  readonly nowMs: number
}

/**
 * Asks for the claims behind a code. Of a provider that the world was told of, the code is the name of a user; where
 * anything is accepted, that of whoever the client says.
 *
 * @throws {ExchangeError}
 * @throws {UnreachableError}
 */
export async function exchange (outside: Outside, provider: Provider, asked: Exchange): Promise<JsonObject> {
  if (provider.tokenEndpoint !== undefined) return await exchangeThere(outside, provider, asked)
  const { oidc_discovery_url: address } = asked.config
  const { reach } = await outside.ask({ system: 'oidc', address, asked: 'exchange a code' })
  if (reach === 'nothing') throw new UnreachableError(`Post "${address}": connect: connection refused`)
  const { config, values, code } = asked
  const { told } = provider
  if (told === undefined) return { sub: code, [values.user_claim]: code }
  const { oidc_client_id: id, oidc_client_secret: secret } = config
  if (told.clients !== undefined && (!Object.hasOwn(told.clients, id) || told.clients[id] !== secret)) {
    throw refusedWith(401, 'invalid_client')
  }
  const claims = Object.hasOwn(told.users, code) ? told.users[code] : undefined
  if (claims === undefined) throw refusedWith(400, 'invalid_grant')
  return { sub: code, ...claims }
}

function refusedWith (status: 400 | 401, error: string): ExchangeError {
  const line = `${status} ${status === 400 ? 'Bad Request' : 'Unauthorized'}`
  return new ExchangeError('Provider.Exchange: unable to exchange auth code with provider: ' +
    `oauth2: cannot fetch token: ${line}\nResponse: {"error":"${error}"}`)
}

/** A provider that really runs, on loopback. */
async function exchangeThere (outside: Outside, provider: Provider, asked: Exchange): Promise<JsonObject> {
  const { config, values, request, nowMs } = asked
  const token = await tokenFor(outside, provider, asked)
  try {
    const claims = await claimsSignedBy(token, provider.keys)
    validate(token, claims, {
      issuer: provider.issuer,
      subject: '',
      audiences: values.bound_audiences?.length ? values.bound_audiences : [config.oidc_client_id],
      algorithms: config.jwt_supported_algs,
      notBeforeLeeway: 0,
      expirationLeeway: 0,
      clockSkewLeeway: 0,
      nowMs
    })
    if (claims.nonce !== request.nonce) throw new ExchangeError('Provider.VerifyIDToken: invalid id_token nonce')
    const { nonce: _nonce, ...rest } = claims
    return rest
  } catch (error) {
    if (isAboutToken(error)) throw new ExchangeError(`Provider.VerifyIDToken: ${error.message}`)
    throw error
  }
}

async function tokenFor (outside: Outside, { tokenEndpoint = '' }: Provider, asked: Exchange): Promise<string> {
  const { config, request, code } = asked
  const body = new URLSearchParams({
    code,
    code_verifier: request.codeVerifier,
    grant_type: 'authorization_code',
    redirect_uri: request.redirectUri
  }).toString()
  const credentials = [config.oidc_client_id, config.oidc_client_secret].map(encodeURIComponent).join(':')
  const met = await outside.ask({
    system: 'oidc',
    address: tokenEndpoint,
    asked: 'exchange a code',
    fetch: {
      url: tokenEndpoint,
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Authorization: `Basic ${Buffer.from(credentials).toString('base64')}`
      },
      body,
      caPem: config.oidc_discovery_ca_pem
    }
  })
  if (met.reach !== 'loopback') throw new UnreachableError(`Post "${tokenEndpoint}": connect: connection refused`)
  const { id_token: token } = documentIn(tokenEndpoint, met.fetched)
  if (typeof token === 'string') return token
  throw new ExchangeError('Provider.Exchange: id_token is missing from auth code exchange')
}
