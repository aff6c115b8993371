// Sends answers with the headers that every one of Vault's has, through `reply.send`, so that hooks see them all.
//
// Fastify adds a charset to the label of JSON text unless a reply has a serializer of its own. Clients compare that
// label to the letter, so text is sent with one that changes nothing.
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { VaultError } from '../refusal/index.js'
import { httpDate } from '../sim/instants.js'
import { errorBody, statusOf } from './errors.js'
import { nodeOf } from './addressee.js'

export const JSON_TYPE = 'application/json'
const HSTS = 'max-age=31536000; includeSubDomains'
/** Where access tokens of OIDC are good. */
const USERINFO = /^\/v1\/identity\/oidc\/provider\/\w(?:[\w.-]*\w)?\/userinfo(?:\?|$)/
/** What Fastify takes for a status; `sys/health` can be told others. */
const HIGHEST_STATUS = 599

/** Names in lower case. */
export type Headers = Record<string, string | number>

/** Headers of every answer, which is counted by its status; the date is the simulation's. */
function baseHeaders ({ request }: FastifyReply, status: number): Headers {
  const { cluster: { timeline: { nowMs } }, telemetry } = nodeOf(request)
  telemetry.requests.answered(status, nowMs)
  const headers: Headers = { 'cache-control': 'no-store', 'strict-transport-security': HSTS, date: httpDate(nowMs) }
  const namespace = request.headers['x-vault-namespace']
  if (typeof namespace === 'string' && namespace !== '') headers['x-vault-namespace'] = namespace
  return headers
}

/** The same, for an answer that goes through Fastify. */
export function setBaseHeaders (reply: FastifyReply, status: number): void {
  reply.headers(baseHeaders(reply, status))
}

/** Any status that Go's server would send. */
export function setStatus (reply: FastifyReply, status: number): void {
  if (status > HIGHEST_STATUS) reply.raw.statusCode = status
  else reply.code(status)
}

/** Prints what is text already. */
function asItIs (text: unknown): string {
  return String(text)
}

function begin (reply: FastifyReply, status: number): FastifyReply {
  setBaseHeaders(reply, status)
  setStatus(reply, status)
  return reply
}

/** JSON text, already printed: sent at once, as no hook and no serializer has anything to add. */
export function sendJson (reply: FastifyReply, status: number, body: string): FastifyReply {
  if (reply.sent) return reply
  const headers = baseHeaders(reply, status)
  const set = reply.getHeaders()
  for (const name in set) headers[name] = set[name] as string
  headers['content-type'] = JSON_TYPE
  headers['content-length'] = Buffer.byteLength(body)
  reply.raw.writeHead(status, headers)
  reply.hijack()
  reply.raw.end(body)
  return reply
}

/** No body, but the JSON label, as Vault's 204s carry it. */
export function sendEmpty (reply: FastifyReply, status = 204): FastifyReply {
  return begin(reply, status).header('content-type', JSON_TYPE).send()
}

/** Neither body nor label: redirects, and handlers of Vault's that write nothing. */
export function sendNothing (reply: FastifyReply, status: number, headers: Headers = {}): FastifyReply {
  begin(reply, status).headers(headers)
  if (reply.request.method === 'HEAD') reply.header('content-length', 0)
  return reply.send()
}

export function sendRefusal (reply: FastifyReply, error: VaultError): FastifyReply {
  if (error.kind === 'denied' && USERINFO.test(reply.request.url)) return sendInvalidToken(reply)
  return sendJson(reply, statusOf(error), errorBody(error))
}

/** OpenID Connect has its own form of a refusal (`respondOIDCPermissionDenied` in `http/handler.go`). */
function sendInvalidToken (reply: FastifyReply): FastifyReply {
  reply.header('www-authenticate', 'Bearer error="invalid_token",error_description="permission denied"')
  return sendJson(reply, 401, '{"error":"invalid_token","error_description":"permission denied"}\n')
}

/** 307 to the active node. */
export function sendRedirect (reply: FastifyReply, location: string): FastifyReply {
  return sendNothing(reply, 307, { location })
}

/** Go's own plain-text answers, outside Vault's handlers. */
export function sendText (reply: FastifyReply, status: number, body: string, headers: Headers = {}): FastifyReply {
  return begin(reply, status).header('content-type', 'text/plain; charset=utf-8').headers(headers).send(body)
}

/**
 * Bytes, text or a stream of a type of their own.
 *
 * @param headers with `content-type`
 */
export function sendBytes (
  reply: FastifyReply, status: number, headers: Headers, body: string | Uint8Array | AsyncIterable<Uint8Array>
): FastifyReply {
  begin(reply, status).headers(headers)
  if (typeof body === 'string') return reply.serializer(asItIs).send(body)
  return reply.send(body instanceof Uint8Array ? body : Readable.from(body))
}

/** An answer with these headers and no others: what stands in for the app's. */
export function sendWhole (reply: FastifyReply, status: number, headers: Headers, body: string): FastifyReply {
  setStatus(reply, status)
  reply.headers(headers)
  return status === 204 || status === 304 ? reply.send() : reply.serializer(asItIs).send(body)
}
