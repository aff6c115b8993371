// Where a request goes before an app sees it: to the controls, to another world, or nowhere, as the node does not run.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { ProcessState } from '../cluster/node.js'
import { refusesControl, refusesHost, type Access } from './callers.js'
import { messageBody } from './errors.js'
import { endWithClient, resetConnection } from './fault-effects.js'
import { addressTo, type Addressee } from './addressee.js'
import { sendPage } from './page.js'

type Exchange = [request: IncomingMessage, response: ServerResponse]
type Handle = (...exchange: Exchange) => void

const WORLD = 'x-vault-mock-world'
const UNDERSCORE = 95
const SMALL_U = 117
const PAGE = /^\/ui(?:[/?]|$)/
/** No names beside the usual ones, no token. */
const NO_ACCESS: Access = {}
/** A world's own Vault addresses: who knows a token of its may use them. */
const VAULT_IN_WORLD = /^\/_mock\/worlds\/[\w.-]+(?:\/nodes\/[^/?]+)?\/v1\//
const IN_WORLD = /^\/_mock\/worlds\/([\w.-]+)(?:\/nodes\/([^/?]+))?(\/(?:v1|_mock)\/.*)$/

/** Takes requests to a node where the controls are offered. */
export function entranceOf (app: FastifyInstance, addressee: Addressee): Handle {
  return (request, response) => {
    const { url = '/', headers } = request
    if (url.charCodeAt(1) === UNDERSCORE && url.startsWith('/_mock/')) {
      const refuses = VAULT_IN_WORLD.test(url) ? refusesHost : refusesControl
      if (refuses(request, response, addressee.access ?? NO_ACCESS)) return
      return enterControls(app, addressee, request, response)
    }
    if (url.charCodeAt(1) === SMALL_U && PAGE.test(url) && addressee.node.process === 'running') {
      if (!refusesHost(request, response, addressee.access ?? NO_ACCESS)) sendPage(request, response)
      return
    }
    const name = headers[WORLD]
    if (name === undefined) return enter(app, addressee, request, response)
    const elsewhere = sameNodeIn(addressee, String(name))
    if (elsewhere === undefined) sayUnknown(response, String(name))
    else enter(app, elsewhere, request, response)
  }
}

/**
 * Takes requests at an address of the controls' own, which no node's end reaches: the controls, the page, worlds by
 * their prefix, and nothing of the default world's.
 *
 * @param addressee gives the world's first node at any time
 */
export function controlEntranceOf (app: FastifyInstance, addressee: () => Addressee | undefined): Handle {
  return (request, response) => {
    const { url = '/' } = request
    const to = addressee()
    if (to === undefined) { response.destroy(); return }
    if (url.startsWith('/_mock/')) return entranceOf(app, to)(request, response)
    if (refusesHost(request, response, to.access ?? NO_ACCESS)) return
    if (PAGE.test(url)) return sendPage(request, response)
    if (url === '/') { response.writeHead(307, { Location: '/ui/' }).end(); return }
    response.writeHead(404, { 'Content-Type': 'application/json' })
    response.end(messageBody(`these are the controls: /_mock/ and /ui/; Vault answers at ${to.node.apiAddr}`))
  }
}

/** The node of another world that stands for this one: of the same name, else the first. */
function sameNodeIn (addressee: Addressee, name: string, id = addressee.node.id): Addressee | undefined {
  const controls = addressee.controls?.worlds.find(name)
  if (controls === undefined) return undefined
  const { world, world: { nodes } } = controls
  const node = nodes.find(({ networkName }) => networkName === id.replace(':', '/')) ??
    nodes.find((other) => other.id === id) ?? nodes[0]
  return node && { world, node, controls, access: addressee.access }
}

function sayUnknown (response: ServerResponse, name: string): void {
  response.writeHead(404, { 'Content-Type': 'application/json' })
  response.end(messageBody(`there is no world "${name}"`))
}

function enter (app: FastifyInstance, addressee: Addressee, ...[request, response]: Exchange): void {
  if (addressee.node.process !== 'running') return meetNoProcess(app, addressee, request, response)
  addressTo(request, addressee)
  app.routing(request, response)
}

/** A stopped node has no process that could answer; a paused one answers when it goes on. */
function meetNoProcess (app: FastifyInstance, addressee: Addressee, ...[request, response]: Exchange): void {
  const { node } = addressee
  if (node.process === 'stopped') return resetConnection(response)
  const goOn = (process: ProcessState): void => {
    if (process === 'paused') return
    node.processListeners.delete(goOn)
    stay()
    // once the action that lets it go on is complete
    queueMicrotask(() => { enter(app, addressee, request, response) })
  }
  const stay = endWithClient(response, () => { node.processListeners.delete(goOn) })
  node.processListeners.add(goOn)
}

/** Below `/_mock/`: a world's own prefix, or the controls. */
function enterControls (app: FastifyInstance, addressee: Addressee, ...[request, response]: Exchange): void {
  const inWorld = IN_WORLD.exec(request.url ?? '')
  if (inWorld === null) return control(app, addressee, request, response)
  const [, name = '', id, rest = '/'] = inWorld
  const elsewhere = sameNodeIn(addressee, name, id)
  if (elsewhere === undefined) return sayUnknown(response, name)
  request.url = rest
  if (rest.startsWith('/_mock/')) control(app, elsewhere, request, response)
  else enter(app, elsewhere, request, response)
}

function control (app: FastifyInstance, addressee: Addressee, ...[request, response]: Exchange): void {
  addressTo(request, addressee)
  app.apps.controls()
    .then(({ routing }) => { routing(request, response) }, (error: Error) => { response.destroy(error) })
}
