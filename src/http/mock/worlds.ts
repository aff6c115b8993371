// /_mock/worlds: many worlds behind the same listeners.
import { Type } from '@sinclair/typebox'
import { unknown } from '../../control/problem.js'
import { HIGHEST_SCALE, LATEST_AT_MS } from '../../sim/timeline.js'
import { FIXTURES, isFixtureName } from '../../world/fixtures/index.js'
import { answers, baseUrlOf, controlPlugin, controlsFor, done, NOTHING_TO_SAY } from './control-plugin.js'
import { closed, HANDED_OUT, listOf, NodeView, oneOf, Problems } from './views.js'

const Members = Type.Record(Type.String(), Type.Unknown(), { description: 'an object' })
const ClusterSize = closed({ nodes: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })) })
const Region = closed({
  servers: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
  profile: Type.Optional(oneOf('documented', 'nomad-2.0')),
  acl: Type.Optional(Type.Boolean()),
  raftProtocolAs: Type.Optional(oneOf('string', 'number')),
  sample: Type.Optional(Type.Boolean())
})

/** What `createServer` takes, but for what belongs to sockets. */
const NewWorld = closed({
  name: Type.String({ pattern: '^[\\w.-]+$', description: 'letters, digits, -, _ and .' }),
  fixture: Type.Optional(Type.String()),
  nodes: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
  rootToken: Type.Optional(Type.String()),
  profile: Type.Optional(oneOf('documented', 'vault-1.14', 'vault-1.21', 'openbao-2.5')),
  edition: Type.Optional(oneOf('ent', 'ce')),
  time: Type.Optional(oneOf('live', 'auto', 'manual')),
  timeScale: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: HIGHEST_SCALE })),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4294967295 })),
  raft: Type.Optional(oneOf('storage', 'ha_storage')),
  storage: Type.Optional(oneOf('raft', 'inmem')),
  performanceStandbys: Type.Optional(Type.Boolean()),
  prometheus: Type.Optional(Type.Boolean()),
  unauthenticatedMetricsAccess: Type.Optional(Type.Boolean()),
  discover: Type.Optional(Type.Array(Type.String())),
  startAtMs: Type.Optional(Type.Number({ minimum: 0, maximum: LATEST_AT_MS })),
  clusters: Type.Optional(Type.Record(Type.String(), ClusterSize)),
  nodeIds: Type.Optional(Type.Array(Type.String())),
  nomad: Type.Optional(Type.Union([Type.Literal(false), Region], { description: 'false, or the region' })),
  secrets: Type.Optional(Type.Record(Type.String(), Members)),
  policies: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Members]))),
  tokens: Type.Optional(Type.Record(Type.String(), Type.Object({ policies: Type.Array(Type.String()) })))
})

const Made = closed({ name: Type.String(), url: Type.String(), nodes: listOf(NodeView), ...HANDED_OUT })

export const worldPlugin = controlPlugin((app) => {
  app.get('/_mock/worlds', {
    schema: { summary: 'Their names', response: answers(closed({ worlds: listOf(Type.String()) })) }
  }, (request) => ({ worlds: controlsFor(request).worlds.names }))

  app.post('/_mock/worlds', {
    schema: {
      summary: 'Makes a world that shares nothing; its address is in the answer',
      body: NewWorld,
      response: { 201: Made, '4xx': Problems }
    }
  }, (request, reply) => {
    const { name, fixture = 'dev', ...options } = request.body
    if (!isFixtureName(fixture)) throw unknown('fixture', fixture, Object.keys(FIXTURES))
    const baseUrl = baseUrlOf(request)
    const made = controlsFor(request).worlds.create(name, { ...options, fixture }, baseUrl)
    reply.code(201)
    return { name, url: `${baseUrl}/_mock/worlds/${name}`, nodes: made.nodes.list(), ...made.world.handedOut }
  })

  app.delete('/_mock/worlds', {
    schema: { summary: 'Drops all but the default one', response: NOTHING_TO_SAY }
  }, (request, reply) => {
    controlsFor(request).worlds.dropAll()
    done(reply)
  })

  app.delete('/_mock/worlds/:name', {
    schema: { summary: 'Drops one', params: Type.Object({ name: Type.String() }), response: NOTHING_TO_SAY }
  }, (request, reply) => {
    controlsFor(request).worlds.drop(request.params.name)
    done(reply)
  })
})
