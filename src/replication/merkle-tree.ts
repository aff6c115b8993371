// The merkle tree over a cluster's data, and what it is when it does not fit the data any more.
import { createHash } from 'node:crypto'
import type { Cluster } from '../cluster/cluster.js'
import type { ReplicationKind } from './records.js'
import { replicationOf } from './replication.js'
import { merkleRoot } from './scope.js'

/** Spoils the tree, as a split brain or a write behind Vault's back does; a reindex repairs it. */
export function corruptMerkleTree (cluster: Cluster): void {
  replicationOf(cluster).setCorruption({ found: false })
  replicationOf(cluster).following.scheduleCatchUp()
}

/** @returns whether the tree is as its data wants it */
export function checkMerkleTree (cluster: Cluster): boolean {
  const replication = replicationOf(cluster)
  if (replication.corrupted !== undefined) replication.setCorruption({ found: true })
  return replication.corrupted === undefined
}

/** The tree as it is built from the data. */
export function repairMerkleTree (cluster: Cluster): void {
  replicationOf(cluster).setCorruption(undefined)
  replicationOf(cluster).following.scheduleCatchUp()
}

/** The root as it is shown: of a tree that does not fit the data it is another one. */
export function shownRoot (cluster: Cluster, kind: ReplicationKind): string {
  return asShown(cluster, merkleRoot(cluster.storage, kind))
}

/** @param root 40 hexadecimal digits */
export function asShown (cluster: Cluster, root: string): string {
  if (replicationOf(cluster).corrupted === undefined) return root
  return createHash('sha1').update(`spoilt ${root}`).digest('hex')
}
