// /_mock/journal: what was asked and answered.
import { Type, type Static } from '@sinclair/typebox'
import { shownExchange, toAuditLog, toHar } from '../../control/journal-export.js'
import type { JournalFilter } from '../../control/journal.js'
import { controlsFor, type ControlApp } from './app.js'

const FILTER = {
  method: Type.Optional(Type.String()),
  path: Type.Optional(Type.String({ description: 'glob: * within a segment, ** across; with or without /v1/' })),
  status: Type.Optional(Type.Integer()),
  node: Type.Optional(Type.String()),
  contains: Type.Optional(Type.String({ description: 'text that the request\'s body contains' })),
  after: Type.Optional(Type.Integer({ description: 'only those with a larger number' }))
}
const reveal = Type.Optional(Type.Boolean({ description: 'shows secrets, too' }))
const Query = Type.Object({ ...FILTER, reveal })
const Wait = Type.Object({ ...FILTER, reveal, count: Type.Optional(Type.Integer({ minimum: 1 })), timeoutMs: Type.Optional(Type.Number({ minimum: 0, maximum: 300_000 })) }, { additionalProperties: false })

export function journalRoutes (app: ControlApp): void {
  app.get('/_mock/journal', { schema: { summary: 'Requests and answers, oldest first, secrets masked; near misses where none matches', querystring: Query } }, (request) => {
    const { journal } = controlsFor(request)
    const filter = filterOf(request.query)
    const found = journal.list(filter)
    const entries = found.map((exchange) => shownExchange(exchange, request.query))
    if (found.length > 0) return { count: found.length, entries }
    const nearMisses = journal.nearMisses(filter).map(({ exchange, differs }) => ({ differs, entry: shownExchange(exchange, request.query) }))
    return { count: 0, entries, nearMisses }
  })

  app.get('/_mock/journal/count', { schema: { summary: 'How many match', querystring: Query } }, (request) => ({ count: controlsFor(request).journal.count(filterOf(request.query)) }))

  app.post('/_mock/journal/wait', { schema: { summary: 'Waits until so many that match are complete; 408 with those there are if the time runs out', body: Wait } }, async (request, reply) => {
    const { count = 1, timeoutMs } = request.body
    const found = await controlsFor(request).journal.wait(filterOf(request.body), { count, timeoutMs })
    return await reply.code(found.length < count ? 408 : 200).send({ count: found.length, entries: found.map((exchange) => shownExchange(exchange, request.body)) })
  })

  app.get('/_mock/journal/har', { schema: { summary: 'As HAR', querystring: Query } }, (request) => toHar(controlsFor(request).journal.list(filterOf(request.query)), request.query))

  app.get('/_mock/journal/audit', { schema: { summary: 'As the lines of a Vault audit device', querystring: Query } }, (request, reply) =>
    reply.type('application/x-ndjson').send(toAuditLog(controlsFor(request).journal.list(filterOf(request.query)))))

  app.delete('/_mock/journal', { schema: { summary: 'Forgets all of it' } }, (request, reply) => {
    controlsFor(request).journal.clear()
    return reply.code(204).send()
  })
}

function filterOf ({ method, path, status, node, contains, after }: Static<typeof Query>): JournalFilter {
  return { method, path, status, node, contains, after }
}
