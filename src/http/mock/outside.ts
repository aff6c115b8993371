// /_mock/outside: what exists beyond the server, and what its engines asked of it.
import { Type } from '@sinclair/typebox'
import { SystemsForm } from '../../cluster/outside.js'
import type { OutsideOptions } from '../../world/outside.js'
import { answers, controlPlugin, controlsFor, done, NOTHING_TO_SAY } from './control-plugin.js'
import { closed, listOf } from './views.js'

const MET = ['nothing', 'anything', 'known', 'loopback'] as const
const Otherwise = Type.Union([Type.Literal('nothing'), Type.Literal('anything')], {
  description: 'what is met at other addresses: nothing, anything'
})
const There = closed({ otherwise: Type.Optional(Otherwise), ...SystemsForm.properties })
// says itself what is wrong with it
const Told = Type.Unsafe<OutsideOptions>(
  Type.Unknown({ description: '"anything", "nothing", or an object of systems by address' })
)
const Added = Type.Unsafe<Exclude<OutsideOptions, string>>(
  Type.Record(Type.String(), Type.Unknown(), { description: 'systems by address' })
)

const CallView = closed({
  number: Type.Integer(),
  atMs: Type.Number(),
  system: Type.String(),
  address: Type.String(),
  asked: Type.String({ description: 'in words' }),
  statements: Type.Optional(listOf(Type.String({ description: 'what was run, passwords as {{password}}' }))),
  met: Type.Union(MET.map((met) => Type.Literal(met))),
  reason: Type.Optional(Type.String({ description: 'why nothing was met' }))
})
const Filter = Type.Object({
  system: Type.Optional(Type.String()),
  address: Type.Optional(Type.String({ description: 'glob' })),
  contains: Type.Optional(Type.String({ description: 'text that what was asked, or a statement, contains' })),
  after: Type.Optional(Type.Integer({ description: 'only those with a larger number' }))
})

export const outsidePlugin = controlPlugin((app) => {
  const response = answers(There)

  app.get('/_mock/outside', {
    schema: { summary: 'What exists beyond the server: systems by kind and address', response }
  }, (request) => controlsFor(request).outside.list())

  app.put('/_mock/outside', {
    schema: { summary: 'Tells what exists beyond the server, in place of what was told before', body: Told, response }
  }, (request) => {
    const { outside } = controlsFor(request)
    outside.set(request.body)
    return outside.list()
  })

  app.patch('/_mock/outside', {
    schema: { summary: 'Adds systems, or replaces those at the same addresses', body: Added, response }
  }, (request) => {
    const { outside } = controlsFor(request)
    outside.add(request.body)
    return outside.list()
  })

  app.get('/_mock/outside/calls', {
    schema: {
      summary: 'What engines asked of other systems, oldest first: logins, token reviews, statements',
      querystring: Filter,
      response: answers(closed({ calls: listOf(CallView) }))
    }
  }, (request) => ({ calls: controlsFor(request).outside.calls(request.query) }))

  app.delete('/_mock/outside/calls', {
    schema: { summary: 'Forgets what was asked', response: NOTHING_TO_SAY }
  }, (request, reply) => {
    controlsFor(request).outside.forgetCalls()
    done(reply)
  })
})
