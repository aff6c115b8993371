// Requests to a node, as the app takes them; the app is compiled once per process and logger.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { entranceOf } from '../http/entrance.js'
import { refusesHost, type Access } from '../http/callers.js'
import { makeApps, type Apps } from '../http/app.js'
import { addressTo, type Addressee } from '../http/addressee.js'
import { LINK_PATH } from '../http/replication-link.js'

export type Handle = (request: IncomingMessage, response: ServerResponse) => void

// eslint-disable-next-line no-restricted-syntax -- compiled code, no state: one for the process
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

/** Requests to a node, as the app takes them. */
export function handlerFor (app: FastifyInstance, addressee: Addressee): Handle {
  if (addressee.controls !== undefined) return entranceOf(app, addressee)
  return (request, response) => {
    addressTo(request, addressee)
    app.routing(request, response)
  }
}

/** Messages of other clusters to a node; nothing else is served at a cluster address. */
export function atClusterAddress (app: FastifyInstance, addressee: Addressee): Handle {
  return (request, response) => {
    if (request.url?.startsWith(LINK_PATH) !== true) {
      response.writeHead(404).end()
      return
    }
    addressTo(request, { ...addressee, atClusterAddr: true })
    app.routing(request, response)
  }
}

/** Only this machine reaches the listener: a page that does so by a name of its own is kept out. */
export function guardedByHost (handle: Handle, access: Access): Handle {
  let allowed: string | undefined
  return (request, response) => {
    const { host } = request.headers
    // most requests name the same one
    if (host !== allowed && refusesHost(request, response, access)) return
    allowed = host
    handle(request, response)
  }
}
