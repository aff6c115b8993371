// Autopilot's view of a raft group, as of its last update.
import type { AutopilotConfig } from './autopilot-config.js'
import { firstShownAtMs, healthAt, lastUpdateAtMs } from './autopilot-health.js'
import { isDead } from './autopilot-rounds.js'
import { requiredQuorum, type RaftServer } from './configuration.js'
import type { RaftCore } from './core.js'
import { contactAgeMs } from './peer.js'
import type { Raft } from './raft.js'

export { DEFAULT_AUTOPILOT_CONFIG, type AutopilotConfig } from './autopilot-config.js'

export interface AutopilotServer {
  readonly id: string
  readonly name: string
  readonly address: string
  /** `left` only where dead servers are cleaned up and this one is */
  readonly nodeStatus: 'alive' | 'left'
  /** 0 for the leader */
  readonly lastContactMs: number
  /** 0 for a server that this leader never heard of */
  readonly lastTerm: number
  readonly lastIndex: number
  readonly healthy: boolean
  /** when `healthy` last changed, milliseconds since the epoch */
  readonly stableSinceAtMs: number
  readonly status: 'leader' | 'voter' | 'non-voter'
  readonly permanentNonVoter: boolean
}

export interface AutopilotState {
  readonly healthy: boolean
  /** how many more healthy voters may fail */
  readonly failureTolerance: number
  /** node id */
  readonly leader: string
  /** node ids: the leader, then by longest stable */
  readonly voters: readonly string[]
  /** in the order of the configuration */
  readonly servers: readonly AutopilotServer[]
}

/**
 * The view as of autopilot's last update, at most 2 s ago. A server just added is not in it yet; undefined without a
 * leader.
 *
 * @see `storage/raft/autopilot/state`, recordings `raft-cluster`, `reference/observed.md`
 */
export function autopilotState (raft: Raft, config: AutopilotConfig, nowMs: number): AutopilotState | undefined {
  const { core } = raft
  if (core.leaderId === undefined) return undefined
  const viewAtMs = lastUpdateAtMs(core, nowMs)
  const servers = core.servers.filter(({ id }) => firstShownAtMs(core, core.peer(id)) <= viewAtMs)
    .map((server) => autopilotServer(core, server, config, viewAtMs))
  const voters = servers.filter(({ status }) => status !== 'non-voter').sort(byRankAndStability)
  const healthyVoters = voters.filter(({ healthy }) => healthy).length
  return {
    healthy: servers.every(({ healthy }) => healthy),
    failureTolerance: Math.max(0, healthyVoters - requiredQuorum(voters.length)),
    leader: core.leaderId,
    voters: voters.map(({ id }) => id),
    servers
  }
}

function autopilotServer (
  core: RaftCore,
  { id, address, suffrage, permanentNonVoter }: RaftServer,
  config: AutopilotConfig,
  viewAtMs: number
): AutopilotServer {
  const peer = core.peer(id)
  const isLeader = id === core.leaderId
  return {
    id,
    name: id,
    address,
    nodeStatus: config.cleanupDeadServers && isDead(core, id, config, viewAtMs) ? 'left' : 'alive',
    lastContactMs: isLeader ? 0 : contactAgeMs(peer, viewAtMs, core.timing.heartbeatMs),
    lastTerm: peer.heard ? peer.term : 0,
    lastIndex: peer.heard ? peer.appliedIndex : 0,
    ...healthAt(core, peer, config, viewAtMs),
    status: isLeader ? 'leader' : suffrage === 'voter' ? 'voter' : 'non-voter',
    permanentNonVoter: permanentNonVoter === true
  }
}

function byRankAndStability (a: AutopilotServer, b: AutopilotServer): number {
  return Number(b.status === 'leader') - Number(a.status === 'leader') || a.stableSinceAtMs - b.stableSinceAtMs
}
