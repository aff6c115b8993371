// How replication's status looks on the wire; shared by the generic page and those of the two kinds.
import type { Cluster } from '../../cluster/cluster.js'
import type { ReplicationKind } from '../../replication/records.js'
import { replicationStatus, type PeerStatus, type PrimaryStatus, type ReplicationStatus, type SecondaryStatus } from '../../replication/status.js'
import { goMap, type JsonObject } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { rfc3339 } from '../../sim/instants.js'

/** Go's zero time in Unix seconds, as text. */
const NEVER = '-62135596800'

/**
 * One kind's status; disabled, it is the mode alone.
 *
 * @see `reference/replication.md` §5.3
 */
export function renderReplication (cluster: Cluster, kind: ReplicationKind): JsonObject {
  const status = replicationStatus(cluster, kind)
  if (status === undefined) return goMap({ mode: 'disabled' })
  const rendered = status.mode === 'primary' ? renderPrimary(cluster, kind, status) : renderSecondary(cluster, status)
  return goMap({ ...renderCommon(cluster.profile, status), ...rendered })
}

function renderCommon (profile: Profile, status: NonNullable<ReplicationStatus>): JsonObject {
  const { reindex } = status
  return {
    mode: status.mode,
    cluster_id: status.clusterId,
    merkle_root: status.merkleRoot,
    primary_cluster_addr: status.primaryClusterAddr,
    last_reindex_epoch: status.lastReindexAtMs === 0 ? '0' : epoch(status.lastReindexAtMs),
    ssct_generation_counter: 0,
    ...(hasLateFields(profile)
      ? { corrupted_merkle_tree: false, last_corruption_check_epoch: status.lastCorruptionCheckAtMs === 0 ? NEVER : epoch(status.lastCorruptionCheckAtMs) }
      : {}),
    ...(reindex === undefined
      ? {}
      : { reindex_in_progress: true, reindex_stage: reindex.stage, reindex_building_progress: reindex.progress, reindex_building_total: reindex.total })
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
    ...(hasLateFields(profile) && status.lastStartAtMs !== 0 ? { last_start: rfc3339(status.lastStartAtMs) } : {})
  }
}

function renderPeer (profile: Profile, { nodeId, address, isConnected, lastHeartbeatAtMs }: PeerStatus): JsonObject {
  const heard = lastHeartbeatAtMs !== undefined
  return goMap({
    node_id: nodeId,
    api_address: address?.apiAddr,
    cluster_address: address?.clusterAddr,
    connection_status: isConnected ? 'connected' : 'disconnected',
    last_heartbeat: heard ? rfc3339(lastHeartbeatAtMs) : undefined,
    ...(heard && hasLateFields(profile) ? { clock_skew_ms: '0', last_heartbeat_duration_ms: '0', replication_primary_canary_age_ms: '0' } : {})
  })
}

/** Fields of 1.15 to 1.17, which the documentation shows. */
function hasLateFields (profile: Profile): boolean {
  return profile.clockFields || profile.name === 'documented'
}

function epoch (atMs: number): string {
  return String(Math.floor(atMs / 1000))
}
