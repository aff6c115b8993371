// The listeners of a Nomad region's servers: one each, in the order of the servers, whichever these are by then.
import type { FastifyBaseLogger } from 'fastify'
import type { InjectOptions, Response } from 'light-my-request'
import { isLoopback, type Access } from '../http/callers.js'
import { openListener, type Listener, type ListenerBehaviour, type TlsMaterial } from '../http/listeners.js'
import { addressTo } from '../http/addressee.js'
import type { NomadPlace, NomadServer, ProcessState } from '../nomad/server.js'
import type { World } from '../world/world.js'
import { Injections } from './injections.js'
import { appsFor, guardedByHost, type Handle } from './listen.js'

export interface WhereRegionListens extends Pick<Access, 'allowedHosts'> {
  readonly host?: string
  /** port of server 0, server i listens on PORT+10i; 0, the default, takes free ports */
  readonly port?: number
  readonly tls?: TlsMaterial | undefined
  /** silent without one */
  readonly logger?: FastifyBaseLogger | undefined
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

const PORT_STEP = 10
const BEHAVIOURS: Readonly<Record<ProcessState, ListenerBehaviour>> = {
  running: 'serving',
  stopped: 'refusing',
  paused: 'hanging'
}

/** They follow their servers: refuse while one is stopped, hang while it is paused. */
export class RegionListeners {
  readonly #where: WhereRegionListens
  #listeners: readonly Listener[] = []
  #world: World | undefined
  readonly #injections = new Injections()
  readonly #running = new WeakMap<NomadServer, RunningNomadServer>()

  constructor (where: WhereRegionListens) {
    this.#where = where
  }

  /** @throws {ListenError} where an address is taken; nothing stays open then */
  async open (count: number): Promise<void> {
    const { host = '127.0.0.1', port = 0, tls, allowedHosts } = this.#where
    try {
      for (let i = 0; i < count; i++) {
        const own = port === 0 ? 0 : port + PORT_STEP * i
        const serve = this.#handlerFor(i)
        const handle = isLoopback(host) ? guardedByHost(serve, { allowedHosts }) : serve
        const listener = await openListener({ host, port: own, tls, handle })
        this.#listeners = [...this.#listeners, listener]
      }
    } catch (error) {
      await this.close()
      this.#listeners = []
      throw error
    }
  }

  get places (): NomadPlace[] {
    return this.#listeners.map(({ url }, i) => {
      const { hostname, port } = new URL(url)
      return { name: `server-${i}`, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
    })
  }

  /** From now on the i-th listener is that of the i-th server, also when the world is replaced. */
  serve (world: World): void {
    this.#world = world
    world.onReplaced(() => { this.#assign(world) })
    this.#assign(world)
  }

  get servers (): readonly RunningNomadServer[] {
    const servers = this.#world?.nomad?.servers.slice(0, this.#listeners.length) ?? []
    return servers.map((server, i) => this.#runningServer(server, i))
  }

  async close (): Promise<void> {
    await this.finish(0)
  }

  /** Lets requests in flight have their answers, for so long, and closes. */
  async finish (withinMs: number): Promise<void> {
    this.#injections.end()
    await Promise.all(this.#listeners.map((listener) => listener.finish(withinMs)))
  }

  #assign ({ nomad }: World): void {
    for (const [i, listener] of this.#listeners.entries()) {
      const server = nomad?.servers[i]
      const behave = (process: ProcessState): void => {
        if (listener.behaviour !== BEHAVIOURS[process]) listener.setBehaviour(BEHAVIOURS[process])
        this.#injections.look()
      }
      if (server !== undefined) server.onProcessChange = behave
      behave(server?.process ?? 'stopped')
    }
  }

  /** Between the first listener and the last there is no region yet. */
  #handlerFor (i: number): Handle {
    const { nomad } = appsFor(this.#where.logger)
    return (request, response) => {
      const region = this.#world?.nomad
      const server = region?.servers[i]
      if (region === undefined || server === undefined) { response.destroy(); return }
      addressTo(request, { region, server })
      nomad().then(({ routing }) => { routing(request, response) }, (error: Error) => { response.destroy(error) })
    }
  }

  #runningServer (server: NomadServer, i: number): RunningNomadServer {
    const known = this.#running.get(server)
    if (known !== undefined) return known
    const handle = this.#handlerFor(i)
    const running: RunningNomadServer = {
      server,
      get id () { return server.id },
      get name () { return server.name },
      url: this.#listeners[i]?.url ?? '',
      inject: async (request) => await this.#injections.send({
        handle, request: typeof request === 'string' ? { url: request } : request, target: server
      })
    }
    this.#running.set(server, running)
    return running
  }
}
