// identity/oidc/config: who issues the tokens; and the document by which verifiers find that out.
import { Type, type Static } from '@sinclair/typebox'
import { goQuote } from '../../../go/values.js'
import { goMap, printJson } from '../../../json/index.js'
import type { Profile } from '../../../profiles/index.js'
import { invalid } from '../../../refusal/index.js'
import { field } from '../../../vault/fields/fields.js'
import { mountsOf } from '../../../vault/mounts/mounts.js'
import { isSingleton } from '../../../vault/mounts/mount-types.js'
import { namespaceIn } from '../../../vault/namespaces/namespaces.js'
import { definePath, type Call, type LogicalResponse } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { jwksOf, jwksResponse } from './signing-keys.js'
import { ALGORITHMS, DEFAULT_KEY, oidc } from './stored.js'

const configFields = Type.Object({
  issuer: field.string({ description: "Scheme, host and port of the issuer; by default the active node's address." })
})
const childFields = Type.Object({ child: field.string({ description: 'Name of the child issuer: plugins.' }) })
const CONFIG = 'config'
/** The one issuer below the other (`validChildIssuer` in `identity_store_oidc.go`). */
const CHILD = 'plugins'
const inProfile = ({ oidcTokensOfPlugins }: Profile): boolean => oidcTokensOfPlugins

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
    operations: { read: publicKeys }
  }),
  definePath({
    path: 'oidc/:child/.well-known/openid-configuration',
    summary: 'The discovery document of the issuer of tokens for plugins.',
    fields: childFields,
    unauthenticated: true,
    inProfile,
    operations: { read: discover }
  }),
  definePath({
    path: 'oidc/:child/.well-known/keys',
    summary: 'The public keys of all roles and mounts.',
    fields: childFields,
    unauthenticated: true,
    inProfile,
    operations: { read: publicKeys }
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

/** The named keys of all roles, and of mounts where those have tokens signed. */
export function publishedKeys (call: Pick<Call, 'storage' | 'mountPrefix' | 'cluster'>): Set<string> {
  const keys = oidc.roles.entries(call).map(([, { key }]) => key)
  return new Set(call.cluster.profile.oidcTokensOfPlugins && hasDefaultKey(call) ? [...keys, DEFAULT_KEY] : keys)
}

/** It is made for the first mount that somebody enables, but not for KV (`handleMount` in `logical_system.go`). */
function hasDefaultKey (call: Pick<Call, 'storage' | 'mountPrefix'>): boolean {
  const key = oidc.keys.get(call, DEFAULT_KEY)
  if (key !== undefined && key.signingKeyId !== '') return true
  const mounts = [...mountsOf(call.storage, 'auth'), ...mountsOf(call.storage, 'mounts')]
  return mounts.some(({ type }) => !isSingleton(type) && type !== 'kv')
}

/** Refuses another child than there is. @throws VaultError */
function pathOf (call: Call<unknown>): string {
  const { child } = call.params
  if (child === undefined) return ''
  if (child !== CHILD) throw invalid(`invalid child issuer ${goQuote(child)}`)
  return `/${child}`
}

async function publicKeys (call: Call<unknown>): Promise<LogicalResponse> {
  pathOf(call)
  return jwksResponse(await jwksOf(call, publishedKeys(call)))
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
  const issuer = issuerOf(call) + pathOf(call)
  return discoveryResponse({
    issuer,
    jwks_uri: `${issuer}/.well-known/keys`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...ALGORITHMS]
  })
}
