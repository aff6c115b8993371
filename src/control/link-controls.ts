// What can be done to the links between nodes and between clusters: cut, healed, made slow.
import type { World } from '../world/world.js'
import { corruptMerkleTree } from '../replication/merkle-tree.js'
import type { Limit, NetworkState } from '../sim/network.js'
import type { EventLog } from './event-log.js'
import { checkWorld } from './invariants.js'
import { clusterNamed, endsNamed, nodeNamed } from './names.js'
import { replicationLinks, type ReplicationLink } from './replication-links.js'

/** Whether something is set in one direction only. */
interface Direction { readonly oneWay?: boolean | undefined }

type LinkEvent = 'link-cut' | 'link-healed' | 'link-delayed' | 'link-limited' | 'clock-skewed' | 'merkle-tree-corrupted'

export type LinkList = Pick<NetworkState, 'cuts' | 'delays' | 'limits' | 'skews'> & {
  readonly replication: readonly ReplicationLink[]
}

/** Ends are named as nodes are, or by a cluster's label, which stands for all its nodes. */
export class LinkControls {
  readonly #world: World
  readonly #events: EventLog

  constructor (world: World, events: EventLog) {
    this.#world = world
    this.#events = events
  }

  /** What is cut or slow now, and the links by which clusters replicate, with other processes, too. */
  list (): LinkList {
    const { cuts, delays, limits, skews } = this.#world.network.state
    return { cuts, delays, limits, skews, replication: replicationLinks(this.#world) }
  }

  /**
   * Cuts the link, both ways unless `oneWay`; a node against its own cluster is cut off from all others.
   *
   * @throws {ControlProblem} for an unknown name
   */
  cut (from: string, to: string, { oneWay = false }: Direction = {}): void {
    for (const [a, b] of this.#between(from, to)) {
      this.#world.network.cut(a, b, { oneWay })
      this.#done('link-cut', `${a} ${oneWay ? '->' : '<->'} ${b}`)
    }
  }

  /** Cuts every link between two groups of nodes. */
  partition (group: readonly string[], others: readonly string[]): void {
    for (const from of group) for (const to of others) this.cut(from, to)
  }

  /** Heals what is cut between two, or around one, or everywhere. */
  heal (from?: string, to?: string): void {
    const ends = [from, to].map((name) => name === undefined ? [undefined] : endsNamed(this.#world, name))
    for (const a of ends[0] ?? []) for (const b of ends[1] ?? []) this.#world.network.heal(a, b)
    this.#done('link-healed', [from, to].filter((name) => name !== undefined).join(' ') || 'everywhere')
  }

  /** @param delayMs in one direction; both have it unless `oneWay`. 0 makes it fast again */
  delay (from: string, to: string, delayMs: number, { oneWay = false }: Direction = {}): void {
    for (const [a, b] of this.#between(from, to)) {
      this.#world.network.setDelay(a, b, delayMs, { oneWay })
      this.#done('link-delayed', `${a} ${oneWay ? '->' : '<->'} ${b} ${delayMs} ms`)
    }
  }

  /**
   * Says how much of a replication stream a link carries, both ways unless `oneWay`; 0 lets nothing through, an empty
   * limit takes it away.
   *
   * @throws {ControlProblem} for an unknown name
   */
  limit (from: string, to: string, limit: Limit, { oneWay = false }: Direction = {}): void {
    const { entriesPerSecond: entries, bytesPerSecond: bytes } = limit
    const said = [entries === undefined ? '' : `${entries} entries/s`, bytes === undefined ? '' : `${bytes} bytes/s`]
    const detail = said.filter((part) => part !== '').join(', ') || 'no limit'
    for (const [a, b] of this.#between(from, to)) {
      this.#world.network.setLimit(a, b, limit, { oneWay })
      this.#done('link-limited', `${a} ${oneWay ? '->' : '<->'} ${b} ${detail}`)
    }
  }

  /**
   * Sets how far the clocks of a cluster, or that of one node, are ahead, in milliseconds; below zero: behind.
   *
   * @throws {ControlProblem} for an unknown name
   */
  skew (cluster: string, skewMs: number): void {
    const isNode = this.#world.nodes.some(({ id, networkName }) => id === cluster || networkName === cluster)
    const name = isNode ? nodeNamed(this.#world, cluster).networkName : clusterNamed(this.#world, cluster).label
    this.#world.network.setSkew(name, skewMs)
    this.#done('clock-skewed', `${name} ${skewMs} ms`)
  }

  /**
   * Spoils the merkle tree of a cluster, as a split brain or a write behind Vault's back does: its replication stands
   * still until a reindex.
   *
   * @throws {ControlProblem} for an unknown name
   */
  corruptMerkleTree (cluster: string): void {
    const found = clusterNamed(this.#world, cluster)
    corruptMerkleTree(found)
    this.#done('merkle-tree-corrupted', found.label)
  }

  /** Every link between two ends. */
  #between (from: string, to: string): ReadonlyArray<readonly [string, string]> {
    const ends = [endsNamed(this.#world, from), endsNamed(this.#world, to)]
    return (ends[0] ?? []).flatMap((a) => (ends[1] ?? []).map((b) => [a, b] as const))
  }

  #done (kind: LinkEvent, detail: string): void {
    this.#world.following.settle()
    this.#events.add(kind, { detail })
    checkWorld(this.#world)
  }
}
