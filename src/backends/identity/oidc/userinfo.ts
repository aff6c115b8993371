// identity/oidc/provider/:name/userinfo: what a client may know of whoever its access token stands for.
import { Type } from '@sinclair/typebox'
import { goQuote } from '../../../go/values.js'
import type { JsonObject } from '../../../json/index.js'
import { field } from '../../../vault/fields/fields.js'
import { definePath, type Call } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { endpointResponse, EndpointError, type ErrorStyle } from './answers.js'
import { isAssigned } from './authorize.js'
import { clientWithId } from './clients.js'
import { scopeClaims } from './exchange.js'
import { allowsClient, providerIn } from './providers.js'
import { bearerOf } from './roles.js'
import type { OidcClient } from './stored.js'

const fields = Type.Object({ name: field.string({ description: 'Name of the provider.' }) })

const STYLE: ErrorStyle = {
  statuses: { invalid_token: 401, access_denied: 403, server_error: 500 },
  errorHeaders: ({ code, message }) => code === 'invalid_request' || code === 'invalid_token'
    ? { 'www-authenticate': `Bearer error=${goQuote(code)},error_description=${goQuote(message)}` }
    : undefined
}

export const userinfoPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/oidc-provider', [
  definePath({
    path: 'oidc/provider/:name/userinfo',
    summary: 'What a client may know of whoever its access token stands for.',
    fields,
    operations: {
      read: (call) => endpointResponse(STYLE, () => userinfo(call)),
      update: (call) => endpointResponse(STYLE, () => userinfo(call))
    }
  })
])

/** Checks in the order of `pathOIDCUserInfo`. */
function userinfo (call: Call): JsonObject {
  const provider = providerIn(call)
  if (provider === undefined) throw new EndpointError('invalid_request', 'provider not found')
  const { client, scopes } = accessOf(call)
  const entityId = call.token?.entityId ?? ''
  if (entityId === '') throw new EndpointError('access_denied', 'identity entity must be associated with the request')
  const bearer = bearerOf(call, entityId)
  if (bearer === undefined) {
    throw new EndpointError('access_denied', 'identity entity associated with the request not found')
  }
  if (!isAssigned(call, bearer, client)) {
    throw new EndpointError('access_denied', 'identity entity not authorized by client assignment')
  }
  if (!allowsClient(provider, client.clientId)) {
    throw new EndpointError('access_denied', 'client is not authorized to use the provider')
  }
  const supported = scopes.filter((scope) => provider.scopesSupported.includes(scope))
  return { sub: bearer.entity.id, ...scopeClaims(call, bearer, supported) }
}

interface Access {
  readonly client: OidcClient
  readonly scopes: readonly string[]
}

/** What an access token is good for. */
function accessOf (call: Call): Access {
  const { token, request: { headers, clientToken } } = call
  if (headers.authorization?.slice('Bearer '.length).trim() !== clientToken) {
    throw new EndpointError('invalid_token', 'access token must be sent as a Bearer token')
  }
  if (token?.type !== 'batch') throw new EndpointError('invalid_token', 'access token is malformed or invalid')
  const { client_id: clientId, scopes = '' } = token.own?.meta ?? {}
  if (clientId === undefined) throw new EndpointError('server_error', 'expected client ID in token metadata')
  const client = clientWithId(call, String(clientId))
  if (client === undefined) throw new EndpointError('access_denied', 'client not found')
  return { client, scopes: String(scopes).split(' ') }
}
