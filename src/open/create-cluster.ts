// A cluster of voters that listen: `createCluster`.
import type { Controls } from '../control/controls.js'
import type { World } from '../world/world.js'
import { openWorld, type OpenOptions, type RunningNode } from './open-world.js'

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
  const running = await openWorld(options)
  const { world, controls, close } = running
  return {
    world,
    controls,
    close,
    get nodes () { return running.nodes },
    get rootToken () { return running.rootToken },
    get unsealKeys () { return running.unsealKeys },
    get leader () { return running.nodes.find(({ node }) => node.isActive) }
  }
}
