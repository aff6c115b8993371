// Requests to a node, as the app takes them; the app is compiled once per process and logger.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { doorOf } from '../http/entrance.js'
import { buildApp } from '../http/app.js'
import type { TlsMaterial } from '../http/listeners.js'
import { addressTo, type Addressee } from '../http/addressee.js'
import { localRoutes } from '../http/local/index.js'

export type Handle = (request: IncomingMessage, response: ServerResponse) => void

// eslint-disable-next-line no-restricted-syntax -- compiled code, no state: one for the process
const apps = new WeakMap<object, Promise<FastifyInstance>>()
const SILENT = {}

/** The app for a logger: compiled once per process and logger, however many worlds use it. */
export function sharedApp (logger?: FastifyBaseLogger): Promise<FastifyInstance> {
  const key = logger ?? SILENT
  let app = apps.get(key)
  if (app === undefined) apps.set(key, app = readyApp(logger))
  return app
}

async function readyApp (logger: FastifyBaseLogger | undefined): Promise<FastifyInstance> {
  const app = buildApp(localRoutes, logger)
  await app.ready()
  return app
}

export interface HandleOptions {
  readonly tls?: TlsMaterial | undefined
  /** the client is told the address it called, from its Host header */
  readonly apiAddrFromHost?: boolean
}

/** Requests to a node, as the app takes them. */
export function handlerFor (
  app: FastifyInstance, addressee: Addressee, { apiAddrFromHost = false, tls }: HandleOptions = {}
): Handle {
  const { node, controls } = addressee
  const handle: Handle = controls !== undefined
    ? doorOf(app, addressee)
    : (request, response) => {
        addressTo(request, addressee)
        app.routing(request, response)
      }
  if (!apiAddrFromHost) return handle
  return (request, response) => {
    const { host } = request.headers
    if (host !== undefined) node.change({ apiAddr: `${tls === undefined ? 'http' : 'https'}://${host}` })
    handle(request, response)
  }
}
