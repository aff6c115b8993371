// Named states of a world within this process: saved, restored and compared at no cost worth mentioning.
import { compareBytes } from '../json/index.js'
import type { WorldState } from '../world/world-state.js'
import type { World, WorldOptions } from '../world/world.js'
import type { Assemble, Controls } from './controls.js'
import type { EventLog } from './event-log.js'
import { unknown } from './problem.js'

/** What differs between two states of a cluster: paths of entries. */
export interface ClusterDifference {
  readonly cluster: string
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
}

type ClusterState = WorldState['clusters'][number]

/** States of one world, by name. */
export class Checkpoints {
  readonly #world: World
  readonly #events: EventLog
  readonly #assemble: Assemble
  readonly #states = new Map<string, WorldState>()
  #start: WorldState | undefined

  /** @param assemble makes forks */
  constructor (world: World, events: EventLog, assemble: Assemble) {
    this.#world = world
    this.#events = events
    this.#assemble = assemble
  }

  get names (): string[] { return [...this.#states.keys()] }

  /** Replaces an older one of the name. */
  save (name: string): void { this.#states.set(name, this.#world.state) }

  /** @throws {ControlProblem} for an unknown name, as all others do */
  restore (name: string): void {
    this.#world.restore(this.state(name))
    this.#events.add('restored', { detail: name })
  }

  /** A new world of its own that begins as the checkpoint is. */
  fork (name: string, options: Pick<WorldOptions, 'time' | 'timeScale'> = {}): Controls {
    return this.#assemble({ ...options, state: this.state(name) })
  }

  drop (name: string): void {
    if (!this.#states.delete(name)) throw unknown('checkpoint', name, this.names)
  }

  /** What the second has that the first has not, and so on; costs as much as there are differences. */
  diff (from: string, to: string): ClusterDifference[] {
    const before = new Map(this.state(from).clusters.map((cluster) => [cluster.key, cluster]))
    return this.state(to).clusters.map((cluster) => difference(before.get(cluster.key), cluster))
      .filter(({ added, removed, changed }) => added.length + removed.length + changed.length > 0)
  }

  /** `now` is the world as it stands, `start` as it began. */
  state (name: string): WorldState {
    const state = name === 'now' ? this.#world.state : name === 'start' ? this.#start : this.#states.get(name)
    if (state === undefined) throw unknown('checkpoint', name, ['start', 'now', ...this.names])
    return state
  }

  /** From now on `reset` leads here. */
  markStart (): void { this.#start = this.#world.state }

  /** Makes the world what it was at its start. */
  restoreStart (): void {
    if (this.#start !== undefined) this.#world.restore(this.#start)
  }
}

function difference (before: ClusterState | undefined, { key, storage }: ClusterState): ClusterDifference {
  if (before === undefined) return { cluster: key, added: [...storage.paths()], removed: [], changed: [] }
  const added: string[] = []
  const removed: string[] = []
  const changed: string[] = []
  for (const [path, old, now] of storage.differences(before.storage)) {
    const paths = old === undefined ? added : now === undefined ? removed : changed
    paths.push(path)
  }
  for (const paths of [added, removed, changed]) paths.sort(compareBytes)
  return { cluster: key, added, removed, changed }
}
