// What happened in a world, for tests to ask: elections, changes of members, seals, what the controls did.
import type { Cluster } from '../cluster/cluster.js'
import type { World } from '../world/world.js'

export type WorldEventKind =
  | 'leader-elected' | 'leader-lost' | 'server-added' | 'server-removed' | 'server-promoted' | 'server-demoted'
  | 'sealed' | 'unsealed' | 'storage-replaced' | 'replication-changed'
  | 'killed' | 'started' | 'paused' | 'resumed' | 'wiped'
  | 'link-cut' | 'link-healed' | 'link-delayed' | 'link-limited' | 'clock-skewed' | 'merkle-tree-corrupted'
  | 'outside-asked' | 'time-moved' | 'restored' | 'reset'

export interface WorldEvent {
  /** counts from 1, also past what is forgotten */
  readonly number: number
  /** the world's time, milliseconds since 1970 */
  readonly atMs: number
  readonly kind: WorldEventKind
  /** label */
  readonly cluster?: string
  /** id */
  readonly node?: string
  /** e.g. `term 3`, `quorum` */
  readonly detail?: string
}

const MOST_EVENTS = 2000

interface EventFilter {
  readonly kind?: string
  readonly node?: string
  /** the label of a cluster */
  readonly cluster?: string
  /** only those with a larger number */
  readonly after?: number
}

/** The latest events, oldest first; older ones are forgotten. */
export class EventLog {
  #events: WorldEvent[] = []
  #count = 0
  readonly #world: World
  /** are told of each as it happens: a log, those who watch */
  readonly listeners = new Set<(event: WorldEvent) => void>()

  constructor (world: World) {
    this.#world = world
    world.eachCluster((cluster) => { this.#follow(cluster) })
  }

  add (kind: WorldEventKind, about: Pick<WorldEvent, 'cluster' | 'node' | 'detail'> = {}): void {
    if (this.#events.length === MOST_EVENTS) this.#events = this.#events.slice(MOST_EVENTS / 2)
    const event = { number: ++this.#count, atMs: this.#world.timeline.nowMs, kind, ...about }
    this.#events.push(event)
    for (const listener of this.listeners) listener(event)
  }

  list ({ kind, node, cluster, after = 0 }: EventFilter = {}): WorldEvent[] {
    return this.#events.filter((event) => event.number > after &&
      (kind === undefined || event.kind === kind) &&
      (node === undefined || event.node === node) &&
      (cluster === undefined || event.cluster === cluster))
  }

  /** the number of the latest, forgotten or not */
  get last (): number { return this.#count }

  clear (): void {
    this.#events = []
  }

  #follow (cluster: Cluster): void {
    const { raft, label } = cluster
    const { observer } = raft.core
    const before = { ...observer }
    const tell = (kind: WorldEventKind, node: string, detail?: string): void => {
      this.add(kind, { cluster: label, node, detail })
    }
    Object.assign(observer, {
      leaderElected: (id) => { tell('leader-elected', id, `term ${raft.term}`); before.leaderElected?.(id) },
      leaderLost: (id, reason) => { tell('leader-lost', id, reason); before.leaderLost?.(id, reason) },
      serverAdded: (server) => { tell('server-added', server.id); before.serverAdded?.(server) },
      serverRemoved: (server) => { tell('server-removed', server.id); before.serverRemoved?.(server) },
      serverPromoted: (server) => { tell('server-promoted', server.id); before.serverPromoted?.(server) },
      serverDemoted: (server) => { tell('server-demoted', server.id); before.serverDemoted?.(server) }
    } satisfies typeof observer)
    cluster.on('sealed', ({ id }) => { tell('sealed', id) })
    cluster.on('unsealed', ({ id }) => { tell('unsealed', id) })
    cluster.on('replicationChanged', (detail) => { this.add('replication-changed', { cluster: label, detail }) })
    cluster.on('storageReplaced', () => { this.add('storage-replaced', { cluster: label }) })
  }
}
