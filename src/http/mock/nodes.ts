// /_mock/nodes: what can be done to a node.
import { Type } from '@sinclair/typebox'
import type { NodeControls } from '../../control/node-controls.js'
import { answers, controlPlugin, controlsFor } from './control-plugin.js'
import { closed, listOf, NodeView } from './views.js'

const Named = Type.Object({
  node: Type.String({ description: 'its id, e.g. raft_1; cluster:id where several have that id' })
})
const Opening = closed({
  unseal: Type.Optional(Type.Boolean({ description: 'opens it at once; without it a node comes up sealed' }))
})

type Action = (nodes: NodeControls, node: string) => void

const ACTIONS: Readonly<Record<string, { readonly summary: string, readonly act: Action }>> = {
  kill: {
    summary: 'Ends its process; connections are refused, its data stays',
    act: (nodes, node) => { nodes.kill(node) }
  },
  wipe: { summary: 'Deletes its data and starts it fresh', act: (nodes, node) => { nodes.wipe(node) } },
  pause: { summary: 'Stops it: connections are taken and never answered', act: (nodes, node) => { nodes.pause(node) } },
  resume: { summary: 'Lets it go on', act: (nodes, node) => { nodes.resume(node) } },
  seal: { summary: 'Seals it', act: (nodes, node) => { nodes.seal(node) } },
  unseal: { summary: 'Unseals it without a key', act: (nodes, node) => { nodes.unseal(node) } },
  elect: { summary: 'Makes it the leader now', act: (nodes, node) => { nodes.elect(node) } },
  'step-down': { summary: 'Makes it give up leading', act: (nodes, node) => { nodes.stepDown(node) } }
}

const STARTS = { start: 'Starts it; its data is still there', restart: 'Kills it and starts it' } as const

export const nodePlugin = controlPlugin((app) => {
  const response = answers(NodeView)

  app.get('/_mock/nodes', {
    schema: { summary: 'All nodes', response: answers(closed({ nodes: listOf(NodeView) })) }
  }, (request) => ({ nodes: controlsFor(request).nodes.list() }))

  app.get('/_mock/nodes/:node', {
    schema: { summary: 'One node', params: Named, response }
  }, (request) => controlsFor(request).nodes.status(nameIn(request.params.node)))

  for (const [word, { summary, act }] of Object.entries(ACTIONS)) {
    app.post(`/_mock/nodes/:node/${word}`, { schema: { summary, params: Named, response } }, (request) => {
      const { nodes } = controlsFor(request)
      const name = nameIn(request.params.node)
      act(nodes, name)
      return nodes.status(name)
    })
  }

  for (const word of ['start', 'restart'] as const) {
    app.post(`/_mock/nodes/:node/${word}`, {
      schema: { summary: STARTS[word], params: Named, body: Opening, response }
    }, (request) => {
      const { nodes } = controlsFor(request)
      const name = nameIn(request.params.node)
      nodes[word](name, request.body)
      return nodes.status(name)
    })
  }
})

/** A slash cannot stand in a segment: `east:raft_0` is `east/raft_0`. */
function nameIn (segment: string): string {
  return segment.replace(':', '/')
}
