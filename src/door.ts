// The door of a node: where a request goes before the app sees it. To the controls, to another world, into the journal, or
// nowhere, as the node does not run.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Node, ProcessState } from './cluster/node.js'
import { worldOf } from './control/names.js'
import { messageBody } from './http/errors.js'
import { resetConnection } from './http/fault-effects.js'
import { intercept, PREFER } from './http/intercept.js'
import { addressTo } from './http/request-node.js'

type Handle = (request: IncomingMessage, response: ServerResponse) => void

const WORLD = 'x-vault-mock-world'
const UNDERSCORE = 95
const IN_WORLD = /^\/_mock\/worlds\/([\w.-]+)(?:\/nodes\/([^/?]+))?(\/(?:v1|_mock)\/.*)$/

/** Requests to a node with the controls on. */
export function doorOf (app: FastifyInstance, node: Node): Handle {
  return (request, response) => {
    const { url = '/', headers } = request
    if (url.charCodeAt(1) === UNDERSCORE && url.startsWith('/_mock/')) return enterControls(app, node, request, response)
    const name = headers[WORLD]
    if (name === undefined) return enter(app, node, request, response)
    const elsewhere = nodeIn(node, String(name))
    if (elsewhere === undefined) sayUnknown(response, String(name))
    else enter(app, elsewhere, request, response)
  }
}

/** The node of another world that stands for this one: of the same name, else the first. */
function nodeIn (node: Node, name: string, id = node.id): Node | undefined {
  const nodes = worldOf(node).controls.worlds.find(name)?.nodes
  return nodes?.find((other) => other.networkName === id.replace(':', '/')) ?? nodes?.find((other) => other.id === id) ?? nodes?.[0]
}

function sayUnknown (response: ServerResponse, name: string): void {
  response.writeHead(404, { 'Content-Type': 'application/json' })
  response.end(messageBody(`there is no world "${name}"`))
}

function enter (app: FastifyInstance, node: Node, request: IncomingMessage, response: ServerResponse): void {
  if (node.process !== 'running') return meetStandstill(app, node, request, response)
  addressTo(request, node)
  const { watch } = worldOf(node)
  if (watch === undefined && request.headers[PREFER] === undefined) app.routing(request, response)
  else intercept(watch, { node, request, response, proceed: () => { app.routing(request, response) } })
}

/** A stopped node has no process that could answer; a paused one answers when it goes on. */
function meetStandstill (app: FastifyInstance, node: Node, request: IncomingMessage, response: ServerResponse): void {
  if (node.process === 'stopped') return resetConnection({ request, response })
  const goOn = (process: ProcessState): void => {
    if (process === 'paused') return
    node.processListeners.delete(goOn)
    // once the action that lets it go on is complete
    queueMicrotask(() => { enter(app, node, request, response) })
  }
  node.processListeners.add(goOn)
}

/** Below `/_mock/`: a world's own prefix, or the controls. */
function enterControls (app: FastifyInstance, node: Node, request: IncomingMessage, response: ServerResponse): void {
  const inWorld = IN_WORLD.exec(request.url ?? '')
  if (inWorld === null) return control(node, request, response)
  const [, name = '', id, rest = '/'] = inWorld
  const elsewhere = nodeIn(node, name, id)
  if (elsewhere === undefined) return sayUnknown(response, name)
  request.url = rest
  if (rest.startsWith('/_mock/')) control(elsewhere, request, response)
  else enter(app, elsewhere, request, response)
}

let controlApp: Promise<FastifyInstance> | undefined

/** The controls are compiled when they are first used: most servers never are. */
function control (node: Node, request: IncomingMessage, response: ServerResponse): void {
  addressTo(request, node)
  controlApp ??= import('./routes/mock/app.js').then(async ({ buildControlApp }) => await buildControlApp())
  controlApp.then((app) => { app.routing(request, response) }, (error: Error) => { response.destroy(error) })
}
