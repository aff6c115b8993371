// The token store: which tokens there are, how one is made, found and used.
import type { Cluster } from '../../cluster/cluster.js'
import type { Storage } from '../../cluster/storage.js'
import { GoError } from '../../go/values.js'
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { instantKey } from '../instant-keys.js'
import { ofNamespace, withNamespace } from '../namespaces/homes.js'
import { namespaceOf } from '../namespaces/namespaces.js'
import { stored } from '../stored.js'
import { deleteCubbyhole } from './cubbyholes.js'
import { deleteDeadline, putDeadline } from './deadlines.js'
import { openBatchToken, sealBatchToken } from './token-batch.js'
import { noteCreation } from './token-telemetry.js'
import { newAccessor, rootTokenId, serviceTokenId } from './token-ids.js'
import { followTokens, idOfAccessor, isOfRevoked, REVOCATION_PENDING } from './token-indexes.js'

/** A token as stored at `local/token/<id>`; batch tokens carry the same fields inside themselves. */
export type TokenEntry = JsonObject & {
  /** the whole token, `hvs.…`; in a namespace with `.<its id>` behind it, as its accessor */
  readonly id: string
  /** absent: the root's */
  readonly namespaceId?: string
  /** empty for batch tokens */
  readonly accessor: string
  readonly type: 'service' | 'batch'
  /** id of the parent token, empty for orphans */
  readonly parent: string
  readonly policies: readonly string[]
  readonly path: string
  readonly displayName: string
  readonly meta: JsonObject | null
  /** 0: unlimited; below it the token counts as gone: `REVOCATION_PENDING`, `ORPHANS_PENDING` */
  readonly numUses: number
  readonly createdAtMs: number
  readonly issuedAtMs: number
  /** 0: never expires */
  readonly expiresAtMs: number
  /** 0: never renewed */
  readonly lastRenewalAtMs: number
  readonly creationTtlSeconds: number
  readonly explicitMaxTtlSeconds: number
  /** 0: not periodic */
  readonly periodSeconds: number
  readonly renewable: boolean
  readonly orphan: boolean
  readonly entityId: string
  readonly role: string
  readonly boundCidrs: readonly string[]
  /** of an access token of OIDC: a policy in place of what its entity adds, and what nobody is shown */
  readonly own?: OwnRights
  /** what a renewal goes by where a role sets more than the token shows; absent: the fields above */
  readonly limits?: TokenLimits
}

/** What a token brings along itself. */
export type OwnRights = JsonObject & {
  /** the text of a policy */
  readonly policy: string
  readonly meta: JsonObject
}

/** Seconds; 0: none. */
export type TokenLimits = JsonObject & {
  readonly periodSeconds: number
  readonly explicitMaxTtlSeconds: number
  /** a role's `token_max_ttl`, besides the mount's own */
  readonly maxTtlSeconds: number
}

/** What the token store needs; every `Call` and every node has it. */
export interface TokenContext {
  readonly cluster: Pick<
    Cluster, 'key' | 'timeline' | 'random' | 'profile' | 'rootKey' | 'telemetry' | 'identity' | 'leaseTtls'
  >
  readonly storage: Storage
}

/** A token to be made. Only the first three must be said. */
export interface TokenSpec {
  readonly policies: readonly string[]
  /** where it was made: `auth/token/create`, `auth/approle/login` */
  readonly path: string
  readonly displayName: string
  /** chosen by the client; absent: one is drawn */
  readonly id?: string
  readonly type?: 'service' | 'batch'
  /** id of the parent; absent or empty: an orphan */
  readonly parent?: string
  readonly meta?: JsonObject | null
  /** seconds, already capped (`token-ttl.ts`); 0 or absent: never expires */
  readonly ttlSeconds?: number
  readonly explicitMaxTtlSeconds?: number
  readonly periodSeconds?: number
  readonly limits?: TokenLimits
  readonly numUses?: number
  readonly renewable?: boolean
  readonly entityId?: string
  readonly role?: string
  readonly boundCidrs?: readonly string[]
  readonly own?: OwnRights
}

/** A stored token as it stands, whether it still counts or not; batch tokens are stored nowhere. */
export function tokenById (storage: Storage, id: string): TokenEntry | undefined {
  return id === '' ? undefined : stored.tokens(storage).get(id)
}

/** The stored token with this accessor. */
export function tokenByAccessor (storage: Storage, accessor: string): TokenEntry | undefined {
  const id = idOfAccessor(storage, accessor)
  return id === undefined ? undefined : tokenById(storage, id)
}

/** The token of this id, service or batch; undefined if it is unknown, expired or used up. */
export function lookupToken (context: TokenContext, id: string): TokenEntry | undefined {
  try {
    return presentedToken(context, id)
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}

/** The same for the token that a request presents. @throws {GoError} for a batch token that is no base64 */
export function presentedToken (context: TokenContext, id: string, known?: TokenEntry): TokenEntry | undefined {
  const entry = known ?? tokenById(context.storage, id) ?? batchToken(context, id)
  if (entry === undefined || entry.numUses < 0 || isOfRevoked(context.storage, entry)) return undefined
  if (entry.namespaceId !== undefined && namespaceOf(context.storage, entry.namespaceId) === undefined) return undefined
  return entry.expiresAtMs !== 0 && entry.expiresAtMs <= context.cluster.timeline.nowMs ? undefined : entry
}

/** A batch token dies with its parent. */
function batchToken (context: TokenContext, id: string): TokenEntry | undefined {
  const entry = openBatchToken(context, id)
  const orphaned = entry !== undefined && entry.parent !== '' && lookupToken(context, entry.parent) === undefined
  return orphaned ? undefined : entry
}

/**
 * Makes a token and, if it expires, its lease and deadline.
 *
 * @throws VaultError `cannot create a token with a duplicate ID`
 */
export function createToken (context: TokenContext, spec: TokenSpec): TokenEntry {
  const { telemetry } = context.cluster
  const startedMs = telemetry.stopwatchMs
  const entry = newToken(context, spec)
  noteCreation(context, entry, startedMs)
  return entry
}

function newToken (context: TokenContext, spec: TokenSpec): TokenEntry {
  if (spec.type === 'batch') return createBatchToken(context, spec)
  if (spec.id !== undefined && tokenById(context.storage, spec.id) !== undefined) {
    throw invalid('cannot create a token with a duplicate ID')
  }
  const draw = spec.policies.includes('root') ? rootTokenId : serviceTokenId
  const id = spec.id ?? withNamespace(context.storage, draw(context))
  const entry = entryOf(context, spec, id, withNamespace(context.storage, newAccessor(context)))
  storeToken(context, entry)
  return entry
}

/**
 * A root token that never expires, as `sys/init`, `generate-root` or dev mode make it.
 *
 * @param how `id`: dev mode's own choice; `dev`: looks as if it came from `auth/token/create`
 */
export function createRootToken (
  context: TokenContext, how: { readonly id?: string, readonly dev?: boolean } = {}
): TokenEntry {
  return createToken(context, {
    policies: ['root'],
    path: how.dev === true ? 'auth/token/create' : 'auth/token/root',
    displayName: how.dev === true ? 'token' : 'root',
    ...(how.id === undefined ? {} : { id: how.id })
  })
}

/** Takes in a token that was made elsewhere: by the primary, on behalf of its secondary. */
export function adoptToken (context: TokenContext, entry: TokenEntry): void {
  storeToken(context, entry)
}

/** Writes a new token, and when it ends. */
function storeToken (context: TokenContext, entry: TokenEntry): void {
  const { storage } = context
  followTokens(storage)
  stored.tokens(storage).put(entry.id, entry)
  if (entry.expiresAtMs !== 0) context.cluster.telemetry.note('vault.expire.register-auth')
  if (entry.expiresAtMs === 0) return
  putDeadline(context, entry.expiresAtMs, deadlineOf(entry.id))
}

/** Where it is stored when a token ends. */
export function deadlineKeyOf ({ expiresAtMs, id }: TokenEntry): string {
  return instantKey(expiresAtMs, deadlineOf(id))
}

function deadlineOf (id: string): string {
  return `token/${id}`
}

/** Replaces a stored token's fields; its deadline follows `expiresAtMs`. */
export function replaceToken (context: TokenContext, old: TokenEntry, entry: TokenEntry): void {
  stored.tokens(context.storage).put(entry.id, entry)
  context.cluster.telemetry.note('vault.token.store')
  if (old.expiresAtMs === entry.expiresAtMs) return
  deleteDeadline(context, old.expiresAtMs, deadlineOf(entry.id))
  putDeadline(context, entry.expiresAtMs, deadlineOf(entry.id))
}

/** Deletes one token with its deadline and cubbyhole; its children are the caller's matter. */
export function deleteToken (context: TokenContext, entry: TokenEntry): void {
  const { storage } = context
  stored.tokens(storage).delete(entry.id)
  context.cluster.telemetry.note('vault.token.revoke')
  if (entry.expiresAtMs !== 0) context.cluster.telemetry.note('vault.expire.revoke')
  deleteCubbyhole(storage, entry)
  if (entry.expiresAtMs === 0) return
  deleteDeadline(context, entry.expiresAtMs, deadlineOf(entry.id))
}

/**
 * Counts one request made with a token, also one that is then denied. On the last one the token counts as gone for all
 * others; the caller ends the request with `revokeIfSpent`.
 */
export function useToken (context: TokenContext, entry: TokenEntry): TokenEntry {
  if (entry.numUses <= 0) return entry
  const used = { ...entry, numUses: entry.numUses === 1 ? REVOCATION_PENDING : entry.numUses - 1 }
  stored.tokens(context.storage).put(entry.id, used)
  context.cluster.telemetry.note('vault.token.store')
  return used
}

/** Takes a token from its parent. */
export function makeOrphan (context: TokenContext, id: string): void {
  const entry = tokenById(context.storage, id)
  if (entry === undefined || entry.parent === '') return
  stored.tokens(context.storage).put(id, { ...entry, parent: '', orphan: true })
}

function createBatchToken (context: TokenContext, spec: TokenSpec): TokenEntry {
  const entry = entryOf(context, { ...spec, renewable: false }, '', '')
  return { ...entry, id: withNamespace(context.storage, sealBatchToken(context, entry)) }
}

/** The entry that a specification asks for: what it leaves out is empty, none or 0. */
function entryOf (context: TokenContext, spec: TokenSpec, id: string, accessor: string): TokenEntry {
  const { policies, path, displayName, type = 'service', parent = '', meta = null, numUses = 0, limits, own } = spec
  const { entityId = '', role = '', boundCidrs = [] } = spec
  return {
    id,
    accessor,
    type,
    parent,
    policies,
    path,
    displayName,
    meta,
    numUses,
    ...lifeOf(spec, context.cluster.timeline.nowMs),
    orphan: parent === '',
    entityId,
    role,
    boundCidrs,
    ...(limits === undefined ? {} : { limits }),
    ...(own === undefined ? {} : { own }),
    ...ofNamespace(context.storage)
  }
}

type Life = Pick<TokenEntry,
  'createdAtMs' | 'issuedAtMs' | 'expiresAtMs' | 'lastRenewalAtMs' | 'creationTtlSeconds' | 'explicitMaxTtlSeconds' |
  'periodSeconds' | 'renewable'>

/** When a token begins and ends; only one that ends can be renewed. */
function lifeOf (spec: TokenSpec, nowMs: number): Life {
  const { ttlSeconds = 0, explicitMaxTtlSeconds = 0, periodSeconds = 0, renewable = true } = spec
  return {
    createdAtMs: nowMs,
    issuedAtMs: nowMs,
    expiresAtMs: ttlSeconds === 0 ? 0 : nowMs + ttlSeconds * 1000,
    lastRenewalAtMs: 0,
    creationTtlSeconds: ttlSeconds,
    explicitMaxTtlSeconds,
    periodSeconds,
    renewable: ttlSeconds !== 0 && renewable
  }
}
