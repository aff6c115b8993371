// identity/oidc/config: who issues the tokens; and the document by which verifiers find that out.
import { Type, type Static } from '@sinclair/typebox'
import { goMap, printJson } from '../../../json/index.js'
import { invalid } from '../../../refusal/index.js'
import { field } from '../../../vault/fields/fields.js'
import { namespaceIn } from '../../../vault/namespaces/namespaces.js'
import { definePath, type Call, type LogicalResponse } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { jwksOf, jwksResponse } from './signing-keys.js'
import { ALGORITHMS, oidc } from './stored.js'

const configFields = Type.Object({
  issuer: field.string({ description: "Scheme, host and port of the issuer; by default the active node's address." })
})
const CONFIG = 'config'

/** What may be cached for an hour. */
const CACHED = { 'cache-control': 'max-age=3600' }

export const configPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/tokens', [
  definePath({
    path: 'oidc/config',
    summary: 'Who issues the tokens.',
    fields: configFields,
    operations: { read, update: write }
  }),
  definePath({
    path: 'oidc/.well-known/openid-configuration',
    summary: 'The discovery document of the issuer.',
    fields: Type.Object({}),
    unauthenticated: true,
    operations: { read: discover }
  }),
  definePath({
    path: 'oidc/.well-known/keys',
    summary: 'The public keys of all roles.',
    fields: Type.Object({}),
    unauthenticated: true,
    operations: { read: async (call) => jwksResponse(await jwksOf(call, rolesKeys(call))) }
  })
])

/** What is said of an issuer that somebody has chosen. */
export const ISSUER_WARNING = 'If "issuer" is set explicitly, all tokens must be validated against that address, ' +
  'including those issued by secondary clusters. Setting issuer to "" will restore the default behavior of using the ' +
  "cluster's api_addr as the issuer."

/** Where tokens of roles say they come from. */
export function issuerOf (call: Pick<Call, 'storage' | 'mountPrefix' | 'node'>): string {
  const address = addressOf(call, oidc.config.get(call, CONFIG)?.issuer ?? '')
  return `${address}/v1/${namespaceIn(call.storage).path}identity/oidc`
}

export function addressOf ({ node }: Pick<Call, 'node'>, issuer: string): string {
  return issuer === '' ? node.apiAddr : issuer
}

/** @throws {VaultError} `invalid` for anything but scheme, host and port */
export function checkIssuer (issuer: string): void {
  if (issuer === '' || /^https?:\/\/[^/?#@\s]+$/i.test(issuer)) return
  throw invalid('invalid issuer, which must include only a scheme, host, and optional port (e.g. https://example.com:8200)')
}

export function discoveryResponse (document: Parameters<typeof printJson>[0]): LogicalResponse {
  return { raw: { status: 200, contentType: 'application/json', headers: CACHED, body: printJson(document) } }
}

/** The named keys of all roles. */
export function rolesKeys (call: Pick<Call, 'storage' | 'mountPrefix'>): Set<string> {
  return new Set(oidc.roles.entries(call).map(([, { key }]) => key))
}

function read (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ issuer: oidc.config.get(call, CONFIG)?.issuer ?? '' }) }
}

function write (call: Call<Static<typeof configFields>>): LogicalResponse | undefined {
  const { issuer } = call.fields
  if (issuer === undefined) return undefined
  checkIssuer(issuer)
  oidc.config.put(call, CONFIG, { issuer })
  return issuer === '' ? undefined : { warnings: [ISSUER_WARNING] }
}

function discover (call: Call<unknown>): LogicalResponse {
  const issuer = issuerOf(call)
  return discoveryResponse({
    issuer,
    jwks_uri: `${issuer}/.well-known/keys`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...ALGORITHMS]
  })
}
