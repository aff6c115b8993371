// What can be done to the links between nodes and between clusters: cut, healed, made slow.
import type { World } from '../world/world.js'
import type { NetworkState } from '../sim/network.js'
import type { EventLog } from './event-log.js'
import { checkWorld } from './invariants.js'
import { endNamed } from './names.js'

/** Ends are named as nodes are, or by a cluster's label, which stands for all its nodes. */
export class LinkControls {
  readonly #world: World
  readonly #events: EventLog

  constructor (world: World, events: EventLog) {
    this.#world = world
    this.#events = events
  }

  /** What is cut or slow now. */
  list (): Pick<NetworkState, 'cuts' | 'delays'> {
    const { cuts, delays } = this.#world.network.state
    return { cuts, delays }
  }

  /**
   * Cuts the link, both ways unless `oneWay`; a node against its own cluster is cut off from all others.
   *
   * @throws {ControlProblem} for an unknown name
   */
  cut (from: string, to: string, { oneWay = false }: { readonly oneWay?: boolean } = {}): void {
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

  /** @param delayMs one way; 0 makes it fast again */
  delay (from: string, to: string, delayMs: number): void {
    const [a, b] = [endNamed(this.#world, from), endNamed(this.#world, to)]
    this.#world.network.setDelay(a, b, delayMs)
    this.#done('link-delayed', `${a} <-> ${b} ${delayMs} ms`)
  }

  #done (kind: 'link-cut' | 'link-healed' | 'link-delayed', detail: string): void {
    this.#events.add(kind, { detail })
    checkWorld(this.#world)
  }
}
