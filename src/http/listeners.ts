// Sockets that speak HTTP as Go's server does: opened, made to refuse or to hang as a node would, and closed at once.
import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http'
// what the servers of HTTP and of HTTPS have in common
import { Server as NetServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { sleepWallMs } from '../sim/wall-clock.js'
import { takeTarget } from './absolute-form.js'
import { joinHostPort } from './addresses.js'
import { answerClientError, answerTlsClientError, type HttpSocket } from './client-errors.js'
import { endWithClient, isUnanswered } from './fault-effects.js'
import { GoResponse } from './go-response.js'
import { acceptVerbs } from './verbs.js'

/** PEM texts; `cert` may hold the chain. */
export interface TlsMaterial { readonly cert: string, readonly key: string }

/**
 * What a client meets: answers; a refused connection, as of a process that is gone; or a connection that is taken and
 * never answered, as of a process that is stopped or of a leader removed from its cluster.
 */
export type ListenerBehaviour = 'serving' | 'refusing' | 'hanging'

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void

export interface ListenerOptions {
  readonly host: string
  /** 0 takes a free one, and keeps it when the listener opens again */
  readonly port: number
  /** HTTPS; plain HTTP without it */
  readonly tls?: TlsMaterial
  readonly handle: RequestHandler
  /** for a request's head, from the first moment of a connection; default Vault's `http_read_header_timeout` */
  readonly headersWithinMs?: number
  /**
   * while it refuses, whoever connects is cut off, and the port stays ours: one of the free ones that is given up may
   * be somebody else's when it is wanted again
   */
  readonly keepsPort?: boolean
  /** told of what goes wrong after the start and has no caller: a port lost to another process, no file handles left */
  readonly onError?: (error: Error) => void
}

/**
 * The address cannot be listened on. Its message is Go's: `listen tcp 127.0.0.1:8200: bind: address already in use`.
 */
export class ListenError extends Error {
  override readonly name = 'ListenError'

  /** @param code the system's, such as `EADDRINUSE` */
  constructor (readonly code: string, readonly address: string, readonly port: number, options?: ErrorOptions) {
    super(`listen tcp ${joinHostPort(address, port)}: ${REASONS[code] ?? code}`, options)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'bind: address already in use',
  EACCES: 'bind: permission denied',
  EADDRNOTAVAIL: 'bind: cannot assign requested address',
  ENOTFOUND: 'no such host'
}

/** Go's limit for a request's head, and what its reader allows beyond it. */
const MAX_HEADER_SIZE_BYTES = (1 << 20) + 4096
/**
 * Vault's listeners: `http_read_header_timeout`, `http_read_timeout`, `http_idle_timeout`; for uploads a slow machine
 * gets more.
 */
const HEADERS_WITHIN_MS = 10_000
const TIMEOUTS_MS = { requestTimeout: 300_000, keepAliveTimeout: 300_000 }
const SERVER_OPTIONS = {
  maxHeaderSize: MAX_HEADER_SIZE_BYTES, noDelay: true, ServerResponse: GoResponse, ...TIMEOUTS_MS
} satisfies ServerOptions
/** How often those who wait too long are looked for, as a part of what they may wait. */
const LOOKS = 5
/** How often those who finish are looked at. */
const FINISH_STEP_MS = 10

/**
 * Opens a listener.
 *
 * @throws {ListenError} where the address is taken, not ours or not allowed
 */
export async function openListener (options: ListenerOptions): Promise<Listener> {
  const { tls, headersWithinMs = HEADERS_WITHIN_MS } = options
  const serverOptions = {
    ...SERVER_OPTIONS,
    headersTimeout: headersWithinMs,
    // Node's own pace is 30 s, for a client that never says a word, too
    connectionsCheckingInterval: headersWithinMs / LOOKS
  }
  const server = tls === undefined ? createServer(serverOptions) : await createTlsServer(tls, serverOptions)
  const port = await listen(server, options.host, options.port)
  return new Listener(server, { ...options, port })
}

/** An open listener; `openListener` makes it. */
export class Listener {
  readonly host: string
  readonly port: number
  /** `https://127.0.0.1:8200`, without a slash; for an unspecified host the loopback address */
  readonly url: string
  readonly #server: Server
  readonly #handle: RequestHandler
  readonly #onError: (error: Error) => void
  readonly #sockets = new Set<Socket>()
  readonly #waiting = new Map<ServerResponse, { readonly request: IncomingMessage, readonly stay: () => void }>()
  #behaviour: ListenerBehaviour = 'serving'
  readonly #keepsPort: boolean
  #turnsAway = false
  #isClosing = false
  /** changes of behaviour, one after the other */
  #changes: Promise<void> = Promise.resolve()

  constructor (server: Server, { host, port, tls, handle, keepsPort = false, onError = () => {} }: ListenerOptions) {
    this.host = host
    this.port = port
    this.url = `${tls === undefined ? 'http' : 'https'}://${joinHostPort(reachable(host), port)}`
    this.#server = server
    this.#handle = (request, response) => { if (takeTarget(request, response)) handle(request, response) }
    this.#onError = onError
    this.#keepsPort = keepsPort
    server.on('connection', (socket: Socket) => { if (this.#turnsAway) socket.destroy(); else this.#keep(socket) })
    server.on('secureConnection', (socket: Socket) => { this.#keep(socket) })
    server.on('request', this.#handle)
    server.on('error', (error) => { if (server.listening) onError(error) })
  }

  /** `127.0.0.1:8200`, `[::1]:8200` */
  get address (): string {
    return joinHostPort(this.host, this.port)
  }

  /** The one last asked for. */
  get behaviour (): ListenerBehaviour {
    return this.#behaviour
  }

  /** Resolves once clients meet what was last asked for, or cannot. */
  get settled (): Promise<void> {
    return this.#changes
  }

  /**
   * Changes what clients meet. `refusing` cuts every connection and gives up the port, unless it is kept; a request
   * that came while `hanging` is answered when the listener serves again. May be left unawaited: a failure goes to
   * `onError`, too.
   *
   * @throws {ListenError} where the port was lost to another process while `refusing`
   */
  setBehaviour (behaviour: ListenerBehaviour): Promise<void> {
    this.#behaviour = behaviour
    const change = this.#changes.then(() => this.#change(behaviour))
    this.#changes = change.catch((error: Error) => { this.#onError(error) })
    return handled(change)
  }

  /** Gives up the port and cuts every connection at once, requests in progress too. */
  async close (): Promise<void> {
    this.#isClosing = true
    await this.setBehaviour('refusing')
  }

  /** Takes no more connections, lets requests in flight have their answers, and closes. */
  async finish (withinMs: number): Promise<void> {
    if (withinMs === 0) return await this.close()
    // HTTP's own `close` cuts answers that are still on their way
    if (this.#server.listening) NetServer.prototype.close.call(this.#server)
    for (let leftMs = withinMs; leftMs > 0 && this.#isBusy; leftMs -= FINISH_STEP_MS) await sleepWallMs(FINISH_STEP_MS)
    await this.close()
  }

  get #isBusy (): boolean {
    return [...this.#sockets].some(({ _httpMessage: answer }: HttpSocket) => answer != null && !isUnanswered(answer))
  }

  async #change (behaviour: ListenerBehaviour): Promise<void> {
    this.#turnsAway = behaviour === 'refusing' && this.#keepsPort && !this.#isClosing
    if (this.#turnsAway) { this.#forsake(); return }
    if (behaviour === 'refusing') { await this.#shut(); return }
    this.#server.removeAllListeners('request')
    const hold: RequestHandler = (request, response) => { this.#hold(request, response) }
    this.#server.on('request', behaviour === 'serving' ? this.#handle : hold)
    if (!this.#server.listening) await listen(this.#server, this.host, this.port)
    if (behaviour === 'serving') this.#answerWaiting()
  }

  #answerWaiting (): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const [response, { request, stay }] of waiting) {
      stay()
      if (!response.destroyed) this.#handle(request, response)
    }
  }

  /** Until it serves again, or the client has left. */
  #hold (request: IncomingMessage, response: ServerResponse): void {
    const stay = endWithClient(response, () => { this.#waiting.delete(response) })
    this.#waiting.set(response, { request, stay })
  }

  async #shut (): Promise<void> {
    const isOpen = this.#server.listening || this.#sockets.size > 0
    const closed = isOpen && new Promise<void>((resolve) => { this.#server.close(() => { resolve() }) })
    this.#forsake()
    await closed
  }

  /** Nobody waits for an answer any more. */
  #forsake (): void {
    this.#waiting.clear()
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Every socket from its first moment: Node's own list lacks those still in a handshake. */
  #keep (socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => { this.#sockets.delete(socket) })
  }
}

/** Loaded only when asked for, because TLS takes time to start. */
async function createTlsServer (tls: TlsMaterial, options: ServerOptions): Promise<Server> {
  const https = await import('node:https')
  // whoever shows a certificate may log in with it; nobody has to, and who has issued it is no matter here
  const clients = { requestCert: true, rejectUnauthorized: false }
  const server = https.createServer({ ...options, ...tls, ...clients, handshakeTimeout: options.headersTimeout })
  server.on('tlsClientError', answerTlsClientError)
  return server
}

/** Resolves with the port. */
export async function listen (server: Server, host: string, port: number): Promise<number> {
  if (server.listenerCount('clientError') === 0) prepare(server)
  return await new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      reject(new ListenError(error.code ?? error.message, host, port, { cause: error }))
    }
    server.once('error', failed)
    server.listen({ host, port }, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function prepare (server: Server): void {
  acceptVerbs(server, answerClientError)
  // a client that has sent its request and shut its own side, such as `nc -N`, still gets its answer
  Object.assign(server, { httpAllowHalfOpen: true })
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    takeItsTurn(response, () => {
      response.writeContinue()
      server.emit('request', request, response)
    })
  })
}

/** A request that asks whether it may go on waits for the answers before its own: Node puts the word between them. */
function takeItsTurn (response: ServerResponse, go: () => void): void {
  if (response.socket === null) response.once('socket', go)
  else go()
}

/** The same promise, marked as handled, so that it may be left alone. */
function handled<T> (promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/** Where clients on this machine find a host that stands for all addresses. */
function reachable (host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1'
  return host === '::' ? '::1' : host
}
