// auth/approle/role/<name>/secret-id: the passwords of AppRole, made, shown and destroyed by id or accessor.
// https://developer.hashicorp.com/vault/api-docs/auth/approle#generate-new-secret-id and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { goMap, JsonSyntaxError, parseJson, type JsonObject } from '../../json/index.js'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { rfc3339Nano, ZERO_TIME } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { nameIn, requireRole } from './roles.js'
import { roleNamed, type AppRole } from './stored-roles.js'
import {
  deleteSecretId, putSecretId, secretIdAccessors, secretIdByAccessor, secretIdOf, type SecretId
} from './stored-secret-ids.js'

const roleName = field.string({ description: 'Name of the role.' })
const newFields = Type.Object({
  role_name: roleName,
  secret_id: field.string({ description: 'A secret id of your own choosing.' }),
  metadata: field.string({ description: 'JSON object with text values, to be put on the tokens.' }),
  cidr_list: field.stringList({ description: 'Networks logins may come from.' }),
  token_bound_cidrs: field.stringList({ description: 'Networks the tokens may be used from.' }),
  num_uses: field.int({ description: 'Number of logins; by default as the role says.' }),
  ttl: field.durationSeconds({ description: 'Life of the secret id; by default as the role says.' })
})
const idFields = Type.Object({ role_name: roleName, secret_id: field.string({ description: 'The secret id.' }) })
const accessorFields = Type.Object({
  role_name: roleName,
  secret_id_accessor: field.string({ description: 'Accessor of the secret id.' })
})

type NewCall = Call<Static<typeof newFields>>
type IdCall = Call<Static<typeof idFields>>
type AccessorCall = Call<Static<typeof accessorFields>>

export const secretIdPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/approle', [
  definePath({
    path: 'role/:role_name/secret-id',
    summary: 'Makes a secret id, or lists the accessors.',
    fields: newFields,
    operations: { list, update: (call) => make(call, call.cluster.random.stream('tokens').uuid()) }
  }),
  definePath({
    path: 'role/:role_name/custom-secret-id',
    summary: 'Makes a secret id of your own choosing.',
    fields: newFields,
    operations: { update: makeCustom }
  }),
  definePath({
    path: 'role/:role_name/secret-id/lookup',
    summary: 'Shows a secret id.',
    fields: idFields,
    operations: { update: lookup }
  }),
  definePath({
    path: 'role/:role_name/secret-id/destroy',
    summary: 'Destroys a secret id.',
    fields: idFields,
    operations: { update: destroy, delete: destroy }
  }),
  definePath({
    path: 'role/:role_name/secret-id-accessor/lookup',
    summary: 'Shows the secret id with an accessor.',
    fields: accessorFields,
    operations: { update: (call) => ({ data: render(requireAccessor(call)) }) }
  }),
  definePath({
    path: 'role/:role_name/secret-id-accessor/destroy',
    summary: 'Destroys the secret id with an accessor.',
    fields: accessorFields,
    operations: { update: destroyByAccessor, delete: destroyByAccessor }
  })
])

/** Counts a login with a secret id; the last one uses it up. */
export function useSecretId (call: Call<unknown>, secretId: SecretId): void {
  const { numUses } = secretId
  if (numUses === 1) deleteSecretId(call, secretId)
  else if (numUses > 1) putSecretId(call, { ...secretId, numUses: numUses - 1, updatedAtMs: call.nowMs })
}

function list (call: NewCall): LogicalResponse {
  if (roleNamed(call, nameIn(call)) === undefined) throw invalid(`role "${nameIn(call)}" does not exist`)
  return { data: goMap({ keys: secretIdAccessors(call, nameIn(call)) }) }
}

function makeCustom (call: NewCall): LogicalResponse {
  const { secret_id: secretId = '' } = call.fields
  if (secretId === '') throw invalid('missing secret_id')
  return make(call, secretId)
}

function make (call: NewCall, id: string): LogicalResponse {
  const role = requireRole(call)
  refuseBeyondRole(call, role)
  if (secretIdOf(call, role.name, id) !== undefined) {
    throw failure('failed to store secret_id: SecretID is already registered')
  }
  const made = newSecretId(call, role, id)
  putSecretId(call, made)
  return {
    data: goMap({
      secret_id: id,
      secret_id_accessor: made.accessor,
      secret_id_num_uses: made.numUses,
      secret_id_ttl: made.ttlSeconds
    })
  }
}

function refuseBeyondRole ({ fields }: NewCall, role: AppRole): void {
  if (!role.bindSecretId) throw invalid('bind_secret_id is not set on the role')
  const { num_uses: numUses, ttl } = fields
  if (numUses !== undefined && numUses < 0) throw invalid('num_uses cannot be negative')
  if (isBeyond(numUses, role.secretIdNumUses)) {
    throw invalid("num_uses cannot be higher than the role's secret_id_num_uses")
  }
  if (isBeyond(ttl, role.secretIdTtlSeconds)) throw invalid("ttl cannot be longer than the role's secret_id_ttl")
}

/** Zero is without end, for what is asked as for the limit. */
function isBeyond (asked: number | undefined, limit: number): boolean {
  return asked !== undefined && limit !== 0 && (asked > limit || asked === 0)
}

function newSecretId (call: NewCall, role: AppRole, secretId: string): SecretId {
  const { fields, nowMs } = call
  const ttlSeconds = fields.ttl ?? role.secretIdTtlSeconds
  return {
    secretId,
    accessor: call.cluster.random.stream('tokens').uuid(),
    roleName: role.name,
    metadata: metadataOf(fields.metadata),
    cidrList: fields.cidr_list ?? [],
    tokenBoundCidrs: fields.token_bound_cidrs ?? [],
    numUses: fields.num_uses ?? role.secretIdNumUses,
    ttlSeconds,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    expiresAtMs: ttlSeconds === 0 ? 0 : nowMs + ttlSeconds * 1000
  }
}

function metadataOf (text = ''): JsonObject {
  if (text === '') return goMap({})
  try {
    return parseJson(text) as JsonObject
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw invalid(`failed to parse metadata: ${error.message}`)
  }
}

/** An unknown secret id is no error: 204. */
function lookup (call: IdCall): LogicalResponse | undefined {
  const found = secretIdOf(call, requireRole(call).name, requireSecretId(call))
  return found && { data: render(found) }
}

function destroy (call: IdCall): undefined {
  const found = secretIdOf(call, requireRole(call).name, requireSecretId(call))
  if (found !== undefined) deleteSecretId(call, found)
}

function destroyByAccessor (call: AccessorCall): undefined {
  deleteSecretId(call, requireAccessor(call))
}

function requireSecretId ({ fields }: IdCall): string {
  if (fields.secret_id === undefined || fields.secret_id === '') throw invalid('missing secret_id')
  return fields.secret_id
}

function requireAccessor (call: AccessorCall): SecretId {
  const { secret_id_accessor: accessor = '' } = call.fields
  if (accessor === '') throw invalid('missing secret_id_accessor')
  const found = secretIdByAccessor(call, requireRole(call).name, accessor)
  if (found === undefined) {
    throw new VaultError('not-found', `failed to find accessor entry for secret_id_accessor: "${accessor}"`, true)
  }
  return found
}

function render (secretId: SecretId): JsonObject {
  return goMap({
    cidr_list: secretId.cidrList,
    creation_time: rfc3339Nano(secretId.createdAtMs),
    expiration_time: secretId.expiresAtMs === 0 ? ZERO_TIME : rfc3339Nano(secretId.expiresAtMs),
    last_updated_time: rfc3339Nano(secretId.updatedAtMs),
    metadata: secretId.metadata,
    secret_id_accessor: secretId.accessor,
    secret_id_num_uses: secretId.numUses,
    secret_id_ttl: secretId.ttlSeconds,
    token_bound_cidrs: secretId.tokenBoundCidrs
  })
}
