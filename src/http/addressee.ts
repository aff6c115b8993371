// To whom a request was sent: the listener writes it on the raw request.
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Node } from '../cluster/node.js'
import type { Controls } from '../control/controls.js'
import type { Region } from '../nomad/region.js'
import type { NomadServer } from '../nomad/server.js'
import type { World } from '../world/world.js'
import type { Access } from './callers.js'

/** A node of a world; `controls` where they are offered there. */
export interface Addressee {
  readonly world: World
  readonly node: Node
  readonly controls: Controls | undefined
  /** the client is told the addresses by which it calls, from its Host header */
  readonly apiAddrFromHost?: boolean
  /** it came to the node's cluster address: from another cluster */
  readonly atClusterAddr?: boolean
  /** who may call */
  readonly access?: Access | undefined
}

/** A server of a Nomad region. */
export interface NomadAddressee {
  readonly region: Region
  readonly server: NomadServer
}

const ADDRESSEE = Symbol('vault-mock.addressee')

type Addressed = IncomingMessage & { [ADDRESSEE]?: Addressee | NomadAddressee }

/** Addresses a raw request, before an app sees it. */
export function addressTo (request: Addressed, addressee: Addressee | NomadAddressee): void {
  request[ADDRESSEE] = addressee
}

export function addresseeOf ({ raw }: FastifyRequest): Addressee {
  const addressee = (raw as Addressed)[ADDRESSEE]
  if (addressee === undefined || !('node' in addressee)) throw new Error('a request reached the app without a node')
  return addressee
}

/** The node a request was sent to. */
export function nodeOf (request: FastifyRequest): Node {
  return addresseeOf(request).node
}

/** The Nomad server a request was sent to. */
export function serverOf ({ raw }: FastifyRequest): NomadAddressee {
  const addressee = (raw as Addressed)[ADDRESSEE]
  if (addressee === undefined || !('server' in addressee)) throw new Error('a request reached the app without a server')
  return addressee
}

/** Who a request was sent to, as the log names it. */
export function addresseeNames ({ raw }: FastifyRequest): Readonly<Record<string, string>> {
  const addressee = (raw as Addressed)[ADDRESSEE]
  if (addressee === undefined) return {}
  if ('server' in addressee) return { server: addressee.server.name, region: addressee.region.name }
  return { node: addressee.node.id, cluster: addressee.node.cluster.label }
}
