// /_mock/state, /_mock/fixture, /_mock/reset: the whole world at once.
import { Type } from '@sinclair/typebox'
import { FIXTURES, isFixtureName } from '../../world/fixtures/index.js'
import { unknown } from '../../control/problem.js'
import { printJson } from '../../json/index.js'
import { loadWorld, saveWorld } from '../../world/saved-world.js'
import { controlsFor, type ControlApp } from './app.js'

export function stateRoutes (app: ControlApp): void {
  app.get('/_mock/state', { schema: { summary: 'The whole world as JSON; load it again with PUT, or with --fixture FILE' } }, (request, reply) =>
    reply.type('application/json').send(`${printJson(saveWorld(controlsFor(request).world))}\n`))

  app.put('/_mock/state', { schema: { summary: 'Replaces the world; refused with the path of each wrong field', body: Type.Unknown() } }, (request, reply) => {
    loadWorld(controlsFor(request).world, request.body)
    return reply.code(204).send()
  })

  app.post('/_mock/reset', { schema: { summary: 'The world as it began; faults, journal and events are emptied' } }, (request, reply) => {
    controlsFor(request).reset()
    return reply.code(204).send()
  })

  app.get('/_mock/fixtures', { schema: { summary: 'The names of the built-in fixtures' } }, () => ({ fixtures: Object.keys(FIXTURES) }))

  app.put('/_mock/fixture', {
    schema: { summary: 'Replaces the world by a built-in fixture; reset leads there from now on', body: Type.Object({ name: Type.String(), rootToken: Type.Optional(Type.String()) }) }
  }, async (request) => {
    const { name, rootToken } = request.body
    if (!isFixtureName(name)) throw unknown('fixture', name, Object.keys(FIXTURES))
    const controls = controlsFor(request)
    controls.loadFixture(name, { rootToken })
    await controls.settled()
    return { nodes: controls.nodes.list(), ...controls.world.handedOut }
  })
}
