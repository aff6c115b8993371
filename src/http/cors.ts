// Requests from web pages of other origins: refused, or answered with the headers that let the browser go on.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { corsConfig, isAllowedOrigin, type CorsConfig } from '../vault/cors-config.js'
import { sendJson, sendNothing } from './answer.js'
import { nodeOf } from './addressee.js'

const METHODS = ['DELETE', 'GET', 'OPTIONS', 'POST', 'PUT', 'LIST']

/**
 * Answers what CORS alone decides; the rest goes on, its answer carrying the headers.
 *
 * @returns true if it was answered
 * @see `http/cors.go`
 */
export function answeredByCors (request: FastifyRequest, reply: FastifyReply): boolean {
  const { origin } = request.headers
  if (origin === undefined || origin === '') return false
  const node = nodeOf(request)
  const config = corsConfig(node.storage)
  if (config === undefined) return false
  if (!isAllowedOrigin(config, origin)) {
    sendJson(reply, 403, '{"errors":["origin not allowed"]}\n')
    return true
  }
  if (request.method === 'OPTIONS') {
    answerPreflight(request, reply, config, origin)
    return true
  }
  reply.header('access-control-allow-origin', origin).header('vary', 'Origin')
  return false
}

function answerPreflight (request: FastifyRequest, reply: FastifyReply, config: CorsConfig, origin: string): void {
  const { allowedHeaders } = config
  if (!METHODS.includes(String(request.headers['access-control-request-method']))) {
    sendNothing(reply, 405)
    return
  }
  sendNothing(reply, 200, {
    'access-control-allow-headers': allowedHeaders.join(','),
    'access-control-allow-methods': METHODS.join(','),
    'access-control-allow-origin': origin,
    'access-control-max-age': '300',
    vary: 'Origin'
  })
}
