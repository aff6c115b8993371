// Requests of a watched world on their way to the app: written into the journal, met by fault rules or by their own wish.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Effect } from '../control/fault-schema.js'
import type { Hit } from '../control/faults.js'
import type { Exchange, Journal } from '../control/journal.js'
import type { Watch } from '../control/watch.js'
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
export function intercept (watch: Watch | undefined, arrival: Arrival): void {
  const { node, request } = arrival
  const exchange = watch?.journal === undefined ? undefined : record(watch.journal, arrival)
  const wish = request.headers[PREFER]
  const wished: Effect | undefined = typeof wish === 'string' ? preferred(wish) : undefined
  const hit = wished === undefined ? watch?.faults?.meet({ method: verbOf(request), path: (request.url ?? '/').split('?')[0] ?? '/', node, token: tokenOf(request.headers) }) : undefined
  if (exchange !== undefined) exchange.fault = hit?.rule.id
  const effect = wished ?? hit?.effect
  if (effect === undefined) arrival.proceed()
  else applyEffect(effect, { ...arrival, proceed: staleOr(arrival, hit) }, () => { if (exchange !== undefined) watch?.journal?.end(exchange, 'cut-off') })
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

type Loose = (...args: unknown[]) => unknown

function tapResponse (journal: Journal, response: ServerResponse, exchange: Exchange): void {
  const { writeHead, write, end } = response as unknown as Record<'writeHead' | 'write' | 'end', Loose>
  const tapped = response as unknown as Record<'writeHead' | 'write' | 'end', Loose>
  tapped.writeHead = (status, ...rest) => {
    exchange.status = status as number
    const headers = rest.at(-1)
    if (typeof headers === 'object' && headers !== null) exchange.responseHeaders = headers as Exchange['responseHeaders']
    return writeHead.call(response, status, ...rest)
  }
  // some responses pass their end through their own `write`
  let ending = false
  tapped.write = (chunk, ...rest) => {
    if (!ending) exchange.responseBody.add(chunk as Uint8Array)
    return write.call(response, chunk, ...rest)
  }
  tapped.end = (chunk, ...rest) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) exchange.responseBody.add(chunk)
    ending = true
    const result = end.call(response, chunk, ...rest)
    exchange.status ??= response.statusCode
    journal.end(exchange, 'answered')
    return result
  }
}
