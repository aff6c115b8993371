// /_mock/links: what can be done to the network.
import { Type } from '@sinclair/typebox'
import { controlsFor, type ControlApp } from './app.js'

const closed = { additionalProperties: false }
const end = Type.String({ description: 'a node, or the label of a cluster for all its nodes' })

export function linkRoutes (app: ControlApp): void {
  app.get('/_mock/links', { schema: { summary: 'What is cut or slow' } }, (request) => controlsFor(request).links.list())

  app.post('/_mock/links/cut', { schema: { summary: 'Cuts a link; a node against its own cluster is cut off from all', body: Type.Object({ from: end, to: end, oneWay: Type.Optional(Type.Boolean()) }, closed) } }, (request) => {
    const { links } = controlsFor(request)
    const { from, to, oneWay } = request.body
    links.cut(from, to, { oneWay })
    return links.list()
  })

  app.post('/_mock/links/partition', { schema: { summary: 'Cuts every link between two groups', body: Type.Object({ group: Type.Array(end), others: Type.Array(end) }, closed) } }, (request) => {
    const { links } = controlsFor(request)
    links.partition(request.body.group, request.body.others)
    return links.list()
  })

  app.post('/_mock/links/heal', { schema: { summary: 'Heals a link, or all around one end, or everything', body: Type.Object({ from: Type.Optional(end), to: Type.Optional(end) }, closed) } }, (request) => {
    const { links } = controlsFor(request)
    links.heal(request.body.from, request.body.to)
    return links.list()
  })

  app.post('/_mock/links/delay', { schema: { summary: 'Makes a link slow; 0 makes it fast again', body: Type.Object({ from: end, to: end, delayMs: Type.Number({ minimum: 0 }) }, closed) } }, (request) => {
    const { links } = controlsFor(request)
    const { from, to, delayMs } = request.body
    links.delay(from, to, delayMs)
    return links.list()
  })
}
