// The short way to a replicated pair within one world: an operator's three calls, and the unsealing after them.
import type { Cluster } from '../../cluster/cluster.js'
import { becomeUnsealed } from '../../cluster/seal.js'
import { putPathsFilter } from '../../replication/filters.js'
import { enablePrimary } from '../../replication/transitions.js'
import { primaryRecord, type PathsFilter, type ReplicationKind } from '../../replication/records.js'
import { catchUp } from '../../replication/stream.js'
import { issueActivation } from './activation-tokens.js'
import { enableSecondary } from './becoming-secondary.js'

/** How a secondary is to follow. */
export interface PairingOptions {
  /** of the secondary, unique at its primary */
  readonly id: string
  /** performance only; in force before any data leaves */
  readonly pathsFilter?: PathsFilter
}

const TTL_SECONDS = 1800

/**
 * Makes a cluster another one's secondary; the primary is enabled if it is not yet. All nodes of the secondary are open
 * afterwards.
 *
 * @throws {VaultError} as the endpoints do
 */
export function replicate (
  primary: Cluster, secondary: Cluster, kind: ReplicationKind, { id, pathsFilter }: PairingOptions
): void {
  if (primaryRecord(primary, kind) === undefined) enablePrimary(primary, kind, { primaryClusterAddr: '' })
  if (pathsFilter !== undefined) putPathsFilter(primary, id, pathsFilter)
  const creationPath = `sys/replication/${kind}/primary/secondary-token`
  const { wrapInfo } = issueActivation(primary, kind, { id, ttlSeconds: TTL_SECONDS, publicKey: '', creationPath })
  const enabled = enableSecondary(secondary, kind, { token: wrapInfo?.token ?? '', primaryApiAddr: '' })
  if (enabled instanceof Promise) throw new Error('the clusters are not in one world')
  // with the primary's keys, which everybody here knows
  const [first, ...others] = secondary.nodes.values()
  if (first !== undefined) becomeUnsealed(first, ...others)
  catchUp(secondary.surroundings)
}
