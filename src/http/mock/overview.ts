// /_mock/overview and /_mock/contents: the world at a glance, and what its clusters hold.
import { Type } from '@sinclair/typebox'
import { contentAt, contentsOf } from '../../control/contents.js'
import { overviewOf } from '../../control/overview.js'
import { answers, controlPlugin, controlsFor } from './control-plugin.js'
import { LinksView } from './links.js'
import { ArrowView } from './replication.js'
import {
  closed, FaultView, listOf, NodeView, NomadServerView, Nullable, PartView, TimeView
} from './views.js'

/** The page looks every second: that is no news. */
const UNLOGGED = { logLevel: 'warn' } as const
/** Of what is to come, the overview has the next. */
const NEXT_PENDING = 100

const NodeOverview = closed({
  ...NodeView.properties,
  removed: Type.Boolean(),
  commitIndex: Type.Integer(),
  lastContactMs: Nullable.number,
  knownLeader: Nullable.text
})

const Election = closed({
  term: Type.Integer(), leader: Type.String(), voters: Type.Integer(), grantedBy: listOf(Type.String())
})

const ClusterOverview = closed({
  label: Type.String(),
  key: Type.String(),
  initialized: Type.Boolean(),
  term: Type.Integer(),
  lastIndex: Type.Integer(),
  leader: Nullable.text,
  hasQuorum: Type.Boolean(),
  election: Type.Union([Election, Type.Null()]),
  nodes: listOf(NodeOverview)
})

const OverviewView = closed({
  profile: Type.String(),
  edition: Type.String(),
  time: TimeView,
  clusters: listOf(ClusterOverview),
  parts: listOf(PartView),
  replication: listOf(ArrowView),
  links: LinksView,
  nomad: listOf(NomadServerView),
  faults: listOf(FaultView),
  checkpoints: listOf(Type.String()),
  worlds: listOf(Type.String()),
  rootToken: Type.Optional(Type.String({ description: 'with reveal=true' }))
})

const ContentsView = closed({
  cluster: Type.String(),
  mounts: listOf(closed({
    path: Type.String(),
    type: Type.String(),
    description: Type.String(),
    accessor: Type.String(),
    paths: listOf(Type.String()),
    more: Type.Integer({ description: 'entries beyond those listed: the first thousand secrets' })
  })),
  policies: listOf(Type.String()),
  tokens: listOf(closed({
    accessor: Type.String(),
    displayName: Type.String(),
    type: Type.String(),
    policies: listOf(Type.String()),
    path: Type.String(),
    expiresAtMs: Nullable.number
  }))
})

const Revealed = { reveal: Type.Optional(Type.Boolean({ description: 'shows secrets, too' })) }
const InCluster = { cluster: Type.Optional(Type.String({ description: 'label; by default the first' })) }

export const overviewPlugin = controlPlugin((app) => {
  app.get('/_mock/overview', {
    ...UNLOGGED,
    schema: {
      summary: 'The world at a glance: clusters, nodes, links, replication, time, faults',
      querystring: Type.Object(Revealed),
      response: answers(OverviewView)
    }
  }, (request) => {
    const { world, time, links, nomad, faults, checkpoints, worlds } = controlsFor(request)
    const { pending, ...now } = time.status()
    return {
      profile: world.profile.name,
      edition: world.edition,
      time: { ...now, pending: pending.slice(0, NEXT_PENDING) },
      ...overviewOf(world),
      links: links.list(),
      nomad: nomad.list(),
      faults: faults.list(),
      checkpoints: checkpoints.names,
      worlds: worlds.names,
      rootToken: request.query.reveal === true ? world.handedOut.rootToken : undefined
    }
  })

  app.get('/_mock/contents', {
    ...UNLOGGED,
    schema: {
      summary: 'What a cluster holds: mounts and their secrets, policies, tokens; no values',
      querystring: Type.Object(InCluster),
      response: answers(ContentsView)
    }
  }, async (request) => await contentsOf(controlsFor(request).world, request.query.cluster))

  app.get('/_mock/contents/entry', {
    schema: {
      summary: 'What lies at a path: a secret\'s latest version, a policy; values of secrets masked',
      querystring: Type.Object({ path: Type.String(), ...InCluster, ...Revealed }),
      response: answers(closed({ path: Type.String(), version: Nullable.number, value: Type.Unknown() }))
    }
  }, (request) => {
    const { path, cluster, reveal } = request.query
    return contentAt(controlsFor(request).world, path, { cluster, reveal })
  })
})
