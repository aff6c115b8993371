// The controls over HTTP, below /_mock/: an app of its own, with schemas, compiled when first used.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { problemsIn, sayProblem, type FormProblem } from '../../json/form-problems.js'
import type { Controls } from '../../control/controls.js'
import { addresseeOf } from '../addressee.js'
import { ControlProblem, type ProblemKind } from '../../control/problem.js'
import { JsonSyntaxError, parseJson } from '../../json/index.js'
import { StateError } from '../../world/saved-world.js'
import { StartingDataError } from '../../world/starting-data.js'
import { checkpointRoutes } from './checkpoints.js'
import { eventRoutes } from './events.js'
import { faultRoutes } from './faults.js'
import { journalRoutes } from './journal.js'
import { linkRoutes } from './links.js'
import { nodeRoutes } from './nodes.js'
import { nomadRoutes } from './nomad.js'
import { openApiOf, type Documented } from './openapi.js'
import { stateRoutes } from './state.js'
import { timeRoutes } from './time.js'
import { worldRoutes } from './worlds.js'

const typed = () => fastify({ logger: false, exposeHeadRoutes: false, bodyLimit: 1024 ** 3 }).withTypeProvider<TypeBoxTypeProvider>()

/** The app that the route files register on. */
export type ControlApp = ReturnType<typeof typed>

const PLUGINS = [stateRoutes, checkpointRoutes, timeRoutes, nodeRoutes, nomadRoutes, linkRoutes, faultRoutes, journalRoutes, eventRoutes, worldRoutes]

/** The controls of the world that a request is about. */
export function controlsFor (request: FastifyRequest): Controls {
  const { controls } = addresseeOf(request)
  if (controls === undefined) throw new Error('a request for controls reached a node without them')
  return controls
}

/** Builds the app; requests must be addressed to a node of the world they are about. */
export async function buildControlApp (): Promise<FastifyInstance> {
  const app = typed()
  const documented: Documented[] = []
  app.addHook('onRoute', ({ method, url, schema }) => { documented.push({ method: String(method), url, schema }) })
  readBodies(app)
  app.setValidatorCompiler(({ schema, httpPart }) => validator(schema as TSchema, httpPart))
  // who has started a node may call it at once
  app.addHook('onSend', async (request, _reply, payload) => {
    if (request.method !== 'GET') await controlsFor(request).settled()
    return payload
  })
  app.setErrorHandler(answerProblem)
  app.setNotFoundHandler((request, reply) => refuse(reply, 404, [`there is no ${request.method} ${request.url.split('?')[0]}; see /_mock/openapi.json`]))
  // one after the other, on the app itself: no plugin has anything to keep to itself
  for (const register of PLUGINS) register(app)
  app.get('/_mock/openapi.json', { schema: { summary: 'This description' } }, () => openApiOf(documented))
  await app.ready()
  return app as unknown as FastifyInstance
}

/** JSON whatever the label says, as people forget it; states are read without loss. */
function readBodies (app: ControlApp): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    const text = body as string
    if (text.trim() === '') return done(null, undefined)
    const parsed = parseJson(text)
    done(null, request.url.endsWith('/state') ? parsed : JSON.parse(text))
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined || request.body === null) request.body = {}
    done()
  })
}

class FormError extends Error {
  constructor (readonly problems: readonly FormProblem[], readonly part: string) {
    super(problems.map((problem) => sayProblem(problem, part)).join('\n'))
  }
}

function validator (schema: TSchema, part = 'body'): (value: unknown) => { value: unknown } | { error: Error } {
  return (given) => {
    const value = part === 'body' ? given : Value.Convert(schema, given)
    return Value.Check(schema, value) ? { value } : { error: new FormError(problemsIn(schema, value), part) }
  }
}

const STATUS: Readonly<Record<ProblemKind, number>> = { unknown: 404, wrong: 400, impossible: 409 }

function answerProblem (error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ControlProblem) return refuse(reply, STATUS[error.kind], [error.message])
  if (error instanceof FormError || error instanceof StateError) return refuse(reply, 400, error.message.split('\n'), error.problems)
  if (error instanceof StartingDataError) return refuse(reply, 400, [error.message])
  if (error instanceof JsonSyntaxError || error instanceof SyntaxError) return refuse(reply, 400, [`the body is not JSON: ${error.message}`])
  return refuse(reply, 500, [error instanceof Error ? error.message : String(error)])
}

function refuse (reply: FastifyReply, status: number, errors: readonly string[], problems?: readonly FormProblem[]): FastifyReply {
  return reply.code(status).send({ errors, problems })
}
