// What a world can be told when it is made, in code and over HTTP.
import { Type, type TProperties } from '@sinclair/typebox'
import type { ConfiguredOptions } from '../cluster/configured.js'
import { RetryJoinForm } from '../cluster/retry-join.js'
import type { Edition, ProfileName } from '../profiles/index.js'
import type { OutsideOptions } from './outside.js'
import { HIGHEST_SCALE, LATEST_AT_MS, type TimeMode } from '../sim/timeline.js'

export interface WorldOptions extends ConfiguredOptions {
  readonly profile?: ProfileName
  readonly edition?: Edition
  readonly time?: TimeMode
  /** simulated seconds per second of `live` time */
  readonly timeScale?: number
  /** seed of all chance; drawn if absent */
  readonly seed?: number
  /** what raft is used for: by default it holds the data */
  readonly raft?: 'storage' | 'ha_storage'
  /** `inmem`: as the real dev server has it, one node without raft and high availability, unless `raft` elects */
  readonly storage?: 'raft' | 'inmem'
  readonly performanceStandbys?: boolean
  /** whether sys/metrics has Prometheus' form, too; by default in `documented` only */
  readonly prometheus?: boolean
  /** whether sys/metrics is open to all, on every node in whatever state */
  readonly unauthenticatedMetricsAccess?: boolean | undefined
  /** instant at which a `manual` timeline starts, milliseconds since 1970 */
  readonly startAtMs?: number
  /**
   * what `auto_join` finds: `provider=aws tag_value=vault=10.0.0.1,10.0.0.2`. A join finds the addresses of every text
   * whose keys it has with the same values
   */
  readonly discover?: readonly string[] | undefined
  /** what exists beyond this server, for engines that ask others: nothing by default */
  readonly outside?: OutsideOptions | undefined
  /** memory that restoring a snapshot may take; 1 GiB by default */
  readonly snapshotBytes?: number | undefined
  /** writes that a primary keeps for its secondaries; 16,384 by default, as `logshipper_buffer_length` */
  readonly logshipperBufferLength?: number | undefined
  /** bytes of them; 1 GiB by default, as `logshipper_buffer_size` */
  readonly logshipperBufferBytes?: number | undefined
  /** takes what is thrown while no request is there to blame; without it, it is thrown on */
  readonly onFault?: ((error: unknown) => void) | undefined
}

const MOST_NODES = 99
const Seconds = Type.Integer({ minimum: 0, description: 'whole seconds' })
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
  devKv: Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(false)], { description: '1, 2 or false' }),
  profile: oneOf('documented', 'vault-1.14', 'vault-1.21', 'openbao-2.5'),
  edition: oneOf('ent', 'ce'),
  raft: oneOf('storage', 'ha_storage'),
  storage: oneOf('raft', 'inmem'),
  performanceStandbys: Type.Boolean(),
  prometheus: Type.Boolean(),
  unauthenticatedMetricsAccess: Type.Boolean(),
  discover: Type.Array(Type.String()),
  defaultLeaseTtlSeconds: Seconds,
  maxLeaseTtlSeconds: Seconds,
  clusterName: Type.String(),
  retryJoin: Type.Array(Type.Partial(RetryJoinForm), { description: 'a list of joins' }),
  clusters: Type.Record(Type.String(), ClusterSize, { description: 'an object of clusters' }),
  nodeIds: Type.Array(Type.String(), { description: 'a list of names' }),
  secrets: Type.Record(Type.String(), Members),
  policies: Type.Record(Type.String(), Type.Union([Type.String(), Members])),
  tokens: Type.Record(Type.String(), Type.Object({ policies: Type.Array(Type.String()) })),
  namespaces: Type.Record(Type.String(), Members)
})
