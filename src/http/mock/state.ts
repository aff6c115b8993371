// /_mock/state, /_mock/fixture, /_mock/reset: the whole world at once.
import { Readable } from 'node:stream'
import { Type } from '@sinclair/typebox'
import { unknown } from '../../control/problem.js'
import { inTurns, Turns } from '../../sim/wall-clock.js'
import { FIXTURES, isFixtureName } from '../../world/fixtures/index.js'
import { readSteps } from '../../world/saved-world.js'
import { savedText } from '../../world/saved-text.js'
import type { WorldState } from '../../world/world-state.js'
import { answers, controlPlugin, controlsFor, done, NOTHING_TO_SAY } from './control-plugin.js'
import { closed, HANDED_OUT, listOf, NodeView } from './views.js'

const Chosen = Type.Object({ name: Type.String(), rootToken: Type.Optional(Type.String()) })

/** As much text as is sent at a time. */
const CHUNK_CHARACTERS = 1 << 16

export const statePlugin = controlPlugin((app) => {
  // printed without loss, not by the serializer of a schema
  app.get('/_mock/state', {
    schema: { summary: 'The whole world as JSON; load it again with PUT, or with --fixture FILE' }
  }, (request, reply) => {
    reply.type('application/json').send(Readable.from(textOf(controlsFor(request).world.state)))
  })

  app.put('/_mock/state', {
    schema: {
      summary: 'Replaces the world; refused with the path of each wrong field',
      body: Type.Unknown(),
      response: NOTHING_TO_SAY
    }
  }, async (request, reply) => {
    const { world } = controlsFor(request)
    world.restore(await inTurns(readSteps(request.body, world.state)))
    done(reply)
    return reply
  })

  app.post('/_mock/reset', {
    schema: { summary: 'The world as it began; faults, journal and events are emptied', response: NOTHING_TO_SAY }
  }, (request, reply) => {
    controlsFor(request).reset()
    done(reply)
  })

  app.get('/_mock/fixtures', {
    schema: {
      summary: 'The names of the built-in fixtures',
      response: answers(closed({ fixtures: listOf(Type.String()) }))
    }
  }, () => ({ fixtures: Object.keys(FIXTURES) }))

  app.put('/_mock/fixture', {
    schema: {
      summary: 'Replaces the world by a built-in fixture; reset leads there from now on',
      body: Chosen,
      response: answers(closed({ nodes: listOf(NodeView), ...HANDED_OUT }))
    }
  }, async (request) => {
    const { name, rootToken } = request.body
    if (!isFixtureName(name)) throw unknown('fixture', name, Object.keys(FIXTURES))
    const controls = controlsFor(request)
    controls.loadFixture(name, { rootToken })
    await controls.settled()
    return { nodes: controls.nodes.list(), ...controls.world.handedOut }
  })
})

/** Of one instant, whatever happens while it is sent: written in turns, between which requests are answered. */
async function * textOf (state: WorldState): AsyncGenerator<string> {
  const turns = new Turns()
  let text = ''
  for (const piece of savedText(state)) {
    text += piece
    if (turns.isOver) await turns.next()
    if (text.length < CHUNK_CHARACTERS) continue
    yield text
    text = ''
  }
  yield `${text}\n`
}
