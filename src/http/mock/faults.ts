// /_mock/faults: rules about what becomes of requests.
import { Type } from '@sinclair/typebox'
import { FaultSpec } from '../../control/fault-schema.js'
import { controlsFor, type ControlApp } from './app.js'

const Numbered = Type.Object({ id: Type.Integer() })

export function faultRoutes (app: ControlApp): void {
  app.get('/_mock/faults', { schema: { summary: 'All rules, with how many requests they saw and met' } }, (request) => ({ faults: controlsFor(request).faults.list() }))

  app.post('/_mock/faults', { schema: { summary: 'Adds a rule; the first in the list that meets a request decides', body: FaultSpec } }, (request, reply) =>
    reply.code(201).send(controlsFor(request).faults.add(request.body)))

  app.delete('/_mock/faults', { schema: { summary: 'Removes all rules' } }, (request, reply) => {
    controlsFor(request).faults.removeAll()
    return reply.code(204).send()
  })

  app.get('/_mock/faults/:id', { schema: { summary: 'One rule', params: Numbered } }, (request) => controlsFor(request).faults.get(request.params.id))

  app.delete('/_mock/faults/:id', { schema: { summary: 'Removes one rule', params: Numbered } }, (request, reply) => {
    controlsFor(request).faults.remove(request.params.id)
    return reply.code(204).send()
  })
}
