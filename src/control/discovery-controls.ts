// What `auto_join` finds in a world, to be told while it runs.
import { DiscoverError } from '../world/discovery.js'
import type { World } from '../world/world.js'
import { ControlProblem } from './problem.js'

/** Beside what is told, `provider=mock` always finds the nodes of the world. */
export class DiscoveryControls {
  readonly #world: World

  constructor (world: World) {
    this.#world = world
  }

  /** As told: `provider=aws tag_value=vault=10.0.0.1,10.0.0.2`. */
  list (): readonly string[] {
    return this.#world.discovered
  }

  /**
   * Replaces all that was told before.
   *
   * @throws {ControlProblem} for a text that cannot be used
   */
  set (discover: readonly string[]): void {
    try {
      this.#world.discovered = discover
    } catch (error) {
      throw error instanceof DiscoverError ? new ControlProblem('wrong', error.message) : error
    }
  }
}
