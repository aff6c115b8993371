// Nomad regions that listen: beside a Vault cluster, or alone with `createNomad`.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import inject, { type InjectOptions, type Response } from 'light-my-request'
import type { FixtureName } from '../world/fixtures/index.js'
import { ListenError, openListener, type Listener, type TlsMaterial } from '../http/listeners.js'
import { addressTo } from '../http/addressee.js'
import { defaultPlaces, SAMPLE_PLACES } from '../nomad/places.js'
import type { NomadProfileName } from '../nomad/profiles.js'
import type { Region } from '../nomad/region.js'
import type { NomadPlace, NomadServer } from '../nomad/server.js'
import type { TimeMode } from '../sim/timeline.js'
import { World } from '../world/world.js'
import { appsFor } from './listen.js'

export interface NomadOptions {
  /** how many servers; default 3 */
  readonly servers?: number
  /** whom to speak like; default `documented` */
  readonly profile?: NomadProfileName
  /** enforce tokens; default false */
  readonly acl?: boolean
  /** how `RaftProtocol` is printed; default `string`, which Go clients need, and `number` in the sample region */
  readonly raftProtocolAs?: 'string' | 'number'
  /** the documentation's sample region of one server, whatever its listener's address */
  readonly sample?: boolean
}

export interface NomadListenOptions extends NomadOptions {
  readonly host?: string
  /** port of server 0, server i listens on PORT+10i; 0, the default, takes free ports */
  readonly port?: number
  readonly tls?: TlsMaterial
  /** silent without one */
  readonly logger?: FastifyBaseLogger
}

/** One server that listens. */
export interface RunningNomadServer {
  /** raft id */
  readonly id: string
  readonly name: string
  readonly url: string
  readonly server: NomadServer
  /** sends a request without a socket */
  readonly inject: (request: InjectOptions | string) => Promise<Response>
}

/** Listeners of a region. */
export interface OpenedRegion {
  readonly servers: readonly RunningNomadServer[]
  /** what the user should know, one line each */
  readonly notices: readonly string[]
  readonly close: () => Promise<void>
}

export const NO_REGION: OpenedRegion = { servers: [], notices: [], close: async () => {} }

/** What decides about the region of a world with Vault nodes. */
interface RegionChoice {
  readonly nomad?: false | (NomadListenOptions & { readonly optional?: boolean })
  readonly fixture?: FixtureName
  readonly logger?: FastifyBaseLogger
}

/** Gives a world the region it is to have, without listeners: in the `documented` profile Vault nodes answer for it. */
export function addRegionFor (world: World, { nomad, fixture }: RegionChoice): void {
  if (nomad === false || (nomad === undefined && world.profile.name !== 'documented')) return
  addRegion(world, { sample: fixture === 'nomad-documented', ...nomad })
}

/**
 * The same with listeners, if some are asked for.
 *
 * @throws {ListenError} where an address is taken and the region is not optional
 */
export async function regionFor (world: World, choice: RegionChoice, tls: TlsMaterial | undefined): Promise<OpenedRegion> {
  const { nomad, fixture, logger } = choice
  if (nomad === undefined || nomad === false) {
    addRegionFor(world, choice)
    return NO_REGION
  }
  try {
    return await openRegion(world, { sample: fixture === 'nomad-documented', logger, tls, ...nomad })
  } catch (error) {
    if (nomad.optional !== true || !(error instanceof ListenError) || error.code !== 'EADDRINUSE') throw error
    return { ...NO_REGION, notices: [`${error.address}:${error.port} is already in use: there is no Nomad region. --nomad-listen gives it another address.`] }
  }
}

function addRegion (world: World, options: NomadOptions, places = placesFor(options)): Region {
  const { sample = false, raftProtocolAs = sample ? 'number' : 'string', profile, acl } = options
  return world.addNomad({ places: sample ? SAMPLE_PLACES : places, raftProtocolAs, profile, acl })
}

/**
 * Opens the listeners of a region, then builds the region behind them.
 *
 * @throws {ListenError} where an address is taken; nothing stays open then
 */
async function openRegion (world: World, options: NomadListenOptions): Promise<OpenedRegion> {
  const { host = '127.0.0.1', port = 0, tls, logger } = options
  const listeners: Listener[] = []
  const close = async (): Promise<void> => { await Promise.all(listeners.map((listener) => listener.close())) }
  try {
    for (const [i] of placesFor(options).entries()) {
      listeners.push(await openListener({ host, port: port === 0 ? 0 : port + 10 * i, tls, handle: handlerFor(world, i, logger) }))
    }
  } catch (error) {
    await close()
    throw error
  }
  const region = addRegion(world, options, listeners.map(placeOf))
  return { servers: region.servers.map((server, i) => running(server, listeners[i] as Listener, handlerFor(world, i, logger))), notices: [], close }
}

function placesFor ({ sample = false, servers = 3 }: NomadOptions): readonly NomadPlace[] {
  return sample ? SAMPLE_PLACES : defaultPlaces(servers)
}

function placeOf ({ url }: Listener, i: number): NomadPlace {
  const { hostname, port } = new URL(url)
  return { name: `server-${i}`, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
}

/** Requests to the i-th server of the world's region, whichever that is by then. */
function handlerFor (world: World, i: number, logger: FastifyBaseLogger | undefined): (request: IncomingMessage, response: ServerResponse) => void {
  const { nomad } = appsFor(logger)
  return (request, response) => {
    const region = world.nomad
    const server = region?.servers[i]
    // between the first listener and the last there is no region yet
    if (region === undefined || server === undefined) { response.destroy(); return }
    addressTo(request, { region, server })
    nomad().then(({ routing }) => { routing(request, response) }, (error: Error) => { response.destroy(error) })
  }
}

function running (server: NomadServer, listener: Listener, handle: ReturnType<typeof handlerFor>): RunningNomadServer {
  server.onProcessChange = (process) => {
    listener.setBehaviour(process === 'running' ? 'serving' : process === 'stopped' ? 'refusing' : 'hanging')
  }
  return { id: server.id, name: server.name, url: listener.url, server, inject: (request) => inject(handle, request) }
}

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

/**
 * Makes a Nomad region of servers that listen on free ports of this machine; ready when the promise resolves. Time is `auto`.
 *
 * @example
 * const nomad = await createNomad({ servers: 3 })
 * await fetch(`${nomad.leader?.url}/v1/operator/raft/configuration`)
 */
export async function createNomad ({ time, timeScale, seed, startAtMs, ...options }: CreateNomadOptions = {}): Promise<RunningNomad> {
  const world = new World({ time, timeScale, seed, startAtMs })
  const { servers, close } = await openRegion(world, options)
  world.timeline.start()
  return {
    servers,
    world,
    get region () { return world.nomad as Region },
    get leader () { return servers.find(({ server }) => server === world.nomad?.leader) },
    async close () {
      world.timeline.stop()
      await close()
    }
  }
}
