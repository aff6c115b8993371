// The Fastify app: compiled once per process, shared by all listeners and worlds; no route closes over a node.
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { VaultError } from '../refusal/index.js'
import { sendJson, sendNothing, sendRefusal, sendText } from './answer.js'
import { answeredByCors } from './cors.js'
import { NO_ERRORS } from './errors.js'
import { handleLogical } from './logical.js'
import { limitRate } from './rate-limits.js'
import { nodeOf } from './addressee.js'
import { verbOf } from './verbs.js'

/** An endpoint that every node answers by itself: never forwarded, no envelope, its own rules for verbs. */
export interface LocalRoute {
  /** below `/v1/`; with a slash at its start: outside Vault's paths */
  readonly path: string
  /** handlers by verb */
  readonly verbs: Readonly<Partial<Record<string, LocalHandler>>>
  /** the status for other verbs, 405 unless said otherwise */
  readonly otherVerbs?: number
}

export type LocalHandler = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>

/**
 * Builds the app.
 *
 * @param localRoutes what a node answers by itself
 * @param logger none: silent
 */
export function buildApp (localRoutes: readonly LocalRoute[], logger: FastifyBaseLogger | undefined): FastifyInstance {
  const app = fastify({
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    // requests are not logged, so none needs a logger of its own
    childLoggerFactory: (parent) => parent as FastifyBaseLogger,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: false },
    bodyLimit: Number.MAX_SAFE_INTEGER,
    rewriteUrl: (request) => (request.url ?? '/').replace(/%2F/gi, '/'),
    frameworkErrors: (_error, _request, reply) => { answerBadTarget(reply) }
  })
  leaveBodiesAlone(app)
  app.addHook('onRequest', refuseUncleanPath)
  app.addHook('onRequest', guardApi)
  for (const route of localRoutes) addLocalRoute(app, route)
  app.route({ method: app.supportedMethods, url: '/v1/*', handler: handleLogical })
  app.setNotFoundHandler(answerOutside)
  app.setErrorHandler(answerError)
  return app
}

/** Bodies are read by those who want them: labels mean little here, and uploads must stream. */
function leaveBodiesAlone (app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => { done(null, undefined) })
}

function addLocalRoute (app: FastifyInstance, { path, verbs, otherVerbs = 405 }: LocalRoute): void {
  app.route({
    method: app.supportedMethods,
    url: path.startsWith('/') ? path : `/v1/${path}`,
    handler: (request, reply) => verbs[verbOf(request.raw)]?.(request, reply) ?? sendJson(reply, otherVerbs, NO_ERRORS)
  })
}

const UNCLEAN = /\/\/|\/\.{1,2}(?:\/|$)/

/** Go's mux redirects `//` and dot segments to the clean path; control characters are a 400 without a body. */
function refuseUncleanPath (request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  nodeOf(request).cluster.timeline.settle()
  const { url } = request
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  if (path.includes('//') || path.includes('/.')) {
    if (UNCLEAN.test(path)) { redirectToClean(request, reply, { path, query: mark < 0 ? '' : url.slice(mark) }); return }
  }
  if (path.includes('%') && hasControlCharacter(path)) { sendNothing(reply, 400); return }
  done()
}

/** Rate limits, then CORS: for everything below `/v1/`, also for what a node answers by itself. */
function guardApi (request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { url } = request
  if (url.startsWith('/v1/')) {
    const mark = url.indexOf('?')
    limitRate(request, reply, url.slice('/v1/'.length, mark < 0 ? undefined : mark))
    if (answeredByCors(request, reply)) return
  }
  done()
}

function redirectToClean (request: FastifyRequest, reply: FastifyReply, { path, query }: { path: string, query: string }): void {
  const location = cleanPath(path) + query
  const status = nodeOf(request).cluster.profile.cleanPathRedirect
  const reason = status === 301 ? 'Moved Permanently' : 'Temporary Redirect'
  const shown = request.method === 'GET' || request.method === 'HEAD'
  sendText(reply, status, shown ? `<a href="${escapeHtml(location)}">${reason}</a>.\n\n` : '', { 'Content-Type': 'text/html; charset=utf-8', Location: location })
}

const HTML_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }

function escapeHtml (text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character] ?? character)
}

function cleanPath (path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const slash = path.endsWith('/') && kept.length > 0 ? '/' : ''
  return `/${kept.join('/')}${slash}`
}

function hasControlCharacter (path: string): boolean {
  return /%(?:0[0-9a-f]|1[0-9a-f]|7f)/i.test(path)
}

/** Verbs that Fastify has no routes for; outside `/v1/` Vault's empty 404, and Go's own words at `/` and `/ui`, which the mock does not serve. */
function answerOutside (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.url.startsWith('/v1/')) return sendJson(reply, 405, NO_ERRORS)
  if (request.url === '/' || request.url.startsWith('/ui')) return sendText(reply, 404, '404 page not found\n')
  return sendJson(reply, 404, NO_ERRORS)
}

/** A broken percent-encoding: Go's server refuses it before any handler of Vault's. */
function answerBadTarget (reply: FastifyReply): void {
  reply.hijack()
  reply.raw.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' }).end('400 Bad Request')
}

/** A refusal is explained; a fault is ours: logged once, answered with a neutral 500, never dressed up. */
function answerError (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof VaultError) return sendRefusal(reply, error)
  request.log.error({ err: error, method: request.method, path: request.url.split('?')[0] }, 'fault')
  return sendJson(reply, 500, '{"errors":["internal error"]}\n')
}
