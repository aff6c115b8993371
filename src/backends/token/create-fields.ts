// What a client may ask for when it makes a token.
// https://developer.hashicorp.com/vault/api-docs/auth/token#create-token
import { Type, type Static } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { TokenRole } from '../../vault/tokens/token-roles.js'
import { parseTtl } from './create-ttls.js'

/** Durations are text here, because Vault reads them itself: `time: invalid duration "soon"` (recorded). */
export const createFields = Type.Object({
  id: field.string({ description: 'Value for the token; needs sudo.' }),
  role_name: field.string({ description: 'Role to create the token by.' }),
  policies: field.stringList({ description: 'Policies of the token; by default those of its parent.' }),
  meta: field.keyValue({ description: 'Metadata, shown in lookups and in the audit log.' }),
  no_parent: field.bool({ description: 'Creates an orphan; needs sudo.' }),
  no_default_policy: field.bool({ description: 'Leaves out the policy default.' }),
  renewable: field.bool({ description: 'False: the token cannot be renewed.' }),
  lease: field.string({ description: 'Deprecated, use ttl.' }),
  ttl: field.string({ description: 'Time to live of the token.' }),
  type: field.string({ description: 'service or batch.' }),
  explicit_max_ttl: field.string({ description: 'Maximum life of the token, whatever renewals it gets.' }),
  display_name: field.string({ description: 'Name shown for the token.' }),
  num_uses: field.int({ description: 'Number of requests the token is good for; 0: any number.' }),
  period: field.string({ description: 'Makes the token periodic; needs sudo.' }),
  entity_alias: field.string({ description: 'Alias whose entity the token belongs to; only with a role.' })
})

export type CreateFields = Static<typeof createFields>

/**
 * Service or batch: the role may insist, or only have a default.
 *
 * @throws VaultError `invalid 'token_type' value`, `batch tokens cannot have "…" set`
 */
export function typeToCreate (fields: CreateFields, role: TokenRole | undefined): 'service' | 'batch' {
  const standard = role?.tokenType === 'default-batch' ? 'batch' : 'service'
  const type = insistedType(role) ?? (fields.type || standard)
  if (type !== 'service' && type !== 'batch') throw invalid("invalid 'token_type' value")
  if (type === 'batch') refuseForBatch(fields)
  return type
}

function insistedType (role: TokenRole | undefined): string | undefined {
  return role?.tokenType === 'service' || role?.tokenType === 'batch' ? role.tokenType : undefined
}

function refuseForBatch (fields: CreateFields): void {
  const bad = onlyForService(fields)
  if (bad !== undefined) throw invalid(`batch tokens cannot have "${bad}" set`)
}

/** The first field that is set and that batch tokens cannot have. */
function onlyForService (fields: CreateFields): string | undefined {
  if (parseTtl('explicit_max_ttl', fields.explicit_max_ttl) !== 0) return 'explicit_max_ttl'
  if ((fields.num_uses ?? 0) !== 0) return 'num_uses'
  return parseTtl('period', fields.period) === 0 ? undefined : 'period'
}
