// /_mock/journal: what was asked and answered.
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { shownExchange, toAuditLog, toHar } from '../../control/journal-export.js'
import type { JournalFilter } from '../../control/journal-filter.js'
import { answers, controlPlugin, controlsFor, done, NOTHING_TO_SAY, type ControlApp } from './control-plugin.js'
import { closed, ExchangeView, listOf, Problems } from './views.js'

const FILTER = {
  method: Type.Optional(Type.String()),
  path: Type.Optional(Type.String({ description: 'glob: * within a segment, ** across; with or without /v1/' })),
  status: Type.Optional(Type.Integer()),
  node: Type.Optional(Type.String()),
  contains: Type.Optional(Type.String({ description: 'text that the request\'s body contains' })),
  after: Type.Optional(Type.Integer({ description: 'only those with a larger number' })),
  reveal: Type.Optional(Type.Boolean({ description: 'shows secrets, too' }))
}
const Query = Type.Object(FILTER)
const Wait = closed({
  ...FILTER,
  count: Type.Optional(Type.Integer({ minimum: 1 })),
  timeoutMs: Type.Optional(Type.Number({ minimum: 0, maximum: 300_000 }))
})

const Entries = closed({
  count: Type.Integer(),
  entries: listOf(ExchangeView),
  nearMisses: Type.Optional(listOf(closed({ differs: listOf(Type.String()), entry: ExchangeView })))
})
const Log = Type.Object({ version: Type.String(), entries: Type.Array(Type.Object({})) })
const Har = Type.Unsafe<object>(closed({ log: Log }))

export const journalPlugin = controlPlugin((app) => {
  addList(app)
  addWait(app)
  addExports(app)

  app.delete('/_mock/journal', { schema: { summary: 'Forgets all of it', response: NOTHING_TO_SAY } }, (request, reply) => {
    controlsFor(request).journal.clear()
    done(reply)
  })
})

function addList (app: ControlApp): void {
  app.get('/_mock/journal', {
    schema: {
      summary: 'Requests and answers, oldest first, secrets masked; near misses where none matches',
      querystring: Query,
      response: answers(Entries)
    }
  }, (request) => {
    const { journal } = controlsFor(request)
    const filter = filterOf(request.query)
    const found = journal.list(filter)
    const entries = found.map((exchange) => shownExchange(exchange, request.query))
    if (found.length > 0) return { count: found.length, entries }
    const nearMisses = journal.nearMisses(filter)
      .map(({ exchange, differs }) => ({ differs, entry: shownExchange(exchange, request.query) }))
    return { count: 0, entries, nearMisses }
  })

  app.get('/_mock/journal/count', {
    schema: { summary: 'How many match', querystring: Query, response: answers(closed({ count: Type.Integer() })) }
  }, (request) => ({ count: controlsFor(request).journal.count(filterOf(request.query)) }))
}

function addWait (app: ControlApp): void {
  app.post('/_mock/journal/wait', {
    schema: {
      summary: 'Waits until so many that match are complete; 408 with those there are if the time runs out',
      body: Wait,
      response: { 200: Entries, 408: Entries, '4xx': Problems }
    }
  }, async (request, reply) => {
    const { count = 1, timeoutMs } = request.body
    const { journal } = controlsFor(request)
    const found = await whileConnected(request, async (signal) =>
      await journal.wait(filterOf(request.body), { count, timeoutMs, signal }))
    reply.code(found.length < count ? 408 : 200)
    return { count: found.length, entries: found.map((exchange) => shownExchange(exchange, request.body)) }
  })
}

/** A client that has shut its side waits no longer. */
async function whileConnected<T> (
  { raw: { socket } }: FastifyRequest, act: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const left = new AbortController()
  const leave = (): void => { left.abort() }
  socket.once('end', leave).once('close', leave)
  try {
    return await act(left.signal)
  } finally {
    socket.off('end', leave).off('close', leave)
  }
}

function addExports (app: ControlApp): void {
  app.get('/_mock/journal/har', {
    schema: { summary: 'As HAR', querystring: Query, response: answers(Har) }
  }, (request) => toHar(controlsFor(request).journal.list(filterOf(request.query)), request.query))

  app.get('/_mock/journal/audit', {
    schema: { summary: 'As the lines of a Vault audit device', querystring: Query }
  }, (request, reply) => {
    const lines = toAuditLog(controlsFor(request).journal.list(filterOf(request.query)))
    reply.type('application/x-ndjson').send(lines)
  })
}

function filterOf ({ method, path, status, node, contains, after }: Static<typeof Query>): JournalFilter {
  return { method, path, status, node, contains, after }
}
