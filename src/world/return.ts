// What of a world outlives its process: a world that was saved and whose process has ended since.
import { randomSeed } from '../sim/random.js'
import type { World } from './world.js'
import type { WorldState } from './world-state.js'

/**
 * A saved world, to go on later. Its primaries may have done more than was saved, which others have seen: the journals
 * begin anew, so that whoever follows compares everything, and nothing is drawn a second time.
 *
 * @param awayMs simulated milliseconds since it was saved
 */
export function laterState (state: WorldState, awayMs: number): WorldState {
  const { timeline, clusters } = state
  return {
    ...state,
    timeline: { ...timeline, nowMs: timeline.nowMs + awayMs },
    random: { seed: randomSeed(), streams: new Map() },
    clusters: clusters.map((cluster) => ({ ...cluster, replication: { ...cluster.replication, journal: undefined } }))
  }
}

/**
 * Every node that ran comes up as after a crash: what only its process knew is gone, and it is sealed. Nodes that were
 * stopped stay so.
 */
export function restartProcesses (world: World): void {
  const running = world.nodes.filter(({ process }) => process !== 'stopped')
  for (const node of running) node.stop()
  const clusters = new Set(running.map(({ cluster }) => cluster))
  for (const cluster of clusters) {
    // half-done ceremonies live in the memory of the active node
    cluster.change({ rootGeneration: undefined, rekey: undefined })
    cluster.connectivityChanged()
  }
  for (const node of running) node.change({ sealed: true, process: 'running' })
  for (const cluster of clusters) cluster.connectivityChanged()
}
