// The secondaries of a world on their way after their primaries: when they look for what is new, and how they reach
// other processes.
import type { Cluster } from '../cluster/cluster.js'
import type { BufferSize } from './journal.js'
import type { Outreach } from './remote.js'
import { catchUp, resumeFollowing } from './stream.js'

/** Runs beside the state of a world: nothing of it is saved. */
export class Following {
  #scheduled = false
  #stopped = false

  /**
   * @param clusters all of the world
   * @param outreach how primaries of other processes are reached; without it there are none
   * @param buffer how much of its write-ahead log each primary keeps
   */
  constructor (
    readonly clusters: ReadonlyMap<string, Cluster>,
    readonly outreach: Outreach | undefined,
    readonly buffer: BufferSize
  ) {}

  /** Whether the world is closed: nobody follows another process any more. */
  get stopped (): boolean { return this.#stopped }

  /** Lets everybody in the world catch up as soon as what is being done now is done. */
  scheduleCatchUp (): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => { this.settle() })
  }

  /** After the world was restored: goes on asking primaries of other processes. */
  resume (): void { resumeFollowing(this) }

  /** Lets those who are about to catch up do so now. */
  settle (): void {
    if (!this.#scheduled) return
    this.#scheduled = false
    catchUp(this)
  }

  /** Ends all following of other processes. */
  stop (): void { this.#stopped = true }
}
