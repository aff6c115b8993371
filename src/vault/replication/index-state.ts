// X-Vault-Index: which writes a client has seen the effect of, and whether this cluster has them, too.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Cluster } from '../../cluster/cluster.js'
import { replicationRecord, secondaryRecord } from '../../replication/records.js'
import { lastWal } from '../../replication/scope.js'
import { catchUp } from '../../replication/stream.js'
import { invalid, VaultError } from '../../refusal/index.js'
import type { LogicalRequest } from '../paths.js'
import { replicationOf } from '../../replication/replication.js'

const FORMAT = /^v1:([^:]+):(\d+):(\d+):([0-9a-f]{64})$/

/**
 * The state after a write, for its answer: base64 of `v1:<cluster id>:<local WAL>:<replicated WAL>:<HMAC>`. Nothing
 * where the cluster does not replicate.
 *
 * @see `reference/replication.md` §9.3
 */
export function indexState (cluster: Cluster, { operation }: Pick<LogicalRequest, 'operation'>): string | undefined {
  if (operation === 'read' || operation === 'list') return undefined
  const set = replicationRecord(cluster, 'performance') ?? replicationRecord(cluster, 'dr')
  if (set === undefined || cluster.rootKey === undefined) return undefined
  const text = `v1:${set.clusterId}:${lastWal(cluster.storage, 'dr')}:${replicatedWal(cluster)}`
  return Buffer.from(`${text}:${signature(cluster.rootKey, text)}`).toString('base64')
}

/**
 * Checks the states that a request asks for.
 *
 * @param header one or several states, comma-separated
 * @throws {VaultError} `invalid` for what is no state; `missing-state` (412) where this cluster is not that far
 */
export function requireIndexState (cluster: Cluster, header: string | undefined): void {
  if (header === undefined || header === '' || cluster.edition !== 'ent') return
  catchUp(cluster.surroundings)
  for (const state of header.split(',')) requireState(cluster, Buffer.from(state.trim(), 'base64').toString('utf8'))
}

function requireState (cluster: Cluster, text: string): void {
  const [, clusterId, , replicated, given] = FORMAT.exec(text) ?? []
  if (clusterId === undefined || given === undefined || cluster.rootKey === undefined) {
    throw invalid('invalid full state header format')
  }
  const expected = signature(cluster.rootKey, text.slice(0, text.lastIndexOf(':')))
  if (!timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(given, 'hex'))) {
    throw invalid('invalid hmac in state header')
  }
  const set = replicationRecord(cluster, 'performance') ?? replicationRecord(cluster, 'dr')
  if (set?.clusterId === clusterId && replicatedWal(cluster) < Number(replicated)) {
    throw new VaultError('missing-state', 'required index state not present')
  }
}

/** How far this cluster is in the primary's count. */
function replicatedWal (cluster: Cluster): number {
  const isPrimary = secondaryRecord(cluster, 'performance') === undefined
  return isPrimary ? lastWal(cluster.storage, 'performance') : replicationOf(cluster).progress('performance').wal
}

function signature (key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}
