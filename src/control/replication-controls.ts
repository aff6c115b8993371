// What can be done to a cluster's part in replication without tokens: promoted, demoted.
import type { Cluster } from '../cluster/cluster.js'
import { VaultError } from '../refusal/index.js'
import type { ReplicationKind } from '../replication/records.js'
import { demotePrimary } from '../replication/transitions.js'
import { promote } from '../vault/replication/becoming-secondary.js'
import type { World } from '../world/world.js'
import { checkWorld } from './invariants.js'
import { clusterNamed } from './names.js'
import { ControlProblem } from './problem.js'

/** As an operator with the tokens for it would; clusters are named by label. */
export class ReplicationControls {
  readonly #world: World

  constructor (world: World) {
    this.#world = world
  }

  /**
   * Makes a secondary the primary; the old one, if it still runs, goes on being one.
   *
   * @param options `force`: although it has not caught up
   * @throws {ControlProblem} for an unknown cluster, and where Vault would refuse
   */
  promote (cluster: string, kind: ReplicationKind, { force = false }: { readonly force?: boolean } = {}): void {
    this.#act(cluster, (at) => { promote(at, kind, { primaryClusterAddr: '', force }) })
  }

  /**
   * Makes a primary a secondary that follows nobody.
   *
   * @throws {ControlProblem} as `promote`
   */
  demote (cluster: string, kind: ReplicationKind): void {
    this.#act(cluster, (at) => { demotePrimary(at, kind) })
  }

  #act (label: string, act: (cluster: Cluster) => void): void {
    const cluster = clusterNamed(this.#world, label)
    if (!cluster.takesWrites) throw new ControlProblem('impossible', `${cluster.label} has no active node that can write`)
    try {
      act(cluster)
    } catch (error) {
      throw error instanceof VaultError ? new ControlProblem('impossible', error.message) : error
    }
    checkWorld(this.#world)
  }
}
