// identity/oidc/provider: OpenID Connect for clients, and the documents by which they find its endpoints.
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../../json/index.js'
import { invalid } from '../../../refusal/index.js'
import { field } from '../../../vault/fields/fields.js'
import { namespaceIn } from '../../../vault/namespaces/namespaces.js'
import { definePath, type Call, type LogicalResponse } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { distinct } from '../distinct.js'
import { listOf } from '../render.js'
import { clientWithId } from './clients.js'
import { addressOf, checkIssuer, discoveryResponse, ISSUER_WARNING } from './config.js'
import { OPENID } from './scopes.js'
import { jwksOf, jwksResponse } from './signing-keys.js'
import { ALGORITHMS, DEFAULT_PROVIDER, nameIn, oidc, type Provider } from './stored.js'
import { claimNames } from './templates.js'

const providerFields = Type.Object({
  name: field.string({ description: 'Name of the provider.' }),
  issuer: field.string({ description: "Scheme, host and port of the issuer; by default the active node's address." }),
  allowed_client_ids: field.stringList({ description: 'Ids of the clients that may use it; `*`: all.' }),
  scopes_supported: field.stringList({ description: 'Scopes that clients may ask for.' })
})
const nameFields = Type.Object({ name: field.string({ description: 'Name of the provider.' }) })
const listFields = Type.Object({
  allowed_client_id: field.string({ description: 'Only those that this client may use.', default: '' })
})

type ProviderCall = Call<Static<typeof providerFields>>

export const providerPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/oidc-provider', [
  definePath({
    path: 'oidc/provider',
    summary: 'Lists the providers.',
    fields: listFields,
    operations: { list }
  }),
  definePath({
    path: 'oidc/provider/:name',
    summary: 'A provider.',
    fields: providerFields,
    exists: (call) => providerIn(call) !== undefined,
    operations: { read, create: write, update: write, delete: remove }
  }),
  definePath({
    path: 'oidc/provider/:name/.well-known/openid-configuration',
    summary: 'The discovery document of a provider.',
    fields: nameFields,
    unauthenticated: true,
    operations: { read: discover }
  }),
  definePath({
    path: 'oidc/provider/:name/.well-known/keys',
    summary: "The public keys of a provider's clients.",
    fields: nameFields,
    unauthenticated: true,
    operations: { read: publicKeys }
  })
])

/** Where tokens of a provider say they come from. */
export function issuerOfProvider (call: Pick<Call, 'node' | 'storage'>, name: string, { issuer }: Provider): string {
  return `${addressOf(call, issuer)}/v1/${namespaceIn(call.storage).path}identity/oidc/provider/${name}`
}

/** Whether a client may use it. */
export function allowsClient ({ allowedClientIds }: Provider, clientId: string): boolean {
  return allowedClientIds.includes('*') || allowedClientIds.includes(clientId)
}

export function providerIn (call: Pick<Call, 'params' | 'storage' | 'mountPrefix'>): Provider | undefined {
  return oidc.providers.get(call, nameIn(call))
}

function list (call: Call<Static<typeof listFields>>): LogicalResponse | undefined {
  const { allowed_client_id: clientId } = call.fields
  const shown = oidc.providers.entries(call)
    .filter(([, provider]) => clientId === '' || allowsClient(provider, clientId))
    .map(([name, provider]) => [name, render(call, name, provider)] as const)
  return listOf(shown.map(([name]) => name), Object.fromEntries(shown))
}

function read (call: ProviderCall): LogicalResponse | undefined {
  const provider = providerIn(call)
  return provider && { data: render(call, nameIn(call), provider) }
}

function render (call: Pick<Call, 'node' | 'storage'>, name: string, provider: Provider): JsonObject {
  return goMap({
    allowed_client_ids: provider.allowedClientIds,
    issuer: issuerOfProvider(call, name, provider),
    scopes_supported: provider.scopesSupported
  })
}

function write (call: ProviderCall): LogicalResponse | undefined {
  const { fields } = call
  const old = providerIn(call)
  const issuer = fields.issuer ?? old?.issuer ?? ''
  checkIssuer(issuer)
  const scopesSupported = distinct(fields.scopes_supported ?? old?.scopesSupported ?? [])
  const warnings = [...issuer === '' ? [] : [ISSUER_WARNING], ...conflicts(call, scopesSupported)]
  const allowedClientIds = distinct(fields.allowed_client_ids ?? old?.allowedClientIds ?? [])
  oidc.providers.put(call, nameIn(call), { issuer, allowedClientIds, scopesSupported })
  return warnings.length === 0 ? undefined : { warnings }
}

/**
 * What is to be said of scopes with the same claims.
 *
 * @throws {VaultError} `invalid` where a scope is not there
 */
function conflicts (call: ProviderCall, scopes: readonly string[]): string[] {
  const owners = new Map<string, string>()
  return scopes.flatMap((name) => {
    const scope = oidc.scopes.get(call, name)
    if (scope === undefined) throw invalid(`scope "${name}" does not exist`)
    return claimNames(scope.template, call.nowMs).flatMap((claim) => {
      const other = owners.get(claim)
      owners.set(claim, name)
      return other === undefined ? [] : [conflictWarning(claim, name, other)]
    })
  })
}

function conflictWarning (claim: string, scope: string, other: string): string {
  return 'Found scope templates with conflicting top-level keys: ' +
    `conflict "${claim}" in scopes "${scope}", "${other}". ` +
    'This may result in an error if the scopes are requested in an OIDC Authentication Request.'
}

function remove (call: ProviderCall): undefined {
  const name = nameIn(call)
  if (name === DEFAULT_PROVIDER) throw invalid(`deletion of OIDC provider "${name}" not allowed`)
  oidc.providers.delete(call, name)
}

/** A struct of the original's: its members keep their order. */
function discover (call: Call<unknown>): LogicalResponse | undefined {
  const provider = providerIn(call)
  if (provider === undefined) return undefined
  const issuer = issuerOfProvider(call, nameIn(call), provider)
  return discoveryResponse({
    issuer,
    jwks_uri: `${issuer}/.well-known/keys`,
    authorization_endpoint: `${issuer.replace('/v1/', '/ui/vault/')}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    id_token_signing_alg_values_supported: [...ALGORITHMS],
    response_types_supported: ['code'],
    scopes_supported: [...provider.scopesSupported, OPENID],
    claims_supported: [],
    subject_types_supported: ['public'],
    grant_types_supported: ['authorization_code'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    ...call.cluster.profile.oidcShowsChallengeMethods ? { code_challenge_methods_supported: ['plain', 'S256'] } : {}
  })
}

async function publicKeys (call: Call<unknown>): Promise<LogicalResponse | undefined> {
  const provider = providerIn(call)
  return provider && jwksResponse(await jwksOf(call, keysOfClients(call, provider)))
}

/** The named keys of the clients that may use it. */
function keysOfClients (call: Call<unknown>, { allowedClientIds }: Provider): Set<string> {
  if (allowedClientIds.includes('*')) return new Set(oidc.clients.entries(call).map(([, { key }]) => key))
  return new Set(allowedClientIds.flatMap((id) => clientWithId(call, id)?.key ?? []))
}
