// /_mock/checkpoints: named states, kept in this process.
import { Type } from '@sinclair/typebox'
import { controlsFor, type ControlApp } from './app.js'
import { baseUrlOf } from './base-url.js'

const Named = Type.Object({ name: Type.String() })

export function checkpointRoutes (app: ControlApp): void {
  app.get('/_mock/checkpoints', { schema: { summary: 'Their names' } }, (request) => ({ checkpoints: controlsFor(request).checkpoints.names }))

  app.put('/_mock/checkpoints/:name', { schema: { summary: 'Saves the world under a name', params: Named } }, (request, reply) => {
    controlsFor(request).checkpoints.save(request.params.name)
    return reply.code(204).send()
  })

  app.post('/_mock/checkpoints/:name/restore', { schema: { summary: 'Makes the world what it was', params: Named } }, (request, reply) => {
    controlsFor(request).checkpoints.restore(request.params.name)
    return reply.code(204).send()
  })

  app.post('/_mock/checkpoints/:name/fork', { schema: { summary: 'Makes a world of its own that begins there', params: Named, body: Type.Object({ world: Type.String({ description: 'its name' }) }) } }, (request) => {
    const controls = controlsFor(request)
    const fork = controls.checkpoints.fork(request.params.name)
    controls.worlds.adopt(request.body.world, fork, baseUrlOf(request))
    return { world: request.body.world, nodes: fork.nodes.list() }
  })

  app.delete('/_mock/checkpoints/:name', { schema: { summary: 'Forgets it', params: Named } }, (request, reply) => {
    controlsFor(request).checkpoints.drop(request.params.name)
    return reply.code(204).send()
  })

  app.get('/_mock/checkpoints/:name/diff/:other', {
    schema: { summary: 'What the other has that this one has not, and so on; "start" and "now" are names, too', params: Type.Object({ name: Type.String(), other: Type.String() }) }
  }, (request) => ({ clusters: controlsFor(request).checkpoints.diff(request.params.name, request.params.other) }))
}
