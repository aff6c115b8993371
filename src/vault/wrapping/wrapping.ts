// Response wrapping: an answer kept in the cubbyhole of a token that can be used once.
import { apiAddrAsCalled } from '../../cluster/called-at.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { cubbyholeOf } from '../tokens/cubbyholes.js'
import { isMap } from '../../go/values.js'
import { renderEnvelope } from '../envelope.js'
import type { LogicalRequest, LogicalResponse, RequestContext, WrapInfo } from '../paths.js'
import type { Served } from '../request.js'
import { homeOf } from '../namespaces/homes.js'
import { signsTokens } from '../tokens/token-ids.js'
import { REVOCATION_PENDING } from '../tokens/token-indexes.js'
import { createToken, deleteToken, lookupToken, replaceToken, type TokenContext, type TokenEntry } from '../tokens/tokens.js'
import { signWrappingJwt, tokenInJwt } from './wrapping-jwt.js'

/** The policy of wrapping tokens, by which they are known. */
export const WRAPPING_POLICY = 'response-wrapping'

/** Paths whose token, own or in the body, must be a wrapping token before anything else is looked at. */
const GUARDED = ['sys/wrapping/lookup', 'sys/wrapping/unwrap', 'sys/wrapping/rewrap']

/** An answer to be wrapped. */
export interface Wrapping {
  /** the whole envelope as JSON, without a newline at its end; empty: nothing, a 204 when unwrapped */
  readonly bodyText: string
  readonly ttlMs: number
  /** the request's path without `/v1/` */
  readonly creationPath: string
  /** of the token or secret id inside */
  readonly wrappedAccessor?: string
  readonly format?: string
  /** of the active node; only a JWT carries it */
  readonly apiAddr?: string
}

/** Wraps what was served if there is anything to wrap; 204s, raw answers and what is wrapped already stay. */
export function wrapServed (context: RequestContext, served: Served): Served {
  const { response } = served
  const { request, cluster, node } = context
  const ttlMs = request.wrapTtlMs
  if (response === undefined || ttlMs === undefined || !isWrappable(response)) return served
  const bodyText = renderEnvelope(response, {
    requestId: request.id, profile: cluster.profile, mountType: served.mountType, doubled: false
  }).trimEnd()
  const wrapInfo = wrapResponse(context, {
    bodyText,
    ttlMs,
    creationPath: request.path,
    wrappedAccessor: accessorIn(context, response),
    format: request.wrapFormat,
    apiAddr: apiAddrAsCalled(node, request.calledAt)
  })
  return { response: { wrapInfo }, mountType: '' }
}

/** Keeps an envelope for one reader. `format: 'jwt'` gives a token that says where it can be unwrapped. */
export function wrapResponse (context: TokenContext, wrapping: Wrapping): WrapInfo {
  const ttlSeconds = Math.max(1, Math.floor(wrapping.ttlMs / 1000))
  const entry = createToken(context, {
    policies: [WRAPPING_POLICY],
    path: wrapping.creationPath,
    displayName: '',
    numUses: 1,
    ttlSeconds,
    explicitMaxTtlSeconds: ttlSeconds,
    renewable: false
  })
  const cubbyhole = cubbyholeOf(homeOf(context.storage, entry), entry)
  cubbyhole.put('response', { response: wrapping.bodyText })
  if (wrapping.wrappedAccessor !== undefined) cubbyhole.put('wrappedaccessor', wrapping.wrappedAccessor)
  return {
    token: wrapping.format === 'jwt' ? signWrappingJwt(context, entry, wrapping.apiAddr ?? '') : entry.id,
    accessor: entry.accessor,
    ttlSeconds,
    creationTimeAtMs: entry.createdAtMs,
    creationPath: wrapping.creationPath,
    ...(wrapping.wrappedAccessor === undefined ? {} : { wrappedAccessor: wrapping.wrappedAccessor })
  }
}

/**
 * The check that comes before the token's own on `sys/wrapping/{lookup,unwrap,rewrap}`.
 *
 * @returns the request, a JWT presented as token replaced by the token inside
 * @throws VaultError `wrapping token is not valid or does not exist`; denied where the body's token is empty
 */
export function admitWrappingToken (context: TokenContext, request: LogicalRequest): LogicalRequest {
  if (!GUARDED.includes(request.path)) return request
  const { token } = request.data
  if (token === undefined || token === null) {
    return { ...request, clientToken: wrappingToken(context, request.clientToken).id }
  }
  if (typeof token !== 'string') throw refused('could not decode token in request body')
  if (token === '') throw refused('empty token in request body')
  wrappingToken(context, token)
  return request
}

/** A wrapping token's entry. @param text the token or its JWT */
export function wrappingToken (context: TokenContext, text: string): TokenEntry {
  if (text === '') throw refused('token is empty')
  const id = tokenInJwt(context.storage, text)
  const entry = id === undefined ? undefined : lookupToken(context, id)
  if (entry === undefined || !isWrappingToken(entry)) throw invalidWrappingToken()
  return entry
}

export function isWrappingToken (entry: TokenEntry): boolean {
  return entry.policies.length === 1 && entry.policies[0] === WRAPPING_POLICY
}

/** The envelope in a wrapping token's cubbyhole; the token is gone afterwards. */
export function unwrap (context: TokenContext, entry: TokenEntry): string {
  const bodyText = wrappedText(context, entry)
  deleteToken(context, entry)
  return bodyText
}

/** Puts the envelope under a new token with the same TTL and creation path; the old one is dead. */
export function rewrap (context: TokenContext, entry: TokenEntry, apiAddr: string, isOwn: boolean): WrapInfo {
  const wrappedAccessor = cubbyholeOf(homeOf(context.storage, entry), entry).get('wrappedaccessor')
  const wrapInfo = wrapResponse(context, {
    bodyText: wrappedText(context, entry),
    ttlMs: entry.creationTtlSeconds * 1000,
    creationPath: entry.path,
    apiAddr,
    ...(typeof wrappedAccessor === 'string' ? { wrappedAccessor } : {})
  })
  if (isOwn || !signsTokens(context)) deleteToken(context, entry)
  else replaceToken(context, entry, { ...entry, numUses: REVOCATION_PENDING })
  return wrapInfo
}

function wrappedText (context: TokenContext, entry: TokenEntry): string {
  const wrapped = cubbyholeOf(homeOf(context.storage, entry), entry).get('response')
  const text = isMap(wrapped) ? wrapped.response : undefined
  if (typeof text === 'string') return text
  throw invalid('no information found; wrapping token may be from a previous Vault version or missing')
}

function isWrappable ({ wrapInfo, raw, bare, verbatim }: LogicalResponse): boolean {
  return wrapInfo === undefined && raw === undefined && bare === undefined && verbatim === undefined
}

/** The accessor of the token inside, or of an AppRole secret id. */
function accessorIn ({ mount }: RequestContext, { auth, data }: LogicalResponse): string | undefined {
  if (auth !== undefined) return auth.entry.accessor
  const accessor = mount?.type === 'approle' ? data?.secret_id_accessor : undefined
  return typeof accessor === 'string' ? accessor : undefined
}

function invalidWrappingToken (): VaultError {
  return invalid('wrapping token is not valid or does not exist')
}

function refused (reason: string): VaultError {
  return new VaultError('denied', `error validating wrapping token: ${reason}`)
}
