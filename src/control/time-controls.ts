// What can be done to a world's time: frozen, set, moved on, skipped until something has happened.
import { rfc3339Milli } from '../sim/instants.js'
import { HIGHEST_SCALE, LATEST_AT_MS, type TimeMode } from '../sim/timeline.js'
import { wallClockMs } from '../sim/wall-clock.js'
import type { World } from '../world/world.js'
import { awaited, type Condition } from './conditions.js'
import type { EventLog } from './event-log.js'
import { checkWorld } from './invariants.js'
import { ControlProblem } from './problem.js'

const DAY_MS = 24 * 60 * 60 * 1000
const USUAL_LIMIT_MS = 400 * DAY_MS
/** Real time that one call may take: while it does, nobody else is answered. */
const LONGEST_CALL_MS = 2000

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

  /**
   * `live`, `auto` or `manual`.
   *
   * @param scale simulated seconds per second, above 0 and at most a million
   * @throws {ControlProblem} for another
   */
  setMode (mode: TimeMode, { scale }: { readonly scale?: number } = {}): void {
    if (scale !== undefined && !(scale > 0 && scale <= HIGHEST_SCALE)) {
      throw new ControlProblem('wrong', `the scale is above 0 and at most ${HIGHEST_SCALE}, not ${scale}`)
    }
    this.#world.timeline.setMode(mode, { scale })
  }

  /** From now on time moves only when told: mode `manual`. */
  freeze (): void { this.#world.timeline.freeze() }

  /**
   * Moves on to an instant; all that is due on the way happens.
   *
   * @throws {ControlProblem} for one that has passed or is beyond the year 9999, and after two seconds of real time:
   *   the world has come as far as its message says
   */
  set (atMs: number): void {
    if (atMs < this.nowMs) throw new ControlProblem('impossible', 'time does not go backwards; restore a checkpoint instead')
    checkInstant(atMs)
    this.#move((isOver) => this.#moveTo(atMs, isOver))
  }

  /**
   * Moves on by a duration, in every mode.
   *
   * @throws {ControlProblem} as `set`
   */
  advance (ms: number): void {
    if (!(ms >= 0)) throw new ControlProblem('wrong', `time does not go backwards: ${ms}`)
    this.set(this.nowMs + ms)
  }

  /**
   * Moves on until a condition holds.
   *
   * @param limitMs how far at most, 400 days unless said otherwise
   * @throws {ControlProblem} if it does not hold by then, and after two seconds of real time; the time has passed
   */
  skipUntil (condition: Condition, { limitMs }: { readonly limitMs?: number } = {}): void {
    const { holds, stepMs } = awaited(this.#world, condition)
    if (limitMs !== undefined) checkInstant(this.nowMs + limitMs)
    const mostMs = limitMs ?? Math.min(USUAL_LIMIT_MS, Math.max(0, LATEST_AT_MS - this.nowMs))
    const held = this.#move((isOver) => {
      let holdsNow = false
      const ends = (): boolean => (holdsNow = holds()) || isOver()
      return !this.#world.timeline.skipUntil(ends, mostMs, stepMs) || holdsNow ? { holdsNow } : undefined
    })
    if (!held.holdsNow) {
      throw new ControlProblem('impossible', `${condition.condition} did not come true within ${mostMs / 1000} s`)
    }
  }

  /** From event to event, as each may take long. */
  #moveTo (atMs: number, isOver: () => boolean): true | undefined {
    const { timeline } = this.#world
    for (let next = timeline.nextAtMs; next !== undefined && next <= atMs; next = timeline.nextAtMs) {
      timeline.advanceTo(next)
      if (isOver()) return undefined
    }
    timeline.advanceTo(atMs)
    return true
  }

  /** @param move gives nothing where it ended before its end */
  #move<T> (move: (isOver: () => boolean) => T | undefined): T {
    // what was set going just before is under way when time moves
    this.#world.following.settle()
    const beforeMs = this.nowMs
    const endWallMs = wallClockMs() + LONGEST_CALL_MS
    const result = move(() => wallClockMs() >= endWallMs)
    this.#events.add('time-moved', { detail: `${this.nowMs - beforeMs} ms` })
    checkWorld(this.#world)
    if (result !== undefined) return result
    const cameTo = `it came ${(this.nowMs - beforeMs) / 1000} s far, to ${rfc3339Milli(this.nowMs)}`
    throw new ControlProblem('impossible', `${LONGEST_CALL_MS / 1000} s of real time are over: ${cameTo}; call again to go on`)
  }
}

function checkInstant (atMs: number): void {
  if (!(atMs <= LATEST_AT_MS)) {
    throw new ControlProblem('wrong', `time ends at ${rfc3339Milli(LATEST_AT_MS)}, in milliseconds ${LATEST_AT_MS}`)
  }
}
