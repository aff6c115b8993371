// A cluster of voters that listen: `createCluster`.
import type { Controls } from '../control/controls.js'
import type { World } from '../world/world.js'
import type { RunningNode } from './nodes.js'
import { openWorld, type OpenOptions } from './open-world.js'

/** A cluster whose nodes listen on free ports. */
export interface RunningCluster {
  readonly nodes: readonly RunningNode[]
  /** the active node; undefined while there is none */
  readonly leader: RunningNode | undefined
  readonly rootToken: string | undefined
  /** base64 */
  readonly unsealKeys: readonly string[]
  readonly world: World
  /** steers it */
  readonly controls: Controls
  readonly close: () => Promise<void>
}

/**
 * Makes a cluster of voters that listen on free ports of this machine; ready when the promise resolves. Time is `auto`.
 *
 * @example
 * const cluster = await createCluster({ nodes: 3 })
 * await fetch(`${cluster.leader?.url}/v1/sys/health`)
 */
export async function createCluster (options: OpenOptions = {}): Promise<RunningCluster> {
  const { world, controls, nodes, rootToken, unsealKeys, close } = await openWorld(options)
  return {
    world,
    controls,
    nodes,
    rootToken,
    unsealKeys,
    close,
    get leader () { return nodes.find(({ node }) => node.isActive) }
  }
}
