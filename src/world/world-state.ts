// What a world is: one value. Its type, the form in which it is saved, and its copies follow from this one declaration.
import { Type } from '@sinclair/typebox'
import { clusterForm } from '../cluster/cluster-state.js'
import { NodeForm } from '../cluster/node.js'
import { ConfiguredForm } from '../cluster/configured.js'
import { RegionForm } from '../nomad/region-state.js'
import { ReplicationForm } from '../replication/replication-state.js'
import { closed, oneOf, texts, type State } from '../sim/declared.js'
import { NetworkForm } from '../sim/network.js'
import { RandomForm } from '../sim/random.js'
import { TimelineForm } from '../sim/timeline.js'
import { DiscoveredForm } from './discovery.js'
import { OutsideForm } from './outside.js'

/** Grows when an older file can no longer be read. */
export const STATE_VERSION = 4

/** What its user must know, as the fixture left it. */
const HandedOut = Type.Object({
  /** absent while nothing is initialised */
  rootToken: Type.Optional(Type.String()),
  /** base64 */
  unsealKeys: texts
}, closed)

/** What stands about a world as a whole. */
const traits = {
  profile: oneOf('documented', 'vault-1.14', 'vault-1.21', 'openbao-2.5'),
  edition: oneOf('ent', 'ce'),
  /** raft holds the data, or only elects the leader, or there is none */
  raftUse: oneOf('storage', 'ha_storage', 'none'),
  performanceStandbys: Type.Boolean(),
  /** whether sys/metrics has Prometheus' form, too */
  prometheus: Type.Boolean(),
  /** sys/metrics asks for no token, on every node in whatever state; absent: it does */
  unauthenticatedMetricsAccess: Type.Optional(Type.Boolean()),
  /** what `auto_join` finds, as the world was told */
  discovered: Type.Optional(Type.Array(DiscoveredForm)),
  /** what the server's configuration says; absent: nothing */
  configured: Type.Optional(ConfiguredForm),
  handedOut: HandedOut
}

const Cluster = Type.Object({ ...clusterForm, replication: ReplicationForm }, closed)

/**
 * All that a world is. Beside it live only, each where it belongs:
 *
 * - sockets and listeners, and who is told of a change (`open`, `http`, `NomadServer.onProcessChange`)
 * - requests that wait: at a paused node, as a long poll of another process (`Replication.waiting`)
 * - loops that follow primaries in other processes (`Replication.remoteLoops`, `Following`)
 * - how its time runs: mode, scale and the timer of `live` (`Timeline`), which belong to whoever runs the world
 * - what the processes of nodes have counted and timed (`Node.telemetry`): it begins anew
 * - what the controls keep: faults, journal, events, checkpoints, worlds beside this one
 *
 * Three parts change in place, because each request touches them; what they give as their state is a copy: `Storage`
 * (a copy shares all that did not change), the generators of `Random`, and the paths in a replication `Journal`.
 */
export const WorldForm = Type.Object({
  version: Type.Literal(STATE_VERSION),
  ...traits,
  timeline: TimelineForm,
  random: RandomForm,
  network: NetworkForm,
  /** what exists beyond this server; absent: nothing was told or asked */
  outside: Type.Optional(OutsideForm),
  /** every node there ever was, in the order of their creation */
  nodes: Type.Array(NodeForm),
  /** its Nomad region */
  nomad: Type.Optional(RegionForm),
  /** those with nodes, in the order in which they came */
  clusters: Type.Array(Cluster)
}, closed)

export const TraitsForm = Type.Object(traits, closed)

export type WorldState = State<typeof WorldForm>
export type WorldTraits = State<typeof TraitsForm>
export type HandedOut = WorldTraits['handedOut']
