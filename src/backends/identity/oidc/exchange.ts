// identity/oidc/provider/:name/token: an access token and an ID token for a code.
import { createHash, timingSafeEqual } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../../json/index.js'
import { field } from '../../../vault/fields/fields.js'
import { definePath, type Call } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { createToken, type TokenEntry } from '../../../vault/tokens/tokens.js'
import { endpointResponse, EndpointError, type ErrorStyle } from './answers.js'
import { isAssigned } from './authorize.js'
import { clientWithId } from './clients.js'
import { allowsClient, issuerOfProvider, providerIn } from './providers.js'
import { bearerOf, standardClaims, type Bearer } from './roles.js'
import { digestOf, isAllowed, settledKey, signJwt } from './signing-keys.js'
import { nameIn, oidc, type Algorithm, type Grant, type NamedKey, type OidcClient, type Provider } from './stored.js'
import { claimsOf } from './templates.js'

const tokenFields = Type.Object({
  name: field.string({ description: 'Name of the provider.' }),
  code: field.string({ description: 'The code.', default: '' }),
  grant_type: field.string({ description: 'authorization_code', default: '' }),
  redirect_uri: field.string({ description: 'As it was when the code was asked for.', default: '' }),
  code_verifier: field.string({ description: 'What the challenge was made from (PKCE).', default: '' }),
  client_id: field.string({ description: 'Id of the client, unless the header Authorization has it.', default: '' }),
  client_secret: field.string({ description: 'Secret of the client, unless the header has it.', default: '' })
})

type TokenCall = Call<Static<typeof tokenFields>>

const STYLE: ErrorStyle = {
  statuses: { invalid_client: 401, server_error: 500 },
  headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
  errorHeaders: ({ code }) => code === 'invalid_client' ? { 'www-authenticate': 'Basic' } : undefined
}

export const exchangePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/oidc-provider', [
  definePath({
    path: 'oidc/provider/:name/token',
    summary: 'An access token and an ID token for a code.',
    fields: tokenFields,
    unauthenticated: true,
    operations: { update: (call) => endpointResponse(STYLE, () => exchange(call)) }
  })
])

/** Checks in the order of `pathOIDCToken`. What takes time comes first: from the code on, all is done in one turn. */
async function exchange (call: TokenCall): Promise<JsonObject> {
  const provider = providerIn(call)
  if (provider === undefined) throw new EndpointError('invalid_request', 'provider not found')
  const client = authenticatedClient(call)
  if (!allowsClient(provider, client.clientId)) {
    throw new EndpointError('invalid_client', 'client is not authorized to use the provider')
  }
  const key = await keyOf(call, client)
  return tokensFor(call, { provider, client, key })
}

interface Issuing {
  readonly provider: Provider
  readonly client: OidcClient
  readonly key: NamedKey
}

function tokensFor (call: TokenCall, issuing: Issuing): JsonObject {
  const { client } = issuing
  const { code } = call.fields
  const grant = takeGrant(call)
  requireOwnGrant(call, grant, client)
  const bearer = requireBearer(call, grant, client)
  requireVerifier(call, grant, client)
  const claims = scopeClaims(call, bearer, grant.scopes)
  const accessToken = newAccessToken(call, bearer, grant, client)
  const idToken = idTokenFor(call, issuing, { grant, bearer, claims, code, accessToken: accessToken.id })
  return {
    access_token: accessToken.id,
    expires_in: client.accessTokenTtlSeconds,
    id_token: idToken,
    token_type: 'Bearer'
  }
}

/** The header counts before the body. */
function authenticatedClient (call: TokenCall): OidcClient {
  const { fields, request } = call
  const [id, secret] = basicCredentials(request.headers.authorization) ?? [fields.client_id, fields.client_secret]
  if (id === '') throw new EndpointError('invalid_request', 'client_id parameter is required')
  const client = clientWithId(call, id)
  if (client !== undefined && (client.type === 'public' || areEqual(client.clientSecret, secret))) return client
  throw new EndpointError('invalid_client', 'client failed to authenticate')
}

function basicCredentials (header = ''): readonly [id: string, secret: string] | undefined {
  const [, text] = /^basic (.*)$/i.exec(header) ?? []
  const decoded = text === undefined ? '' : Buffer.from(text, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon < 0 ? undefined : [decoded.slice(0, colon), decoded.slice(colon + 1)]
}

function areEqual (one: string, other: string): boolean {
  const [a, b] = [createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest()]
  return timingSafeEqual(a, b)
}

async function keyOf (call: TokenCall, { key: name, clientId }: OidcClient): Promise<NamedKey> {
  const key = await settledKey(call, name)
  if (key === undefined) throw new EndpointError('server_error', `client key "${name}" not found`)
  if (!isAllowed(key, clientId)) throw new EndpointError('invalid_client', 'client is not authorized to use the key')
  return key
}

/** A code is good once, whatever comes of it. */
function takeGrant (call: TokenCall): Grant {
  const { grant_type: grantType, code } = call.fields
  if (grantType === '') throw new EndpointError('invalid_request', 'grant_type parameter is required')
  if (grantType !== 'authorization_code') throw new EndpointError('unsupported_grant_type', 'unsupported grant_type value')
  if (code === '') throw new EndpointError('invalid_request', 'code parameter is required')
  const grant = oidc.grants.get(call, code)
  oidc.grants.delete(call, code)
  if (grant !== undefined && grant.expiresAtMs > call.nowMs) return grant
  throw new EndpointError('invalid_grant', 'authorization grant is invalid or expired')
}

function requireOwnGrant (call: TokenCall, grant: Grant, { clientId }: OidcClient): void {
  const { redirect_uri: redirectUri } = call.fields
  if (grant.clientId !== clientId) throw new EndpointError('invalid_grant', 'authorization code was not issued to the client')
  if (grant.provider !== nameIn(call)) {
    throw new EndpointError('invalid_grant', 'authorization code was not issued by the provider')
  }
  if (redirectUri === '') throw new EndpointError('invalid_request', 'redirect_uri parameter is required')
  if (grant.redirectUri === redirectUri) return
  throw new EndpointError('invalid_grant', 'redirect_uri does not match the redirect_uri used in the authorization request')
}

function requireBearer (call: TokenCall, { entityId }: Grant, client: OidcClient): Bearer {
  const bearer = bearerOf(call, entityId)
  if (bearer === undefined) {
    throw new EndpointError('invalid_request', 'identity entity associated with the request not found')
  }
  if (isAssigned(call, bearer, client)) return bearer
  throw new EndpointError('invalid_request', 'identity entity not authorized by client assignment')
}

/** RFC 7636 §4.6 */
function requireVerifier ({ fields }: TokenCall, grant: Grant, { type }: OidcClient): void {
  const { code_verifier: verifier } = fields
  const usedPkce = grant.codeChallenge !== ''
  if (!usedPkce && type === 'public') throw new EndpointError('invalid_request', 'PKCE is required for public clients')
  if (usedPkce !== (verifier !== '')) {
    throw new EndpointError('invalid_request', `${usedPkce ? 'expected' : 'unexpected'} code_verifier for token exchange`)
  }
  const challenge = grant.codeChallengeMethod === 'plain'
    ? verifier
    : createHash('sha256').update(verifier).digest('base64url')
  if (usedPkce && !areEqual(challenge, grant.codeChallenge)) {
    throw new EndpointError('invalid_grant', 'invalid code_verifier for token exchange')
  }
}

/** What scopes say of somebody. @throws {EndpointError} where two say the same */
export function scopeClaims (
  call: Pick<Call, 'storage' | 'mountPrefix'>, bearer: Bearer, scopes: readonly string[]
): JsonObject {
  const owners = new Map<string, string>()
  const claims: Record<string, JsonObject[string]> = {}
  for (const scope of scopes) {
    const said = claimsOf(oidc.scopes.get(call, scope)?.template ?? '', bearer)
    for (const [claim, value] of Object.entries(said)) {
      const other = owners.get(claim)
      if (other !== undefined) {
        throw new EndpointError('invalid_request',
          `found scopes with conflicting top-level claim: claim "${claim}" in scopes "${scope}", "${other}"`)
      }
      owners.set(claim, scope)
      claims[claim] = value
    }
  }
  return claims
}

/** A batch token that is good for the provider's userinfo, and for nothing else. */
function newAccessToken (call: TokenCall, { entity }: Bearer, grant: Grant, client: OidcClient): TokenEntry {
  return createToken(call, {
    type: 'batch',
    policies: [],
    path: call.request.path,
    displayName: '',
    meta: { oidc_token_type: 'access token' },
    ttlSeconds: client.accessTokenTtlSeconds,
    entityId: entity.id,
    own: {
      policy: `path "identity/oidc/provider/${nameIn(call)}/userinfo" { capabilities = ["read", "update"] }`,
      meta: { client_id: client.clientId, scopes: grant.scopes.join(' ') }
    }
  })
}

interface Told {
  readonly grant: Grant
  readonly bearer: Bearer
  readonly claims: JsonObject
  readonly code: string
  readonly accessToken: string
}

function idTokenFor (call: TokenCall, { provider, client, key }: Issuing, told: Told): string {
  const { grant, bearer, claims, code, accessToken } = told
  const issuedAt = Math.floor(call.nowMs / 1000)
  const frame = {
    namespaceId: call.storage.namespaceId,
    issuer: issuerOfProvider(call, nameIn(call), provider),
    audience: client.clientId,
    issuedAt,
    expiresAt: issuedAt + client.idTokenTtlSeconds
  }
  return signJwt(key, goMap({
    ...standardClaims(bearer, frame),
    nonce: grant.nonce === '' ? undefined : grant.nonce,
    auth_time: grant.authenticatedAtMs === 0 ? undefined : Math.floor(grant.authenticatedAtMs / 1000),
    at_hash: hashClaim(key.algorithm, accessToken),
    c_hash: hashClaim(key.algorithm, code),
    ...claims
  }))
}

/** The first half of a text's hash: the algorithm's own, or SHA-512 for EdDSA. */
function hashClaim (algorithm: Algorithm, text: string): string {
  const hash = createHash(digestOf(algorithm) ?? 'sha512').update(text).digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}
