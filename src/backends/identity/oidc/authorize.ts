// identity/oidc/provider/:name/authorize: a code for a client, on behalf of whoever asks.
import { Type, type Static } from '@sinclair/typebox'
import type { JsonObject } from '../../../json/index.js'
import { field } from '../../../vault/fields/fields.js'
import type { Entity } from '../../../vault/identity.js'
import { definePath, type Call, type LogicalResponse } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { endpointResponse, EndpointError } from './answers.js'
import { clientWithId } from './clients.js'
import { allowsClient, providerIn } from './providers.js'
import { bearerOf, type Bearer } from './roles.js'
import { OPENID } from './scopes.js'
import { ALLOW_ALL, nameIn, oidc, type Grant, type OidcClient, type Provider } from './stored.js'

const CODE_LENGTH = 32
/** How long a code is good for (`oidcAuthCodeCache`). */
const CODE_TTL_MS = 300_000
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

const authorizeFields = Type.Object({
  name: field.string({ description: 'Name of the provider.' }),
  client_id: field.string({ description: 'Id of the client.', default: '' }),
  scope: field.string({ description: 'Scopes, with blanks between; `openid` must be one.', default: '' }),
  redirect_uri: field.string({ description: 'Where the answer is to go.', default: '' }),
  response_type: field.string({ description: 'code', default: '' }),
  state: field.string({ description: 'Comes back as it is.', default: '' }),
  nonce: field.string({ description: 'Comes back in the ID token.', default: '' }),
  max_age: field.int({ description: 'Seconds that the last login may be ago.' }),
  code_challenge: field.string({ description: 'What the verifier is checked against (PKCE).' }),
  code_challenge_method: field.string({ description: 'plain, the default, or S256.', default: 'plain' })
})

type AuthorizeCall = Call<Static<typeof authorizeFields>>

export const authorizePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/oidc-provider', [
  definePath({
    path: 'oidc/provider/:name/authorize',
    summary: 'A code for a client, on behalf of whoever asks.',
    fields: authorizeFields,
    operations: { read: authorize, update: authorize }
  })
])

/** Whether somebody is among those that the assignments of a client mean. */
export function isAssigned (
  call: Pick<Call, 'storage' | 'mountPrefix'>, { entity, groups }: Bearer, { assignments }: OidcClient
): boolean {
  if (entity.disabled) return false
  if (assignments.includes(ALLOW_ALL)) return true
  return assignments.some((name) => {
    const { entityIds = [], groupIds = [] } = oidc.assignments.get(call, name) ?? {}
    return entityIds.includes(entity.id) || groups.some(({ id }) => groupIds.includes(id))
  })
}

function authorize (call: AuthorizeCall): Promise<LogicalResponse> {
  const { state } = call.fields
  // to requests that it cannot read it does not repeat their state
  const members = ({ code }: EndpointError): JsonObject => ({ state: code.startsWith('request_') ? '' : state })
  return endpointResponse({ statuses: { server_error: 500 }, members }, () => ({ code: newCode(call), state }))
}

function newCode (call: AuthorizeCall): string {
  const grant = grantOf(call)
  for (const [code, { expiresAtMs }] of oidc.grants.entries(call)) {
    if (expiresAtMs <= call.nowMs) oidc.grants.delete(call, code)
  }
  const code = call.cluster.random.stream('identity').base62(CODE_LENGTH)
  oidc.grants.put(call, code, grant)
  return code
}

/** Checks in the order of `pathOIDCAuthorize`. */
function grantOf (call: AuthorizeCall): Grant {
  const { fields } = call
  const client = requireClient(call)
  const provider = requireProvider(call)
  refuseRequestObjects(call)
  const asked = [...new Set(fields.scope.split(' ').filter((scope) => scope !== ''))].sort()
  if (!asked.includes(OPENID)) throw new EndpointError('invalid_request', `scope parameter must contain the "${OPENID}" value`)
  requireCodeFlow(fields.response_type)
  const entity = requireAssigned(call, client)
  return {
    provider: nameIn(call),
    clientId: fields.client_id,
    entityId: entity.id,
    redirectUri: fields.redirect_uri,
    nonce: fields.nonce,
    scopes: asked.filter((scope) => provider.scopesSupported.includes(scope)),
    ...challengeOf(call, client),
    authenticatedAtMs: authenticatedAtMs(call),
    expiresAtMs: call.nowMs + CODE_TTL_MS
  }
}

function requireClient (call: AuthorizeCall): OidcClient {
  const { client_id: clientId, redirect_uri: redirectUri } = call.fields
  if (clientId === '') throw new EndpointError('invalid_client_id', 'client_id parameter is required')
  const client = clientWithId(call, clientId)
  if (client === undefined) throw new EndpointError('invalid_client_id', 'client with client_id not found')
  if (redirectUri === '') throw new EndpointError('invalid_request', 'redirect_uri parameter is required')
  if (isValidRedirect(redirectUri, client.redirectUris)) return client
  throw new EndpointError('invalid_redirect_uri', 'redirect_uri is not allowed for the client')
}

/** On loopback any port will do (RFC 8252 §7.3). */
function isValidRedirect (uri: string, allowed: readonly string[]): boolean {
  if (!URL.canParse(uri)) return false
  const wanted = withoutPort(uri)
  if (!LOOPBACK.includes(wanted.hostname)) return allowed.includes(uri)
  return allowed.some((each) => URL.canParse(each) && withoutPort(each).href === wanted.href)
}

function withoutPort (uri: string): URL {
  const url = new URL(uri)
  url.port = ''
  return url
}

function requireProvider (call: AuthorizeCall): Provider {
  const provider = providerIn(call)
  if (provider === undefined) throw new EndpointError('invalid_request', 'provider not found')
  if (allowsClient(provider, call.fields.client_id)) return provider
  throw new EndpointError('unauthorized_client', 'client is not authorized to use the provider')
}

function refuseRequestObjects ({ request: { data } }: AuthorizeCall): void {
  if ('request' in data) throw new EndpointError('request_not_supported', 'request parameter is not supported')
  if (!('request_uri' in data)) return
  throw new EndpointError('request_uri_not_supported', 'request_uri parameter is not supported')
}

function requireCodeFlow (responseType: string): void {
  if (responseType === '') throw new EndpointError('invalid_request', 'response_type parameter is required')
  if (responseType !== 'code') throw new EndpointError('unsupported_response_type', 'unsupported response_type value')
}

function requireAssigned (call: AuthorizeCall, client: OidcClient): Entity {
  const entityId = call.token?.entityId ?? ''
  if (entityId === '') throw new EndpointError('access_denied', 'identity entity must be associated with the request')
  const bearer = bearerOf(call, entityId)
  if (bearer === undefined) {
    throw new EndpointError('access_denied', 'identity entity associated with the request not found')
  }
  if (isAssigned(call, bearer, client)) return bearer.entity
  throw new EndpointError('access_denied', 'identity entity not authorized by client assignment')
}

/** Public clients, which have no secret, must use it. */
function challengeOf ({ fields }: AuthorizeCall, { type }: OidcClient): Pick<Grant, 'codeChallenge' | 'codeChallengeMethod'> {
  const { code_challenge: codeChallenge, code_challenge_method: given } = fields
  if (codeChallenge === undefined) {
    if (type === 'public') throw new EndpointError('invalid_request', 'PKCE is required for public clients')
    return { codeChallenge: '', codeChallengeMethod: 'plain' }
  }
  const codeChallengeMethod = given === '' ? 'plain' : given
  if (codeChallengeMethod !== 'plain' && codeChallengeMethod !== 'S256') {
    throw new EndpointError('invalid_request', 'invalid code_challenge_method')
  }
  const { length } = codeChallenge
  if (length < 43 || length > 128) throw new EndpointError('invalid_request', 'invalid code_challenge')
  return { codeChallenge, codeChallengeMethod }
}

/** 0 where nobody asked. */
function authenticatedAtMs ({ fields: { max_age: maxAge }, token, nowMs }: AuthorizeCall): number {
  if (maxAge === undefined) return 0
  if (maxAge < 1) throw new EndpointError('invalid_request', 'max_age must be greater than zero')
  const createdAtMs = token?.createdAtMs ?? 0
  if (Math.floor((nowMs - createdAtMs) / 1000) <= maxAge) return createdAtMs
  throw new EndpointError('max_age_violation', 'active re-authentication is required by max_age')
}
