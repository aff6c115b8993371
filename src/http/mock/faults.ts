// /_mock/faults: rules about what becomes of requests.
import { Type } from '@sinclair/typebox'
import { FaultSpec } from '../../control/fault-schema.js'
import { answers, controlPlugin, controlsFor, done, NOTHING_TO_SAY } from './control-plugin.js'
import { closed, FaultView, listOf, Problems } from './views.js'

const Numbered = Type.Object({ id: Type.Integer() })

export const faultPlugin = controlPlugin((app) => {
  app.get('/_mock/faults', {
    schema: {
      summary: 'All rules, with how many requests they saw and met',
      response: answers(closed({ faults: listOf(FaultView) }))
    }
  }, (request) => ({ faults: controlsFor(request).faults.list() }))

  app.post('/_mock/faults', {
    schema: {
      summary: 'Adds a rule; the first in the list that meets a request decides',
      body: FaultSpec,
      response: { 201: FaultView, '4xx': Problems }
    }
  }, (request, reply) => {
    reply.code(201)
    return controlsFor(request).faults.add(request.body)
  })

  app.delete('/_mock/faults', { schema: { summary: 'Removes all rules', response: NOTHING_TO_SAY } }, (request, reply) => {
    controlsFor(request).faults.removeAll()
    done(reply)
  })

  app.get('/_mock/faults/:id', {
    schema: { summary: 'One rule', params: Numbered, response: answers(FaultView) }
  }, (request) => controlsFor(request).faults.get(request.params.id))

  app.delete('/_mock/faults/:id', {
    schema: { summary: 'Removes one rule', params: Numbered, response: NOTHING_TO_SAY }
  }, (request, reply) => {
    controlsFor(request).faults.remove(request.params.id)
    done(reply)
  })
})
