// What a cluster holds from its first moment: mounts, policies, the root token.
import type { Node } from '../cluster/node.js'
import { createInitialMounts } from './mounts/mounts.js'
import { createRootToken } from './tokens/tokens.js'

/**
 * Fills the storage of a cluster that was just initialised.
 *
 * @param rootTokenId a token to use in place of a random one, as `vault server -dev` does
 * @returns the root token
 */
export function initializeVault (node: Node, rootTokenId?: string): string {
  createInitialMounts(node.cluster)
  return createRootToken(node, { id: rootTokenId, dev: rootTokenId !== undefined }).id
}
