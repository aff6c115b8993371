// Gauges of a node and its cluster that cost next to nothing to tell.
import { autopilotConfig } from '../../../cluster/autopilot.js'
import type { Node } from '../../../cluster/node.js'
import { autopilotState } from '../../../raft/autopilot.js'
import { gauge, type Gauge } from '../../../telemetry/gauge.js'
import { license } from '../../../vault/license.js'
import { replicationGauges } from './replication-gauges.js'
import { snapshotGauges } from './snapshot-gauges.js'
import { usageGauges } from './usage-gauges.js'

/** A sealed node tells of itself and its process alone. */
export function gaugesOf (node: Node): Gauge[] {
  const open = node.sealed ? [] : [...raftGauges(node), ...(node.isActive ? activeGauges(node) : [])]
  return [...nodeGauges(node), ...runtimeGauges(), ...open]
}

function nodeGauges (node: Node): Gauge[] {
  const { cluster, telemetry } = node
  const labels = { cluster: cluster.identity?.name ?? '' }
  const isPerformanceStandby = cluster.surroundings.performanceStandbys && !node.sealed && !node.isActive
  return [
    gauge('vault.core.active', node.isActive, labels),
    gauge('vault.core.unsealed', !node.sealed, labels),
    gauge('vault.core.in_flight_requests', telemetry.requests.inFlight),
    ...(cluster.edition === 'ent'
      ? [
          gauge('vault.core.performance_standby', isPerformanceStandby),
          gauge('vault.core.license.expiration_time_epoch', license.expiresAtMs / 1000),
          ...replicationGauges(node)
        ]
      : [])
  ]
}

/** Of the whole process, which may serve many nodes: Node.js has no other. */
function runtimeGauges (): Gauge[] {
  const { heapUsed, rss } = process.memoryUsage()
  return [
    gauge('vault.runtime.alloc_bytes', heapUsed),
    gauge('vault.runtime.sys_bytes', rss),
    gauge('vault.runtime.num_goroutines', process.getActiveResourcesInfo().length)
  ]
}

/** Of a node that is unsealed; where raft only elects the leader, it stores nothing. */
function raftGauges ({ id, cluster, telemetry }: Node): Gauge[] {
  const { raft } = cluster
  const { storageMeasures: work } = telemetry
  if (!raft.bootstrapped) return []
  const peers = gauge('vault.raft.peers', raft.servers.length)
  if (cluster.surroundings.raftUse !== 'storage') return [peers]
  const applied = raft.appliedIndex(id)
  const committed = raft.lastIndexSeenFrom(id)
  return [
    peers,
    gauge('vault.raft_storage.stats.applied_index', applied),
    gauge('vault.raft_storage.stats.commit_index', committed),
    gauge('vault.raft_storage.stats.fsm_pending', Math.max(0, committed - applied)),
    gauge('vault.raft_storage.bolt.write.count', work.puts.count + work.deletions.count),
    gauge('vault.raft_storage.bolt.transaction.started_read_transactions', work.reads.count),
    gauge('vault.raft_storage.bolt.cursor.count', work.lists.count),
    ...(work.commits.count > 0
      ? [gauge('vault.raft.commitNumLogs', 1), gauge('vault.raft.leader.dispatchNumLogs', 1)]
      : [])
  ]
}

function activeGauges (node: Node): Gauge[] {
  return [...followerGauges(node), ...autopilotGauges(node), ...usageGauges(node), ...snapshotGauges(node)]
}

function followerGauges ({ id: own, cluster: { raft, surroundings } }: Node): Gauge[] {
  if (surroundings.raftUse !== 'storage') return []
  return raft.servers.filter(({ id }) => id !== own).flatMap(({ id }) => {
    const labels = { peer_id: id }
    return [
      gauge('vault.raft_storage.follower.applied_index_delta', raft.lastIndex - raft.appliedIndex(id), labels),
      gauge('vault.raft_storage.follower.last_heartbeat_ms', raft.lastContactMs(id), labels)
    ]
  })
}

function autopilotGauges ({ cluster }: Node): Gauge[] {
  const state = autopilotState(cluster.raft, autopilotConfig(cluster), cluster.timeline.nowMs)
  if (state === undefined) return []
  return [
    gauge('vault.autopilot.healthy', state.healthy),
    gauge('vault.autopilot.failure_tolerance', state.failureTolerance),
    ...state.servers.map(({ id, healthy }) => gauge('vault.autopilot.node.healthy', healthy, { node_id: id }))
  ]
}
