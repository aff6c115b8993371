// Requests of an observed world on their way to the app: written into the journal, met by fault rules or by their own wish.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Effect } from '../control/fault-schema.js'
import type { Hit } from '../control/faults.js'
import type { Exchange, Journal } from '../control/journal.js'
import type { Observers } from '../control/observers.js'
import type { Node } from '../cluster/node.js'
import { applyEffect } from './fault-effects.js'
import { tokenOf } from './logical.js'
import { preferred } from './prefer.js'
import { verbOf } from './verbs.js'

export const PREFER = 'x-vault-mock-prefer'

/** A request at the door of its node. */
export interface Arrival {
  readonly node: Node
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** hands it to the app */
  readonly proceed: () => void
}

/** Writes a request down and does to it what a rule says; without either it proceeds. */
export function intercept (observers: Observers | undefined, arrival: Arrival): void {
  const { node, request } = arrival
  const exchange = observers?.journal === undefined ? undefined : record(observers.journal, arrival)
  const wish = request.headers[PREFER]
  const wished: Effect | undefined = typeof wish === 'string' ? preferred(wish) : undefined
  const hit = wished === undefined ? observers?.faults?.meet({ method: verbOf(request), path: (request.url ?? '/').split('?')[0] ?? '/', node, token: tokenOf(request.headers) }) : undefined
  if (exchange !== undefined) exchange.fault = hit?.rule.id
  const effect = wished ?? hit?.effect
  if (effect === undefined) arrival.proceed()
  else applyEffect(effect, { ...arrival, proceed: staleOr(arrival, hit) }, () => { if (exchange !== undefined) observers?.journal?.end(exchange, 'cut-off') })
}

/** A read answered from older data: the storage is exchanged for as long as the app, which answers reads at once, takes. */
function staleOr ({ node, request, proceed }: Arrival, hit: Hit | undefined): () => void {
  const { cluster } = node
  const old = hit?.stale?.get(cluster.key)
  if (old === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return proceed
  return () => {
    const current = cluster.storage.clone()
    cluster.storage.replaceWith(old)
    try {
      proceed()
    } finally {
      cluster.storage.replaceWith(current)
    }
  }
}

function record (journal: Journal, { node, request, response }: Arrival): Exchange {
  const exchange = journal.begin({ node, method: verbOf(request), url: request.url ?? '/', requestHeaders: request.headers, remoteAddress: request.socket?.remoteAddress, pending: response })
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) tapRequest(request, exchange)
  tapResponse(journal, response, exchange)
  return exchange
}

/** Bodies pass through `push` on their way into the stream; listening to the stream would start it. */
function tapRequest (request: IncomingMessage, { requestBody }: Exchange): void {
  const { push } = request
  request.push = function (chunk: unknown, encoding?: BufferEncoding): boolean {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) requestBody.add(chunk)
    return push.call(this, chunk, encoding)
  }
}

const TAP = Symbol('vault-mock.tap')

/** What a tapped response reports to; its own `end` may pass through its own `write`. */
interface Tap {
  readonly journal: Journal
  readonly exchange: Exchange
  ending: boolean
}

type Loose = (this: Tapped, ...args: unknown[]) => unknown
type Methods = Record<'writeHead' | 'write' | 'end', Loose>
type Tapped = Methods & { readonly [TAP]: Tap, readonly statusCode: number }

/** The same three functions for all responses: a request should cost no closures. */
function tapResponse (journal: Journal, response: ServerResponse, exchange: Exchange): void {
  Object.assign(response, { [TAP]: { journal, exchange, ending: false }, writeHead, write, end })
}

function original (response: Tapped): Methods {
  return Object.getPrototypeOf(response) as Methods
}

function writeHead (this: Tapped, status: unknown, ...rest: unknown[]): unknown {
  const { exchange } = this[TAP]
  exchange.status = status as number
  const headers = rest.at(-1)
  if (typeof headers === 'object' && headers !== null) exchange.responseHeaders = headers as Exchange['responseHeaders']
  return original(this).writeHead.call(this, status, ...rest)
}

function write (this: Tapped, chunk: unknown, ...rest: unknown[]): unknown {
  const { exchange, ending } = this[TAP]
  if (!ending) exchange.responseBody.add(chunk as Uint8Array)
  return original(this).write.call(this, chunk, ...rest)
}

function end (this: Tapped, chunk: unknown, ...rest: unknown[]): unknown {
  const tap = this[TAP]
  if (typeof chunk === 'string' || chunk instanceof Uint8Array) tap.exchange.responseBody.add(chunk)
  tap.ending = true
  const result = original(this).end.call(this, chunk, ...rest)
  tap.exchange.status ??= this.statusCode
  tap.journal.end(tap.exchange, 'answered')
  return result
}
