// recover, reindex and merkle-check: upkeep of the merkle tree, which is the cluster's and not one kind's.
// https://developer.hashicorp.com/vault/api-docs/system/replication
import { Type } from '@sinclair/typebox'
import type { Cluster } from '../../../cluster/cluster.js'
import { goMap, type JsonObject } from '../../../json/index.js'
import { editionOf } from '../../../profiles/index.js'
import { unsupportedPath } from '../../../refusal/index.js'
import { KINDS, replicationRecord } from '../../../replication/records.js'
import { refusals } from '../../../replication/refusals.js'
import { replicationOf } from '../../../replication/replication.js'
import { asShown, checkMerkleTree } from '../../../replication/merkle-tree.js'
import { noteCorruptionCheck, startReindex } from '../../../replication/reindex.js'
import { catchUp } from '../../../replication/stream.js'
import { rfc3339 } from '../../../sim/instants.js'
import { field } from '../../../vault/fields/fields.js'
import { definePath, type LogicalResponse, type PathDefinition } from '../../../vault/paths.js'
import { drOperationToken, enterprise, warned, withDrOperationToken, type Act } from './pages.js'

const ReindexFields = Type.Object({
  diff: field.bool({ description: 'Compare with the existing tree.' }),
  force: field.bool({ description: 'Only scan the storage.' }),
  skip_flush: field.bool({ description: 'Do not flush in between.' }),
  dr_operation_token: drOperationToken
})

/** Who asks: whoever has a token of Vault's, or, on a DR secondary, whoever brings a DR operation token. */
interface Maintenance {
  /** below `dr/secondary/` */
  readonly isDr: boolean
}

/** All three. */
export function maintenancePaths (base: string, { isDr }: Maintenance): PathDefinition[] {
  return [
    definePath({
      path: `${base}recover`,
      summary: 'Attempts recovery if replication is in an adverse state.',
      unauthenticated: isDr,
      fields: Type.Object({}),
      checked: !isDr,
      operations: { update: enterprise(({ cluster }) => recover(cluster)) }
    }),
    reindexPath(base, { isDr }),
    definePath({
      path: `${base}merkle-check`,
      summary: 'Looks for corruption in the merkle tree.',
      unauthenticated: isDr,
      fields: Type.Object({ dr_operation_token: drOperationToken }),
      operations: { update: merkleCheck(isDr ? withDrOperationToken : enterprise) }
    })
  ]
}

/** The one of the three that the pages of both kinds have as well. */
export function reindexPath (base: string, { isDr }: Maintenance): PathDefinition {
  const guarded = isDr ? withDrOperationToken : enterprise
  return definePath({
    path: `${base}reindex`,
    summary: 'Builds the merkle tree anew.',
    unauthenticated: isDr,
    sudo: true,
    fields: ReindexFields,
    operations: {
      update: guarded(({ cluster }) => {
        startReindex(cluster)
        return warned('reindex')
      })
    }
  })
}

/** The documentation's server always has something to recover; a real one refuses while it is off (inferred). */
function recover (cluster: Cluster): LogicalResponse {
  const takesPart = KINDS.some((kind) => replicationRecord(cluster, kind) !== undefined)
  if (!takesPart && !cluster.profile.recoversWhileDisabled) throw refusals.disabled()
  if (takesPart) replicationOf(cluster).recover()
  catchUp(cluster.surroundings)
  return warned('recover')
}

/** From 1.15 on; the community edition has no stub for it. */
function merkleCheck (guarded: typeof enterprise): Act<unknown> {
  const check = guarded<unknown>(({ cluster }) => ({ data: reportOn(cluster) }))
  return (call) => {
    const { profile, edition } = call.cluster
    if (editionOf(profile, edition) !== 'ent' || !profile.corruptionFields) throw unsupportedPath()
    return check(call)
  }
}

function reportOn (cluster: Cluster): JsonObject {
  const corrupted = !checkMerkleTree(cluster)
  noteCorruptionCheck(cluster)
  return {
    merkle_corruption_report: goMap({
      corrupted_root: corrupted,
      corrupted_tree_map: goMap({
        1: renderTree(cluster, 'replicated', corrupted), 2: renderTree(cluster, 'local', false)
      }),
      last_corruption_check_epoch: rfc3339(cluster.timeline.nowMs)
    })
  }
}

function renderTree (cluster: Cluster, type: 'replicated' | 'local', corrupted: boolean): JsonObject {
  const root = corrupted ? asShown(cluster, cluster.storage.root(type)) : cluster.storage.root(type)
  return goMap({
    corrupted_index_tuples_map: null,
    corrupted_subtree_root: corrupted,
    root_hash: Buffer.from(root, 'hex').toString('base64'),
    tree_type: type
  })
}
