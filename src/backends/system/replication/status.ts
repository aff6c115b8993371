// replication/…/status: how it is read of one kind, and how it looks on the wire, also on the generic page.
// https://developer.hashicorp.com/vault/api-docs/system/replication
import { Type } from '@sinclair/typebox'
import type { Cluster } from '../../../cluster/cluster.js'
import type { ReindexProgress } from '../../../replication/reindex.js'
import type { ReplicationKind } from '../../../replication/records.js'
import {
  replicationStatus, type PeerStatus, type PrimaryStatus, type SecondaryStatus
} from '../../../replication/status.js'
import { goMap, type JsonObject } from '../../../json/index.js'
import type { Profile } from '../../../profiles/index.js'
import { unsupportedPath } from '../../../refusal/index.js'
import { rfc3339 } from '../../../sim/instants.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../../vault/paths.js'
import { aclOf } from '../../../vault/authentication.js'
import { requireEnterprise } from '../editions.js'

/** Go's zero time in Unix seconds, as text. */
const NEVER = '-62135596800'
const NO_SKEW: JsonObject = {
  clock_skew_ms: '0', last_heartbeat_duration_ms: '0', replication_primary_canary_age_ms: '0'
}

/** Status of one kind, open to all; OpenBao asks for a token before it says that there is no such path (recorded). */
export function statusPath (path: string, kind: ReplicationKind): PathDefinition {
  return definePath({
    path,
    summary: `Prints the status of ${kind} replication.`,
    unauthenticated: true,
    fields: Type.Object({}),
    operations: { read: (call) => readStatus(call, kind) }
  })
}

function readStatus (call: Call<unknown>, kind: ReplicationKind): LogicalResponse {
  if (!call.cluster.profile.hasReplication) {
    aclOf(call)
    throw unsupportedPath()
  }
  requireEnterprise(call.cluster)
  return { data: renderReplication(call.cluster, kind) }
}

/**
 * One kind's status; disabled, it is the mode alone.
 *
 * @see `reference/replication.md` §5.3
 */
export function renderReplication (cluster: Cluster, kind: ReplicationKind): JsonObject {
  const status = replicationStatus(cluster, kind)
  if (status === undefined) return goMap({ mode: 'disabled' })
  if (status.mode === 'bootstrapping') return goMap({ mode: status.mode })
  const rendered = status.mode === 'primary' ? renderPrimary(cluster, kind, status) : renderSecondary(cluster, status)
  return goMap({ ...renderCommon(cluster.profile, status), ...rendered })
}

type MemberStatus = PrimaryStatus | SecondaryStatus

function renderCommon (profile: Profile, status: MemberStatus): JsonObject {
  const { reindex } = status
  return {
    mode: status.mode,
    cluster_id: status.clusterId,
    merkle_root: status.merkleRoot,
    primary_cluster_addr: status.primaryClusterAddr,
    last_reindex_epoch: status.lastReindexAtMs === 0 ? '0' : epoch(status.lastReindexAtMs),
    ssct_generation_counter: 0,
    ...(profile.corruptionFields ? renderCorruption(status) : {}),
    ...(reindex === undefined ? {} : renderReindex(reindex))
  }
}

function renderCorruption ({ lastCorruptionCheckAtMs, corrupted }: MemberStatus): JsonObject {
  return {
    corrupted_merkle_tree: corrupted,
    last_corruption_check_epoch: lastCorruptionCheckAtMs === 0 ? NEVER : epoch(lastCorruptionCheckAtMs)
  }
}

function renderReindex ({ stage, progress, total }: ReindexProgress): JsonObject {
  return {
    reindex_in_progress: true,
    reindex_stage: stage,
    reindex_building_progress: progress,
    reindex_building_total: total
  }
}

function renderPrimary (cluster: Cluster, kind: ReplicationKind, status: PrimaryStatus): JsonObject {
  return {
    state: 'running',
    last_wal: status.lastWal,
    [kind === 'dr' ? 'last_dr_wal' : 'last_performance_wal']: status.lastKindWal,
    known_secondaries: status.secondaries.map(({ nodeId }) => nodeId),
    secondaries: status.secondaries.map((peer) => renderPeer(cluster.profile, peer))
  }
}

function renderSecondary ({ profile }: Cluster, status: SecondaryStatus): JsonObject {
  return {
    state: status.state,
    connection_state: status.connectionState,
    secondary_id: status.secondaryId,
    last_remote_wal: status.lastRemoteWal,
    known_primary_cluster_addrs: status.knownPrimaryClusterAddrs,
    primaries: status.primaries.map((peer) => renderPeer(profile, peer)),
    ...(status.sync === undefined ? {} : { merkle_sync_progress: renderSync(status.sync) }),
    ...(profile.corruptionFields && status.lastStartAtMs !== 0 ? { last_start: rfc3339(status.lastStartAtMs) } : {})
  }
}

/** The name of the object is inferred, those of its members are documented (`reference/replication.md` §5.3). */
function renderSync ({ progress, total }: NonNullable<SecondaryStatus['sync']>): JsonObject {
  return goMap({ sync_progress: progress, sync_total_keys: total })
}

function renderPeer (profile: Profile, { nodeId, address, isConnected, lastHeartbeatAtMs }: PeerStatus): JsonObject {
  const heard = lastHeartbeatAtMs !== undefined
  return goMap({
    node_id: nodeId,
    api_address: address?.apiAddr,
    cluster_address: address?.clusterAddr,
    connection_status: isConnected ? 'connected' : 'disconnected',
    last_heartbeat: heard ? rfc3339(lastHeartbeatAtMs) : undefined,
    ...(heard && profile.corruptionFields ? NO_SKEW : {})
  })
}

function epoch (atMs: number): string {
  return String(Math.floor(atMs / 1000))
}
