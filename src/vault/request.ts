// The way of a logical request, one function per step, in the order in which Vault checks (`core.md` §1.6).
import type { Node } from '../cluster/node.js'
import { ReadOnlyError } from '../replication/refusals.js'
import type { Storage } from '../cluster/storage.js'
import { goMap } from '../json/index.js'
import { VaultError, nothing } from '../refusal/index.js'
import { aclOfToken, NO_ACL, type Acl } from './policies/acl.js'
import { auditRequest, auditResponse } from './audit.js'
import { backendOf, type Backends } from './backends.js'
import { isWithin } from '../go/cidrs.js'
import { then, type Eventually } from './replication/eventually.js'
import { decodeFields, unknownFields } from './fields/fields.js'
import { mountHelp, pathHelp } from './help.js'
import { entityById } from './identity.js'
import { requireIndexState } from './replication/index-state.js'
import { apiPath, resolveMount, type MountEntry } from './mounts/mounts.js'
import { matchPath, type PathMatch } from './path-matcher.js'
import type { Backend, Call, LogicalRequest, LogicalResponse, Operation } from './paths.js'
import { asksForRecovery, recoverSecret, snapshotRead } from './snapshot-reads.js'
import { revokeIfSpent } from './tokens/token-revocation.js'
import { forwardWrite, type Forwarded } from './replication/replication-forwarding.js'
import { admitOnDrSecondary, readsByUpdate, refuseOnDrSecondary } from './replication/replication-guards.js'
import { lookupToken, useToken, type TokenEntry } from './tokens/tokens.js'
import { admitWrappingToken, wrapServed } from './wrapping/wrapping.js'

/** A response together with what its envelope needs; without a response there is nothing to say (204). */
export interface Served {
  readonly response: LogicalResponse | undefined
  readonly mountType: string
}

/** A request on its way: what answers it, and who asks. */
interface Route {
  readonly node: Node
  readonly request: LogicalRequest
  readonly backends: Backends
  readonly mount: MountEntry | undefined
  readonly backend: Backend | undefined
  readonly match: PathMatch | undefined
  /** what is read in place of the node's own data: a loaded snapshot, or older data */
  readonly storage?: Storage | undefined
  readonly note?: HowToServe['note']
}

/** What steers the pipeline besides the request. */
export interface HowToServe {
  /** reads see this data in place of the node's own; who asks, and what is written, is the node's all the same */
  readonly readFrom?: Storage | undefined
  /** told of decisions on the way, for the log: no secrets in it */
  readonly note?: (what: string, facts: object) => void
}

interface Caller {
  readonly token: TokenEntry | undefined
  readonly acl: Acl
}

const NOBODY: Caller = { token: undefined, acl: NO_ACL }

/**
 * Runs a logical request on a node, which is the active one or answers from what it sees.
 *
 * @throws {VaultError} what Vault would explain; nothing has changed then
 */
export function serve (node: Node, request: LogicalRequest, backends: Backends, how?: HowToServe): Served | Promise<Served> {
  refuseSealed(node)
  const admission = admitOnDrSecondary(node, request)
  refuseTrailingSlash(request)
  requireIndexState(node.cluster, request.headers['x-vault-index'])
  const route = findRoute(node, admitWrappingToken(node, request), backends, how)
  let caller = NOBODY
  try {
    if (route.match?.definition.unauthenticated !== true && admission === 'as usual') caller = authenticate(route)
    const call = callOf(route, caller)
    const operation = admission === 'as usual' || !readsByUpdate(request) ? authorise(route, call) : 'read'
    auditRequest(call)
    const response = respond(route, call, operation)
    return response instanceof Promise
      ? response.then((settled) => finish(route, call, operation, settled), (error) => refuseOrForward(callOf(route, caller), error))
      : finish(route, call, operation, response)
  } catch (error) {
    return refuseOrForward(callOf(route, caller), error)
  }
}

/** What a performance secondary may not write, its primary does for it. */
function refuseOrForward (call: Call, error: unknown): Served | Promise<Served> {
  if (!(error instanceof ReadOnlyError)) return explain(call, error)
  try {
    const forwarded = forwardWrite(call, (primary, request) => serveAuthorised(primary, request, call.backends))
    return forwarded instanceof Promise
      ? forwarded.then((served) => finishForwarded(call, served), (reason) => explain(call, reason))
      : finishForwarded(call, forwarded)
  } catch (reason) {
    return explain(call, reason)
  }
}

function finishForwarded (call: Call, served: Served): Served {
  if (call.token !== undefined) revokeIfSpent(call, call.token.id)
  return wrapUp(call, served)
}

/** Runs a request whose caller another cluster has checked: a secondary of this one. */
export function serveAuthorised (node: Node, { request, token }: Forwarded, backends: Backends): Eventually<Served> {
  const route = findRoute(node, request, backends)
  const call = callOf(route, token === undefined ? NOBODY : { token, acl: aclOfToken(node.storage, token) })
  return then(respond(route, call, operationOf(call, route.match)), (response) => describe(route, response ?? undefined))
}

function refuseSealed (node: Node): void {
  if (node.sealed || !node.initialized) throw new VaultError('sealed', 'Vault is sealed')
}

function refuseTrailingSlash ({ operation, path }: LogicalRequest): void {
  if (operation === 'update' && path.endsWith('/')) throw new VaultError('invalid', "cannot write to a path ending in '/'")
}

function findRoute (node: Node, request: LogicalRequest, backends: Backends, { readFrom, note }: HowToServe = {}): Route {
  const resolved = resolveMount(readFrom ?? node.storage, request.path)
  if (resolved === undefined) return { node, request, backends, mount: undefined, backend: undefined, match: undefined }
  const backend = backendOf(resolved.mount, backends)
  const match = matchPath(backend, resolved.rest)
  note?.('routed', { mount: apiPath(resolved.mount), type: resolved.mount.type, path: match?.definition.path })
  const route = { node, request, backends, mount: resolved.mount, backend, match, storage: readFrom, note }
  return { ...route, ...snapshotRead(request, resolved.mount, node.cluster) }
}

function authenticate ({ node, request }: Pick<Route, 'node' | 'request'>): Caller {
  if (request.clientToken === '') throw new VaultError('denied', 'permission denied')
  const token = lookupToken(node, request.clientToken)
  if (token === undefined || !isWithin(request.remoteAddress, token.boundCidrs)) {
    throw new VaultError('denied', node.cluster.profile.invalidTokenLine
      ? '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'
      : 'permission denied')
  }
  return { token, acl: aclOfToken(node.storage, token) }
}

function callOf (route: Route, { token, acl }: Caller): Call {
  const { node, request, backends, mount, match } = route
  const prefix = mount === undefined ? '' : `${mount.local ? 'local' : 'replicated'}/mount/${mount.uuid}/`
  return {
    cluster: node.cluster,
    node,
    storage: node.storage,
    request,
    backends,
    nowMs: node.cluster.timeline.nowMs,
    mount: mount as MountEntry,
    mountPrefix: prefix,
    params: match?.params ?? {},
    fields: {},
    token,
    acl
  }
}

/** Policy and sudo, then the use count, which a denied request spends, too. */
function authorise ({ node, request, match, note }: Route, call: Call): Operation {
  const { token, acl } = call
  const operation = operationOf(call, match)
  if (token === undefined) return operation
  if (entityById(node.storage, token.entityId)?.disabled === true) throw new VaultError('denied', 'permission denied', true)
  const verdict = acl.check({ path: request.path, operation, data: request.data, wrapTtlMs: request.wrapTtlMs })
  if (token.numUses > 0) useToken(node, token)
  const allowed = verdict.allowed && (match?.definition.sudo !== true || verdict.hasSudo)
  note?.(allowed ? 'allowed' : 'denied', { operation, accessor: token.accessor, policies: token.policies })
  if (!allowed) throw new VaultError('denied', 'permission denied', true)
  return operation
}

function operationOf (call: Call, match: PathMatch | undefined): Operation {
  const { operation } = call.request
  if (operation !== 'update' || match?.definition.exists === undefined) return operation
  return match.definition.exists({ ...call, fields: {} }) ? 'update' : 'create'
}

function respond (route: Route, caller: Call, operation: Operation): LogicalResponse | void | Promise<LogicalResponse | void> {
  const { request, mount, backend, match, storage } = route
  const call = storage === undefined ? caller : { ...caller, storage }
  if (mount === undefined || backend === undefined) throw new VaultError('no-route', `no handler for route "${request.path}". route entry not found.`)
  if (operation === 'help') return help(call, backend, match)
  if (match === undefined) {
    if (backend.otherwise !== undefined) return backend.otherwise(call)
    throw new VaultError('unsupported-path', 'unsupported path')
  }
  if (asksForRecovery(request)) return recoverSecret(call, backend)
  const { definition } = match
  const handler = definition.operations[operation] ?? (operation === 'create' ? definition.operations.update : undefined)
  if (handler === undefined) throw new VaultError('unsupported-operation', 'unsupported operation')
  if (definition.checked === false) return handler({ ...call, fields: {} })
  const fields = decodeFields(definition.fields, goMap({ ...request.data, ...match.params }), call.cluster.profile)
  return handler({ ...call, fields })
}

function help (call: Call, backend: Backend, match: PathMatch | undefined): LogicalResponse {
  const rest = call.request.path.slice(apiPath(call.mount).length)
  if (rest === '') return mountHelp(call, backend.paths)
  if (match !== undefined) return pathHelp(call, match.definition, rest)
  throw new VaultError('unsupported-path', 'unsupported path')
}

/** Nothing to read is a 404; parameters nobody knows are worth a warning where there is a response. */
function finish (route: Route, call: Call, operation: Operation, given: LogicalResponse | void): Served {
  const response = given ?? undefined
  if (call.token !== undefined) revokeIfSpent(call, call.token.id)
  if (response === undefined && (operation === 'read' || operation === 'list' || operation === 'header')) throw nothing()
  if (operation === 'list' && isEmptyList(response)) throw nothing()
  return wrapUp(call, describe(route, response))
}

function describe (route: Route, response: LogicalResponse | undefined): Served {
  const login = route.match?.definition.unauthenticated === true && response?.auth !== undefined
  return { response: withWarnings(route, response), mountType: login ? '' : route.mount?.type ?? '' }
}

/** Audits what is answered, and wraps it where that is wanted. */
function wrapUp (call: Call, served: Served): Served {
  const { wrapTtlMs } = call.request
  auditResponse(call, served.response)
  return wrapTtlMs === undefined || wrapTtlMs === 0 ? served : wrapServed(call, served)
}

function isEmptyList (response: LogicalResponse | undefined): boolean {
  const keys = response?.data?.keys
  return response?.warnings === undefined && (response?.data == null || (Array.isArray(keys) && keys.length === 0 && Object.keys(response.data).length === 1))
}

function withWarnings ({ request, match }: Route, response: LogicalResponse | undefined): LogicalResponse | undefined {
  if (response === undefined || match === undefined || match.definition.checked === false || response.raw !== undefined || response.bare !== undefined || response.status !== undefined) return response
  const { data } = request
  const names = Object.keys(data)
  if (names.length === 0) return response
  const warnings = [...response.warnings ?? []]
  const ignored = unknownFields(match.definition.fields, data)
  const replaced = names.filter((name) => Object.hasOwn(match.params, name)).sort()
  if (ignored.length > 0) warnings.push(`Endpoint ignored these unrecognized parameters: [${ignored.join(' ')}]`)
  if (replaced.length > 0) warnings.push(`Endpoint replaced the value of these parameters with the values captured from the endpoint's path: [${replaced.join(' ')}]`)
  return warnings.length === 0 ? response : { ...response, warnings }
}

/** On unauthenticated paths Vault's texts stand unwrapped. */
function explain (call: Call, error: unknown): never {
  if (call.token !== undefined) revokeIfSpent(call, call.token.id)
  auditResponse(call, undefined, error)
  if (error instanceof VaultError && error.wrapped && call.token === undefined) throw new VaultError(error.kind, error.message, false)
  throw error
}

/**
 * Checks a token for one of the few paths that stand outside the logical router but want update and sudo: seal, step-down.
 *
 * @throws {VaultError} `denied`
 */
export function requireSudo (node: Node, path: string, clientToken: string): void {
  refuseOnDrSecondary(node.cluster)
  const request: LogicalRequest = { id: '', operation: 'update', path, data: goMap({}), clientToken, headers: {} }
  const { token, acl } = authenticate({ node, request })
  const verdict = acl.check({ path, operation: 'update', data: request.data })
  if (token !== undefined && token.numUses > 0) useToken(node, token)
  if (!verdict.allowed || !verdict.hasSudo) throw new VaultError('denied', 'permission denied', true)
}

/**
 * What the caller may do, on a path that is open to all but asks for a token all the same.
 *
 * @throws {VaultError} `denied` without a valid token
 */
export function aclOf (call: Call): Acl {
  if (call.token !== undefined) return call.acl
  return authenticate(call).acl
}
