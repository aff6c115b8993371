// /_mock/replication: what can be done to a cluster's part in it, without tokens.
import { Type } from '@sinclair/typebox'
import { answers, controlPlugin, controlsFor } from './control-plugin.js'
import { ArrowView, closed, listOf, oneOf, PartView } from './views.js'
import { overviewOf } from '../../control/overview.js'
import type { Controls } from '../../control/controls.js'

const Kind = Type.Object({ kind: oneOf('performance', 'dr') })
const Whose = closed({ cluster: Type.String({ description: 'label' }) })
const Stand = closed({ parts: listOf(PartView), replication: listOf(ArrowView) })

const ACTIONS = {
  promote: 'Makes a secondary the primary; the old one goes on being one',
  demote: 'Makes a primary a secondary that follows nobody'
} as const

export const replicationPlugin = controlPlugin((app) => {
  app.get('/_mock/replication', {
    schema: { summary: 'Which part each cluster plays, and who follows whom', response: answers(Stand) }
  }, (request) => standOf(controlsFor(request)))

  for (const word of ['promote', 'demote'] as const) {
    app.post(`/_mock/replication/:kind/${word}`, {
      schema: { summary: ACTIONS[word], params: Kind, body: Whose, response: answers(Stand) }
    }, (request) => {
      const controls = controlsFor(request)
      controls.replication[word](request.body.cluster, request.params.kind)
      return standOf(controls)
    })
  }
})

function standOf ({ world }: Controls): Pick<ReturnType<typeof overviewOf>, 'parts' | 'replication'> {
  const { parts, replication } = overviewOf(world)
  return { parts, replication }
}
