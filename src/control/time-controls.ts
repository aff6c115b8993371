// What can be done to a world's time: frozen, set, moved on, skipped until something has happened.
import { rfc3339Milli } from '../sim/instants.js'
import { HIGHEST_SCALE, LATEST_AT_MS, type TimeMode } from '../sim/timeline.js'
import { Turns, wallClockMs } from '../sim/wall-clock.js'
import type { World } from '../world/world.js'
import { awaited, type Condition } from './conditions.js'
import type { EventLog } from './event-log.js'
import { checkWorld } from './invariants.js'
import { ControlProblem } from './problem.js'

const DAY_MS = 24 * 60 * 60 * 1000
const USUAL_LIMIT_MS = 400 * DAY_MS
/** Real time that one call may take: while it does, nobody else is answered. */
const LONGEST_CALL_MS = 2000
/** The same of a call between whose steps others are answered. */
const LONGEST_IN_TURNS_MS = 20_000

/** Moves on as far as it may; undefined where it was told to stop before its end, and can go on later. */
type Move<T> = (isOver: () => boolean) => T | undefined

export interface TimeStatus {
  readonly nowMs: number
  readonly mode: TimeMode
  /** simulated seconds per second */
  readonly scale: number
  /** what is to come, earliest first */
  readonly pending: readonly { readonly atMs: number, readonly kind: string }[]
}

export interface SkipLimits {
  /** how far at most, 400 days unless said otherwise */
  readonly limitMs?: number
}

interface Skipped { readonly holdsNow: boolean, readonly mostMs: number }

export class TimeControls {
  readonly #world: World
  readonly #events: EventLog
  /** the move in turns that is under way, if any */
  #moving: Promise<void> | undefined

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
    this.#move(this.#setting(atMs))
  }

  /** The same in turns: others are answered on the way, at the instants that it has come to. */
  async setInTurns (atMs: number): Promise<TimeStatus> {
    return await this.#moveInTurns(() => this.#setting(atMs))
  }

  /**
   * Moves on by a duration, in every mode.
   *
   * @throws {ControlProblem} as `set`
   */
  advance (ms: number): void {
    this.#move(this.#advancing(ms))
  }

  /** The same in turns. */
  async advanceInTurns (ms: number): Promise<TimeStatus> {
    return await this.#moveInTurns(() => this.#advancing(ms))
  }

  /**
   * Moves on until a condition holds.
   *
   * @throws {ControlProblem} if it does not hold by then, and after two seconds of real time; the time has passed
   */
  skipUntil (condition: Condition, limits: SkipLimits = {}): void {
    requireTrue(condition, this.#move(this.#skipping(condition, limits)))
  }

  /** The same in turns. */
  async skipUntilInTurns (condition: Condition, limits: SkipLimits = {}): Promise<TimeStatus> {
    const look = (skipped: Skipped): void => { requireTrue(condition, skipped) }
    return await this.#moveInTurns(() => this.#skipping(condition, limits), look)
  }

  /** From event to event, as each may take long. */
  #setting (atMs: number): Move<true> {
    if (atMs < this.nowMs) throw new ControlProblem('impossible', 'time does not go backwards; restore a checkpoint instead')
    checkInstant(atMs)
    const { timeline } = this.#world
    return (isOver) => {
      for (let next = timeline.nextAtMs; next !== undefined && next <= atMs; next = timeline.nextAtMs) {
        timeline.advanceTo(next)
        if (isOver()) return undefined
      }
      timeline.advanceTo(atMs)
      return true
    }
  }

  #advancing (ms: number): Move<true> {
    if (!(ms >= 0)) throw new ControlProblem('wrong', `time does not go backwards: ${ms}`)
    return this.#setting(this.nowMs + ms)
  }

  #skipping (condition: Condition, { limitMs }: SkipLimits): Move<Skipped> {
    const { timeline } = this.#world
    const { holds, stepMs } = awaited(this.#world, condition)
    if (limitMs !== undefined) checkInstant(this.nowMs + limitMs)
    const mostMs = limitMs ?? Math.min(USUAL_LIMIT_MS, Math.max(0, LATEST_AT_MS - this.nowMs))
    const endAtMs = this.nowMs + mostMs
    return (isOver) => {
      let holdsNow = false
      const ends = (): boolean => (holdsNow = holds()) || isOver()
      const leftMs = Math.max(0, endAtMs - this.nowMs)
      return !timeline.skipUntil(ends, leftMs, stepMs) || holdsNow ? { holdsNow, mostMs } : undefined
    }
  }

  #move<T> (move: Move<T>): T {
    const [begun, endWallMs] = [this.#begin(), wallClockMs() + LONGEST_CALL_MS]
    return this.#ended(begun, LONGEST_CALL_MS, move(() => wallClockMs() >= endWallMs))
  }

  /** One after the other: two who move time on by an hour each move it on by two. */
  async #moveInTurns<T> (prepare: () => Move<T>, look: (result: T) => void = () => {}): Promise<TimeStatus> {
    const before = this.#moving
    let done = (): void => {}
    this.#moving = new Promise((resolve) => { done = resolve })
    try {
      await before
      look(await this.#inTurns(prepare()))
      return this.status()
    } finally {
      done()
    }
  }

  async #inTurns<T> (move: Move<T>): Promise<T> {
    const { timeline } = this.#world
    const { epoch } = timeline
    const [begun, endWallMs, turns] = [this.#begin(), wallClockMs() + LONGEST_IN_TURNS_MS, new Turns()]
    for (;;) {
      const result = move(() => turns.isOver)
      if (result !== undefined || wallClockMs() >= endWallMs) return this.#ended(begun, LONGEST_IN_TURNS_MS, result)
      await turns.next()
      if (timeline.epoch !== epoch) throw new ControlProblem('impossible', 'the world was replaced while its time was moved')
    }
  }

  #begin (): number {
    // what was set going just before is under way when time moves
    this.#world.following.settle()
    return this.nowMs
  }

  /** @param result undefined: the time that a call may take was over before its end */
  #ended<T> (beforeMs: number, longestMs: number, result: T | undefined): T {
    this.#events.add('time-moved', { detail: `${this.nowMs - beforeMs} ms` })
    checkWorld(this.#world)
    if (result !== undefined) return result
    const cameTo = `it came ${(this.nowMs - beforeMs) / 1000} s far, to ${rfc3339Milli(this.nowMs)}`
    throw new ControlProblem('impossible', `${longestMs / 1000} s of real time are over: ${cameTo}; call again to go on`)
  }
}

function requireTrue ({ condition }: Condition, { holdsNow, mostMs }: Skipped): void {
  if (!holdsNow) throw new ControlProblem('impossible', `${condition} did not come true within ${mostMs / 1000} s`)
}

function checkInstant (atMs: number): void {
  if (!(atMs <= LATEST_AT_MS)) {
    throw new ControlProblem('wrong', `time ends at ${rfc3339Milli(LATEST_AT_MS)}, in milliseconds ${LATEST_AT_MS}`)
  }
}
