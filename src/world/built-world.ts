// A world made of a built-in fixture, beside the ones there are.
import { FIXTURES, FIXTURE_CLUSTERS, FIXTURE_NODES, type FixtureName } from '../world/fixtures/index.js'
import { World, type NodePlace, type WorldOptions, type WorldPorts } from '../world/world.js'

export interface BuiltWorldOptions extends WorldOptions {
  readonly fixture?: FixtureName
  /** how many nodes, where the fixture does not say; default 1 */
  readonly nodes?: number
  readonly rootToken?: string
}

/** @param place where a node lives, by its position, id and cluster */
export function buildWorld (options: BuiltWorldOptions, place: (index: number, id: string, label: string) => Omit<NodePlace, 'id'>, ports?: WorldPorts): World {
  const { fixture = 'dev', nodes = 1, rootToken = 'root' } = options
  const world = new World(options, ports)
  const wanted: readonly { readonly id: string, readonly clusterAddr?: string }[] = FIXTURE_NODES[fixture] ?? Array.from({ length: nodes }, (_, i) => ({ id: `raft_${i}` }))
  for (const label of FIXTURE_CLUSTERS[fixture] ?? ['vault']) {
    for (const { id, clusterAddr } of wanted) {
      const { apiAddr, clusterAddr: own } = place(world.nodes.length, id, label)
      world.addNode(label, { id, apiAddr, clusterAddr: clusterAddr ?? own })
    }
  }
  world.handedOut = FIXTURES[fixture](world, world.nodes, { rootToken })
  return world
}

/** What a new world takes from one there is. */
export function optionsOf (world: World): WorldOptions {
  const { profile, edition, timeline, raftUse, performanceStandbys, prometheus, snapshotBytes, onFault } = world
  return {
    profile: profile.name,
    edition,
    time: timeline.mode,
    timeScale: timeline.scale,
    raft: raftUse,
    performanceStandbys,
    prometheus,
    snapshotBytes,
    onFault
  }
}
