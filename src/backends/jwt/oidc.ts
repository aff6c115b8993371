// auth/jwt/oidc: people log in on a provider's page, and their browser brings a code back.
import { createHash } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { goQuote } from '../../go/values.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { failure, invalid, NotSimulated, unsupportedOperation } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { deleteDeadline, putDeadline } from '../../vault/tokens/deadlines.js'
import { entryDeadline } from '../../vault/tokens/expiry.js'
import { logInByClaims } from './claims.js'
import { requireConfig } from './config.js'
import { exchange, ExchangeError } from './exchange.js'
import { fetchProvider, UnreachableError, type Provider } from './issuers.js'
import { refuseOtherNetworks, roleFor } from './login.js'
import { configIn, oidcRequestsIn, rolesIn, type JwtConfig, type JwtRole, type OidcRequest } from './stored.js'

const REQUEST_TIMEOUT_MS = 600_000
const FAILED = 'Vault login failed.'

const urlFields = Type.Object({
  role: field.lowerCaseString({ description: 'The role to log in with.' }),
  redirect_uri: field.string({ description: 'Where the browser is sent back to.' }),
  client_nonce: field.string({ description: 'What the client will have to say again.' })
})
const callbackFields = Type.Object({
  state: field.string({ description: 'What came back with the browser.' }),
  code: field.string({ description: 'What the provider has given the browser.' }),
  id_token: field.string({ description: 'The same as a token.' }),
  client_nonce: field.string({ description: 'As at the start.' })
})
type UrlCall = Call<Static<typeof urlFields>>
type CallbackCall = Call<Static<typeof callbackFields>>

export const oidcPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/jwt#oidc-authorization-url-request', [
  definePath({
    path: 'oidc/auth_url',
    summary: 'Where to send a browser to log in.',
    fields: urlFields,
    unauthenticated: true,
    operations: { update: authUrl }
  }),
  definePath({
    path: 'oidc/callback',
    summary: 'Ends a login with what the browser has brought back.',
    fields: callbackFields,
    unauthenticated: true,
    operations: { read: callback, update: () => { throw unsupportedOperation() } }
  })
])

/** An address that is not allowed, or a provider that cannot be reached, is an empty URL: nobody is told why. */
async function authUrl (call: UrlCall): Promise<LogicalResponse> {
  const config = requireConfig(call)
  if (config.oidc_client_id === '') throw invalid('OIDC login is not configured for this mount')
  const { redirect_uri: redirectUri = '' } = call.fields
  const wanted = call.fields.role ?? config.default_role
  if (wanted !== '' && redirectUri === '') throw invalid('missing redirect_uri')
  const { name, role } = roleFor(call, config, wanted)
  if (config.oidc_response_mode === 'form_post') throw new NotSimulated('the OIDC response mode "form_post"')
  if (!isAllowed(redirectUri, role.values.allowed_redirect_uris ?? [])) return answered('')
  const provider = await reachable(call, config)
  if (provider === undefined) return answered('')
  const { state, request } = newRequest(call, name, redirectUri)
  oidcRequestsIn(call).put(state, request)
  putDeadline(call, request.expiresAtMs, entryDeadline(oidcRequestsIn(call).prefix + state))
  return answered(pageOf(provider, config, role, { state, request }))
}

function answered (url: string): LogicalResponse {
  return { data: goMap({ auth_url: url }) }
}

async function reachable ({ cluster }: UrlCall, config: JwtConfig): Promise<Provider | undefined> {
  try {
    return await fetchProvider(cluster.outside, config)
  } catch (error) {
    if (error instanceof UnreachableError) return undefined
    throw error
  }
}

function newRequest (call: UrlCall, role: string, redirectUri: string): Pending {
  const random = call.cluster.random.stream('oidc')
  const request = {
    role,
    redirectUri,
    clientNonce: call.fields.client_nonce ?? '',
    nonce: `n_${random.hex(20)}`,
    codeVerifier: random.bytes(32).toString('base64url'),
    expiresAtMs: call.cluster.timeline.nowMs + REQUEST_TIMEOUT_MS
  }
  return { state: `st_${random.hex(20)}`, request }
}

interface Pending { readonly state: string, readonly request: OidcRequest }

function pageOf (provider: Provider, config: JwtConfig, { values }: JwtRole, { state, request }: Pending): string {
  const asked = (values.oidc_scopes ?? []).filter((scope) => scope !== 'openid')
  const challenge = createHash('sha256').update(request.codeVerifier).digest('base64url')
  // in the order in which Go prints them
  const query = new URLSearchParams({
    client_id: config.oidc_client_id,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(values.max_age > 0 && { max_age: String(values.max_age) }),
    nonce: request.nonce,
    redirect_uri: request.redirectUri,
    response_type: 'code',
    scope: ['openid', ...asked].join(' '),
    state
  })
  return `${provider.authorizationEndpoint}?${query.toString()}`
}

/** Of an address on loopback any port will do. @see RFC 8252, 7.3 */
function isAllowed (uri: string, allowed: readonly string[]): boolean {
  if (!URL.canParse(uri)) return false
  const { hostname } = new URL(uri)
  if (!/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) {
    return allowed.some((each) => each.toLowerCase() === uri.toLowerCase())
  }
  return allowed.some((each) => URL.canParse(each) && withoutPort(each) === withoutPort(uri))
}

function withoutPort (uri: string): string {
  const url = new URL(uri)
  url.port = ''
  return url.href
}

async function callback (call: CallbackCall): Promise<LogicalResponse> {
  const config = configIn(call)
  if (config === undefined) throw invalid(`${FAILED} Could not load configuration`)
  const request = takeRequest(call)
  if (request.clientNonce !== '' && request.clientNonce !== call.fields.client_nonce) throw invalid('invalid client_nonce')
  const role = rolesIn(call).get(request.role)
  if (role === undefined) throw invalid(`${FAILED} Role could not be found`)
  refuseOtherNetworks(call, role)
  const { code = '' } = call.fields
  if (code === '') throw invalid(`${FAILED} No code or id_token received.`)
  const claims = await exchanged(call, config, { role, request, code })
  const { bound_subject: subject } = role.values
  if (subject !== '' && claims.sub !== subject) throw failure('sub claim does not match bound subject')
  return logInByClaims(call, request.role, role, claims)
}

/** It can be taken once. @throws VaultError where there is none */
function takeRequest (call: CallbackCall): OidcRequest {
  // with the namespace behind it, as the page was given it
  const [state = ''] = (call.fields.state ?? '').split(',ns=')
  const request = state === '' ? undefined : oidcRequestsIn(call).get(state)
  if (request === undefined) throw invalid(`${FAILED} Expired or missing OAuth state.`)
  oidcRequestsIn(call).delete(state)
  deleteDeadline(call, request.expiresAtMs, entryDeadline(oidcRequestsIn(call).prefix + state))
  return request
}

interface Returned { readonly role: JwtRole, readonly request: OidcRequest, readonly code: string }

async function exchanged (
  call: CallbackCall, config: JwtConfig, { role, request, code }: Returned
): Promise<JsonObject> {
  const { outside, timeline: { nowMs } } = call.cluster
  try {
    const provider = await fetchProvider(outside, config)
    return await exchange(outside, provider, { config, values: role.values, request, code, nowMs })
  } catch (error) {
    if (!(error instanceof ExchangeError || error instanceof UnreachableError)) throw error
    throw invalid(`${FAILED} Error exchanging oidc code: ${goQuote(error.message)}.`)
  }
}
