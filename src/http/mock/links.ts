// /_mock/links: what can be done to the network.
import { Type } from '@sinclair/typebox'
import { answers, controlPlugin, controlsFor } from './control-plugin.js'
import { closed, listOf, oneOf } from './views.js'

const End = Type.String({ description: 'a node, or a cluster for all its nodes: its label; where it replicates, its secondary id, name or id' })
const Cut = closed({ from: End, to: End, oneWay: Type.Optional(Type.Boolean()) })
const Partition = closed({ group: Type.Array(End), others: Type.Array(End) })
const Heal = closed({ from: Type.Optional(End), to: Type.Optional(End) })
const oneWay = Type.Optional(Type.Boolean())
const rate = Type.Optional(Type.Number({ minimum: 0 }))
const rates = { entriesPerSecond: rate, bytesPerSecond: rate }
const Delay = closed({ from: End, to: End, delayMs: Type.Number({ minimum: 0 }), oneWay })
const Limit = closed({ from: End, to: End, ...rates, oneWay })
const Skew = closed({
  cluster: Type.String({ description: 'label of a cluster, or a node' }),
  skewMs: Type.Integer({ description: 'how far its clock is ahead; below zero: behind' })
})

const ends = { from: Type.String(), to: Type.String() }
export const ReplicationLink = closed({
  kind: oneOf('performance', 'dr'),
  from: Type.String({ description: 'the primary: a label, or the name in the health of another process' }),
  to: Type.String({ description: 'the secondary, likewise' }),
  secondaryId: Type.String(),
  elsewhere: Type.Boolean({ description: 'whether the other end is in another process' }),
  connected: Type.Boolean(),
  state: Type.Optional(Type.String({ description: 'of a secondary of this world' }))
})

export const LinksView = closed({
  cuts: listOf(closed(ends)),
  delays: listOf(closed({ ...ends, delayMs: Type.Number(), oneWay: Type.Optional(Type.Literal(true)) })),
  limits: listOf(closed({ ...ends, ...rates })),
  skews: listOf(closed({ cluster: Type.String(), skewMs: Type.Integer() })),
  replication: listOf(ReplicationLink)
})
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
    const { from, to, delayMs, oneWay } = request.body
    links.delay(from, to, delayMs, { oneWay })
    return links.list()
  })

  app.post('/_mock/links/limit', {
    schema: { summary: 'Limits what replication sends over a link; 0 lets nothing through, no rate is no limit', body: Limit, response }
  }, (request) => {
    const { links } = controlsFor(request)
    const { from, to, oneWay, ...limit } = request.body
    links.limit(from, to, limit, { oneWay })
    return links.list()
  })

  app.post('/_mock/links/corrupt-merkle-tree', {
    schema: {
      summary: 'Spoils the merkle tree of a cluster, until a reindex',
      body: closed({ cluster: Type.String({ description: 'label of a cluster' }) }),
      response
    }
  }, (request) => {
    const { links } = controlsFor(request)
    links.corruptMerkleTree(request.body.cluster)
    return links.list()
  })

  app.post('/_mock/links/skew', {
    schema: { summary: 'Sets the clock of a cluster or a node ahead or back; 0 sets it right', body: Skew, response }
  }, (request) => {
    const { links } = controlsFor(request)
    links.skew(request.body.cluster, request.body.skewMs)
    return links.list()
  })
})
