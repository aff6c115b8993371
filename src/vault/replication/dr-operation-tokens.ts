// DR operation tokens: what a DR secondary asks for in place of a Vault token.
import type { Cluster } from '../../cluster/cluster.js'
import { requireSecondary } from '../../replication/transitions.js'
import { refusals } from '../../replication/refusals.js'
import { aclOfToken } from '../policies/acl.js'
import type { LogicalRequest } from '../paths.js'
import { stored } from '../stored.js'
import { rootTokenId } from '../tokens/token-ids.js'
import { lookupToken } from '../tokens/tokens.js'

/** Makes the one token of this kind; an earlier one is dead. For the end of the ceremony. */
export function mintDrOperationToken (cluster: Cluster): string {
  const token = rootTokenId({ cluster, storage: cluster.storage })
  stored.drOperationToken(cluster.storage).put(token)
  return token
}

export function deleteDrOperationToken ({ storage }: Cluster): void {
  stored.drOperationToken(storage).delete()
}

type Presented = Pick<LogicalRequest, 'operation' | 'path' | 'data'>

/**
 * Checks `dr_operation_token` in a request's body: the ceremony's token, or an orphan batch token of the primary whose
 * policies allow `update` on the path.
 *
 * @throws {VaultError} `invalid` on a cluster that is no DR secondary and without a token; `denied` for a wrong one
 * @see `reference/replication.md` §8.8, §8.10
 */
export function requireDrOperationToken (cluster: Cluster, request: Presented): void {
  requireSecondary(cluster, 'dr')
  const token = request.data.dr_operation_token
  if (typeof token !== 'string' || token === '') throw refusals.noDrOperationToken()
  if (!isDrOperationToken(cluster, token, request)) throw refusals.badDrOperationToken()
}

/** Whether a token opens a path on this DR secondary; a batch token must be allowed what the request does there. */
export function isDrOperationToken (cluster: Cluster, token: string, request: Presented): boolean {
  if (token === '') return false
  return token === stored.drOperationToken(cluster.storage).get() || batchTokenAllows(cluster, token, request)
}

function batchTokenAllows (cluster: Cluster, token: string, { operation, path, data }: Presented): boolean {
  const { storage } = cluster
  const entry = lookupToken({ cluster, storage }, token)
  if (entry?.type !== 'batch' || entry.parent !== '') return false
  return aclOfToken(storage, entry).check({ path, operation, data }).allowed
}
