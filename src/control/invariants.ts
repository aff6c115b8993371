// What must hold in a world whatever was done to it; checked after every action of the controls.
import type { Cluster } from '../cluster/cluster.js'
import { checkInvariants } from '../raft/invariants.js'
import type { World } from '../world/world.js'

/** @throws {Error} naming what does not hold: a fault of ours */
export function checkWorld (world: World): void {
  for (const cluster of world.clusters.values()) {
    checkInvariants(cluster.raft)
    checkViews(cluster)
  }
  if (world.nomad !== undefined) checkInvariants(world.nomad.raft)
}

/** What is written into a view of its own is gone as soon as the node follows again. */
function checkViews ({ key, nodes, raft }: Cluster): void {
  for (const { id, view } of nodes.values()) {
    if (raft.inContact(id) && view !== undefined) {
      throw new Error(`${key}: ${id} follows the leader and reads a view of its own`)
    }
  }
}
