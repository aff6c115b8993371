// What can be done to the links between nodes and between clusters: cut, healed, made slow.
import type { World } from '../world/world.js'
import type { Limit, NetworkState } from '../sim/network.js'
import type { EventLog } from './event-log.js'
import { checkWorld } from './invariants.js'
import { clusterNamed, endNamed } from './names.js'
import { replicationLinks, type ReplicationLink } from './replication-links.js'

/** Whether something is set in one direction only. */
interface Direction { readonly oneWay?: boolean | undefined }

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
    const [a, b] = [endNamed(this.#world, from), endNamed(this.#world, to)]
    this.#world.network.cut(a, b, { oneWay })
    this.#done('link-cut', `${a} ${oneWay ? '->' : '<->'} ${b}`)
  }

  /** Cuts every link between two groups of nodes. */
  partition (group: readonly string[], others: readonly string[]): void {
    for (const from of group) for (const to of others) this.cut(from, to)
  }

  /** Heals what is cut between two, or around one, or everywhere. */
  heal (from?: string, to?: string): void {
    const ends = [from, to].filter((name) => name !== undefined).map((name) => endNamed(this.#world, name))
    this.#world.network.heal(...ends)
    this.#done('link-healed', ends.length === 0 ? 'everywhere' : ends.join(' '))
  }

  /** @param delayMs in one direction; both have it unless `oneWay`. 0 makes it fast again */
  delay (from: string, to: string, delayMs: number, { oneWay = false }: Direction = {}): void {
    const [a, b] = [endNamed(this.#world, from), endNamed(this.#world, to)]
    this.#world.network.setDelay(a, b, delayMs, { oneWay })
    this.#done('link-delayed', `${a} ${oneWay ? '->' : '<->'} ${b} ${delayMs} ms`)
  }

  /**
   * Says how much of a replication stream a link carries, both ways unless `oneWay`; 0 lets nothing through, an empty
   * limit takes it away.
   *
   * @throws {ControlProblem} for an unknown name
   */
  limit (from: string, to: string, limit: Limit, { oneWay = false }: Direction = {}): void {
    const [a, b] = [endNamed(this.#world, from), endNamed(this.#world, to)]
    this.#world.network.setLimit(a, b, limit, { oneWay })
    const { entriesPerSecond: entries, bytesPerSecond: bytes } = limit
    const said = [entries === undefined ? '' : `${entries} entries/s`, bytes === undefined ? '' : `${bytes} bytes/s`]
    const detail = said.filter((part) => part !== '').join(', ') || 'no limit'
    this.#done('link-limited', `${a} ${oneWay ? '->' : '<->'} ${b} ${detail}`)
  }

  /** Sets how far the clock of a cluster is ahead, in milliseconds; below zero: behind. */
  skew (cluster: string, skewMs: number): void {
    const { label } = clusterNamed(this.#world, cluster)
    this.#world.network.setSkew(label, skewMs)
    this.#done('clock-skewed', `${label} ${skewMs} ms`)
  }

  #done (kind: 'link-cut' | 'link-healed' | 'link-delayed' | 'link-limited' | 'clock-skewed', detail: string): void {
    this.#world.following.settle()
    this.#events.add(kind, { detail })
    checkWorld(this.#world)
  }
}
