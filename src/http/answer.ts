// Writes answers with the headers that every one of Vault's has. Past Fastify's own `send`, which would add a charset to
// the JSON label: clients compare that label to the letter.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FastifyReply } from 'fastify'
import type { VaultError } from '../refusal/index.js'
import { httpDate } from '../sim/instants.js'
import { errorBody, statusOf } from './errors.js'
import { nodeOf } from './addressee.js'

const JSON_TYPE = 'application/json'
const HSTS = 'max-age=31536000; includeSubDomains'

export type Headers = Record<string, string | number>

/** Headers of every answer; the date is the simulation's. */
function baseHeaders (reply: FastifyReply): Headers {
  const { request } = reply
  const namespace = request.headers['x-vault-namespace']
  const headers: Headers = {
    'Cache-Control': 'no-store',
    'Strict-Transport-Security': HSTS,
    Date: httpDate(nodeOf(request).cluster.timeline.nowMs)
  }
  if (typeof namespace === 'string' && namespace !== '') headers['X-Vault-Namespace'] = namespace
  return headers
}

/** A whole body at once; an undefined one is none, not even its length where the status forbids it. */
function write (reply: FastifyReply, status: number, own: Headers, body: string | Uint8Array = ''): FastifyReply {
  const headers = Object.assign(baseHeaders(reply), own)
  if (status !== 204 && status !== 304) headers['Content-Length'] = Buffer.byteLength(body)
  reply.hijack()
  reply.raw.writeHead(status, headers)
  reply.raw.end(body)
  return reply
}

/** JSON text, already printed. */
export function sendJson (reply: FastifyReply, status: number, body: string): FastifyReply {
  return write(reply, status, { 'Content-Type': JSON_TYPE }, body)
}

/** No body, but the JSON label, as Vault's 204s carry it. */
export function sendEmpty (reply: FastifyReply, status = 204): FastifyReply {
  return write(reply, status, { 'Content-Type': JSON_TYPE })
}

/** Neither body nor label: redirects, and handlers of Vault's that write nothing. */
export function sendNothing (reply: FastifyReply, status: number, headers: Headers = {}): FastifyReply {
  return write(reply, status, headers)
}

export function sendRefusal (reply: FastifyReply, error: VaultError): FastifyReply {
  return sendJson(reply, statusOf(error), errorBody(error))
}

/** 307 to the active node. */
export function sendRedirect (reply: FastifyReply, location: string): FastifyReply {
  return sendNothing(reply, 307, { Location: location })
}

/** Go's own plain-text answers, outside Vault's handlers. */
export function sendText (reply: FastifyReply, status: number, body: string, headers: Headers = {}): FastifyReply {
  return write(reply, status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body)
}

/** Bytes, text or a stream of a type of their own. */
export function sendBytes (reply: FastifyReply, status: number, headers: Headers, body: string | Uint8Array | AsyncIterable<Uint8Array>): FastifyReply {
  if (typeof body === 'string' || body instanceof Uint8Array) return write(reply, status, headers, body)
  reply.hijack()
  reply.raw.writeHead(status, Object.assign(baseHeaders(reply), headers))
  // a client that goes away mid-stream is no fault: the pipeline closes what is left
  pipeline(Readable.from(body), reply.raw).catch(() => { reply.raw.destroy() })
  return reply
}
