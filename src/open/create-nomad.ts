// A Nomad region that listens, without Vault clusters: `createNomad`.
import type { Region } from '../nomad/region.js'
import type { TimeMode } from '../sim/timeline.js'
import type { NomadOptions } from '../world/blueprint.js'
import type { World } from '../world/world.js'
import { assemble } from './assemble.js'
import { checkOptions, NOMAD_OPTIONS } from './check-options.js'
import { RegionListeners, type RunningNomadServer, type WhereRegionListens } from './region-listeners.js'

/** A region and where it listens. */
export interface NomadListenOptions extends NomadOptions, WhereRegionListens {}

export interface CreateNomadOptions extends Omit<NomadListenOptions, 'tls'> {
  /** default `auto` */
  readonly time?: TimeMode
  readonly timeScale?: number
  readonly seed?: number
  readonly startAtMs?: number
}

/** A region whose servers listen. */
export interface RunningNomad {
  readonly servers: readonly RunningNomadServer[]
  /** who leads; undefined while nobody does */
  readonly leader: RunningNomadServer | undefined
  readonly region: Region
  readonly world: World
  readonly close: () => Promise<void>
}

/** How many servers a region is to have, and so many listeners. */
export function serversIn ({ sample = false, servers = 3 }: NomadOptions): number {
  return sample ? 1 : servers
}

/**
 * Makes a Nomad region of servers that listen on free ports of this machine; ready when the promise resolves. Time is
 * `auto`.
 *
 * @throws {OptionsError} for an option that there is not, or a value that it cannot have
 * @example
 * const nomad = await createNomad({ servers: 3 })
 * await fetch(`${nomad.leader?.url}/v1/operator/raft/configuration`)
 */
export async function createNomad (options: CreateNomadOptions = {}): Promise<RunningNomad> {
  checkOptions(options, NOMAD_OPTIONS)
  const { time, timeScale, seed, startAtMs, logger, ...nomad } = options
  const listeners = new RegionListeners(options)
  await listeners.open(serversIn(nomad))
  const choice = { time, timeScale, seed, startAtMs, clusters: {}, nomad, nomadPlaces: listeners.places }
  const { world, files } = assemble(choice, { logger })
  const { nomad: region } = world
  if (region === undefined) throw new Error('a world was made without the region that it is made for')
  listeners.serve(world)
  world.timeline.start()
  return {
    world,
    get servers () { return listeners.servers },
    get region () { return world.nomad ?? region },
    get leader () { return listeners.servers.find(({ server }) => server === world.nomad?.leader) },
    async close () {
      world.timeline.stop()
      await listeners.close()
      await files.close()
    }
  }
}
