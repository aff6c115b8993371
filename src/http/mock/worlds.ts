// /_mock/worlds: many worlds behind the same listeners.
import { Type } from '@sinclair/typebox'
import { isFixtureName } from '../../world/fixtures/index.js'
import { unknown } from '../../control/problem.js'
import { FIXTURES } from '../../world/fixtures/index.js'
import { controlsFor, type ControlApp } from './app.js'
import { baseUrlOf } from './base-url.js'

const oneOf = <T extends string>(...values: T[]) => Type.Union(values.map((value) => Type.Literal(value)), { description: values.join(', ') })

const Members = Type.Record(Type.String(), Type.Unknown(), { description: 'an object' })
const ClusterSize = Type.Object({ nodes: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })) }, { additionalProperties: false })
const Region = Type.Object({
  servers: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
  profile: Type.Optional(oneOf('documented', 'nomad-2.0')),
  acl: Type.Optional(Type.Boolean()),
  raftProtocolAs: Type.Optional(oneOf('string', 'number')),
  sample: Type.Optional(Type.Boolean())
}, { additionalProperties: false })

/** What `createServer` takes, but for what belongs to sockets. */
const NewWorld = Type.Object({
  name: Type.String({ pattern: '^[\\w.-]+$', description: 'letters, digits, -, _ and .' }),
  fixture: Type.Optional(Type.String()),
  nodes: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
  rootToken: Type.Optional(Type.String()),
  profile: Type.Optional(oneOf('documented', 'vault-1.14', 'vault-1.21', 'openbao-2.5')),
  edition: Type.Optional(oneOf('ent', 'ce')),
  time: Type.Optional(oneOf('live', 'auto', 'manual')),
  timeScale: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4294967295 })),
  raft: Type.Optional(oneOf('storage', 'ha_storage')),
  performanceStandbys: Type.Optional(Type.Boolean()),
  prometheus: Type.Optional(Type.Boolean()),
  startAtMs: Type.Optional(Type.Number()),
  clusters: Type.Optional(Type.Record(Type.String(), ClusterSize)),
  nodeIds: Type.Optional(Type.Array(Type.String())),
  nomad: Type.Optional(Type.Union([Type.Literal(false), Region], { description: 'false, or the region' })),
  secrets: Type.Optional(Type.Record(Type.String(), Members)),
  policies: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Members]))),
  tokens: Type.Optional(Type.Record(Type.String(), Type.Object({ policies: Type.Array(Type.String()) })))
}, { additionalProperties: false })

export function worldRoutes (app: ControlApp): void {
  app.get('/_mock/worlds', { schema: { summary: 'Their names' } }, (request) => ({ worlds: controlsFor(request).worlds.names }))

  app.post('/_mock/worlds', { schema: { summary: 'Makes a world that shares nothing; its address is in the answer', body: NewWorld } }, (request, reply) => {
    const { name, fixture = 'dev', ...options } = request.body
    if (!isFixtureName(fixture)) throw unknown('fixture', fixture, Object.keys(FIXTURES))
    const baseUrl = baseUrlOf(request)
    const made = controlsFor(request).worlds.create(name, { ...options, fixture }, baseUrl)
    return reply.code(201).send({ name, url: `${baseUrl}/_mock/worlds/${name}`, nodes: made.nodes.list(), ...made.world.handedOut })
  })

  app.delete('/_mock/worlds', { schema: { summary: 'Drops all but the default one' } }, (request, reply) => {
    controlsFor(request).worlds.dropAll()
    return reply.code(204).send()
  })

  app.delete('/_mock/worlds/:name', { schema: { summary: 'Drops one', params: Type.Object({ name: Type.String() }) } }, (request, reply) => {
    controlsFor(request).worlds.drop(request.params.name)
    return reply.code(204).send()
  })
}
