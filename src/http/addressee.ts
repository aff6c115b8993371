// To whom a request was sent; the listener writes it on the raw request.
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Node } from '../cluster/node.js'
import type { Controls } from '../control/controls.js'
import type { World } from '../world/world.js'

/** A node of a world; `controls` where they are offered there. */
export interface Addressee {
  readonly world: World
  readonly node: Node
  readonly controls: Controls | undefined
}

const ADDRESSEE = Symbol('vault-mock.addressee')

type Addressed = IncomingMessage & { [ADDRESSEE]?: Addressee }

/** Addresses a raw request, before the app sees it. */
export function addressTo (request: IncomingMessage, addressee: Addressee): void {
  (request as Addressed)[ADDRESSEE] = addressee
}

export function addresseeOf (request: FastifyRequest): Addressee {
  const addressee = (request.raw as Addressed)[ADDRESSEE]
  if (addressee === undefined) throw new Error('a request reached the app without an addressee')
  return addressee
}

/** The node a request was sent to. */
export function nodeOf (request: FastifyRequest): Node {
  return addresseeOf(request).node
}
