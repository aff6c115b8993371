// /_mock/links: what can be done to the network.
import { Type } from '@sinclair/typebox'
import { answers, controlPlugin, controlsFor } from './control-plugin.js'
import { closed, LinksView } from './views.js'

const End = Type.String({ description: 'a node, or the label of a cluster for all its nodes' })
const Cut = closed({ from: End, to: End, oneWay: Type.Optional(Type.Boolean()) })
const Partition = closed({ group: Type.Array(End), others: Type.Array(End) })
const Heal = closed({ from: Type.Optional(End), to: Type.Optional(End) })
const Delay = closed({ from: End, to: End, delayMs: Type.Number({ minimum: 0 }) })

const response = answers(LinksView)

export const linkPlugin = controlPlugin((app) => {
  app.get('/_mock/links', {
    schema: { summary: 'What is cut or slow', response }
  }, (request) => controlsFor(request).links.list())

  app.post('/_mock/links/cut', {
    schema: { summary: 'Cuts a link; a node against its own cluster is cut off from all', body: Cut, response }
  }, (request) => {
    const { links } = controlsFor(request)
    const { from, to, oneWay } = request.body
    links.cut(from, to, { oneWay })
    return links.list()
  })

  app.post('/_mock/links/partition', {
    schema: { summary: 'Cuts every link between two groups', body: Partition, response }
  }, (request) => {
    const { links } = controlsFor(request)
    links.partition(request.body.group, request.body.others)
    return links.list()
  })

  app.post('/_mock/links/heal', {
    schema: { summary: 'Heals a link, or all around one end, or everything', body: Heal, response }
  }, (request) => {
    const { links } = controlsFor(request)
    links.heal(request.body.from, request.body.to)
    return links.list()
  })

  app.post('/_mock/links/delay', {
    schema: { summary: 'Makes a link slow; 0 makes it fast again', body: Delay, response }
  }, (request) => {
    const { links } = controlsFor(request)
    const { from, to, delayMs } = request.body
    links.delay(from, to, delayMs)
    return links.list()
  })
})
