// What a test can wait for, by name.
import { autopilotConfig } from '../cluster/autopilot.js'
import { autoSnapshotNames, autoSnapshotStatus } from '../cluster/auto-snapshots.js'
import type { Cluster } from '../cluster/cluster.js'
import { autopilotState } from '../raft/autopilot.js'
import { lookupToken, tokenByAccessor } from '../vault/tokens/tokens.js'
import type { World } from '../world/world.js'
import { clusterNamed } from './names.js'
import { ControlProblem, unknown } from './problem.js'

export const CONDITIONS = ['leader-elected', 'voters', 'healthy', 'in-sync', 'token-expired', 'snapshot-taken'] as const
export type ConditionName = typeof CONDITIONS[number]

export interface Condition {
  readonly condition: ConditionName
  /** label; by default the first initialised cluster */
  readonly cluster?: string
  /** of `voters` */
  readonly count?: number
  /** of `token-expired`: a token or its accessor */
  readonly token?: string
  /** of `snapshot-taken`: an automated snapshot; any without it */
  readonly name?: string
}

/** A condition that can be asked again and again. */
export interface Awaited {
  readonly holds: () => boolean
  /** some views change with time alone: how often to look, in milliseconds */
  readonly stepMs: number
}

const BETWEEN_EVENTS_MS = 1000

/**
 * Gets a condition ready to be asked.
 *
 * @throws {ControlProblem} for a cluster, a token or an automated snapshot that is unknown
 */
export function awaited (world: World, { condition, cluster: label, count = 1, token = '', name }: Condition): Awaited {
  const cluster = clusterNamed(world, label)
  const onEvents = (holds: () => boolean): Awaited => ({ holds, stepMs: Infinity })
  switch (condition) {
    case 'leader-elected': return onEvents(() => cluster.activeNode !== undefined)
    case 'voters': return onEvents(() => cluster.raft.servers.filter(({ suffrage }) => suffrage === 'voter').length === count)
    case 'healthy': return { holds: () => isHealthy(cluster), stepMs: BETWEEN_EVENTS_MS }
    case 'in-sync': return { holds: () => isInSync(cluster), stepMs: BETWEEN_EVENTS_MS }
    case 'token-expired':
      requireToken(cluster, token)
      return onEvents(() => !isAlive(cluster, token))
    case 'snapshot-taken': {
      requireSnapshot(cluster, name)
      const before = lastSnapshotAtMs(cluster, name)
      return onEvents(() => lastSnapshotAtMs(cluster, name) > before)
    }
  }
}

/** One that has expired is gone, and cannot be told from one that never was. */
function requireToken (cluster: Cluster, token: string): void {
  if (token === '') throw new ControlProblem('wrong', 'token-expired needs a token or its accessor')
  if (isAlive(cluster, token)) return
  throw new ControlProblem('unknown', `there is no such token or accessor in ${cluster.label}, or it has expired already`)
}

function requireSnapshot (cluster: Cluster, name: string | undefined): void {
  const names = autoSnapshotNames(cluster)
  if (name === undefined ? names.length === 0 : !names.includes(name)) throw unknown('automated snapshot', name ?? '', names)
}

/** In autopilot's view. */
function isHealthy (cluster: Cluster): boolean {
  return autopilotState(cluster.raft, autopilotConfig(cluster), cluster.timeline.nowMs)?.healthy === true
}

/** Every server has applied every entry. */
function isInSync ({ raft }: Cluster): boolean {
  return raft.leaderId !== undefined && raft.servers.every(({ id }) => raft.appliedIndex(id) === raft.lastIndex)
}

function isAlive (cluster: Cluster, token: string): boolean {
  const context = { cluster, storage: cluster.storage }
  const id = tokenByAccessor(cluster.storage, token)?.id ?? token
  return lookupToken(context, id) !== undefined
}

function lastSnapshotAtMs (cluster: Cluster, name: string | undefined): number {
  const names = name === undefined ? autoSnapshotNames(cluster) : [name]
  return Math.max(0, ...names.map((one) => autoSnapshotStatus(cluster, one)?.lastEndAtMs ?? 0))
}
