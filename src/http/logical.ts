// Decodes an HTTP request into a logical one, has it served, and sends the answer.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { backends } from '../backends/index.js'
import { metricsAnswer } from '../backends/system/metrics/answer.js'
import type { Node } from '../cluster/node.js'
import { parseGoBool } from '../go/strconv.js'
import { printJson, type JsonObject, type JsonValue } from '../json/index.js'
import { invalid, VaultError } from '../refusal/index.js'
import { isDoubled, renderEnvelope } from '../vault/envelope.js'
import type { LogicalRequest, LogicalResponse, Operation } from '../vault/paths.js'
import { indexState } from '../vault/replication/index-state.js'
import { serve, type Served } from '../vault/request.js'
import type { HowToServe } from '../vault/route.js'
import { nodeOf } from './addressee.js'
import { apiAddrFor, calledAt } from './addresses.js'
import { sendBytes, sendEmpty, sendJson, sendRedirect } from './answer.js'
import { decodeBody, decodeQuery, guardJson, hasBody, NO_FIELDS, ONLY_LIST, readBody } from './bodies.js'
import { clientCertificates } from './client-certificates.js'
import { NO_ERRORS } from './errors.js'
import { headersOfInterest, headerText, refusesForwarding, tokenOf, wrapTtlOf } from './request-headers.js'
import { logsDecisions, noteDecision } from './request-log.js'
import { servingNode, type Decision } from './standby.js'
import { verbOf } from './verbs.js'

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GET: 'read',
  LIST: 'list',
  POST: 'update',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
  HEAD: 'header',
  OPTIONS: 'options',
  HELP: 'help',
  SCAN: 'scan',
  RECOVER: 'recover'
}
const UPLOADS: ReadonlySet<string> = new Set(['', '-force', '-load'].map((kind) => `sys/storage/raft/snapshot${kind}`))

/** A request on its way to the node that serves it. */
interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly node: Node
}

interface Target {
  readonly operation: Operation
  readonly path: string
  readonly data: JsonObject
  /** a loaded snapshot, named in the query as 1.20 has it; from 1.21 on a header does */
  readonly recoverFrom?: JsonValue | undefined
}

/**
 * `handleLogical` as the last hook of a route: Fastify then looks for no parser of the body, of which a logical request
 * needs none.
 */
export function answerLogical (request: FastifyRequest, reply: FastifyReply, refuse: (error: Error) => void): void {
  const answered = handleLogical(request, reply)
  if (answered instanceof Promise) answered.catch(refuse)
}

/** Serves everything below `/v1/` that no node answers by itself. */
export function handleLogical (request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> {
  const { path, query } = splitTarget(request.url)
  const refused = request.server.otherVerbs.get(path)
  if (refused !== undefined) return sendJson(reply, refused, NO_ERRORS)
  const called = nodeOf(request)
  if (path === 'sys/metrics' && called.cluster.surroundings.unauthenticatedMetricsAccess === true) {
    return sendMetrics(request, reply, query)
  }
  const decision = servingNode(called, path, {
    forwardingRefused: refusesForwarding(request.headers),
    anonymous: tokenOf(request.headers) === ''
  })
  noteForwarding(called, decision)
  if ('redirectTo' in decision) return redirect(request, reply, decision.redirectTo)
  const exchange = { request, reply, node: decision.node }
  if (query !== '' && /(?:^|&)help=[^&]/.test(query)) return answer(exchange, { operation: 'help', path, data: {} })
  const data = decodeQuery(query)
  const operation = operationOf(verbOf(request.raw), data)
  if (operation === undefined) return sendJson(reply, 405, NO_ERRORS)
  if (operation === 'update' || operation === 'patch' || operation === 'recover') {
    return handleWrite(exchange, { operation, path, recoverFrom: data.recover_snapshot_id })
  }
  const { warnsOfList, jsonGuard } = decision.node.cluster.profile
  const isBare = operation === 'list' || !warnsOfList
  const target = { operation, path, data: isBare ? withoutList(data) : data }
  return jsonGuard && hasBody(request) ? answerGuarded(exchange, target) : answer(exchange, target)
}

/** A body that nobody asked for is looked at all the same. */
async function answerGuarded (exchange: Exchange, target: Target): Promise<FastifyReply> {
  guardJson(await readBody(exchange.request.raw))
  return answer(exchange, target)
}

/**
 * Each node's own, whatever its state, to whoever asks.
 *
 * @see `http/sys_metrics.go`
 */
function sendMetrics (request: FastifyRequest, reply: FastifyReply, query: string): FastifyReply {
  if (verbOf(request.raw) !== 'GET') return sendJson(reply, 405, NO_ERRORS)
  const { format = '' } = decodeQuery(query)
  return sendRaw(reply, metricsAnswer(nodeOf(request), String(format), request.headers.accept))
}

/** A standby counts what it hands on; where it cannot, the client is sent to the active node. */
function noteForwarding ({ telemetry, isActive }: Node, decision: Decision): void {
  if (isActive) return
  if ('redirectTo' in decision) telemetry.note('vault.ha.rpc.client.forward.errors')
  else if (decision.node.isActive) telemetry.note('vault.ha.rpc.client.forward')
}

function redirect (request: FastifyRequest, reply: FastifyReply, to: Node): FastifyReply {
  if (logsDecisions(request)) noteDecision(request, 'redirected to the active node', { to: to.id })
  return sendRedirect(reply, apiAddrFor(request, to) + request.url)
}

/** A list's own parameter is no data; on a read `list=false` is for some (recorded). */
function withoutList (query: JsonObject): JsonObject {
  if (query === ONLY_LIST) return NO_FIELDS
  const { list: _list, ...data } = query
  return data
}

async function handleWrite (exchange: Exchange, target: Omit<Target, 'data'>): Promise<FastifyReply> {
  const { request, node } = exchange
  const { operation, path } = target
  const contentType = request.headers['content-type']
  if (operation === 'patch') checkPatchType(contentType)
  if (UPLOADS.has(path) || isOcspRequest(contentType)) return answer(exchange, { ...target, data: {} }, request.raw)
  const body = await readBody(request.raw)
  const { jsonGuard } = node.cluster.profile
  if (jsonGuard) guardJson(body)
  return answer(exchange, { ...target, data: decodeBody(body, contentType, jsonGuard) })
}

/** Its body is no JSON, whatever mount it is for. */
function isOcspRequest (contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*application\/ocsp-request\s*(?:;|$)/i.test(contentType)
}

function operationOf (verb: string, data: JsonObject): Operation | undefined {
  if (verb !== 'GET') return OPERATIONS[verb]
  if ('list' in data) {
    const list = parseGoBool(String(data.list))
    if (list === undefined) throw invalid('')
    if (list) return 'list'
  }
  return 'read'
}

function checkPatchType (contentType: string | undefined): void {
  if (contentType === undefined || contentType === '') throw invalid('mime: no media type')
  const wanted = 'application/merge-patch+json'
  const type = contentType.split(';')[0]?.trim()
  if (type === wanted) return
  throw new VaultError('unsupported-type', `PATCH requires Content-Type of ${wanted}, provided ${type}`)
}

/** Path below `/v1/`, percent-decoded, and the query. */
function splitTarget (url: string): { path: string, query: string } {
  const mark = url.indexOf('?')
  const raw = mark < 0 ? url : url.slice(0, mark)
  const path = raw.slice('/v1/'.length)
  return { path: path.includes('%') ? decodePath(path) : path, query: mark < 0 ? '' : url.slice(mark + 1) }
}

function decodePath (path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw invalid('')
  }
}

function answer (exchange: Exchange, target: Target, upload?: LogicalRequest['upload']): FastifyReply | Promise<FastifyReply> {
  const { request, reply, node } = exchange
  const logical = buildRequest(exchange, target, upload)
  request.vaultRequestId = logical.id
  const served = serve(node, logical, backends, howToServe(exchange))
  return served instanceof Promise
    ? served.then((settled) => send(reply, node, logical, settled))
    : send(reply, node, logical, served)
}

function buildRequest (
  { request, node }: Exchange, { operation, path, data, recoverFrom }: Target, upload: LogicalRequest['upload']
): LogicalRequest {
  const { headers } = request
  return {
    id: node.cluster.random.stream('ids').uuid(),
    operation,
    path: operation === 'list' && !path.endsWith('/') ? `${path}/` : path,
    data,
    clientToken: tokenOf(headers),
    wrapTtlMs: wrapTtlOf(headers),
    wrapFormat: headerText(headers['x-vault-wrap-format']),
    namespace: headerText(headers['x-vault-namespace']),
    remoteAddress: request.raw.socket.remoteAddress,
    clientCertificates: path.endsWith('/login') ? clientCertificates(request.raw.socket) : undefined,
    calledAt: calledAt(request),
    headers: recoverFrom === undefined
      ? headersOfInterest(headers)
      : { ...headersOfInterest(headers), 'x-vault-recover-snapshot-id': String(recoverFrom) },
    upload
  }
}

/** What steers the pipeline besides the request itself; nothing, as a rule. */
function howToServe ({ request, node }: Exchange): HowToServe | undefined {
  const readFrom = isRead(request) ? request.staleData?.get(node.cluster.key) : undefined
  if (!logsDecisions(request)) return readFrom === undefined ? undefined : { readFrom }
  const called = nodeOf(request)
  if (called !== node) noteDecision(request, 'forwarded to the active node', { from: called.id, to: node.id })
  return { readFrom, note: (what, facts) => { noteDecision(request, what, facts) } }
}

function isRead ({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

function send (reply: FastifyReply, node: Node, request: LogicalRequest, served: Served): FastifyReply {
  const { response, mountType } = served
  const state = indexState(node.cluster, request)
  if (state !== undefined) reply.header('x-vault-index', state)
  if (response === undefined) return sendEmpty(reply)
  if (response.raw !== undefined) return sendRaw(reply, response.raw)
  const code = response.status?.code ?? 200
  if (response.bare !== undefined) return sendJson(reply, code, `${printJson(response.bare)}\n`)
  if (response.verbatim !== undefined) return sendJson(reply, 200, response.verbatim)
  if (response.status?.body === 'empty') return sendEmpty(reply, code)
  const { profile } = node.cluster
  const doubled = isDoubled(request.path)
  const requestId = response.status?.requestId === false ? '' : request.id
  const envelope = renderEnvelope(response, { requestId, profile, mountType, doubled })
  return sendJson(reply, code, response.status?.newline === false ? envelope.slice(0, -1) : envelope)
}

function sendRaw (reply: FastifyReply, raw: NonNullable<LogicalResponse['raw']>): FastifyReply {
  const { status, contentType, headers, body } = raw
  return sendBytes(reply, status, { 'content-type': contentType, ...headers }, body)
}
