// The controls over HTTP, below /_mock/: an app of its own, with schemas and their description, compiled when first
// used.
import swagger from '@fastify/swagger'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifySchemaCompiler } from 'fastify'
import { Type, type TSchema } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'
import { ControlProblem, type ProblemKind } from '../../control/problem.js'
import { problemsIn, sayProblem, type FormProblem } from '../../json/form-problems.js'
import { JsonSyntaxError } from '../../json/index.js'
import { ConfiguredError } from '../../cluster/configured.js'
import { BlueprintError } from '../../world/blueprint.js'
import { DiscoverError } from '../../world/discovery.js'
import { StateError } from '../../world/saved-world.js'
import { OutsideError } from '../../world/outside.js'
import { StartingDataError } from '../../world/starting-data.js'
import type { AppOptions, Apps } from '../app.js'
import { takeAnyLabel } from '../bodies.js'
import { NO_DEFAULT_COMPILERS } from '../compilers.js'
import { requestLog } from '../request-log.js'
import { checkpointPlugin } from './checkpoints.js'
import { discoveryPlugin } from './discovery.js'
import { eventStreamPlugin } from './event-stream.js'
import { eventPlugin } from './events.js'
import { faultPlugin } from './faults.js'
import { journalPlugin } from './journal.js'
import { linkPlugin } from './links.js'
import { nodePlugin } from './nodes.js'
import { nomadPlugin } from './nomad.js'
import { provenancePlugin } from './provenance.js'
import { DESCRIPTION, DESCRIPTION_URL } from './description.js'
import { readBodies } from './control-bodies.js'
import { controlsFor } from './control-plugin.js'
import { outsidePlugin } from './outside.js'
import { overviewPlugin } from './overview.js'
import { replicationPlugin } from './replication.js'
import { statePlugin } from './state.js'
import { timePlugin } from './time.js'
import { worldPlugin } from './worlds.js'

const PLUGINS = [
  statePlugin, checkpointPlugin, timePlugin, nodePlugin, nomadPlugin, linkPlugin, faultPlugin, journalPlugin,
  eventPlugin, eventStreamPlugin, overviewPlugin, replicationPlugin, worldPlugin, provenancePlugin, discoveryPlugin,
  outsidePlugin
]

/** Builds the app; requests must be addressed to a node of the world they are about. */
export async function buildControlApp (
  { logger, checkAnswer }: AppOptions, apps: Apps
): Promise<FastifyInstance> {
  const app = fastify({
    ...requestLog(logger, 'mock'),
    ...NO_DEFAULT_COMPILERS,
    exposeHeadRoutes: false
  })
  app.decorate('apps', apps)
  app.decorateRequest('vaultRequestId', undefined)
  app.setValidatorCompiler(validator)
  app.setSerializerCompiler<TSchema>(({ schema }) => (answer: unknown) => {
    checkAnswer?.(schema, answer)
    return JSON.stringify(answer)
  })
  app.addHook('onRequest', ({ raw }, _reply, next) => { takeAnyLabel(raw); next() })
  readBodies(app)
  app.addHook('onRoute', ({ schema }) => { if (schema !== undefined) schema.querystring ??= Type.Object({}) })
  // who has started a node may call it at once
  app.addHook('onSend', async (request, _reply, payload) => {
    if (request.method !== 'GET') await controlsFor(request).settled()
    return payload
  })
  app.setErrorHandler(answerProblem)
  app.setNotFoundHandler(answerUnknown)
  await app.register(swagger, DESCRIPTION)
  for (const plugin of PLUGINS) app.register(plugin)
  app.get(DESCRIPTION_URL, { schema: { summary: 'This description' } }, () => app.swagger())
  await app.ready()
  return app
}

class FormError extends Error {
  constructor (readonly problems: readonly FormProblem[], readonly part: string) {
    super(problems.map((problem) => sayProblem(problem, part)).join('\n'))
  }
}

/** Compiled checks; what is wrong is looked for only where something is. */
const validator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart: part = 'body' }) => {
  const check = TypeCompiler.Compile(schema)
  return (given: unknown) => {
    if (part === 'querystring') refuseUnknownParameters(schema, given)
    const value = part === 'body' ? given : Value.Convert(schema, given)
    return check.Check(value) ? { value } : { error: new FormError(problemsIn(schema, value), part) }
  }
}

/** Of a query; what is not known would do nothing. @throws {ControlProblem} */
function refuseUnknownParameters ({ properties = {} }: TSchema, given: unknown): void {
  const known = Object.keys(properties)
  const stranger = Object.keys(given ?? {}).find((name) => !known.includes(name))
  if (stranger === undefined) return
  const there = known.length === 0 ? 'none here' : known.join(', ')
  throw new ControlProblem('wrong', `there is no parameter "${stranger.slice(0, 60)}"; there is ${there}`)
}

const STATUS: Readonly<Record<ProblemKind, number>> = { unknown: 404, wrong: 400, impossible: 409 }

/** What a world cannot be made of. */
const UNUSABLE = [StartingDataError, OutsideError, DiscoverError, BlueprintError, ConfiguredError]

/** What is wrong with a request is said; a fault is ours: logged, answered with a neutral 500. */
function answerProblem (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ControlProblem) return refuse(reply, STATUS[error.kind], [error.message])
  if (error instanceof FormError || error instanceof StateError) {
    return refuse(reply, 400, error.message.split('\n'), error.problems)
  }
  if (UNUSABLE.some((kind) => error instanceof kind)) return refuse(reply, 400, [(error as Error).message])
  if (error instanceof JsonSyntaxError || error instanceof SyntaxError) {
    return refuse(reply, 400, [`the body is not JSON: ${error.message}`])
  }
  request.log.error({ err: error, method: request.method, path: request.url.split('?')[0] }, 'fault')
  return refuse(reply, 500, ['internal error'])
}

function answerUnknown (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return refuse(reply, 404, [`there is no ${request.method} ${request.url.split('?')[0]}; see ${DESCRIPTION_URL}`])
}

function refuse (
  reply: FastifyReply, status: number, errors: readonly string[], problems?: readonly FormProblem[]
): FastifyReply {
  return reply.code(status).send({ errors, problems })
}
