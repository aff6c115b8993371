// /_mock/events: what happened in the world.
import { Type } from '@sinclair/typebox'
import { controlsFor, type ControlApp } from './app.js'

const Filter = Type.Object({ kind: Type.Optional(Type.String()), node: Type.Optional(Type.String()), cluster: Type.Optional(Type.String()), after: Type.Optional(Type.Integer({ description: 'only those with a larger number' })) })

export function eventRoutes (app: ControlApp): void {
  app.get('/_mock/events', { schema: { summary: 'Elections, changes of members, seals, and what the controls did', querystring: Filter } }, (request) => ({ events: controlsFor(request).events.list(request.query) }))
}
