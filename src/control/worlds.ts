// Many worlds behind the same listeners: made, found by name, dropped.
import type { World } from '../world/world.js'
import { buildWorld, optionsOf, type BuiltWorldOptions } from '../world/built-world.js'
import type { Controls } from './controls.js'
import { ControlProblem, unknown } from './problem.js'

/** The name of the world that the listeners were opened for. */
export const DEFAULT_WORLD = 'default'

/** A world's address is its base with `/_mock/worlds/NAME`, that of one of its nodes the same with `/nodes/CLUSTER:ID`. */
export class Worlds {
  readonly #first: Controls
  readonly #steer: (world: World) => Controls
  readonly #worlds = new Map<string, Controls>()

  /** @param steer gives a new world its controls */
  constructor (first: Controls, steer: (world: World) => Controls) {
    this.#first = first
    this.#steer = steer
  }

  get names (): string[] { return [DEFAULT_WORLD, ...this.#worlds.keys()] }

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
   * Makes a world that shares nothing with the others; profile, edition and time as in the default one unless said otherwise.
   *
   * @param name letters, digits, `-`, `_` and `.`
   * @param baseUrl where clients reach it, e.g. `http://127.0.0.1:8200`
   * @throws {ControlProblem} for a name that is taken or not possible
   */
  create (name: string, options: BuiltWorldOptions = {}, baseUrl = 'http://127.0.0.1:8200'): Controls {
    this.#checkName(name)
    const world = buildWorld({ ...optionsOf(this.#first.world), ...options }, (i, id, label) => ({ apiAddr: addressIn(baseUrl, name, `${label}:${id}`), clusterAddr: `127.0.0.1:${8201 + 2 * i}` }), { files: this.#first.world.files })
    return this.#keep(name, this.#steer(world))
  }

  /** Takes in a world made elsewhere: a fork. */
  adopt (name: string, controls: Controls, baseUrl: string): Controls {
    this.#checkName(name)
    for (const node of controls.world.nodes) node.apiAddr = addressIn(baseUrl, name, node.networkName.replace('/', ':'))
    return this.#keep(name, controls)
  }

  /** @throws {ControlProblem} for an unknown name and for the default world */
  drop (name: string): void {
    if (name === DEFAULT_WORLD) throw new ControlProblem('impossible', 'the default world stays')
    this.get(name).world.timeline.stop()
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
    controls.begin()
    controls.world.timeline.start()
    this.#worlds.set(name, controls)
    return controls
  }
}

function addressIn (baseUrl: string, world: string, node: string): string {
  return `${baseUrl}/_mock/worlds/${world}/nodes/${node}`
}
