// Listeners at cluster addresses: TLS with a certificate of the cluster, for members of its replication sets alone.
//
// Until somebody connects they are plain sockets that cost nothing: TLS takes time to load, and certificates to make.
import type { RequestListener, Server as HttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { authorityIn, newAuthority, serverCertificates } from '../replication/link-certificates.js'
import type { Issuer } from '../cluster/x509.js'
import type { Storage } from '../cluster/storage.js'
import { listen, Listener, ListenError } from './listeners.js'

const LAST_PORT = 65_535

export interface ClusterListenerOptions {
  readonly host: string
  /** tried first; where it is taken, a free one if `orFree` */
  readonly port: number
  readonly orFree: boolean
  /** of the node that it serves; undefined while there is none */
  readonly storage: () => Storage | undefined
  readonly handle: RequestListener
}

/**
 * Opens a listener at a cluster address.
 *
 * @throws {ListenError} where the port is taken and must not be another
 */
export async function openClusterListener (options: ClusterListenerOptions): Promise<Listener> {
  const { host, handle, orFree } = options
  const server = createServer()
  // it speaks no HTTP itself
  server.on('clientError', () => {})
  const port = await listenSomewhere(server, options)
  const entrance = new Entrance(server, options)
  server.on('connection', (socket) => { entrance.take(socket) })
  return new Listener(server, { host, port, tls: { cert: '', key: '' }, handle, keepsPort: orFree })
}

async function listenSomewhere (server: Server, { host, port, orFree }: ClusterListenerOptions): Promise<number> {
  try {
    return await listen(server, host, port > LAST_PORT || port < 1 ? 0 : port)
  } catch (error) {
    if (!orFree || !(error instanceof ListenError)) throw error
    return await listen(server, host, 0)
  }
}

/** Puts TLS behind a plain socket, with the certificate of whoever is there now. */
class Entrance {
  readonly #options: ClusterListenerOptions
  readonly #front: Server
  #behind: { readonly seed: string, readonly server: Promise<HttpServer> } | undefined

  constructor (front: Server, options: ClusterListenerOptions) {
    this.#front = front
    this.#options = options
  }

  take (socket: Socket): void {
    socket.on('error', () => {})
    this.#server().then((server) => { server.emit('connection', socket) }, () => { socket.destroy() })
  }

  #server (): Promise<HttpServer> {
    const storage = this.#options.storage()
    const issuer = storage && authorityIn(storage)
    const seed = issuer?.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64') ?? ''
    if (this.#behind?.seed !== seed) this.#behind = { seed, server: this.#make(issuer ?? newAuthority()) }
    return this.#behind.server
  }

  async #make (issuer: Issuer): Promise<HttpServer> {
    const { createServer: createTlsServer } = await import('node:https')
    const { caPem, certPem, keyPem } = serverCertificates(issuer, this.#options.host)
    const tls = { ca: caPem, cert: certPem, key: keyPem, requestCert: true, rejectUnauthorized: true }
    const server = createTlsServer(tls)
    server.on('request', (request, response) => { this.#front.emit('request', request, response) })
    server.on('tlsClientError', (_error, socket) => { socket.destroy() })
    return server
  }
}
