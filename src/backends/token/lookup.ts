// auth/token/lookup and its kin: what a token is and how long it has left.
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { VaultError, invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { identityPolicies } from '../../vault/identity.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { accessorsOf } from '../../vault/tokens/token-indexes.js'
import { hasEndlessLease } from '../../vault/tokens/token-renewal.js'
import { lookupToken, tokenByAccessor, tokenById, type TokenEntry } from '../../vault/tokens/tokens.js'

export const tokenField = Type.Object({ token: field.string({ description: 'The token; by default the one in use.' }) })
export const accessorField = Type.Object({ accessor: field.string({ description: "The token's accessor." }) })

export const lookupPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/token#lookup-a-token', [
  definePath({
    path: 'lookup',
    summary: 'Shows a token.',
    fields: tokenField,
    operations: { read: lookup, update: lookup }
  }),
  definePath({
    path: 'lookup-self',
    summary: 'Shows the token in use.',
    fields: tokenField,
    operations: { read: lookupSelf, update: lookupSelf }
  }),
  definePath({
    path: 'lookup-accessor',
    summary: 'Shows the token with an accessor, but not its id.',
    fields: accessorField,
    operations: { update: lookupAccessor }
  }),
  definePath({
    path: 'accessors',
    summary: 'Lists the accessors of all service tokens.',
    fields: Type.Object({}),
    sudo: true,
    operations: { list: listAccessors }
  })
])

/**
 * A token as lookups show it.
 *
 * @see `core.md` §5.2; recorded: `lookup-self`, `lookup-self, root`, `approle token lookup`
 */
export function renderToken (entry: TokenEntry, nowMs: number, ofEntity: readonly string[] = []): JsonObject {
  return goMap({
    accessor: entry.accessor,
    creation_time: Math.floor(entry.createdAtMs / 1000),
    creation_ttl: entry.creationTtlSeconds,
    display_name: entry.displayName,
    entity_id: entry.entityId,
    expire_time: null,
    explicit_max_ttl: entry.explicitMaxTtlSeconds,
    id: entry.id,
    meta: entry.meta,
    num_uses: entry.numUses,
    orphan: entry.parent === '',
    path: entry.path,
    policies: entry.policies,
    ttl: 0,
    type: entry.type,
    ...(ofEntity.length === 0 ? {} : { identity_policies: ofEntity, external_namespace_policies: {} }),
    ...(entry.role === '' ? {} : { role: entry.role }),
    ...(entry.periodSeconds === 0 ? {} : { period: entry.periodSeconds }),
    ...(entry.boundCidrs.length === 0 ? {} : { bound_cidrs: entry.boundCidrs }),
    ...(entry.expiresAtMs === 0 ? endlessLeaseFields(entry) : leaseFields(entry, nowMs))
  })
}

function endlessLeaseFields (entry: TokenEntry): JsonObject {
  return hasEndlessLease(entry) ? { issue_time: rfc3339Nano(entry.issuedAtMs), renewable: false } : {}
}

function leaseFields (entry: TokenEntry, nowMs: number): JsonObject {
  const renewed = entry.lastRenewalAtMs === 0
    ? {}
    : { last_renewal: rfc3339Nano(entry.lastRenewalAtMs), last_renewal_time: Math.floor(entry.lastRenewalAtMs / 1000) }
  return {
    expire_time: rfc3339Nano(entry.expiresAtMs),
    issue_time: rfc3339Nano(entry.issuedAtMs),
    renewable: entry.renewable,
    ttl: Math.max(0, Math.floor((entry.expiresAtMs - nowMs) / 1000)),
    ...renewed
  }
}

function lookup (call: Call<Static<typeof tokenField>>): LogicalResponse {
  return show(call, call.fields.token || (call.token?.id ?? ''))
}

function lookupSelf (call: Call<Static<typeof tokenField>>): LogicalResponse {
  return show(call, call.token?.id ?? '')
}

function show (call: Call<Static<typeof tokenField>>, id: string): LogicalResponse {
  const entry = lookupToken(call, id) ?? inLastUse(call, id)
  if (entry === undefined) throw new VaultError('denied', 'bad token')
  return { data: renderToken(entry, call.nowMs, identityPolicies(call.storage, entry.entityId)) }
}

/**
 * A token that looks itself up with its last use still sees itself, with `num_uses` -1 (`token_store.go`,
 * handleLookup).
 */
function inLastUse (call: Call<unknown>, id: string): TokenEntry | undefined {
  return id === call.token?.id ? tokenById(call.storage, id) : undefined
}

function lookupAccessor (call: Call<Static<typeof accessorField>>): LogicalResponse {
  const entry = tokenWithAccessor(call)
  return { data: renderToken({ ...entry, id: '' }, call.nowMs, identityPolicies(call.storage, entry.entityId)) }
}

/** @throws VaultError `missing accessor`, `invalid accessor` (recorded: wrapped as `1 error occurred`) */
export function tokenWithAccessor (call: Call<Static<typeof accessorField>>): TokenEntry {
  const { accessor = '' } = call.fields
  if (accessor === '') throw new VaultError('invalid', 'missing accessor', true)
  const found = tokenByAccessor(call.storage, accessor)
  const entry = found && lookupToken(call, found.id)
  if (entry === undefined) throw new VaultError('invalid', 'invalid accessor', true)
  return entry
}

function listAccessors (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ keys: accessorsOf(call.storage) }) }
}

/** @throws VaultError `missing token ID` */
export function requireTokenId (id: string | undefined): string {
  if (id === undefined || id === '') throw invalid('missing token ID')
  return id
}
