// identity/oidc/client: the applications that log people in.
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../../json/index.js'
import type { Profile } from '../../../profiles/index.js'
import { invalid } from '../../../refusal/index.js'
import { field } from '../../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { distinct } from '../distinct.js'
import { listOf } from '../render.js'
import { DEFAULT_KEY, nameIn, oidc, type OidcClient, type OidcContext } from './stored.js'

const ID_LENGTH = 32
const SECRET_LENGTH = 64
const SECRET_PREFIX = 'hvo_secret_'

const clientFields = Type.Object({
  name: field.string({ description: 'Name of the client.' }),
  redirect_uris: field.stringList({ description: 'Where answers may go; on loopback the port does not matter.' }),
  assignments: field.stringList({ description: 'Assignments: for whom.' }),
  key: field.string({ description: 'The named key that signs; by default `default`. Cannot be changed.' }),
  id_token_ttl: field.durationSeconds({ description: 'Life of ID tokens; by default 24h.' }),
  access_token_ttl: field.durationSeconds({ description: 'Life of access tokens; by default 24h.' }),
  client_type: field.string({ description: 'confidential, the default, or public. Cannot be changed.' })
})

type ClientCall = Call<Static<typeof clientFields>>

export const clientPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/oidc-provider', [
  definePath({
    path: 'oidc/client',
    summary: 'Lists the clients.',
    fields: Type.Object({}),
    operations: { list }
  }),
  definePath({
    path: 'oidc/client/:name',
    summary: 'A client.',
    fields: clientFields,
    exists: (call) => oidc.clients.get(call, nameIn(call)) !== undefined,
    operations: { read, create: write, update: write, delete: (call) => { oidc.clients.delete(call, nameIn(call)) } }
  })
])

export function clientWithId (context: OidcContext, id: string): OidcClient | undefined {
  return oidc.clients.entries(context).map(([, client]) => client).find(({ clientId }) => clientId === id)
}

function list (call: Call<unknown>): LogicalResponse | undefined {
  const info = oidc.clients.entries(call).map(([name, client]) => [name, render(client, call.cluster.profile)] as const)
  return listOf(info.map(([name]) => name), Object.fromEntries(info))
}

/** The secret is shown here alone. */
function read (call: ClientCall): LogicalResponse | undefined {
  const client = oidc.clients.get(call, nameIn(call))
  if (client === undefined) return undefined
  const shown = render(client, call.cluster.profile)
  return { data: goMap({ ...shown, client_secret: client.type === 'public' ? undefined : client.clientSecret }) }
}

function render (client: OidcClient, { oidcClientsShowGrants }: Profile): JsonObject {
  return goMap({
    ...oidcClientsShowGrants ? { authorization_code: true, client_credentials: false } : {},
    access_token_ttl: client.accessTokenTtlSeconds,
    assignments: client.assignments,
    client_id: client.clientId,
    client_type: client.type,
    id_token_ttl: client.idTokenTtlSeconds,
    key: client.key,
    redirect_uris: client.redirectUris
  })
}

const NEW: OidcClient = {
  redirectUris: [],
  assignments: [],
  key: DEFAULT_KEY,
  idTokenTtlSeconds: 86_400,
  accessTokenTtlSeconds: 86_400,
  type: 'confidential',
  clientId: '',
  clientSecret: ''
}

/** Checks in the order of `pathOIDCCreateUpdateClient`. */
function write (call: ClientCall): undefined {
  const { fields } = call
  const stored = oidc.clients.get(call, nameIn(call))
  const old = stored ?? NEW
  const assignments = distinct(fields.assignments ?? old.assignments)
  const missing = assignments.find((name) => oidc.assignments.get(call, name) === undefined)
  if (missing !== undefined) throw invalid(`assignment "${missing}" does not exist`)
  const key = fields.key ?? old.key
  if (stored !== undefined && key !== stored.key) throw invalid('key modification is not allowed')
  const idTokenTtlSeconds = idTokenTtl(call, key, fields.id_token_ttl ?? old.idTokenTtlSeconds)
  const type = typeOf(fields.client_type, stored)
  oidc.clients.put(call, nameIn(call), {
    redirectUris: distinct(fields.redirect_uris ?? old.redirectUris),
    assignments,
    key,
    idTokenTtlSeconds,
    accessTokenTtlSeconds: fields.access_token_ttl ?? old.accessTokenTtlSeconds,
    type,
    ...credentialsOf(call, { ...old, type })
  })
}

function idTokenTtl (call: ClientCall, keyName: string, ttlSeconds: number): number {
  const key = oidc.keys.get(call, keyName)
  if (key === undefined) throw invalid(`key "${keyName}" does not exist`)
  if (ttlSeconds <= key.verificationTtlSeconds) return ttlSeconds
  throw invalid("a client's id_token_ttl cannot be greater than the verification_ttl of the key it references")
}

function typeOf (given: string | undefined, stored: OidcClient | undefined): OidcClient['type'] {
  if (given === undefined) return stored?.type ?? NEW.type
  if (stored !== undefined && stored.type !== given) throw invalid('client_type modification is not allowed')
  if (given !== 'confidential' && given !== 'public') throw invalid(`invalid client_type "${given}"`)
  return given
}

function credentialsOf (
  { cluster }: ClientCall, { type, clientId, clientSecret }: OidcClient
): Pick<OidcClient, 'clientId' | 'clientSecret'> {
  const random = cluster.random.stream('identity')
  const needsSecret = type === 'confidential' && clientSecret === ''
  return {
    clientId: clientId === '' ? random.base62(ID_LENGTH) : clientId,
    clientSecret: needsSecret ? SECRET_PREFIX + random.base62(SECRET_LENGTH) : clientSecret
  }
}
