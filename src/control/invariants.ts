// What must hold in a world whatever was done to it; checked after every action of the controls.
import { checkInvariants } from '../raft/invariants.js'
import type { World } from '../world/world.js'

/** @throws {Error} naming what does not hold: a fault of ours */
export function checkWorld (world: World): void {
  for (const { raft } of world.clusters.values()) checkInvariants(raft)
  if (world.nomad !== undefined) checkInvariants(world.nomad.raft)
}
