// /_mock/worlds: many worlds behind the same listeners.
import { Type } from '@sinclair/typebox'
import { unknown } from '../../control/problem.js'
import { FIXTURES, isFixtureName } from '../../world/fixtures/index.js'
import { REGION_FORM, TIME_FORM, WORLD_FORM } from '../../world/world-options.js'
import { answers, baseUrlOf, controlPlugin, controlsFor, done, NOTHING_TO_SAY } from './control-plugin.js'
import { closed, HANDED_OUT, listOf, NodeView, Problems } from './views.js'

/** What `createServer` takes, but for what belongs to sockets. */
const NewWorld = closed({
  name: Type.String({ pattern: '^[\\w.-]+$', description: 'letters, digits, -, _ and .' }),
  fixture: Type.Optional(Type.String()),
  ...WORLD_FORM,
  ...TIME_FORM,
  nomad: Type.Optional(Type.Union([Type.Literal(false), closed(REGION_FORM)], { description: 'false, or the region' }))
})

const Made = closed({ name: Type.String(), url: Type.String(), nodes: listOf(NodeView), ...HANDED_OUT })

export const worldPlugin = controlPlugin((app) => {
  app.get('/_mock/worlds', {
    schema: { summary: 'Their names', response: answers(closed({ worlds: listOf(Type.String()) })) }
  }, (request) => ({ worlds: controlsFor(request).worlds.names }))

  app.post('/_mock/worlds', {
    schema: {
      summary: 'Makes a world that shares nothing; its address is in the answer',
      body: NewWorld,
      response: { 201: Made, '4xx': Problems }
    }
  }, (request, reply) => {
    const { name, fixture = 'dev', ...options } = request.body
    if (!isFixtureName(fixture)) throw unknown('fixture', fixture, Object.keys(FIXTURES))
    const baseUrl = baseUrlOf(request)
    const made = controlsFor(request).worlds.create(name, { ...options, fixture }, baseUrl)
    reply.code(201)
    return { name, url: `${baseUrl}/_mock/worlds/${name}`, nodes: made.nodes.list(), ...made.world.handedOut }
  })

  app.delete('/_mock/worlds', {
    schema: { summary: 'Drops all but the default one', response: NOTHING_TO_SAY }
  }, (request, reply) => {
    controlsFor(request).worlds.dropAll()
    done(reply)
  })

  app.delete('/_mock/worlds/:name', {
    schema: { summary: 'Drops one', params: Type.Object({ name: Type.String() }), response: NOTHING_TO_SAY }
  }, (request, reply) => {
    controlsFor(request).worlds.drop(request.params.name)
    done(reply)
  })
})
