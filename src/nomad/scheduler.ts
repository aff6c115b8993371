// The scheduler's settings of a region; kept and shown, as nothing is scheduled here.
import { badRequest } from './nomad-error.js'
import type { Region } from './region.js'
import type { StoredSchedulerConfig } from './region-state.js'

export type SchedulerConfig = StoredSchedulerConfig['config']

/** Nomad's defaults. */
const DEFAULT_CONFIG: SchedulerConfig = {
  algorithm: 'binpack',
  preemption: { system: true, sysBatch: false, batch: false, service: false },
  memoryOversubscription: false,
  rejectJobRegistration: false,
  pauseEvalBroker: false
}

export function firstSchedulerConfig (index: number): StoredSchedulerConfig {
  return { config: DEFAULT_CONFIG, createIndex: index, modifyIndex: index }
}

/** @throws {NomadError} 400 for one that there is not; none is the default */
export function schedulerAlgorithm (name: string): SchedulerConfig['algorithm'] {
  if (name === '' || name === 'binpack') return 'binpack'
  if (name === 'spread') return 'spread'
  throw badRequest(`invalid scheduler algorithm: ${name}`)
}

export interface SchedulerWrite {
  /** false where another entry has written them */
  readonly updated: boolean
  readonly index: number
}

/**
 * Replaces all settings.
 *
 * @param checkAndSet only if they were last written by this entry
 * @throws {NomadError} 500 where the leader has lost its majority
 */
export function setSchedulerConfig (region: Region, config: SchedulerConfig, checkAndSet?: number): SchedulerWrite {
  const { createIndex, modifyIndex } = region.scheduler
  // a write that changes nothing is an entry of the log all the same
  const index = region.append()
  if (checkAndSet !== undefined && checkAndSet !== modifyIndex) return { updated: false, index }
  region.scheduler = { config, createIndex, modifyIndex: index }
  return { updated: true, index }
}
