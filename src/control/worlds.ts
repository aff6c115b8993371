// Many worlds behind the same listeners: made, found by name, dropped.
import { relocated } from '../world/addresses.js'
import { usualAddress, type Blueprint } from '../world/blueprint.js'
import type { Assemble, Controls } from './controls.js'
import { ControlProblem, unknown } from './problem.js'

/** The name of the world that the listeners were opened for. */
export const DEFAULT_WORLD = 'default'

/**
 * A world's address is its base with `/_mock/worlds/NAME`, that of one of its nodes the same with `/nodes/CLUSTER:ID`.
 */
export class Worlds {
  readonly #first: Controls
  readonly #assemble: Assemble
  readonly #worlds = new Map<string, Controls>()

  /** @param assemble makes further ones */
  constructor (first: Controls, assemble: Assemble) {
    this.#first = first
    this.#assemble = assemble
  }

  get names (): string[] { return [DEFAULT_WORLD, ...this.#worlds.keys()] }

  /** All but the default one. */
  get others (): { readonly name: string, readonly controls: Controls }[] {
    return [...this.#worlds].map(([name, controls]) => ({ name, controls }))
  }

  /** The controls of the world of a name; the default one by its name, too. */
  find (name: string): Controls | undefined {
    return name === DEFAULT_WORLD ? this.#first : this.#worlds.get(name)
  }

  /** @throws {ControlProblem} for an unknown name */
  get (name: string): Controls {
    const controls = this.find(name)
    if (controls === undefined) throw unknown('world', name, this.names)
    return controls
  }

  /**
   * Makes a world that shares nothing with the others; profile, edition, time and the like are as in the default one
   * unless said otherwise.
   *
   * @param name letters, digits, `-`, `_` and `.`
   * @param baseUrl where clients reach it, e.g. `http://127.0.0.1:8200`
   * @throws {ControlProblem} for a name that is taken or not possible
   */
  create (name: string, options: Blueprint = {}, baseUrl = 'http://127.0.0.1:8200'): Controls {
    this.#checkName(name)
    return this.#keep(name, this.#assemble({
      ...options,
      addressOf: (place, index) => ({
        ...usualAddress(place, index),
        apiAddr: addressIn(baseUrl, name, `${place.label}:${place.id}`)
      })
    }))
  }

  /** Takes in a world made elsewhere: a fork. */
  adopt (name: string, controls: Controls, baseUrl: string): Controls {
    this.#checkName(name)
    const { world } = controls
    const names = world.nodes.map(({ networkName }) => networkName.replace('/', ':'))
    world.restore(relocated(world.state, ({ clusterAddr }, index) => {
      return { apiAddr: addressIn(baseUrl, name, names[index] ?? ''), clusterAddr }
    }))
    controls.checkpoints.markStart()
    return this.#keep(name, controls)
  }

  /** @throws {ControlProblem} for an unknown name and for the default world */
  drop (name: string): void {
    if (name === DEFAULT_WORLD) throw new ControlProblem('impossible', 'the default world stays')
    const controls = this.get(name)
    const { world } = controls
    controls.end()
    world.timeline.stop()
    world.following.stop()
    this.#worlds.delete(name)
  }

  dropAll (): void {
    for (const name of [...this.#worlds.keys()]) this.drop(name)
  }

  #checkName (name: string): void {
    if (!/^[\w.-]+$/.test(name)) throw new ControlProblem('wrong', `"${name}" cannot be a world's name: letters, digits, -, _ and .`)
    if (this.find(name) !== undefined) throw new ControlProblem('impossible', `there is already a world "${name}"`)
  }

  #keep (name: string, controls: Controls): Controls {
    controls.world.timeline.start()
    this.#worlds.set(name, controls)
    return controls
  }
}

function addressIn (baseUrl: string, world: string, node: string): string {
  return `${baseUrl}/_mock/worlds/${world}/nodes/${node}`
}
