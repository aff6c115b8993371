// auth/token/lookup and its kin: what a token is and how long it has left.
import { Type, type Static } from '@sinclair/typebox'
import type { Storage } from '../../cluster/storage.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { VaultError, invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { identityPolicies } from '../../vault/identity.js'
import { externalNamespacePolicies } from '../../vault/identity-policies.js'
import { homeOf } from '../../vault/namespaces/homes.js'
import { namespaceIn } from '../../vault/namespaces/namespaces.js'
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
 * A token as lookups show it, its members in their order: made for every look, so written one by one.
 *
 * @see `core.md` §5.2; recorded: `lookup-self`, `lookup-self, root`, `approle token lookup`
 */
export function renderToken (entry: TokenEntry, { storage, nowMs }: Pick<Call, 'storage' | 'nowMs'>): JsonObject {
  const { expiresAtMs, lastRenewalAtMs } = entry
  const isLeased = expiresAtMs !== 0
  const isEndless = !isLeased && hasEndlessLease(entry)
  const isRenewed = isLeased && lastRenewalAtMs !== 0
  const { own, external } = policiesOfEntity(entry, storage)
  return {
    accessor: entry.accessor,
    bound_cidrs: entry.boundCidrs.length === 0 ? undefined : entry.boundCidrs,
    creation_time: Math.floor(entry.createdAtMs / 1000),
    creation_ttl: entry.creationTtlSeconds,
    display_name: entry.displayName,
    entity_id: entry.entityId,
    expire_time: isLeased ? rfc3339Nano(expiresAtMs) : null,
    explicit_max_ttl: entry.explicitMaxTtlSeconds,
    external_namespace_policies: external,
    id: entry.id,
    identity_policies: own,
    issue_time: isLeased || isEndless ? rfc3339Nano(entry.issuedAtMs) : undefined,
    last_renewal: isRenewed ? rfc3339Nano(lastRenewalAtMs) : undefined,
    last_renewal_time: isRenewed ? Math.floor(lastRenewalAtMs / 1000) : undefined,
    meta: entry.meta,
    namespace_path: entry.namespaceId === undefined ? undefined : namespaceIn(homeOf(storage, entry)).path,
    num_uses: entry.numUses,
    orphan: entry.parent === '',
    path: entry.path,
    period: entry.periodSeconds === 0 ? undefined : entry.periodSeconds,
    policies: entry.policies,
    renewable: isLeased ? entry.renewable : isEndless ? false : undefined,
    role: entry.role === '' ? undefined : entry.role,
    ttl: isLeased ? Math.max(0, Math.floor((expiresAtMs - nowMs) / 1000)) : 0,
    type: entry.type
  }
}

/** What the entity adds, at home and in the namespaces below; neither is shown where it adds nothing. */
function policiesOfEntity (entry: TokenEntry, storage: Storage): { own?: readonly string[], external?: JsonObject } {
  if (entry.entityId === '') return {}
  const home = homeOf(storage, entry)
  const own = identityPolicies(home, entry.entityId)
  const external = externalNamespacePolicies(home, entry.entityId)
  const addsNothing = own.length + Object.keys(external).length === 0
  return { ...(own.length === 0 ? {} : { own }), ...(addsNothing ? {} : { external: goMap(external) }) }
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
  return { data: renderToken(entry, call) }
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
  return { data: renderToken({ ...entry, id: '' }, call) }
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
