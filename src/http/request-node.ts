// Which node of which world a request was sent to; the listener writes it on the raw request.
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Node } from '../cluster/node.js'

const NODE = Symbol('vault-mock.node')

type Addressed = IncomingMessage & { [NODE]?: Node }

/** Addresses a raw request to a node, before the app sees it. */
export function addressTo (request: IncomingMessage, node: Node): void {
  (request as Addressed)[NODE] = node
}

/** The node a request was sent to. */
export function nodeOf (request: FastifyRequest): Node {
  const node = (request.raw as Addressed)[NODE]
  if (node === undefined) throw new Error('a request reached the app without a node')
  return node
}
