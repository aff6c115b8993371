// identity/oidc/role and identity/oidc/token: what tokens of an entity say, and the tokens.
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../../json/index.js'
import { failure, invalid } from '../../../refusal/index.js'
import { field } from '../../../vault/fields/fields.js'
import { identityOfToken, type Entity } from '../../../vault/identity.js'
import type { Group } from '../../../vault/identity-groups.js'
import { definePath, type Call, type LogicalResponse } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { listOf } from '../render.js'
import { issuerOf } from './config.js'
import { isAllowed, settledKey, signJwt } from './signing-keys.js'
import { nameIn, oidc, type OidcRole } from './stored.js'
import { checkedTemplate, claimsOf } from './templates.js'

const CLIENT_ID_LENGTH = 26

const roleFields = Type.Object({
  name: field.string({ description: 'Name of the role.' }),
  key: field.string({ description: 'The named key that signs, which must be there.' }),
  template: field.string({ description: 'Claims besides the usual ones: JSON, also in base64, with `{{…}}` to fill.' }),
  ttl: field.durationSeconds({ description: 'Life of the tokens; by default 24h.' }),
  client_id: field.string({ description: 'Their audience; by default one is drawn.' })
})
const nameFields = Type.Object({ name: field.string({ description: 'Name of the role.' }) })

type RoleCall = Call<Static<typeof roleFields>>

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/tokens', [
  definePath({
    path: 'oidc/role',
    summary: 'Lists the roles.',
    fields: Type.Object({}),
    operations: { list: (call) => listOf(oidc.roles.names(call)) }
  }),
  definePath({
    path: 'oidc/role/:name',
    summary: 'A role.',
    fields: roleFields,
    exists: (call) => roleIn(call) !== undefined,
    operations: { read, create: write, update: write, delete: (call) => { oidc.roles.delete(call, nameIn(call)) } }
  }),
  definePath({
    path: 'oidc/token/:name',
    summary: 'A signed token of the entity that asks.',
    fields: nameFields,
    operations: { read: generate }
  })
])

/** Who a token tells of. */
export interface Bearer {
  readonly entity: Entity
  readonly groups: readonly Group[]
  readonly nowMs: number
}

/** Undefined without an entity, or once it is gone. */
export function bearerOf ({ storage, nowMs }: Pick<Call, 'storage' | 'nowMs'>, entityId: string): Bearer | undefined {
  const { entity, direct, inherited } = identityOfToken(storage, entityId)
  return entity && { entity, groups: [...direct, ...inherited], nowMs }
}

function roleIn (call: Pick<Call, 'params' | 'storage' | 'mountPrefix'>): OidcRole | undefined {
  return oidc.roles.get(call, nameIn(call))
}

function read (call: RoleCall): LogicalResponse | undefined {
  const role = roleIn(call)
  return role && {
    data: goMap({ client_id: role.clientId, key: role.key, template: role.template, ttl: role.ttlSeconds })
  }
}

function write (call: RoleCall): undefined {
  const { fields } = call
  const old = roleIn(call)
  const keyName = fields.key ?? old?.key ?? ''
  if (keyName === '') throw invalid('the key parameter is required')
  const template = checkedTemplate(fields.template ?? old?.template ?? '', call.nowMs)
  const ttlSeconds = fields.ttl ?? old?.ttlSeconds ?? 86_400
  const key = oidc.keys.get(call, keyName)
  if (key === undefined) throw invalid(`cannot find key "${keyName}"`)
  if (ttlSeconds > key.verificationTtlSeconds) {
    throw invalid("a role's token ttl cannot be longer than the verification_ttl of the key it references")
  }
  const given = fields.client_id ?? old?.clientId ?? ''
  const clientId = given === '' ? call.cluster.random.stream('identity').base62(CLIENT_ID_LENGTH) : given
  oidc.roles.put(call, nameIn(call), { key: keyName, template, ttlSeconds, clientId })
}

async function generate (call: Call<Static<typeof nameFields>>): Promise<LogicalResponse> {
  const name = nameIn(call)
  const asked = roleIn(call)
  if (asked === undefined) throw invalid(`role "${name}" not found`)
  const key = await settledKey(call, asked.key)
  if (key === undefined) throw invalid(`key "${asked.key}" not found`)
  const { clientId, ttlSeconds, template } = asked
  if (!isAllowed(key, clientId)) {
    throw invalid(`the key "${asked.key}" does not list the client ID of the role "${name}" as an allowed client ID`)
  }
  const entityId = call.token?.entityId ?? ''
  if (entityId === '') throw invalid("no entity associated with the request's token")
  const bearer = bearerOf(call, entityId)
  if (bearer === undefined) throw failure(`error loading entity ID "${entityId}"`)
  const issuedAt = Math.floor(call.nowMs / 1000)
  const { namespaceId } = call.storage
  const frame = { namespaceId, issuer: issuerOf(call), audience: clientId, issuedAt, expiresAt: issuedAt + ttlSeconds }
  const claims = goMap({
    ...standardClaims(bearer, frame),
    ...claimsOf(template, bearer)
  })
  return { data: goMap({ client_id: clientId, token: signJwt(key, claims), ttl: ttlSeconds }) }
}

/** Instants in seconds since 1970. */
interface TokenFrame {
  /** whose it is */
  readonly namespaceId: string
  readonly issuer: string
  readonly audience: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** The claims that every token has. */
export function standardClaims (
  { entity }: Bearer, { namespaceId, issuer, audience, issuedAt, expiresAt }: TokenFrame
): JsonObject {
  return { aud: audience, exp: expiresAt, iat: issuedAt, iss: issuer, namespace: namespaceId, sub: entity.id }
}
