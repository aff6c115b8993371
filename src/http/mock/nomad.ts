// /_mock/nomad/servers: what can be done to a server of the Nomad region.
import { Type } from '@sinclair/typebox'
import { controlsFor, type ControlApp } from './app.js'

const Named = Type.Object({ server: Type.String({ description: 'its name, e.g. server-1, or its raft id' }) })

const ACTIONS = {
  kill: 'Ends its process; connections are refused, its data stays',
  start: 'Starts it again',
  pause: 'Stops it: connections are taken and never answered',
  resume: 'Lets it go on',
  elect: 'Makes it the leader now'
} as const

export function nomadRoutes (app: ControlApp): void {
  app.get('/_mock/nomad/servers', { schema: { summary: 'All servers of the Nomad region' } }, (request) => ({ servers: controlsFor(request).nomad.list() }))
  app.get('/_mock/nomad/servers/:server', { schema: { summary: 'One server of the Nomad region', params: Named } }, (request) => controlsFor(request).nomad.status(request.params.server))

  for (const [word, summary] of Object.entries(ACTIONS) as [keyof typeof ACTIONS, string][]) {
    app.post(`/_mock/nomad/servers/:server/${word}`, { schema: { summary, params: Named } }, (request) => {
      const { nomad } = controlsFor(request)
      nomad[word](request.params.server)
      return nomad.status(request.params.server)
    })
  }
}
