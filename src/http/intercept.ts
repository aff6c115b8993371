// The first hook of a request: it is written into the journal, and met by fault rules or by its own wish.
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
import { recordAnswer, recordBody } from './recording.js'
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
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
  const exchange = journal.begin({
    node,
    method: verbOf(raw),
    url: urlOf(request),
    requestHeaders: headers,
    remoteAddress: raw.socket?.remoteAddress,
    hasBody,
    pending: reply.raw
  })
  if (hasBody) recordBody(raw, exchange)
  recordAnswer(reply.raw, journal, exchange)
  return exchange
}
