// Many worlds behind the same listeners: made, found by name, dropped.
import type { World } from '../world.js'
import { buildWorld, optionsOf, type BuiltWorldOptions } from './built-world.js'
import { ControlProblem, unknown } from './problem.js'

/** The name of the world that the listeners were opened for. */
export const DEFAULT_WORLD = 'default'

/** A world's address is its base with `/_mock/worlds/NAME`, that of one of its nodes the same with `/nodes/CLUSTER:ID`. */
export class Worlds {
  readonly #first: World
  readonly #worlds = new Map<string, World>()

  constructor (first: World) {
    this.#first = first
  }

  get names (): string[] { return [DEFAULT_WORLD, ...this.#worlds.keys()] }

  /** The world of a name; the default one by its name, too. */
  find (name: string): World | undefined {
    return name === DEFAULT_WORLD ? this.#first : this.#worlds.get(name)
  }

  /** @throws {ControlProblem} for an unknown name */
  get (name: string): World {
    const world = this.find(name)
    if (world === undefined) throw unknown('world', name, this.names)
    return world
  }

  /**
   * Makes a world that shares nothing with the others; profile, edition and time as in the default one unless said otherwise.
   *
   * @param name letters, digits, `-`, `_` and `.`
   * @param baseUrl where clients reach it, e.g. `http://127.0.0.1:8200`
   * @throws {ControlProblem} for a name that is taken or not possible
   */
  create (name: string, options: BuiltWorldOptions = {}, baseUrl = 'http://127.0.0.1:8200'): World {
    this.#checkName(name)
    const world = buildWorld({ ...optionsOf(this.#first), ...options }, (i, id, label) => ({ apiAddr: addressIn(baseUrl, name, `${label}:${id}`), clusterAddr: `127.0.0.1:${8201 + 2 * i}` }))
    return this.#keep(name, world)
  }

  /** Takes in a world made elsewhere: a fork. */
  adopt (name: string, world: World, baseUrl: string): World {
    this.#checkName(name)
    for (const node of world.nodes) node.apiAddr = addressIn(baseUrl, name, node.networkName.replace('/', ':'))
    return this.#keep(name, world)
  }

  /** @throws {ControlProblem} for an unknown name and for the default world */
  drop (name: string): void {
    if (name === DEFAULT_WORLD) throw new ControlProblem('impossible', 'the default world stays')
    this.get(name).timeline.stop()
    this.#worlds.delete(name)
  }

  dropAll (): void {
    for (const name of [...this.#worlds.keys()]) this.drop(name)
  }

  #checkName (name: string): void {
    if (!/^[\w.-]+$/.test(name)) throw new ControlProblem('wrong', `"${name}" cannot be a world's name: letters, digits, -, _ and .`)
    if (this.find(name) !== undefined) throw new ControlProblem('impossible', `there is already a world "${name}"`)
  }

  #keep (name: string, world: World): World {
    world.controls.begin()
    world.timeline.start()
    this.#worlds.set(name, world)
    return world
  }
}

function addressIn (baseUrl: string, world: string, node: string): string {
  return `${baseUrl}/_mock/worlds/${world}/nodes/${node}`
}
