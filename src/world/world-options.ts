// The form of the options that a world can be made with, wherever one is made: in code and over HTTP.
import { Type, type TProperties } from '@sinclair/typebox'
import { HIGHEST_SCALE, LATEST_AT_MS } from '../sim/timeline.js'

const MOST_NODES = 99
const Members = Type.Record(Type.String(), Type.Unknown(), { description: 'an object' })
const Nodes = Type.Integer({ minimum: 1, maximum: MOST_NODES, description: `a whole number from 1 to ${MOST_NODES}` })
const ClusterSize = Type.Object({ nodes: Type.Optional(Nodes) }, { additionalProperties: false })

function oneOf<T extends string> (...values: T[]) {
  return Type.Union(values.map((value) => Type.Literal(value)), { description: values.join(', ') })
}

function optional<P extends TProperties> (members: P) {
  return Type.Partial(Type.Object(members)).properties
}

/** How a world's time runs. */
export const TIME_FORM = optional({
  time: oneOf('live', 'auto', 'manual'),
  timeScale: Type.Number({ exclusiveMinimum: 0, maximum: HIGHEST_SCALE }),
  seed: Type.Integer({ minimum: 0, maximum: 4294967295 }),
  startAtMs: Type.Number({ minimum: 0, maximum: LATEST_AT_MS })
})

/** What a Nomad region is. */
export const REGION_FORM = optional({
  servers: Nodes,
  profile: oneOf('documented', 'nomad-2.0'),
  acl: Type.Boolean(),
  raftProtocolAs: oneOf('string', 'number'),
  sample: Type.Boolean()
})

/** What a world is to be, but for its fixture and its Nomad region. */
export const WORLD_FORM = optional({
  nodes: Nodes,
  rootToken: Type.String(),
  profile: oneOf('documented', 'vault-1.14', 'vault-1.21', 'openbao-2.5'),
  edition: oneOf('ent', 'ce'),
  raft: oneOf('storage', 'ha_storage'),
  performanceStandbys: Type.Boolean(),
  prometheus: Type.Boolean(),
  unauthenticatedMetricsAccess: Type.Boolean(),
  clusters: Type.Record(Type.String(), ClusterSize, { description: 'an object of clusters' }),
  nodeIds: Type.Array(Type.String(), { description: 'a list of names' }),
  secrets: Type.Record(Type.String(), Members),
  policies: Type.Record(Type.String(), Type.Union([Type.String(), Members])),
  tokens: Type.Record(Type.String(), Type.Object({ policies: Type.Array(Type.String()) }))
})
