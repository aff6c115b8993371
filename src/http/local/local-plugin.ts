// How an endpoint that a node answers by itself is declared: a plugin of its own, with schemas for bodies and answers.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger, FastifyInstance, FastifyPluginCallback, FastifyRequest, HTTPMethods, RawServerDefault,
  RouteHandlerMethod, onRequestHookHandler
} from 'fastify'
import { nodeOf } from '../addressee.js'
import { sendJson } from '../answer.js'
import { NO_ERRORS } from '../errors.js'
import { headerText } from '../request-headers.js'
import { readStructs } from '../struct-bodies.js'
import { verbOf } from '../verbs.js'
import { refuseInNamespace } from '../../vault/namespaces/local-paths.js'
import type { Source } from '../../vault/source.js'

/** What such routes are registered on: bodies and answers have the types of their schemas. */
export type LocalApp = FastifyInstance<
  RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyInstance {
    /** what its nodes answer by themselves below `/v1/` */
    readonly localOperations: LocalOperation[]
  }
  interface FastifyContextConfig {
    /** where it is known from what a route answers, where its plugin's other routes have it from elsewhere */
    readonly source?: Source
  }
}

/** An operation that a node answers by itself. */
export interface LocalOperation {
  /** without `/v1/` */
  readonly path: string
  readonly method: string
  readonly source: Source | undefined
}

const API = '/v1/'

/** Vault takes both for a write. */
export const WRITES: HTTPMethods[] = ['PUT', 'POST']

export interface LocalPluginOptions {
  /** where it is known from what its routes answer; a route's own `config.source` comes first */
  readonly source?: Source
  /** the status for verbs that a path does not have, 405 unless said otherwise */
  readonly otherVerbs?: number
  /** refuses before a body is looked at, by throwing; verbs that a path does not have are refused earlier */
  readonly before?: (request: FastifyRequest) => void
}

/**
 * A plugin whose routes every node answers by itself: never forwarded, no envelope, own rules for verbs. What they
 * return is sent with the headers of all answers; bodies are decoded by the Go struct of their schema.
 */
export function localPlugin (
  register: (app: LocalApp) => void, options: LocalPluginOptions = {}
): FastifyPluginCallback {
  const { otherVerbs = 405, before, source } = options
  return (scope, _options, done) => {
    scope.addHook('onRoute', (route) => {
      if (route.url.startsWith(API)) {
        const path = route.url.slice(API.length)
        scope.otherVerbs.set(path, otherVerbs)
        const known = { path, source: route.config?.source ?? source }
        scope.localOperations.push(...[route.method].flat().map((method) => ({ ...known, method })))
      }
      if (before !== undefined) route.onRequest = [asHook(before), ...[route.onRequest ?? []].flat()]
      route.handler = answering(route.handler)
    })
    // LIST and its like arrive as GET; other verbs reach the wildcard, which knows these paths
    scope.addHook('onRequest', (request, reply, next) => {
      const { 'x-vault-namespace': namespace } = request.headers
      if (namespace !== undefined) {
        const path = request.routeOptions.url?.slice(API.length) ?? ''
        refuseInNamespace(nodeOf(request).cluster, headerText(namespace), path)
      }
      if (verbOf(request.raw) === request.method) next()
      else sendJson(reply, otherVerbs, NO_ERRORS)
    })
    readStructs(scope)
    register(scope.withTypeProvider<TypeBoxTypeProvider>())
    done()
  }
}

function asHook (refuse: (request: FastifyRequest) => void): onRequestHookHandler {
  return (request, _reply, next) => {
    refuse(request)
    next()
  }
}

/** Sends what a handler returns, printed as its schema says; refusals and the like are on their way already. */
function answering (handler: RouteHandlerMethod): RouteHandlerMethod {
  return function (request, reply) {
    const send = (answer: unknown): unknown => {
      if (answer === undefined || answer === reply) return answer
      return sendJson(reply, reply.raw.statusCode, reply.serialize(answer) as string)
    }
    const answer: unknown = handler.call(this, request, reply)
    return answer instanceof Promise ? answer.then(send) : send(answer)
  }
}
