// Nodes with sockets: listeners that hand requests to the shared app, addressed to their node.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { doorOf } from '../http/entrance.js'
import { NodeFiles } from './node-files.js'
import type { NodeListeners } from './node-listeners.js'
import { buildApp } from '../http/app.js'
import { openListener, type Listener, type TlsMaterial } from '../http/listeners.js'
import { addressTo, type Addressee } from '../http/addressee.js'
import { localRoutes } from '../http/local/index.js'
import { outreach } from '../http/replication-link.js'
import { retryJoin } from '../http/join.js'
import { World, type WorldOptions } from '../world/world.js'

type Handle = (request: IncomingMessage, response: ServerResponse) => void

const apps = new WeakMap<object, Promise<FastifyInstance>>()
const SILENT = {}

/** The app for a logger: compiled once per process and logger, however many worlds use it. */
export function sharedApp (logger?: FastifyBaseLogger): Promise<FastifyInstance> {
  const key = logger ?? SILENT
  let app = apps.get(key)
  if (app === undefined) apps.set(key, app = readyApp(logger))
  return app
}

/** What a world of this process needs besides its own options. */
export interface MachineOptions {
  /** silent without one */
  readonly logger?: FastifyBaseLogger
  /**
   * folder below which clients' files lie (audit devices, automated snapshots), as in a changed root; `/`: where clients
   * say. By default one of the server's own, made when it is needed and removed when the server is closed
   */
  readonly files?: string
}

/** A world that reaches others; its faults between requests go into the log with those of requests, or are thrown on. */
export function makeWorld (
  { logger, files: folder, ...options }: WorldOptions & MachineOptions
): { readonly world: World, readonly files: NodeFiles } {
  const onFault = logger && ((error: unknown) => { logger.error({ err: error }, 'fault') })
  const files = new NodeFiles({
    folder,
    onFirstWrite: logger && ((folder, file) => { logger.info({ folder, file }, 'files of clients lie below a folder') })
  })
  return { world: new World({ onFault, ...options }, { outreach, retryJoin, files }), files }
}

async function readyApp (logger: FastifyBaseLogger | undefined): Promise<FastifyInstance> {
  const app = buildApp(localRoutes, logger)
  await app.ready()
  return app
}

export interface ListenOptions {
  readonly host: string
  /** 0 takes a free one */
  readonly port: number
  readonly tls?: TlsMaterial
  /** the client is told the address it called, from its Host header */
  readonly apiAddrFromHost?: boolean
}

/** Requests to a node, as the app takes them. */
export function handlerFor (app: FastifyInstance, addressee: Addressee, { apiAddrFromHost = false, tls }: Partial<ListenOptions> = {}): Handle {
  const { node, controls } = addressee
  const handle: Handle = controls !== undefined
    ? doorOf(app, addressee)
    : (request, response) => {
        addressTo(request, addressee)
        app.routing(request, response)
      }
  if (!apiAddrFromHost) return handle
  return (request, response) => {
    if (request.headers.host !== undefined) node.apiAddr = `${tls === undefined ? 'http' : 'https'}://${request.headers.host}`
    handle(request, response)
  }
}

/**
 * Opens a node's listener. It follows the node: refuses connections while the node is stopped, hangs while it is paused.
 * With controls, a world's last listener stays open for them: it cuts off all other requests.
 *
 * @throws when the address is in use
 */
export async function listenFor (app: FastifyInstance, addressee: Addressee, options: ListenOptions, listeners: NodeListeners): Promise<Listener> {
  const { node, controls } = addressee
  const listener = await openListener({ host: options.host, port: options.port, tls: options.tls, handle: handlerFor(app, addressee, options) })
  if (controls === undefined) {
    node.onProcessChange = (process) => {
      listener.setBehaviour(process === 'running' ? 'serving' : process === 'stopped' ? 'refusing' : 'hanging')
    }
  } else listeners.follow(node, listener)
  return listener
}
