// /_mock/nomad/servers: what can be done to a server of the Nomad region.
import { Type } from '@sinclair/typebox'
import { answers, controlPlugin, controlsFor } from './control-plugin.js'
import { closed, listOf, NomadServerView } from './views.js'

const Named = Type.Object({ server: Type.String({ description: 'its name, e.g. server-1, or its raft id' }) })

const ACTIONS = [
  ['kill', 'Ends its process; connections are refused, its data stays'],
  ['start', 'Starts it again'],
  ['pause', 'Stops it: connections are taken and never answered'],
  ['resume', 'Lets it go on'],
  ['elect', 'Makes it the leader now']
] as const

export const nomadPlugin = controlPlugin((app) => {
  const response = answers(NomadServerView)

  app.get('/_mock/nomad/servers', {
    schema: {
      summary: 'All servers of the Nomad region',
      response: answers(closed({ servers: listOf(NomadServerView) }))
    }
  }, (request) => ({ servers: controlsFor(request).nomad.list() }))

  app.get('/_mock/nomad/servers/:server', {
    schema: { summary: 'One server of the Nomad region', params: Named, response }
  }, (request) => controlsFor(request).nomad.status(request.params.server))

  for (const [word, summary] of ACTIONS) {
    app.post(`/_mock/nomad/servers/:server/${word}`, { schema: { summary, params: Named, response } }, (request) => {
      const { nomad } = controlsFor(request)
      nomad[word](request.params.server)
      return nomad.status(request.params.server)
    })
  }
})
