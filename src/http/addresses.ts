// Host and port as Go's `net.JoinHostPort` writes them, and the addresses that a client is told.
import type { FastifyRequest } from 'fastify'
import { apiAddrAsCalled, type CalledAt } from '../cluster/called-at.js'
import type { Node } from '../cluster/node.js'
import { addresseeOf } from './addressee.js'

/** `127.0.0.1:8200`, `[::1]:8200` */
export function joinHostPort (host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** How a client called, where it is to be told addresses in its own terms; undefined where nodes have theirs. */
export function calledAt (request: FastifyRequest): CalledAt | undefined {
  const { node, apiAddrFromHost = false } = addresseeOf(request)
  const { host } = request.headers
  return apiAddrFromHost && host !== undefined ? { host, apiAddr: node.apiAddr } : undefined
}

/** A node's API address as the client of a request is told it. */
export function apiAddrFor (request: FastifyRequest, node: Pick<Node, 'apiAddr'>): string {
  return apiAddrAsCalled(node, calledAt(request))
}

/** The node that a client means by an address that it was told, or could have been. */
export function nodeCalled (request: FastifyRequest, apiAddr: string): Node | undefined {
  const { world } = addresseeOf(request)
  const wanted = apiAddr.replace(/\/+$/, '')
  return world.nodes.find((node) => apiAddrFor(request, node) === wanted) ?? world.nodeAt(apiAddr)
}
