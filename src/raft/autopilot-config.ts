// Autopilot's settings.

/** Times in milliseconds. Each user keeps its own: Vault below `own/`, Nomad in its region. */
export interface AutopilotConfig {
  readonly cleanupDeadServers: boolean
  readonly deadServerLastContactThresholdMs: number
  readonly lastContactThresholdMs: number
  readonly maxTrailingLogs: number
  /** 0: not set */
  readonly minQuorum: number
  readonly serverStabilizationTimeMs: number
}

/** Vault's defaults. */
export const DEFAULT_AUTOPILOT_CONFIG: AutopilotConfig = {
  cleanupDeadServers: false,
  deadServerLastContactThresholdMs: 24 * 60 * 60 * 1000,
  lastContactThresholdMs: 10_000,
  maxTrailingLogs: 1000,
  minQuorum: 0,
  serverStabilizationTimeMs: 10_000
}
