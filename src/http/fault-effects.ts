// What fault rules do to a request and its answer.
import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { drawLatency, type Effect } from '../control/fault-schema.js'
import { printJson } from '../json/index.js'
import { httpDate } from '../sim/instants.js'
import { sleepWallMs } from '../sim/wall-clock.js'
import { JSON_TYPE, sendWhole, type Headers } from './answer.js'
import { holdAnswer, type Answer } from './held-answer.js'
import type { Arrival } from './intercept.js'
import { verbOf } from './verbs.js'

const ARRIVES_WITHIN_MS = 20
const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE']
const DISK_FULL = 'failed to persist entry: write /vault/data/raft/raft.db: no space left on device'

/**
 * Applies an effect: waits first, then answers in the app's place, or lets the app answer and spoils that.
 *
 * @param cutOff is called when there will be no whole answer
 */
export function applyEffect (effect: Effect, arrival: Arrival, cutOff: () => void): void {
  const { latency } = effect
  const begin = (): void => {
    guarded(arrival, () => { act(effect, arrival, cutOff) })
  }
  if (latency === undefined) return begin()
  const waitMs = drawLatency(latency, arrival.node.cluster.random.stream('faults'))
  const { raw } = arrival.reply
  sleepWallMs(waitMs).then(() => { if (!raw.destroyed) begin() }, () => { raw.destroy() })
}

/** What goes wrong while answering is a fault of one answer: the process goes on. */
function guarded ({ request, reply: { raw } }: Arrival, answer: () => void): void {
  try {
    answer()
  } catch (error) {
    request.log.error({ err: error, method: request.method, path: request.url.split('?')[0] }, 'fault')
    if (raw.headersSent) raw.destroy()
    else raw.writeHead(500, { 'content-type': JSON_TYPE }).end('{"errors":["internal error"]}\n')
  }
}

function act (effect: Effect, arrival: Arrival, cutOff: () => void): void {
  const { reply } = arrival
  if (effect.hang === true || effect.reset === 'before-headers') {
    cutOff()
    reply.hijack()
    if (effect.hang === true) hang(arrival)
    else resetConnection(reply.raw)
    return
  }
  if (isSpoiling(effect)) {
    holdAnswer(reply.raw, (answer) => {
      guarded(arrival, () => { deliver(effect, arrival, spoiled(effect, answer), cutOff) })
    })
  }
  const standIn = standInFor(effect, arrival)
  if (standIn === undefined) arrival.proceed()
  else sendWhole(reply, standIn.status, headersOf(standIn, arrival), standIn.body)
}

const UNANSWERED = Symbol('vault-mock.unanswered')

/** Whether an exchange gets no answer, however long one waits. */
export function isUnanswered (response: object): boolean {
  return UNANSWERED in response
}

/** No answer, ever: but what the client still sends is read, so that it is noticed when it leaves. */
function hang ({ request: { raw: request }, reply: { raw: response } }: Arrival): void {
  request.resume()
  endWithClient(response)
}

/**
 * Ends an exchange whose client has shut its side: nobody waits for an answer that may never come, and a server that
 * stops does not either.
 *
 * @returns a function that leaves it alone again
 */
export function endWithClient (response: ServerResponse, onGone: () => void = () => {}): () => void {
  const { socket } = response.req
  const leave = (): void => {
    socket?.off('end', leave).off('close', leave)
    response.destroy()
    onGone()
  }
  socket?.once('end', leave).once('close', leave)
  Object.assign(response, { [UNANSWERED]: true })
  return () => {
    socket?.off('end', leave).off('close', leave)
    Reflect.deleteProperty(response, UNANSWERED)
  }
}

/**
 * Ends a connection with a reset where there is a real one. Not by `resetAndDestroy`, which shuts its own side first
 * where something was written; the flag is what it sets.
 */
export function resetConnection (response: ServerResponse): void {
  if (response.req.socket !== undefined) Object.assign(response.req.socket, { resetAndClosing: true })
  response.destroy()
}

/** An answer in the app's place. */
interface StandIn {
  readonly status: number
  /** beside those that all have */
  readonly headers?: Headers
  readonly body: string
}

type MakeStandIn = (effect: Effect, request: FastifyRequest) => StandIn | undefined

/** The first that an effect asks for. */
const STAND_INS: readonly MakeStandIn[] = [asSealed, asBehind, asRateLimited, asDiskFull, asTold]

function standInFor (effect: Effect, { request }: Arrival): StandIn | undefined {
  for (const make of STAND_INS) {
    const standIn = make(effect, request)
    if (standIn !== undefined) return standIn
  }
  return undefined
}

function headersOf ({ headers }: StandIn, { node }: Arrival): Headers {
  const date = httpDate(node.cluster.timeline.nowMs)
  return { 'cache-control': 'no-store', 'content-type': JSON_TYPE, date, ...headers }
}

function refusal (status: number, errors: readonly string[], headers: Headers = {}): StandIn {
  return { status, headers, body: `${printJson({ errors })}\n` }
}

function asSealed ({ sealed }: Effect): StandIn | undefined {
  return sealed === true ? refusal(503, ['Vault is sealed']) : undefined
}

/** The state that the client asked for is named again, so that a test sees what was missing. */
function asBehind ({ missingState }: Effect, { headers }: FastifyRequest): StandIn | undefined {
  if (missingState !== true) return undefined
  const asked = headers['x-vault-index']
  return refusal(412, ['required index state not present'], typeof asked === 'string' ? { 'x-vault-index': asked } : {})
}

function asRateLimited ({ rateLimited }: Effect, { url }: FastifyRequest): StandIn | undefined {
  if (rateLimited === undefined || rateLimited === false) return undefined
  const { limit, resetSeconds } = rateLimited === true ? { limit: 1, resetSeconds: 1 } : rateLimited
  const path = url.split('?', 1)[0]?.replace(/^\/v1\//, '')
  return refusal(429, [`request path "${path}": rate limit quota exceeded`], {
    'retry-after': resetSeconds,
    'x-ratelimit-limit': limit,
    'x-ratelimit-remaining': 0,
    'x-ratelimit-reset': resetSeconds
  })
}

function asDiskFull ({ diskFull }: Effect, { raw }: FastifyRequest): StandIn | undefined {
  if (diskFull !== true || !WRITES.includes(verbOf(raw))) return undefined
  return refusal(500, [`1 error occurred:\n\t* ${DISK_FULL}\n\n`])
}

function asTold ({ status: told, body, errors }: Effect): StandIn | undefined {
  if (body !== undefined) return { status: told ?? 200, body }
  const status = told ?? (errors === undefined ? undefined : 500)
  if (status === undefined) return undefined
  return status === 204 || status === 304 ? { status, body: '' } : refusal(status, errors ?? [])
}

function isSpoiling (effect: Effect): boolean {
  const { reset, truncate, slowBody, malformedJson, contentType, headers, corrupt, incomplete } = effect
  return [reset, truncate, slowBody, malformedJson, contentType, headers, corrupt, incomplete]
    .some((value) => value !== undefined && value !== false)
}

function spoiled ({ headers, contentType, malformedJson, corrupt, incomplete }: Effect, answer: Answer): Answer {
  let { body } = answer
  if (malformedJson === true) body = body.subarray(0, Math.max(1, body.length - 2))
  if (incomplete === true) body = body.subarray(0, Math.floor(body.length / 2))
  if (corrupt === true) body = withFlippedBit(body)
  const added = contentType === undefined ? headers : { ...headers, 'content-type': contentType }
  return { status: answer.status, headers: merged(answer.headers, added), body }
}

/** Header names are one name in any case. */
function merged (before: Answer['headers'], added: Readonly<Record<string, string>> = {}): Answer['headers'] {
  const lower = Object.entries(added).map(([name, value]) => [name.toLowerCase(), value] as const)
  return { ...before, ...Object.fromEntries(lower) }
}

function withFlippedBit (body: Buffer): Buffer {
  const copy = Buffer.from(body)
  const middle = Math.floor(copy.length / 2)
  if (copy.length > 0) copy.writeUInt8(copy.readUInt8(middle) ^ 1, middle)
  return copy
}

function deliver (effect: Effect, { reply }: Arrival, answer: Answer, cutOff: () => void): void {
  const { reset, truncate, slowBody } = effect
  if (reset === 'after-headers' || truncate !== undefined) {
    cutOff()
    sendPart(reply, answer, reset === undefined ? truncate : 0, reset !== undefined)
  } else if (slowBody !== undefined) {
    sendSlowly(reply.raw, answer, slowBody.bytesPerSecond).catch(() => { reply.raw.destroy() })
  } else send(reply.raw, answer)
}

/** The head and the first bytes, then the end of the connection. */
function sendPart ({ raw }: FastifyReply, answer: Answer, bytes: number | undefined, resets: boolean): void {
  const { status, headers, body } = answer
  const part = body.subarray(0, bytes)
  raw.writeHead(status, { ...headers, 'content-length': body.length })
  raw.flushHeaders()
  if (part.length > 0) raw.write(part)
  const end = (): void => { if (resets) resetConnection(raw); else raw.destroy() }
  // what was written has to arrive first: a reset takes back what is still on its way
  sleepWallMs(ARRIVES_WITHIN_MS).then(end, () => {})
}

function send (response: ServerResponse, { status, headers, body }: Answer): void {
  const length = status === 204 || status === 304 ? {} : { 'content-length': body.length }
  response.writeHead(status, { ...headers, ...length })
  response.end(body)
}

const PIECES_PER_SECOND = 10

async function sendSlowly (response: ServerResponse, answer: Answer, bytesPerSecond: number): Promise<void> {
  const { status, headers, body } = answer
  const piece = Math.max(1, Math.floor(bytesPerSecond / PIECES_PER_SECOND))
  response.writeHead(status, { ...headers, 'content-length': body.length })
  for (let offset = 0; offset < body.length && !response.destroyed; offset += piece) {
    response.write(body.subarray(offset, offset + piece))
    await sleepWallMs(1000 * piece / bytesPerSecond)
  }
  response.end()
}
