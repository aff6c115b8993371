// Nodes with sockets: listeners that hand requests to the shared app, addressed to their node.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Node } from './cluster/node.js'
import { doorOf } from './door.js'
import { followNode } from './followed-listeners.js'
import { buildApp } from './http/app.js'
import { openListener, type Listener, type TlsMaterial } from './http/listeners.js'
import { addressTo } from './http/request-node.js'
import { localRoutes } from './routes/index.js'
import type { WorldOptions } from './world.js'

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

/** Where a world's faults between requests go: into the log that has those of requests. Without one they are thrown on. */
export function faultsTo (logger: FastifyBaseLogger | undefined): WorldOptions['onFault'] {
  return logger && ((error) => { logger.error({ err: error }, 'fault') })
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
  /** serves the controls below `/_mock/`; true by default */
  readonly control?: boolean
}

/** Requests to `node`, as the app takes them. */
export function handlerFor (app: FastifyInstance, node: Node, { apiAddrFromHost = false, control = true, tls }: Partial<ListenOptions> = {}): Handle {
  const handle: Handle = control
    ? doorOf(app, node)
    : (request, response) => {
        addressTo(request, node)
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
export async function listenFor (app: FastifyInstance, node: Node, options: ListenOptions): Promise<Listener> {
  const listener = await openListener({ host: options.host, port: options.port, tls: options.tls, handle: handlerFor(app, node, options) })
  if (options.control === false) {
    node.onProcessChange = (process) => {
      listener.setBehaviour(process === 'running' ? 'serving' : process === 'stopped' ? 'refusing' : 'hanging')
    }
  } else followNode(node, listener)
  return listener
}
