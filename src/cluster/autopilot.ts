// The autopilot settings of a cluster: stored, merged, checked; raft acts on them.
import { DEFAULT_AUTOPILOT_CONFIG, type AutopilotConfig } from '../raft/autopilot.js'
import { invalid } from '../refusal/index.js'
import type { Cluster } from './cluster.js'
import { autopilotIn } from './stored.js'

const SHORTEST_DEAD_SERVER_THRESHOLD_MS = 60_000
const SMALLEST_QUORUM = 3

/** What Vault keeps besides what raft acts on. */
export interface AutopilotSettings extends AutopilotConfig {
  /** enterprise: no automated version upgrades; kept and shown, nothing acts on it */
  readonly disableUpgradeMigration: boolean
}

const DEFAULTS: AutopilotSettings = { ...DEFAULT_AUTOPILOT_CONFIG, disableUpgradeMigration: false }

/** The settings in force. */
export function autopilotConfig (cluster: Pick<Cluster, 'storage'>): AutopilotSettings {
  return { ...DEFAULTS, ...autopilotIn(cluster.storage).value }
}

/**
 * Merges a request's settings into those in force. Zeros are accepted and have no effect, `false` has (recorded).
 *
 * @param change what the request carried, durations in milliseconds
 * @throws {VaultError} `invalid`, only while dead servers are cleaned up; nothing is stored then
 * @see recordings `raft-single`; `reference/raft.md` §8.2
 */
export function configureAutopilot (cluster: Cluster, change: Partial<AutopilotSettings>): void {
  const carried = Object.entries(change).filter(([, value]) => value !== undefined && value !== 0)
  const merged: AutopilotSettings = { ...autopilotConfig(cluster), ...Object.fromEntries(carried) }
  if (merged.cleanupDeadServers) checkCleanup(merged, change)
  autopilotIn(cluster.storage).put({ ...merged })
  cluster.raft.autopilotChanged()
}

function checkCleanup (merged: AutopilotSettings, change: Partial<AutopilotSettings>): void {
  const { minQuorum, deadServerLastContactThresholdMs } = merged
  if (minQuorum < SMALLEST_QUORUM) {
    throw invalid('min_quorum must be set when cleanup_dead_servers is set and it should at least be 3; ' +
      `cleanup_dead_servers: true, min_quorum: 0x${minQuorum.toString(16)}`)
  }
  if (deadServerLastContactThresholdMs < SHORTEST_DEAD_SERVER_THRESHOLD_MS) {
    const received = change.deadServerLastContactThresholdMs
    throw invalid(`dead_server_last_contact_threshold should not be set to less than 1m; received: ${received === undefined ? '<nil>' : received / 1000}`)
  }
}
