// Autopilot of a region: its settings, and its view of the servers.
import { autopilotState, type AutopilotServer } from '../raft/autopilot.js'
import type { Region } from './region.js'
import type { MemberStatus } from './gossip.js'
import type { StoredAutopilotConfig } from './region-state.js'

export type { StoredAutopilotConfig } from './region-state.js'

/** Nomad's settings: raft's, and those of the enterprise edition, which are kept and shown. */
export type NomadAutopilotConfig = StoredAutopilotConfig['config']

/** How long the gossip pool takes to give a server up; inferred from Serf's defaults. */
export const FAILED_AFTER_MS = 5000
/** Until its first update a new leader's autopilot knows of nobody. */
const FIRST_UPDATE_MS = 2000

/** Nomad's defaults (observed). */
const DEFAULT_CONFIG: NomadAutopilotConfig = {
  cleanupDeadServers: true,
  deadServerLastContactThresholdMs: FAILED_AFTER_MS,
  lastContactThresholdMs: 200,
  maxTrailingLogs: 250,
  minQuorum: 0,
  serverStabilizationTimeMs: 10_000,
  enableRedundancyZones: false,
  disableUpgradeMigration: false,
  enableCustomUpgrades: false
}

export function firstAutopilotConfig (index: number): StoredAutopilotConfig {
  return { config: DEFAULT_CONFIG, createIndex: index, modifyIndex: index }
}

/**
 * Replaces all settings.
 *
 * @param checkAndSet only if they were last written by this entry
 * @returns false where another entry has written them
 */
export function setAutopilotConfig (region: Region, config: NomadAutopilotConfig, checkAndSet?: number): boolean {
  const { createIndex, modifyIndex } = region.autopilot
  // a write that changes nothing is an entry of the log all the same
  const index = region.append()
  if (checkAndSet !== undefined && checkAndSet !== modifyIndex) return false
  region.autopilot = { config, createIndex, modifyIndex: index }
  region.raft.autopilotChanged()
  return true
}

export interface ServerHealth extends AutopilotServer {
  /** as the gossip pool knows it: `server-0.global` */
  readonly memberName: string
  readonly memberStatus: MemberStatus
}

export interface RegionHealth {
  readonly healthy: boolean
  readonly failureTolerance: number
  readonly leader: string
  readonly voters: readonly string[]
  readonly servers: readonly ServerHealth[]
}

/** The view as of autopilot's last update; unhealthy and empty while a new leader has not made one (observed: 2 s). */
export function regionHealth (region: Region): RegionHealth {
  const { raft, timeline, autopilot } = region
  const isNew = raft.term > region.firstTerm && timeline.nowMs - raft.leaderSinceAtMs < FIRST_UPDATE_MS
  const state = isNew ? undefined : autopilotState(raft, autopilot.config, timeline.nowMs)
  if (state === undefined) return { healthy: false, failureTolerance: 0, leader: '', voters: [], servers: [] }
  return { ...state, servers: state.servers.map((server) => ({ ...server, ...membership(region, server.id) })) }
}

function membership ({ gossip }: Region, id: string): Pick<ServerHealth, 'memberName' | 'memberStatus'> {
  const member = gossip.members.find((server) => server.id === id)
  if (member === undefined) return { memberName: '(unknown)', memberStatus: 'left' }
  return { memberName: member.memberName, memberStatus: gossip.statusOf(member) }
}
