// The door of a node: where a request goes before the app sees it. To the controls, to another world, into the journal, or
// nowhere, as the node does not run.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { ProcessState } from '../cluster/node.js'
import { messageBody } from './errors.js'
import { resetConnection } from './fault-effects.js'
import { intercept, PREFER } from './intercept.js'
import { addressTo, type Addressee } from './addressee.js'

type Handle = (request: IncomingMessage, response: ServerResponse) => void

const WORLD = 'x-vault-mock-world'
const UNDERSCORE = 95
const IN_WORLD = /^\/_mock\/worlds\/([\w.-]+)(?:\/nodes\/([^/?]+))?(\/(?:v1|_mock)\/.*)$/

/** Requests to a node with the controls on. */
export function doorOf (app: FastifyInstance, addressee: Addressee): Handle {
  return (request, response) => {
    const { url = '/', headers } = request
    if (url.charCodeAt(1) === UNDERSCORE && url.startsWith('/_mock/')) return enterControls(app, addressee, request, response)
    const name = headers[WORLD]
    if (name === undefined) return enter(app, addressee, request, response)
    const elsewhere = sameNodeIn(addressee, String(name))
    if (elsewhere === undefined) sayUnknown(response, String(name))
    else enter(app, elsewhere, request, response)
  }
}

/** The node of another world that stands for this one: of the same name, else the first. */
function sameNodeIn (addressee: Addressee, name: string, id = addressee.node.id): Addressee | undefined {
  const controls = addressee.controls?.worlds.find(name)
  if (controls === undefined) return undefined
  const { world, world: { nodes } } = controls
  const node = nodes.find((other) => other.networkName === id.replace(':', '/')) ?? nodes.find((other) => other.id === id) ?? nodes[0]
  return node && { world, node, controls }
}

function sayUnknown (response: ServerResponse, name: string): void {
  response.writeHead(404, { 'Content-Type': 'application/json' })
  response.end(messageBody(`there is no world "${name}"`))
}

function enter (app: FastifyInstance, addressee: Addressee, request: IncomingMessage, response: ServerResponse): void {
  const { node, controls } = addressee
  if (node.process !== 'running') return meetStandstill(app, addressee, request, response)
  addressTo(request, addressee)
  const observers = controls?.observers
  if (observers === undefined && request.headers[PREFER] === undefined) app.routing(request, response)
  else intercept(observers, { node, request, response, proceed: () => { app.routing(request, response) } })
}

/** A stopped node has no process that could answer; a paused one answers when it goes on. */
function meetStandstill (app: FastifyInstance, addressee: Addressee, request: IncomingMessage, response: ServerResponse): void {
  const { node } = addressee
  if (node.process === 'stopped') return resetConnection({ request, response })
  const goOn = (process: ProcessState): void => {
    if (process === 'paused') return
    node.processListeners.delete(goOn)
    // once the action that lets it go on is complete
    queueMicrotask(() => { enter(app, addressee, request, response) })
  }
  node.processListeners.add(goOn)
}

/** Below `/_mock/`: a world's own prefix, or the controls. */
function enterControls (app: FastifyInstance, addressee: Addressee, request: IncomingMessage, response: ServerResponse): void {
  const inWorld = IN_WORLD.exec(request.url ?? '')
  if (inWorld === null) return control(addressee, request, response)
  const [, name = '', id, rest = '/'] = inWorld
  const elsewhere = sameNodeIn(addressee, name, id)
  if (elsewhere === undefined) return sayUnknown(response, name)
  request.url = rest
  if (rest.startsWith('/_mock/')) control(elsewhere, request, response)
  else enter(app, elsewhere, request, response)
}

let controlApp: Promise<FastifyInstance> | undefined

/** The controls are compiled when they are first used: most servers never are. */
function control (addressee: Addressee, request: IncomingMessage, response: ServerResponse): void {
  addressTo(request, addressee)
  controlApp ??= import('./mock/app.js').then(async ({ buildControlApp }) => await buildControlApp())
  controlApp.then((app) => { app.routing(request, response) }, (error: Error) => { response.destroy(error) })
}
