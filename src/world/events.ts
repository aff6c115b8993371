// The table of a world's events: which kinds there are, and what each does.
import { AUTO_SNAPSHOT_EVENT, runAutoSnapshot } from '../cluster/auto-snapshots.js'
import { backends } from '../backends/index.js'
import type { Cluster } from '../cluster/cluster.js'
import { becomeRemoved } from '../cluster/membership.js'
import type { Node } from '../cluster/node.js'
import { RETRY_JOIN_EVENT } from '../cluster/retry-join.js'
import { finishJoin } from '../cluster/seal.js'
import { NOMAD_GROUP, registerNomadEvents } from '../nomad/gossip.js'
import type { Region } from '../nomad/region.js'
import { registerRaftEvents } from '../raft/raft.js'
import { isDrSecondary } from '../replication/records.js'
import { BOOTSTRAP_EVENT } from '../replication/bootstrap.js'
import { STREAM_EVENT } from '../replication/near-stream.js'
import { attempt, ATTEMPT_EVENT } from '../replication/remote.js'
import { catchUp } from '../replication/stream.js'
import { finishReindex, REINDEX_EVENT } from '../replication/reindex.js'
import type { EventTable } from '../sim/timeline.js'
import { registerAlarms } from '../vault/alarms.js'
import { finishBootstrap } from '../vault/replication/becoming-secondary.js'
import { registerExpiry } from '../vault/tokens/expiry.js'

type Ids = Readonly<Record<string, string>>

/** What events act on, looked up when they happen. */
export interface EventSubjects {
  readonly cluster: (key: string) => Cluster | undefined
  readonly nomad: () => Region | undefined
  /** another try of a node that wants to join */
  readonly retryJoin: (node: Node, ids: Ids) => void
}

/** Says what every kind of event does. */
export function registerEvents (table: EventTable, { cluster: lookup, nomad, retryJoin }: EventSubjects): void {
  const handle = (kind: string, act: (cluster: Cluster, ids: Ids) => void): void => {
    table.handle(kind, (ids) => {
      const cluster = lookup(ids.cluster ?? '')
      if (cluster !== undefined) act(cluster, ids)
    })
  }
  const onNode = (act: (node: Node, ids: Ids) => void) => (cluster: Cluster, ids: Ids): void => {
    const node = cluster.nodes.get(ids.node ?? '')
    if (node !== undefined) act(node, ids)
  }
  registerRaftEvents(table, (group) => group === NOMAD_GROUP ? nomad()?.raft : lookup(group)?.raft)
  registerNomadEvents(table, nomad)
  registerExpiry(table, lookup, (cluster) => cluster.activeNode !== undefined && !isDrSecondary(cluster), backends)
  registerAlarms(table, lookup, backends)
  handle('cluster.join', onNode(finishJoin))
  handle('cluster.removed', onNode(becomeRemoved))
  handle(RETRY_JOIN_EVENT, onNode(retryJoin))
  handle(REINDEX_EVENT, finishReindex)
  handle(STREAM_EVENT, ({ surroundings }) => { catchUp(surroundings) })
  handle(ATTEMPT_EVENT, (cluster, { kind }) => { attempt(cluster, kind === 'dr' ? 'dr' : 'performance') })
  handle(BOOTSTRAP_EVENT, (cluster, { kind }) => {
    finishBootstrap(cluster, kind === 'dr' ? 'dr' : 'performance')
    catchUp(cluster.surroundings)
  })
  handle(AUTO_SNAPSHOT_EVENT, (cluster, ids) => {
    // its schedule begins with its promotion
    if (!isDrSecondary(cluster)) runAutoSnapshot(cluster, ids.name ?? '')
  })
}

/** The kinds that have a handler: others happen in no world. */
export function eventKinds (): ReadonlySet<string> {
  const kinds = new Set<string>()
  const nothing = { cluster: () => undefined, nomad: () => undefined, retryJoin: () => {} }
  registerEvents({ handle: (kind) => { kinds.add(kind) } }, nothing)
  return kinds
}
