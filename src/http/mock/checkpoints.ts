// /_mock/checkpoints: named states, kept in this process.
import { Type } from '@sinclair/typebox'
import { answers, baseUrlOf, controlPlugin, controlsFor, done, NOTHING_TO_SAY } from './control-plugin.js'
import { closed, listOf, NodeView } from './views.js'

const Named = Type.Object({ name: Type.String() })
const Pair = Type.Object({ name: Type.String(), other: Type.String() })
const Fork = Type.Object({ world: Type.String({ description: 'its name' }) })
const Difference = closed({
  cluster: Type.String(), added: listOf(Type.String()), removed: listOf(Type.String()), changed: listOf(Type.String())
})

export const checkpointPlugin = controlPlugin((app) => {
  app.get('/_mock/checkpoints', {
    schema: { summary: 'Their names', response: answers(closed({ checkpoints: listOf(Type.String()) })) }
  }, (request) => ({ checkpoints: controlsFor(request).checkpoints.names }))

  app.put('/_mock/checkpoints/:name', {
    schema: { summary: 'Saves the world under a name', params: Named, response: NOTHING_TO_SAY }
  }, (request, reply) => {
    controlsFor(request).checkpoints.save(request.params.name)
    done(reply)
  })

  app.post('/_mock/checkpoints/:name/restore', {
    schema: { summary: 'Makes the world what it was', params: Named, response: NOTHING_TO_SAY }
  }, (request, reply) => {
    controlsFor(request).checkpoints.restore(request.params.name)
    done(reply)
  })

  app.post('/_mock/checkpoints/:name/fork', {
    schema: {
      summary: 'Makes a world of its own that begins there',
      params: Named,
      body: Fork,
      response: answers(closed({ world: Type.String(), nodes: listOf(NodeView) }))
    }
  }, (request) => {
    const { checkpoints, worlds } = controlsFor(request)
    const fork = checkpoints.fork(request.params.name)
    worlds.adopt(request.body.world, fork, baseUrlOf(request))
    return { world: request.body.world, nodes: fork.nodes.list() }
  })

  app.delete('/_mock/checkpoints/:name', {
    schema: { summary: 'Forgets it', params: Named, response: NOTHING_TO_SAY }
  }, (request, reply) => {
    controlsFor(request).checkpoints.drop(request.params.name)
    done(reply)
  })

  app.get('/_mock/checkpoints/:name/diff/:other', {
    schema: {
      summary: 'What the other has that this one has not, and so on; "start" and "now" are names, too',
      params: Pair,
      response: answers(closed({ clusters: listOf(Difference) }))
    }
  }, (request) => {
    const { name, other } = request.params
    return { clusters: controlsFor(request).checkpoints.diff(name, other) }
  })
})
