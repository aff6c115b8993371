// /_mock/replication: what can be done to a cluster's part in it, without tokens.
import { Type } from '@sinclair/typebox'
import type { Controls } from '../../control/controls.js'
import { overviewOf } from '../../control/overview.js'
import { answers, controlPlugin, controlsFor } from './control-plugin.js'
import { ReplicationLink } from './links.js'
import { closed, listOf, oneOf, PartView } from './views.js'

const Kind = Type.Object({ kind: oneOf('performance', 'dr') })
const Whose = closed({ cluster: Type.String({ description: 'label' }) })
const Promotion = closed({
  ...Whose.properties,
  force: Type.Optional(Type.Boolean({ description: 'although it has not caught up' }))
})
/** A link, and how far its secondary is behind. */
export const ArrowView = closed({
  ...ReplicationLink.properties,
  lag: Type.Union([Type.Integer(), Type.Null()], { description: 'writes that the secondary does not have' })
})
const Stand = closed({ parts: listOf(PartView), replication: listOf(ArrowView) })

export const replicationPlugin = controlPlugin((app) => {
  app.get('/_mock/replication', {
    schema: { summary: 'Which part each cluster plays, and who follows whom', response: answers(Stand) }
  }, (request) => standOf(controlsFor(request)))

  app.post('/_mock/replication/:kind/promote', {
    schema: {
      summary: 'Makes a secondary the primary; the old one goes on being one',
      params: Kind,
      body: Promotion,
      response: answers(Stand)
    }
  }, (request) => {
    const controls = controlsFor(request)
    const { cluster, force } = request.body
    controls.replication.promote(cluster, request.params.kind, { force })
    return standOf(controls)
  })

  app.post('/_mock/replication/:kind/demote', {
    schema: {
      summary: 'Makes a primary a secondary that follows nobody', params: Kind, body: Whose, response: answers(Stand)
    }
  }, (request) => {
    const controls = controlsFor(request)
    controls.replication.demote(request.body.cluster, request.params.kind)
    return standOf(controls)
  })
})

function standOf ({ world }: Controls): Pick<ReturnType<typeof overviewOf>, 'parts' | 'replication'> {
  const { parts, replication } = overviewOf(world)
  return { parts, replication }
}
