// What fault rules do to a request and its answer.
import { multiError } from '../go/multierror.js'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Effect, Latency } from '../control/fault-schema.js'
import { printJson } from '../json/index.js'
import { httpDate } from '../sim/instants.js'
import type { RandomStream } from '../sim/random.js'
import { sleepWallMs } from '../sim/wall-clock.js'
import { holdAnswer, type Answer } from './held-answer.js'
import type { Arrival } from './intercept.js'

const ARRIVES_WITHIN_MS = 20
const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Applies an effect: waits first, then answers in the app's place, or lets the app answer and spoils that.
 *
 * @param cutOff told when there will be no whole answer
 */
export function applyEffect (effect: Effect, arrival: Arrival, cutOff: () => void): void {
  const { latency } = effect
  if (latency === undefined) return act(effect, arrival, cutOff)
  const waitMs = drawLatency(latency, arrival.node.cluster.random.stream('faults'))
  sleepWallMs(waitMs).then(() => { if (!arrival.response.destroyed) act(effect, arrival, cutOff) }, () => {})
}

function drawLatency (latency: Latency, random: RandomStream): number {
  if (typeof latency === 'number') return latency
  if ('minMs' in latency) return latency.minMs + random.fraction() * (latency.maxMs - latency.minMs)
  // Box and Muller
  const normal = Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction())
  return Math.max(0, latency.meanMs + normal * latency.deviationMs)
}

function act (effect: Effect, arrival: Arrival, cutOff: () => void): void {
  if (effect.hang === true) return cutOff()
  if (effect.reset === 'before-headers') {
    cutOff()
    return resetConnection(arrival)
  }
  const instead = answerInstead(effect, arrival)
  if (!spoils(effect)) {
    if (instead === undefined) arrival.proceed()
    else send(arrival.response, instead)
    return
  }
  holdAnswer(arrival.response, (answer) => { deliver(effect, arrival, spoiled(effect, answer), cutOff) })
  if (instead === undefined) arrival.proceed()
  else send(arrival.response, instead)
}

/**
 * Ends a connection with a reset where there is a real one. Not by `resetAndDestroy`, which shuts its own side first where
 * something was written; the flag is what it sets.
 */
export function resetConnection ({ request, response }: { readonly request: IncomingMessage, readonly response: ServerResponse }): void {
  if (request.socket !== undefined) Object.assign(request.socket, { resetAndClosing: true })
  response.destroy()
}

/** The answer that stands in for the app's; undefined where the app is asked. */
function answerInstead (effect: Effect, { node, request }: Arrival): Answer | undefined {
  const { timeline } = node.cluster
  const base = { 'Cache-Control': 'no-store', 'Content-Type': 'application/json', Date: httpDate(timeline.nowMs) }
  const refuse = (status: number, errors: readonly string[], headers: Record<string, string> = {}): Answer =>
    ({ status, headers: { ...base, ...headers }, body: Buffer.from(`${printJson({ errors })}\n`) })
  const path = (request.url ?? '/').split('?')[0]?.replace(/^\/v1\//, '') ?? ''
  if (effect.sealed === true) return refuse(503, ['Vault is sealed'])
  if (effect.missingState === true) return refuse(412, ['required index state not present'], stateHeader(request))
  if (effect.rateLimited !== undefined && effect.rateLimited !== false) return refuse(429, [`request path "${path}": rate limit quota exceeded`], limitHeaders(effect.rateLimited))
  if (effect.diskFull === true && WRITES.includes(request.method ?? '')) return refuse(500, [multiError(['failed to persist entry: write /vault/data/raft/raft.db: no space left on device'])])
  if (effect.status === undefined) return undefined
  if (effect.body !== undefined) return { status: effect.status, headers: base, body: Buffer.from(effect.body) }
  if (effect.status === 204 || effect.status === 304) return { status: effect.status, headers: base, body: Buffer.alloc(0) }
  return refuse(effect.status, effect.errors ?? [])
}

/** The state that the client asked for is named again, so that a test sees what was missing. */
function stateHeader (request: IncomingMessage): Record<string, string> {
  const asked = request.headers['x-vault-index']
  return typeof asked === 'string' ? { 'X-Vault-Index': asked } : {}
}

function limitHeaders (limited: true | { readonly limit: number, readonly resetSeconds: number }): Record<string, string> {
  const { limit, resetSeconds } = limited === true ? { limit: 1, resetSeconds: 1 } : limited
  return { 'Retry-After': String(resetSeconds), 'X-Ratelimit-Limit': String(limit), 'X-Ratelimit-Remaining': '0', 'X-Ratelimit-Reset': String(resetSeconds) }
}

function spoils (effect: Effect): boolean {
  const { reset, truncate, slowBody, malformedJson, contentType, headers, corrupt, incomplete } = effect
  return [reset, truncate, slowBody, malformedJson, contentType, headers, corrupt, incomplete].some((value) => value !== undefined && value !== false)
}

function spoiled ({ headers, contentType, malformedJson, corrupt, incomplete }: Effect, answer: Answer): Answer {
  let { body } = answer
  if (malformedJson === true) body = body.subarray(0, Math.max(1, body.length - 2))
  if (incomplete === true) body = body.subarray(0, Math.floor(body.length / 2))
  if (corrupt === true) body = withFlippedBit(body)
  return { status: answer.status, headers: { ...answer.headers, ...headers, ...(contentType === undefined ? {} : { 'Content-Type': contentType }) }, body }
}

function withFlippedBit (body: Buffer): Buffer {
  const copy = Buffer.from(body)
  const middle = Math.floor(copy.length / 2)
  if (copy.length > 0) copy.writeUInt8(copy.readUInt8(middle) ^ 1, middle)
  return copy
}

function deliver (effect: Effect, arrival: Arrival, answer: Answer, cutOff: () => void): void {
  const { response } = arrival
  const { reset, truncate, slowBody } = effect
  if (reset === 'after-headers' || truncate !== undefined) {
    cutOff()
    const part = answer.body.subarray(0, reset === undefined ? truncate : 0)
    response.writeHead(answer.status, { ...answer.headers, 'Content-Length': answer.body.length })
    response.flushHeaders()
    if (part.length > 0) response.write(part)
    // what was written has to arrive first: a reset takes back what is still on its way
    sleepWallMs(ARRIVES_WITHIN_MS).then(() => { if (reset === undefined) response.destroy(); else resetConnection(arrival) }, () => {})
  } else if (slowBody !== undefined) sendSlowly(response, answer, slowBody.bytesPerSecond).catch(() => { response.destroy() })
  else send(response, answer)
}

function send (response: ServerResponse, { status, headers, body }: Answer): void {
  const length = status === 204 || status === 304 ? {} : { 'Content-Length': body.length }
  response.writeHead(status, { ...headers, ...length })
  response.end(body)
}

const PIECES_PER_SECOND = 10

async function sendSlowly (response: ServerResponse, { status, headers, body }: Answer, bytesPerSecond: number): Promise<void> {
  const piece = Math.max(1, Math.floor(bytesPerSecond / PIECES_PER_SECOND))
  response.writeHead(status, { ...headers, 'Content-Length': body.length })
  for (let offset = 0; offset < body.length && !response.destroyed; offset += piece) {
    response.write(body.subarray(offset, offset + piece))
    await sleepWallMs(1000 * piece / bytesPerSecond)
  }
  response.end()
}
