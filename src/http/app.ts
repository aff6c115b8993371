// The Fastify app: compiled once per process, shared by all listeners and worlds; no route closes over a node.
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Storage } from '../cluster/storage.js'
import { VaultError } from '../refusal/index.js'
import { sendJson, sendNothing, sendRefusal, sendText } from './answer.js'
import { NO_DEFAULT_COMPILERS, setCompilers, type AnswerCheck } from './compilers.js'
import { leaveBodiesAlone, takeAnyLabel } from './bodies.js'
import { answeredByCors } from './cors.js'
import { NO_ERRORS } from './errors.js'
import { meetRules } from './intercept.js'
import { localPlugins } from './local/index.js'
import { answerLogical } from './logical.js'
import { limitRate } from './rate-limits.js'
import { noteRefusal, requestLog } from './request-log.js'
import { nodeOf } from './addressee.js'

export interface AppOptions {
  /** none: silent, and at no cost */
  readonly logger?: FastifyBaseLogger | undefined
  /** looks at what a route with a schema for its answers sends; tests throw there */
  readonly checkAnswer?: AnswerCheck
}

/** The apps of a process or of a test: each is compiled when it is first asked for, and then ready. */
export interface Apps {
  /** a Vault node; knows the others as `apps` */
  readonly vault: () => Promise<FastifyInstance>
  /** the controls below `/_mock/` */
  readonly controls: () => Promise<FastifyInstance>
  /** a Nomad server */
  readonly nomad: () => Promise<FastifyInstance>
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly apps: Apps
    /** paths below `/v1/` that a node answers by itself, with the status for verbs that they do not have */
    readonly otherVerbs: Map<string, number>
  }
  interface FastifyRequest {
    /** @internal By cluster, the data that a fault rule lets reads be answered from. */
    staleData: ReadonlyMap<string, Storage> | undefined
    /** Vault's own id of a logical request, as its answer and the audit log have it */
    vaultRequestId: string | undefined
  }
}

/** Nothing is compiled yet. */
export function makeApps (options: AppOptions = {}): Apps {
  const apps: Apps = {
    vault: once(() => buildVaultApp(options, apps)),
    controls: once(async () => (await import('./mock/control-app.js')).buildControlApp(options, apps)),
    nomad: once(async () => (await import('./nomad/nomad-app.js')).buildNomadApp(options))
  }
  return apps
}

function once<T> (make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

async function buildVaultApp (options: AppOptions, apps: Apps): Promise<FastifyInstance> {
  const app = fastify({
    ...requestLog(options.logger, 'vault'),
    ...NO_DEFAULT_COMPILERS,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: false },
    bodyLimit: Number.MAX_SAFE_INTEGER,
    rewriteUrl: ({ url = '/' }) => url.includes('%') ? url.replace(/%2F/gi, '/') : url,
    frameworkErrors: (_error, _request, reply) => { answerBadTarget(reply) }
  })
  setCompilers(app, options.checkAnswer)
  app.decorate('apps', apps)
  app.decorate('otherVerbs', new Map())
  app.decorate('localOperations', [])
  app.decorateRequest('staleData', undefined)
  app.decorateRequest('vaultRequestId', undefined)
  leaveBodiesAlone(app)
  app.addHook('onRequest', meetRules)
  app.addHook('onRequest', admit)
  for (const plugin of localPlugins) app.register(plugin)
  app.route({ method: app.supportedMethods, url: '/v1/*', onRequest: answerLogical, handler: answeredBefore })
  app.setNotFoundHandler(answerOutside)
  app.setErrorHandler(answerError)
  await app.ready()
  return app
}

/** Fastify wants one. */
function answeredBefore (): never {
  throw new Error('a logical request was not answered by its hook')
}

const UNCLEAN = /\/\/|\/\.{1,2}(?:\/|$)/

/** Go's mux redirects `//` and dot segments to the clean path; control characters are a 400 without a body. */
function admit (request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  nodeOf(request).cluster.timeline.settle()
  takeAnyLabel(request.raw)
  const { url } = request
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  if (path.includes('//') || path.includes('/.')) {
    if (UNCLEAN.test(path)) {
      redirectToClean(request, reply, { path, query: mark < 0 ? '' : url.slice(mark) })
      return
    }
  }
  if (path.includes('%') && hasControlCharacter(path)) { sendNothing(reply, 400); return }
  if (!path.startsWith('/v1/') || !isKeptOff(request, reply, path.slice('/v1/'.length))) done()
}

/** Rate limits, then CORS: for everything below `/v1/`, also for what a node answers by itself. */
function isKeptOff (request: FastifyRequest, reply: FastifyReply, path: string): boolean {
  limitRate(request, reply, path)
  return answeredByCors(request, reply)
}

interface Target { readonly path: string, readonly query: string }

function redirectToClean (request: FastifyRequest, reply: FastifyReply, { path, query }: Target): void {
  const location = cleanPath(path) + query
  const status = nodeOf(request).cluster.profile.cleanPathRedirect
  const reason = status === 301 ? 'Moved Permanently' : 'Temporary Redirect'
  const shown = request.method === 'GET' || request.method === 'HEAD'
  const page = shown ? `<a href="${escapeHtml(location)}">${reason}</a>.\n\n` : ''
  sendText(reply, status, page, { 'content-type': 'text/html; charset=utf-8', location })
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

/**
 * Verbs that Fastify has no routes for; outside `/v1/` Vault's empty 404, and Go's own words at `/` and `/ui`, which
 * the mock does not serve.
 */
function answerOutside (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.url.startsWith('/v1/')) return sendJson(reply, 405, NO_ERRORS)
  if (request.url === '/' || request.url.startsWith('/ui')) return sendText(reply, 404, '404 page not found\n')
  return sendJson(reply, 404, NO_ERRORS)
}

/** A broken percent-encoding: Go's server refuses it before any handler of Vault's. */
function answerBadTarget (reply: FastifyReply): void {
  reply.code(400).headers({ 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).send('400 Bad Request')
}

/** A refusal is explained; a fault is ours: logged once, answered with a neutral 500, never dressed up. */
function answerError (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof VaultError) {
    noteRefusal(request, error)
    return sendRefusal(reply, error)
  }
  request.log.error({ err: error, method: request.method, path: request.url.split('?')[0] }, 'fault')
  return sendJson(reply, 500, '{"errors":["internal error"]}\n')
}
