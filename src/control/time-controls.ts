// What can be done to a world's time: frozen, set, moved on, skipped until something has happened.
import type { TimeMode } from '../sim/timeline.js'
import type { World } from '../world/world.js'
import { awaited, type Condition } from './conditions.js'
import type { EventLog } from './event-log.js'
import { checkWorld } from './invariants.js'
import { ControlProblem } from './problem.js'

const DAY_MS = 24 * 60 * 60 * 1000
const LONGEST_SKIP_MS = 400 * DAY_MS

export interface TimeStatus {
  readonly nowMs: number
  readonly mode: TimeMode
  /** simulated seconds per second */
  readonly scale: number
  /** what is to come, earliest first */
  readonly pending: readonly { readonly atMs: number, readonly kind: string }[]
}

export class TimeControls {
  readonly #world: World
  readonly #events: EventLog

  constructor (world: World, events: EventLog) {
    this.#world = world
    this.#events = events
  }

  get nowMs (): number { return this.#world.timeline.nowMs }

  status (): TimeStatus {
    const { timeline } = this.#world
    const { nowMs, mode, scale } = timeline
    return { nowMs, mode, scale, pending: timeline.pending().map(({ atMs, kind }) => ({ atMs, kind })) }
  }

  /** `live`, `auto` or `manual`; `scale` is simulated seconds per second. */
  setMode (mode: TimeMode, { scale }: { readonly scale?: number } = {}): void {
    this.#world.timeline.setMode(mode, { scale })
  }

  /** From now on time moves only when told: mode `manual`. */
  freeze (): void { this.#world.timeline.freeze() }

  /**
   * Moves on to an instant; all that is due on the way happens.
   *
   * @throws {ControlProblem} for one that has passed
   */
  set (atMs: number): void {
    if (atMs < this.nowMs) throw new ControlProblem('impossible', 'time does not go backwards; restore a checkpoint instead')
    this.#move(() => { this.#world.timeline.advanceTo(atMs) })
  }

  /** Moves on by a duration, in every mode. */
  advance (ms: number): void {
    if (!(ms >= 0)) throw new ControlProblem('wrong', `time does not go backwards: ${ms}`)
    this.#move(() => { this.#world.timeline.advance(ms) })
  }

  /**
   * Moves on until a condition holds.
   *
   * @param limitMs how far at most, 400 days unless said otherwise
   * @throws {ControlProblem} if it does not hold by then; the time has passed
   */
  skipUntil (condition: Condition, { limitMs = LONGEST_SKIP_MS }: { readonly limitMs?: number } = {}): void {
    const { holds, stepMs } = awaited(this.#world, condition)
    const reached = this.#move(() => this.#world.timeline.skipUntil(holds, limitMs, stepMs))
    if (!reached) throw new ControlProblem('impossible', `${condition.condition} did not come true within ${limitMs / 1000} s`)
  }

  #move<T> (move: () => T): T {
    const beforeMs = this.nowMs
    const result = move()
    this.#events.add('time-moved', { detail: `${this.nowMs - beforeMs} ms` })
    checkWorld(this.#world)
    return result
  }
}
