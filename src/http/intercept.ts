// The first hook of a request: it is written into the journal, and met by fault rules or by its own wish.
import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Node } from '../cluster/node.js'
import type { Effect } from '../control/fault-schema.js'
import type { Hit } from '../control/faults.js'
import type { Exchange, Journal } from '../control/journal.js'
import type { Observers } from '../control/observers.js'
import { ControlProblem } from '../control/problem.js'
import { addresseeOf } from './addressee.js'
import { sendJson } from './answer.js'
import { messageBody } from './errors.js'
import { applyEffect } from './fault-effects.js'
import { tokenOf } from './request-headers.js'
import { verbOf } from './verbs.js'
import { wishedEffect, WISH_HEADER } from './wished-effect.js'

/** A request before anything has looked at it. */
export interface Arrival {
  readonly node: Node
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** lets it go its normal way */
  readonly proceed: () => void
}

/**
 * Where the controls are offered: writes a request down, and does to it what a rule says; without either it proceeds.
 */
export function meetRules (request: FastifyRequest, reply: FastifyReply, proceed: () => void): void {
  const { node, controls } = addresseeOf(request)
  if (controls === undefined) return proceed()
  const wish = request.headers[WISH_HEADER]
  if (controls.observers === undefined && wish === undefined) return proceed()
  intercept(controls.observers, { node, request, reply, proceed }, typeof wish === 'string' ? wish : undefined)
}

function intercept (observers: Observers | undefined, arrival: Arrival, wish: string | undefined): void {
  const exchange = observers?.journal === undefined ? undefined : record(observers.journal, arrival)
  const wished = wish === undefined ? undefined : understood(wish)
  if (wished instanceof ControlProblem) {
    sendJson(arrival.reply, 400, messageBody(wished.message))
    return
  }
  const hit = wished === undefined ? hitOf(observers, arrival) : undefined
  if (exchange !== undefined) exchange.fault = hit?.rule.id
  arrival.request.staleData = hit?.stale
  const effect = wished ?? hit?.effect
  if (effect === undefined) return arrival.proceed()
  applyEffect(effect, arrival, () => { if (exchange !== undefined) observers?.journal?.end(exchange, 'cut-off') })
}

function understood (wish: string): Effect | ControlProblem | undefined {
  try {
    return wishedEffect(wish)
  } catch (error) {
    if (error instanceof ControlProblem) return error
    throw error
  }
}

function hitOf (observers: Observers | undefined, { node, request }: Arrival): Hit | undefined {
  return observers?.faults?.meet({
    method: verbOf(request.raw),
    path: urlOf(request).split('?', 1)[0] ?? '/',
    node,
    token: tokenOf(request.headers)
  })
}

/** As the client wrote it. */
function urlOf ({ raw: { url = '/' } }: FastifyRequest): string {
  return url
}

function record (journal: Journal, { node, request, reply }: Arrival): Exchange {
  const { headers, raw } = request
  const exchange = journal.begin({
    node,
    method: verbOf(raw),
    url: urlOf(request),
    requestHeaders: headers,
    remoteAddress: raw.socket?.remoteAddress,
    pending: reply.raw
  })
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) keepRequestBody(request, exchange)
  Object.assign(reply.raw, REPORTING, { [REPORT]: { journal, exchange, ending: false } })
  return exchange
}

/** Bodies pass through `push` on their way into the stream; listening to the stream would start it. */
function keepRequestBody ({ raw }: FastifyRequest, { requestBody }: Exchange): void {
  const { push } = raw
  raw.push = function (chunk: unknown, encoding?: BufferEncoding): boolean {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) requestBody.add(chunk)
    return push.call(this, chunk, encoding)
  }
}

const REPORT = Symbol('vault-mock.report')

/** A response that reports to the journal; its own `end` may pass through its own `write`. */
interface ReportingResponse extends ServerResponse {
  readonly [REPORT]: { readonly journal: Journal, readonly exchange: Exchange, ending: boolean }
}

/** The same three functions for all responses: a request should cost no closures. */
const REPORTING = {
  writeHead (this: ReportingResponse, status: number, ...rest: unknown[]): unknown {
    const { exchange } = this[REPORT]
    const headers = rest.at(-1)
    exchange.status = status
    // streams have theirs set one by one before
    exchange.responseHeaders = isHeaders(headers) ? headers : this.getHeaders()
    return Reflect.apply(original(this).writeHead, this, [status, ...rest])
  },
  write (this: ReportingResponse, chunk: unknown, ...rest: unknown[]): unknown {
    const { exchange, ending } = this[REPORT]
    if (!ending) report(exchange, chunk)
    return Reflect.apply(original(this).write, this, [chunk, ...rest])
  },
  end (this: ReportingResponse, chunk: unknown, ...rest: unknown[]): unknown {
    const tap = this[REPORT]
    report(tap.exchange, chunk)
    tap.ending = true
    const result: unknown = Reflect.apply(original(this).end, this, [chunk, ...rest])
    tap.exchange.status ??= this.statusCode
    tap.journal.end(tap.exchange, 'answered')
    return result
  }
}

function original (response: ReportingResponse): ServerResponse {
  return Object.getPrototypeOf(response)
}

function report ({ responseBody }: Exchange, chunk: unknown): void {
  if (typeof chunk === 'string' || chunk instanceof Uint8Array) responseBody.add(chunk)
}

function isHeaders (value: unknown): value is Exchange['responseHeaders'] {
  return typeof value === 'object' && value !== null
}
