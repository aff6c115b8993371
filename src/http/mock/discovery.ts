// /_mock/discovery: what `auto_join` finds.
import { Type } from '@sinclair/typebox'
import { answers, controlPlugin, controlsFor } from './control-plugin.js'
import { closed, listOf } from './views.js'

const TOLD = 'provider=aws tag_value=vault=10.0.0.1,10.0.0.2'
const Discovery = closed({ discover: listOf(Type.String({ description: `e.g. ${TOLD}` })) })

const response = answers(Discovery)

export const discoveryPlugin = controlPlugin((app) => {
  app.get('/_mock/discovery', {
    schema: { summary: 'What auto_join finds, beside the nodes of the world with provider=mock', response }
  }, (request) => ({ discover: controlsFor(request).discovery.list() }))

  app.put('/_mock/discovery', {
    schema: { summary: 'Tells the world what auto_join finds, in place of what it was told before', body: Discovery, response }
  }, (request) => {
    const { discovery } = controlsFor(request)
    discovery.set(request.body.discover)
    return { discover: discovery.list() }
  })
})
