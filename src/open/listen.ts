// Nodes with sockets: listeners that hand requests to the shared app, addressed to their node.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { entranceOf } from '../http/entrance.js'
import type { Controls } from '../control/controls.js'
import type { NodeListeners } from './node-listeners.js'
import { makeApps, type Apps } from '../http/app.js'
import { openListener, type Listener, type TlsMaterial } from '../http/listeners.js'
import { addressTo, type Addressee } from '../http/addressee.js'
import { outreach } from '../http/replication-link.js'
import { retryJoin } from '../http/join.js'
import { World, type WorldOptions } from '../world/world.js'

type Handle = (request: IncomingMessage, response: ServerResponse) => void

const apps = new WeakMap<object, Apps>()
const SILENT = {}

/** The apps for a logger: compiled once per process and logger, however many worlds use them. */
export function appsFor (logger?: FastifyBaseLogger): Apps {
  const key = logger ?? SILENT
  const made = apps.get(key) ?? makeApps({ logger })
  apps.set(key, made)
  return made
}

export function sharedApp (logger?: FastifyBaseLogger): Promise<FastifyInstance> {
  return appsFor(logger).vault()
}

/** A world that reaches others; its faults between requests go into the log that has those of requests, or are thrown on. */
export function makeWorld ({ logger, ...options }: WorldOptions & { readonly logger?: FastifyBaseLogger }): World {
  const onFault = logger && ((error: unknown) => { logger.error({ err: error }, 'fault') })
  return new World({ onFault, ...options }, { outreach, retryJoin })
}

/** What happens in a world goes into the log that has its requests. */
export function logEvents ({ events }: Controls, logger: FastifyBaseLogger | undefined): void {
  if (logger === undefined) return
  events.listener = ({ number: _number, atMs, kind, ...about }) => {
    logger.info({ ...about, at: new Date(atMs).toISOString() }, kind.replaceAll('-', ' '))
  }
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
export function handlerFor (app: FastifyInstance, addressee: Addressee): Handle {
  if (addressee.controls !== undefined) return entranceOf(app, addressee)
  return (request, response) => {
    addressTo(request, addressee)
    app.routing(request, response)
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
  const { host, port, tls, apiAddrFromHost } = options
  const handle = handlerFor(app, { ...addressee, apiAddrFromHost })
  const listener = await openListener({ host, port, tls, handle })
  if (controls === undefined) {
    node.onProcessChange = (process) => {
      listener.setBehaviour(process === 'running' ? 'serving' : process === 'stopped' ? 'refusing' : 'hanging')
    }
  } else listeners.follow(node, listener)
  return listener
}
