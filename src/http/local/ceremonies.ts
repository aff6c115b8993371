// Who answers the key-share ceremonies: the active node, without a token, in Vault; nobody in OpenBao's default.
import type { FastifyRequest } from 'fastify'
import type { Cluster } from '../../cluster/cluster.js'
import type { Node } from '../../cluster/node.js'
import { VaultError } from '../../refusal/index.js'
import { nodeOf } from '../addressee.js'

/**
 * The cluster whose active node runs a ceremony sent to this node.
 *
 * @throws {VaultError} `sealed`; `standby`; `unsupported-operation` where the endpoints are switched off (recorded)
 */
export function ceremonyCluster (request: FastifyRequest): Cluster {
  const node = nodeOf(request)
  if (!areCeremoniesOn(node)) throw new VaultError('unsupported-operation', 'unsupported operation', false)
  if (node.sealed) throw new VaultError('sealed', 'Vault is sealed')
  const active = node.cluster.activeNodeSeenFrom(node)
  if (active?.isActive !== true) {
    throw new VaultError('standby', 'local node not active but active cluster node not found')
  }
  return active.cluster
}

export function areCeremoniesOn ({ cluster: { profile } }: Node): boolean {
  return profile.unauthenticatedCeremonies
}
