// Named states of a world within this process: saved, restored and compared at no cost worth mentioning.
import diffAgainst from 'sorted-btree/extended/diffAgainst.js'
import { compareBytes } from '../json/index.js'
import { World, type WorldOptions } from '../world/world.js'
import type { Controls } from './controls.js'
import type { EventLog } from './event-log.js'
import { unknown } from './problem.js'
import { applyImage, takeImage, type ClusterImage, type WorldImage } from '../world/world-image.js'

/** What differs between two states of a cluster: paths of entries. */
export interface ClusterDifference {
  readonly cluster: string
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
}

export class Checkpoints {
  readonly #world: World
  readonly #events: EventLog
  readonly #images = new Map<string, WorldImage>()
  #start: WorldImage | undefined

  readonly #steer: (world: World) => Controls

  /** @param steer gives a fork its controls */
  constructor (world: World, events: EventLog, steer: (world: World) => Controls) {
    this.#world = world
    this.#events = events
    this.#steer = steer
  }

  get names (): string[] { return [...this.#images.keys()] }

  /** Replaces an older one of the name. */
  save (name: string): void { this.#images.set(name, takeImage(this.#world)) }

  /** @throws {ControlProblem} for an unknown name, as all others do */
  restore (name: string): void {
    applyImage(this.#world, this.image(name))
    this.#events.add('restored', { detail: name })
  }

  /** A new world of its own that begins as the checkpoint is. */
  fork (name: string, options: Pick<WorldOptions, 'time' | 'timeScale'> = {}): Controls {
    const { timeline, onFault, files } = this.#world
    const world = new World({ time: timeline.mode, timeScale: timeline.scale, seed: 0, onFault, ...options }, { files })
    applyImage(world, this.image(name))
    const controls = this.#steer(world)
    controls.checkpoints.markStart()
    return controls
  }

  drop (name: string): void {
    if (!this.#images.delete(name)) throw unknown('checkpoint', name, this.names)
  }

  /** What the second has that the first has not, and so on; costs as much as there are differences. */
  diff (from: string, to: string): ClusterDifference[] {
    const before = new Map(this.image(from).clusters.map((cluster) => [cluster.key, cluster]))
    return this.image(to).clusters.map((cluster) => difference(before.get(cluster.key), cluster)).filter(({ added, removed, changed }) => added.length + removed.length + changed.length > 0)
  }

  /** `now` is the world as it stands, `start` as it began. */
  image (name: string): WorldImage {
    const image = name === 'now' ? takeImage(this.#world) : name === 'start' ? this.#start : this.#images.get(name)
    if (image === undefined) throw unknown('checkpoint', name, ['start', 'now', ...this.names])
    return image
  }

  /** From now on `reset` leads here. */
  markStart (): void { this.#start = takeImage(this.#world) }

  /** Makes the world what it was at its start. */
  restoreStart (): void {
    if (this.#start !== undefined) applyImage(this.#world, this.#start)
  }
}

function difference (before: ClusterImage | undefined, { key, storage }: ClusterImage): ClusterDifference {
  if (before === undefined) return { cluster: key, added: [...storage.paths()], removed: [], changed: [] }
  const added: string[] = []
  const removed: string[] = []
  const changed: string[] = []
  const collect = (paths: string[]) => (path: string): void => { paths.push(path) }
  diffAgainst.default(before.storage.tree, storage.tree, collect(removed), collect(added), collect(changed))
  return { cluster: key, added: added.sort(compareBytes), removed: removed.sort(compareBytes), changed: changed.sort(compareBytes) }
}
