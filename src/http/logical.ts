// Decodes an HTTP request into a logical one, has it served, and writes the answer.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Node } from '../cluster/node.js'
import type { JsonObject } from '../json/index.js'
import { invalid, VaultError } from '../refusal/index.js'
import { parseDurationMs } from '../go/durations.js'
import { parseGoBool } from '../go/strconv.js'
import { isDoubled, renderEnvelope } from '../vault/envelope.js'
import { refuseNamespace } from '../vault/namespaces.js'
import { indexState } from '../vault/replication/index-state.js'
import type { LogicalRequest, LogicalResponse, Operation } from '../vault/paths.js'
import { serve, type Served } from '../vault/request.js'
import { backends } from '../backends/index.js'
import { printJson } from '../json/index.js'
import { sendBytes, sendEmpty, sendJson, sendRedirect } from './answer.js'
import { decodeBody, decodeQuery, guardJson, readBody } from './bodies.js'
import { nodeOf } from './addressee.js'
import { servingNode } from './standby.js'
import { verbOf } from './verbs.js'

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GET: 'read', LIST: 'list', POST: 'update', PUT: 'update', PATCH: 'patch', DELETE: 'delete', HEAD: 'header', OPTIONS: 'options', HELP: 'help', SCAN: 'scan', RECOVER: 'recover'
}
const UPLOADS = /^sys\/storage\/raft\/snapshot(?:-force|-load)?$/
const HEADERS_OF_INTEREST = ['x-vault-index', 'x-vault-inconsistent', 'x-vault-forward', 'x-vault-recover-snapshot-id', 'x-vault-recover-source-path', 'origin', 'content-type'] as const

/** Serves everything below `/v1/` that no node answers by itself. */
export function handleLogical (request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> {
  const { path, query } = splitTarget(request.url)
  refuseNamespace(nodeOf(request).cluster.profile, text(request.headers['x-vault-namespace']), path)
  const verb = verbOf(request.raw)
  const decided = servingNode(nodeOf(request), path, {
    forwardingRefused: (request.headers['x-vault-no-request-forwarding'] ?? '') !== '',
    anonymous: tokenOf(request.headers) === ''
  })
  if ('redirectTo' in decided) return sendRedirect(reply, decided.redirectTo + request.url)
  if (/(?:^|&)help=[^&]/.test(query)) return answer(reply, decided, buildRequest(request, decided, { operation: 'help', path, data: {} }))
  const data = decodeQuery(query)
  const operation = operationOf(verb, data)
  if (operation === undefined) return sendJson(reply, 405, '{"errors":[]}\n')
  if (operation === 'update' || operation === 'patch' || operation === 'recover') return handleWrite(request, reply, decided, { operation, path })
  return answer(reply, decided, buildRequest(request, decided, { operation, path, data: operation === 'list' ? withoutList(data) : data }))
}

/** A list's own parameter is no data; on a read `list=false` is (recorded). */
function withoutList ({ list: _list, ...data }: JsonObject): JsonObject {
  return data
}

async function handleWrite (request: FastifyRequest, reply: FastifyReply, node: Node, { operation, path }: { operation: Operation, path: string }): Promise<FastifyReply> {
  if (operation === 'patch') checkPatchType(request.headers['content-type'])
  if (UPLOADS.test(path)) return answer(reply, node, { ...buildRequest(request, node, { operation, path, data: {} }), upload: request.raw })
  const body = await readBody(request.raw)
  if (node.cluster.profile.jsonGuard) guardJson(body)
  const data = decodeBody(body, request.headers['content-type'])
  return answer(reply, node, buildRequest(request, node, { operation, path, data }))
}

interface Target { readonly operation: Operation, readonly path: string, readonly data: JsonObject }

function buildRequest (request: FastifyRequest, node: Node, { operation, path, data }: Target): LogicalRequest {
  const { headers } = request
  const wrapTtl = headers['x-vault-wrap-ttl']
  return {
    id: node.cluster.random.stream('ids').uuid(),
    operation,
    path: operation === 'list' && !path.endsWith('/') ? `${path}/` : path,
    data,
    clientToken: tokenOf(headers),
    wrapTtlMs: typeof wrapTtl === 'string' && wrapTtl !== '' ? parseWrapTtl(wrapTtl) : undefined,
    wrapFormat: text(headers['x-vault-wrap-format']),
    namespace: text(headers['x-vault-namespace']),
    remoteAddress: request.raw.socket.remoteAddress,
    headers: interestingHeaders(headers)
  }
}

function interestingHeaders (headers: FastifyRequest['headers']): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {}
  for (const name of HEADERS_OF_INTEREST) if (headers[name] !== undefined) found[name] = text(headers[name])
  return found
}

function text (header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header
}

/** `X-Vault-Token` wins over `Authorization: Bearer …`, whose prefix is matched to the letter. */
export function tokenOf (headers: FastifyRequest['headers']): string {
  const token = text(headers['x-vault-token'])
  if (token !== undefined && token !== '') return token
  const { authorization } = headers
  return authorization?.startsWith('Bearer ') === true ? authorization.slice('Bearer '.length).trim() : ''
}

function parseWrapTtl (header: string): number {
  let ttlMs: number
  try {
    ttlMs = parseDurationMs(header)
  } catch (error) {
    throw invalid(`error parsing X-Vault-Wrap-TTL header: ${(error as Error).message}`)
  }
  if (ttlMs < 0) throw invalid('requested wrap ttl cannot be negative')
  return ttlMs
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
  const type = contentType.split(';')[0]?.trim()
  if (type !== 'application/merge-patch+json') {
    throw new VaultError('unsupported-type', `PATCH requires Content-Type of application/merge-patch+json, provided ${type}`)
  }
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

function answer (reply: FastifyReply, node: Node, request: LogicalRequest): FastifyReply | Promise<FastifyReply> {
  const served = serve(node, request, backends)
  return served instanceof Promise
    ? served.then((settled) => send(reply, node, request, settled))
    : send(reply, node, request, served)
}

function send (reply: FastifyReply, node: Node, request: LogicalRequest, { response, mountType }: Served): FastifyReply {
  const state = indexState(node.cluster, request)
  if (state !== undefined) reply.raw.setHeader('X-Vault-Index', state)
  if (response === undefined) return sendEmpty(reply)
  if (response.raw !== undefined) return sendRaw(reply, response.raw)
  if (response.bare !== undefined) return sendJson(reply, response.status?.code ?? 200, `${printJson(response.bare)}\n`)
  if (response.verbatim !== undefined) return sendJson(reply, 200, response.verbatim)
  const code = response.status?.code ?? 200
  if (response.status?.body === 'empty') return sendEmpty(reply, code)
  const envelope = renderEnvelope(response, { requestId: request.id, profile: node.cluster.profile, mountType, doubled: isDoubled(request.path) })
  return sendJson(reply, code, response.status?.newline === false ? envelope.slice(0, -1) : envelope)
}

function sendRaw (reply: FastifyReply, { status, contentType, headers, body }: NonNullable<LogicalResponse['raw']>): FastifyReply {
  return sendBytes(reply, status, { 'Content-Type': contentType, ...headers }, body)
}
