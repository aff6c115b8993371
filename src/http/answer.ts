// Writes answers with the headers that every one of Vault's has.
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { errorBody, statusOf } from './errors.js'
import type { VaultError } from '../refusal.js'
import { httpDate } from '../sim/instants.js'
import { nodeOf } from './request-node.js'

const JSON_TYPE = 'application/json'
const HSTS = 'max-age=31536000; includeSubDomains'

/** Headers of every answer; the date is the simulation's. */
export function baseHeaders (reply: FastifyReply): FastifyReply {
  const { timeline } = nodeOf(reply.request).cluster
  const namespace = reply.request.headers['x-vault-namespace']
  reply.raw.setHeader('Cache-Control', 'no-store')
  reply.raw.setHeader('Strict-Transport-Security', HSTS)
  reply.raw.setHeader('Date', httpDate(timeline.nowMs))
  if (typeof namespace === 'string' && namespace !== '') reply.raw.setHeader('X-Vault-Namespace', namespace)
  return reply
}

/** JSON text, already printed. */
export function sendJson (reply: FastifyReply, status: number, body: string): FastifyReply {
  return baseHeaders(reply).code(status).header('Content-Type', JSON_TYPE).send(body)
}

/** No body, but the JSON label, as Vault's 204s carry it. */
export function sendEmpty (reply: FastifyReply, status = 204): FastifyReply {
  return baseHeaders(reply).code(status).header('Content-Type', JSON_TYPE).send()
}

export function sendRefusal (reply: FastifyReply, error: VaultError): FastifyReply {
  return sendJson(reply, statusOf(error), errorBody(error))
}

/** 307 to the active node: no body, no type. */
export function sendRedirect (reply: FastifyReply, location: string): FastifyReply {
  return baseHeaders(reply).code(307).header('Location', location).send()
}

/** Go's own plain-text answers, outside Vault's handlers. */
export function sendText (reply: FastifyReply, status: number, body: string, contentType = 'text/plain; charset=utf-8'): FastifyReply {
  return baseHeaders(reply).code(status).header('Content-Type', contentType).send(body)
}

/** Bytes, text or a stream of a type of their own. */
export function sendBytes (reply: FastifyReply, status: number, contentType: string, body: string | Uint8Array | AsyncIterable<Uint8Array>): FastifyReply {
  const payload = typeof body === 'string' || body instanceof Uint8Array ? body : Readable.from(body)
  return baseHeaders(reply).code(status).header('Content-Type', contentType).send(payload)
}
