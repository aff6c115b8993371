// What a client may ask for when it makes a token.
import { Type, type Static } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { parseDurationSeconds } from '../../go/durations.js'
import { field } from '../../vault/fields/fields.js'
import type { TokenRole } from '../../vault/tokens/token-roles.js'

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

/** Seconds; 0: not asked for. */
export interface CreateTtls {
  readonly ttlSeconds: number
  readonly explicitMaxTtlSeconds: number
  readonly periodSeconds: number
}

/** @throws VaultError what is wrong with a duration, or that it is negative */
export function parseCreateTtls (fields: CreateFields): CreateTtls {
  return {
    explicitMaxTtlSeconds: parse('explicit_max_ttl', fields.explicit_max_ttl),
    periodSeconds: parse('period', fields.period),
    ttlSeconds: parse('ttl', fields.ttl) || parse('lease', fields.lease)
  }
}

/**
 * Service or batch: the role may insist, or only have a default.
 *
 * @throws VaultError `invalid 'token_type' value`, `batch tokens cannot have "…" set`
 */
export function typeToCreate (fields: CreateFields, role: TokenRole | undefined): 'service' | 'batch' {
  const type = insistedType(role) ?? (fields.type || (role?.tokenType === 'default-batch' ? 'batch' : 'service'))
  if (type !== 'service' && type !== 'batch') throw invalid("invalid 'token_type' value")
  if (type === 'batch') refuseForBatch(fields)
  return type
}

function insistedType (role: TokenRole | undefined): string | undefined {
  return role?.tokenType === 'service' || role?.tokenType === 'batch' ? role.tokenType : undefined
}

function refuseForBatch (fields: CreateFields): void {
  const bad = parse('explicit_max_ttl', fields.explicit_max_ttl) !== 0
    ? 'explicit_max_ttl'
    : (fields.num_uses ?? 0) !== 0
        ? 'num_uses'
        : parse('period', fields.period) !== 0 ? 'period' : undefined
  if (bad !== undefined) throw invalid(`batch tokens cannot have "${bad}" set`)
}

function parse (name: string, given: string | undefined): number {
  if (given === undefined || given === '') return 0
  const seconds = readDuration(given)
  if (seconds < 0) throw invalid(`${name} must be positive`)
  return seconds
}

function readDuration (given: string): number {
  try {
    return parseDurationSeconds(given)
  } catch (error) {
    throw invalid((error as Error).message)
  }
}
