// Who answers the key-share ceremonies: the active node, without a token, in Vault; nobody in OpenBao's default.
import type { FastifyRequest } from 'fastify'
import type { Node } from '../../cluster/node.js'
import { VaultError } from '../../refusal/index.js'
import { nodeOf } from '../addressee.js'

/**
 * The node that runs a ceremony sent to this one.
 *
 * @throws {VaultError} `sealed`; `unsupported-operation` where the endpoints are switched off (recorded)
 */
export function ceremonyNode (request: FastifyRequest): Node {
  const node = nodeOf(request)
  if (!node.cluster.profile.unauthenticatedCeremonies) throw new VaultError('unsupported-operation', 'unsupported operation', false)
  if (node.sealed) throw new VaultError('sealed', 'Vault is sealed')
  const active = node.cluster.activeNodeSeenFrom(node)
  if (active === undefined || !active.isActive) throw new VaultError('standby', 'local node not active but active cluster node not found')
  return active
}
