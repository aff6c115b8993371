// /_mock/events/stream: what happens as it happens, as server-sent events, until the connection ends.
import type { ServerResponse } from 'node:http'
import { createHash } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import type { Controls } from '../../control/controls.js'
import type { WorldEvent } from '../../control/event-log.js'
import { shownExchange } from '../../control/journal-export.js'
import type { Exchange } from '../../control/journal.js'
import { armTimer } from '../../sim/wall-clock.js'
import { tokenOf } from '../request-headers.js'
import { controlPlugin, controlsFor } from './control-plugin.js'

/** What waits for a reader that does not keep up, in bytes; beyond it events are left out and counted. */
const MOST_WAITING_BYTES = 512 * 1024
/** So often something is sent, for those between that end idle connections. */
const SIGN_OF_LIFE_MS = 15_000

const Wanted = Type.Object({
  kind: Type.Optional(Type.String()),
  node: Type.Optional(Type.String()),
  cluster: Type.Optional(Type.String()),
  after: Type.Optional(Type.Integer({ description: 'begins behind this number; by default with the next event' })),
  requests: Type.Optional(Type.Boolean({ description: 'requests that were answered, too' }))
})

type Wanted = Static<typeof Wanted>

export const eventStreamPlugin = controlPlugin((app) => {
  app.get('/_mock/events/stream', {
    schema: {
      summary: 'Events as they happen (text/event-stream): "event", "request" with requests=true, "dropped" where a ' +
        'reader was too slow; Last-Event-ID is as after',
      querystring: Wanted
    }
  }, (request, reply) => {
    const resumed = Number(request.headers['last-event-id'])
    reply.hijack()
    const after = request.query.after ?? (Number.isInteger(resumed) ? resumed : undefined)
    stream(controlsFor(request), { ...request.query, after }, reply.raw)
  })
})

function stream (controls: Controls, wanted: Wanted, response: ServerResponse): void {
  const { events, journal } = controls
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no'
  })
  const send = sender(response)
  const tell = (event: WorldEvent): void => { if (isWanted(event, wanted)) send('event', event, event.number) }
  const tellRequest = (exchange: Exchange): void => { send('request', shownRequest(exchange)) }
  send('hello', { lastEvent: events.last })
  if (wanted.after !== undefined) for (const event of events.list({ after: wanted.after })) tell(event)
  events.listeners.add(tell)
  if (wanted.requests === true) journal.listeners.add(tellRequest)
  const stopPulse = pulse(response)
  const end = (): void => { response.end() }
  const forget = controls.onEnd(end)
  // a client that has shut its side hears nothing more
  response.socket?.once('end', end)
  response.once('close', () => {
    events.listeners.delete(tell)
    journal.listeners.delete(tellRequest)
    stopPulse()
    forget()
  })
}

function isWanted (event: WorldEvent, { kind, node, cluster }: Wanted): boolean {
  return (kind === undefined || event.kind === kind) && (node === undefined || event.node === node) &&
    (cluster === undefined || event.cluster === cluster)
}

type Send = (name: string, data: object, id?: number) => void

/** What a slow reader misses is counted, and told once it has caught up. */
function sender (response: ServerResponse): Send {
  let dropped = 0
  const send: Send = (name, data, id) => {
    if (response.destroyed || response.writableEnded) return
    if (response.writableLength > MOST_WAITING_BYTES) { dropped++; return }
    response.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  response.on('drain', () => {
    const count = dropped
    dropped = 0
    if (count > 0) send('dropped', { count })
  })
  return send
}

function pulse (response: ServerResponse): () => void {
  let disarm = (): void => {}
  const arm = (): void => {
    disarm = armTimer(SIGN_OF_LIFE_MS, () => {
      if (response.writableLength < MOST_WAITING_BYTES) response.write(': \n\n')
      arm()
    })
  }
  arm()
  return () => { disarm() }
}

/** Without bodies and headers; a token is told from others, and not shown. */
function shownRequest (exchange: Exchange): object {
  const { number, at, node, method, url, status, durationMs, fault, notes } = shownExchange(exchange)
  const { cluster: { label: cluster } } = exchange.node
  return { number, at, node, cluster, method, url, status, durationMs, fault, notes, token: shownToken(exchange) }
}

function shownToken ({ requestHeaders }: Exchange): string | null {
  const plain = Object.entries(requestHeaders).map(([name, value]) => [name, String(value)])
  const token = tokenOf(Object.fromEntries(plain))
  return token === '' ? null : `***${createHash('sha256').update(token).digest('hex').slice(0, 6)}`
}
