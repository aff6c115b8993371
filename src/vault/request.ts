// The way of a logical request, one function per step, in the order in which Vault checks (`core.md` §1.6).
import { noteStorageWork } from '../cluster/cluster-telemetry.js'
import type { Node } from '../cluster/node.js'
import { ReadOnlyError } from '../replication/refusals.js'
import { VaultError, nothing } from '../refusal/index.js'
import { aclOfToken } from './policies/acl.js'
import { auditRequest, auditResponse } from './audit-log.js'
import type { RequestTiming } from '../telemetry/request-measures.js'
import type { Backends } from './backend-table.js'
import { authenticate, NOBODY, permissionDenied, refuseWithoutEntity, type Caller } from './authentication.js'
import { onceSettled, rescue, type Eventually } from './eventually.js'
import { decodeFields } from './fields/fields.js'
import { helpOf } from './help.js'
import { requireIndexState } from './replication/index-state.js'
import { apiPath, mountPrefix } from './mounts/mounts.js'
import { enterNamespace } from './namespaces/entering.js'
import { namespaceAt, ROOT } from './namespaces/namespaces.js'
import { withParams } from './path-matcher.js'
import type { Call, Handler, LogicalRequest, LogicalResponse, Operation, RequestContext } from './paths.js'
import { findRoute, type HowToServe, type Route, type Target } from './route.js'
import { asksForRecovery, asRecovery, recoverSecret } from './snapshot-reads.js'
import { withLease } from './tokens/secret-leases.js'
import { revokeIfSpent } from './tokens/token-revocation.js'
import { forwardWrite, type Forwarded } from './replication/write-forwarding.js'
import { admitOnDrSecondary, readsByUpdate, type Admission } from './replication/secondary-guards.js'
import { useToken } from './tokens/tokens.js'
import { admitWrappingToken, wrapServed } from './wrapping/wrapping.js'
import { isEmptyList, withWarnings } from './warnings.js'

/** A response together with what its envelope needs; without a response there is nothing to say (204). */
export interface Served {
  readonly response: LogicalResponse | undefined
  readonly mountType: string
}

const READS: ReadonlySet<Operation> = new Set<Operation>(['read', 'list', 'header'])

/**
 * Runs a logical request on a node, which is the active one or answers from what it sees.
 *
 * @throws {VaultError} what Vault would explain; nothing has changed then
 */
export function serve (
  node: Node, request: LogicalRequest, backends: Backends, how?: HowToServe
): Served | Promise<Served> {
  refuseSealed(node)
  const admission = admitOnDrSecondary(node, request)
  refuseTrailingSlash(request)
  requireIndexState(node.cluster, request.headers['x-vault-index'])
  const entered = enterNamespace(node.cluster, node.storage, request)
  const asked = asRecovery(admitWrappingToken(node, entered.request), node.cluster)
  const found = findRoute(node, { request: asked, namespace: entered.namespace }, backends, how)
  return found instanceof Promise ? found.then((route) => serveFound(route, admission)) : serveFound(found, admission)
}

function serveFound (route: Route, admission: Admission): Eventually<Served> {
  const { node } = route
  const isOpen = route.target?.isOpen === true
  const timing = node.telemetry.requests.begin()
  let served: Eventually<Served>
  try {
    served = serveRoute(route, { admission, isOpen, timing })
  } catch (error) {
    end(node, timing, { isOpen, isLate: false })
    throw error
  }
  if (served instanceof Promise) return served.finally(() => { end(node, timing, { isOpen, isLate: true }) })
  end(node, timing, { isOpen, isLate: false })
  return served
}

/** Telemetry of a request: how long it took, and what it did with the storage. */
function end (node: Node, timing: RequestTiming, how: { readonly isOpen: boolean, readonly isLate: boolean }): void {
  timing.ended(how.isOpen, how.isLate)
  noteStorageWork(node)
}

/** How a request is served besides where it leads. */
interface Serving { readonly admission: Admission, readonly isOpen: boolean, readonly timing: RequestTiming }

function serveRoute (route: Route, { admission, isOpen, timing }: Serving): Eventually<Served> {
  const { request } = route
  let caller = NOBODY
  return rescue(() => {
    if (!isOpen && admission === 'as usual') caller = authenticate(route)
    if (caller.token !== undefined) timing.authenticated(caller.token.policies.length)
    const context = contextOf(route, caller)
    const operation = admission === 'as usual' || !readsByUpdate(request) ? authorise(route, context) : 'read'
    auditRequest(context)
    const responded = respond(route, context, operation, timing)
    return onceSettled(responded, (response) => finish(route, context, operation, response))
  }, (error) => refuseOrForward(contextOf(route, caller), error))
}

/** What a performance secondary may not write, its primary does for it. */
function refuseOrForward (context: RequestContext, error: unknown): Eventually<Served> {
  if (!(error instanceof ReadOnlyError)) return explain(context, error)
  return rescue(() => {
    const forwarded = forwardWrite(context, (primary, request) => serveAuthorised(primary, request, context.backends))
    return onceSettled(forwarded, (served) => finishForwarded(context, served))
  }, (reason) => explain(context, reason))
}

function finishForwarded (context: RequestContext, served: Served): Served {
  revokeIfSpent(context, context.token)
  return wrapUp(context, served)
}

/** Runs a request whose caller another cluster has checked: a secondary of this one. */
export function serveAuthorised (node: Node, { request, token }: Forwarded, backends: Backends): Eventually<Served> {
  node.telemetry.note('vault.replication.rpc.server.forwarding_request')
  const namespace = namespaceAt(node.storage, request.namespace ?? '') ?? ROOT
  const storage = node.storage.namespace(namespace.id)
  return onceSettled(findRoute(node, { request, namespace }, backends), (route) => {
    const context = contextOf(route, token === undefined ? NOBODY : { token, acl: aclOfToken(storage, token) })
    const response = respond(route, context, operationOf(context, route.target))
    return onceSettled(response, (settled) => describe(route, settled ?? undefined))
  })
}

function refuseSealed (node: Node): void {
  if (node.sealed || !node.initialized) throw new VaultError('sealed', 'Vault is sealed')
}

function refuseTrailingSlash ({ operation, path }: LogicalRequest): void {
  if (operation !== 'update' || !path.endsWith('/')) return
  throw new VaultError('invalid', "cannot write to a path ending in '/'")
}

function contextOf ({ node, namespace, request, backends, target }: Route, { token, acl }: Caller): RequestContext {
  return {
    cluster: node.cluster,
    node,
    storage: node.storage.namespace(namespace.id),
    namespace,
    request,
    backends,
    nowMs: node.cluster.timeline.nowMs,
    mount: target?.mount,
    token,
    acl
  }
}

/** Made for every request, so member by member: to spread the context takes microseconds. */
function callOf<Fields> (context: RequestContext, { mount, match }: Target, fields: Fields): Call<Fields> {
  return {
    cluster: context.cluster,
    node: context.node,
    storage: context.storage,
    namespace: context.namespace,
    request: context.request,
    backends: context.backends,
    nowMs: context.nowMs,
    mount,
    mountPrefix: mountPrefix(mount),
    params: match?.params ?? {},
    fields,
    token: context.token,
    acl: context.acl
  }
}

/** Policy and sudo, then the use count, which a denied request spends, too. */
function authorise ({ node, request, target, note }: Route, context: RequestContext): Operation {
  const { token, acl } = context
  const operation = operationOf(context, target)
  if (token === undefined) return operation
  refuseWithoutEntity(node.storage, token)
  const verdict = acl.check({ path: request.path, operation, data: request.data, wrapTtlMs: request.wrapTtlMs })
  if (token.numUses > 0) useToken(node, token)
  const allowed = verdict.allowed && (target?.match?.definition.sudo !== true || verdict.hasSudo)
  note?.(allowed ? 'allowed' : 'denied', { operation, accessor: token.accessor, policies: token.policies })
  if (!allowed) throw permissionDenied()
  return operation
}

function operationOf (context: RequestContext, target: Target | undefined): Operation {
  const { operation } = context.request
  const exists = target?.match?.definition.exists
  if (operation !== 'update' || target === undefined || exists === undefined) return operation
  return exists(callOf(context, target, {})) ? 'update' : 'create'
}

function respond (
  { request, target, storage }: Route, caller: RequestContext, operation: Operation, timing?: RequestTiming
): ReturnType<Handler<unknown>> {
  if (target === undefined) {
    throw new VaultError('no-route', `no handler for route "${request.path}". route entry not found.`)
  }
  const context = storage === undefined ? caller : { ...caller, storage }
  try {
    return onceSettled(handle(context, target, operation), (response) => withLease(caller, target.mount, response))
  } finally {
    timing?.routed(operation, apiPath(target.mount))
  }
}

function handle (context: RequestContext, target: Target, operation: Operation): ReturnType<Handler<unknown>> {
  const { backend, match } = target
  const { request } = context
  if (operation === 'help') return helpOf(callOf(context, target, {}), backend, match)
  if (match === undefined) {
    if (backend.otherwise !== undefined) return backend.otherwise(callOf(context, target, {}))
    throw new VaultError('unsupported-path', 'unsupported path')
  }
  if (asksForRecovery(request)) return recoverSecret(callOf(context, target, {}), backend)
  const { definition, params } = match
  const handler = definition.operations[operation] ?? (operation === 'create' ? definition.operations.update : undefined)
  if (handler === undefined) throw new VaultError('unsupported-operation', 'unsupported operation')
  if (definition.checked === false) return handler(callOf(context, target, {}))
  const fields = decodeFields(definition.fields, withParams(request.data, params), context.cluster.profile)
  return handler(callOf(context, target, fields))
}

/** Nothing to read is a 404; parameters nobody knows are worth a warning where there is a response. */
function finish (route: Route, context: RequestContext, operation: Operation, given: LogicalResponse | void): Served {
  const response = given ?? undefined
  revokeIfSpent(context, context.token)
  if (response === undefined && READS.has(operation)) throw nothing()
  if (operation === 'list' && isEmptyList(response)) throw nothing()
  return wrapUp(context, describe(route, response))
}

function describe ({ request, target }: Route, response: LogicalResponse | undefined): Served {
  const match = target?.match
  return {
    response: response && match ? withWarnings(response, match, request.data) : response,
    mountType: target === undefined || target.isOpen || isWrittenEarly(response) ? '' : target.mount.type
  }
}

/** Before its mount is known, as is what is answered to who needs no token (seen of Vault 1.21.4). */
function isWrittenEarly (response: LogicalResponse | undefined): boolean {
  return response?.status !== undefined || response?.wrapInfo !== undefined
}

/** Audits what is answered, and wraps it where that is wanted. */
function wrapUp (context: RequestContext, served: Served): Served {
  const { wrapTtlMs } = context.request
  auditResponse(context, served.response)
  return wrapTtlMs === undefined || wrapTtlMs === 0 ? served : wrapServed(context, served)
}

/** On unauthenticated paths Vault's texts stand unwrapped. */
function explain (context: RequestContext, error: unknown): never {
  revokeIfSpent(context, context.token)
  auditResponse(context, undefined, error)
  if (error instanceof VaultError && error.wrapped && context.token === undefined) {
    throw new VaultError(error.kind, error.message, false)
  }
  throw error
}
