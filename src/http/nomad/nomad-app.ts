// The Fastify app of Nomad's listeners: every path that a Nomad server answers, with the hooks and the log of any app.
import { METHODS } from 'node:http'
import fastify, { type FastifyInstance } from 'fastify'
import { serverOf } from '../addressee.js'
import type { AppOptions } from '../app.js'
import { leaveBodiesAlone, takeAnyLabel } from '../bodies.js'
import { NO_DEFAULT_COMPILERS } from '../compilers.js'
import { requestLog } from '../request-log.js'
import { leaveUnlabelled } from './nomad-answer.js'
import { handleNomad, type NomadHandler } from './handle.js'
import { nomadRoutes } from './routes.js'

/** Builds the app; requests must be addressed to a server. */
export async function buildNomadApp ({ logger }: AppOptions = {}): Promise<FastifyInstance> {
  const app = fastify({
    ...requestLog(logger, 'nomad'),
    ...NO_DEFAULT_COMPILERS,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 4096 },
    bodyLimit: Number.MAX_SAFE_INTEGER,
    rewriteUrl: (request) => (request.url ?? '/').replace(/%2F/gi, '/')
  })
  takeEveryMethod(app)
  leaveBodiesAlone(app)
  leaveUnlabelled(app)
  app.addHook('onRequest', ({ raw }, _reply, next) => { takeAnyLabel(raw); next() })
  for (const [path, handler] of Object.entries(nomadRoutes)) addPath(app, path, handler)
  app.setNotFoundHandler((request, reply) => handleNomad(request, reply, serverOf(request), () => ({ status: 404 })))
  await app.ready()
  return app
}

/** Which methods a path has its handler says, nearly every one in another way. */
function takeEveryMethod (app: FastifyInstance): void {
  for (const method of METHODS) {
    if (!app.supportedMethods.some((known) => known === method)) app.addHttpMethod(method, { hasBody: true })
  }
}

/** A path that ends in a slash stands for all below it, unless a longer one does. */
function addPath (app: FastifyInstance, path: string, handler: NomadHandler): void {
  app.route({
    method: app.supportedMethods,
    url: path.endsWith('/') ? `${path}*` : path,
    handler: (request, reply) => handleNomad(request, reply, serverOf(request), handler)
  })
}
