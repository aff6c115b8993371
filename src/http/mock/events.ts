// /_mock/events: what happened in the world.
import { Type } from '@sinclair/typebox'
import { answers, controlPlugin, controlsFor } from './control-plugin.js'
import { closed, listOf } from './views.js'

const Filter = Type.Object({
  kind: Type.Optional(Type.String()),
  node: Type.Optional(Type.String()),
  cluster: Type.Optional(Type.String()),
  after: Type.Optional(Type.Integer({ description: 'only those with a larger number' }))
})

const Event = closed({
  number: Type.Integer(),
  atMs: Type.Number({ description: 'the world\'s time' }),
  kind: Type.String(),
  cluster: Type.Optional(Type.String()),
  node: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String())
})

export const eventPlugin = controlPlugin((app) => {
  app.get('/_mock/events', {
    schema: {
      summary: 'Elections, changes of members, seals, and what the controls did',
      querystring: Filter,
      response: answers(closed({ events: listOf(Event) }))
    }
  }, (request) => ({ events: controlsFor(request).events.list(request.query) }))
})
