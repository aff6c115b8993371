// The timeline of a world: its clock, and the instants at which something changes.
import { Type } from '@sinclair/typebox'
import { Agenda, EventForm, type TimelineEvent } from './agenda.js'
import { Clock, LATEST_AT_MS } from './clock.js'
import { Progress } from './progress.js'
import { closed, instant, type State } from './declared.js'
import { armTimer, stopwatchMs, wallClockMs } from './wall-clock.js'

export type { TimelineEvent } from './agenda.js'

/**
 * - `live`: follows the wall clock
 * - `auto`: follows the wall clock, and jumps to a pending transition, taking the deadlines on the way
 * - `manual`: moves only when told
 */
export type TimeMode = 'live' | 'auto' | 'manual'

export interface TimelineOptions {
  readonly mode: TimeMode
  /** simulated milliseconds per wall millisecond, in `live` and `auto`; 1 by default */
  readonly scale?: number
  /** milliseconds since the epoch; the wall clock's time by default */
  readonly startAtMs?: number
  /** milliseconds since the epoch; for tests */
  readonly wallClock?: () => number
  /**
   * takes what a handler throws while no request is there to blame, and word of events that were dropped because they
   * made no progress; by default it is thrown on
   */
  readonly onFault?: (error: unknown) => void
}

/** The mode is not part of it: it belongs to whoever runs the world. */
export const TimelineForm = Type.Object({
  nowMs: instant,
  /** earliest first; those of one instant in the order they happen in */
  events: Type.Array(EventForm)
}, closed)

export type TimelineState = State<typeof TimelineForm>

export type EventHandler = (ids: TimelineEvent['ids'], atMs: number) => void

/** Simulated seconds per second: eleven days in each. */
export const HIGHEST_SCALE = 1e6
export { LATEST_AT_MS }

/** Where handlers register: a timeline, or who only wants to know which kinds there are. */
export interface EventTable {
  /** Says what events of a kind do; a kind has one handler. */
  readonly handle: (kind: string, handler: EventHandler) => void
}

/** A world's time: its clock, what is to come, and whoever moves it. */
export class Timeline implements EventTable {
  readonly #agenda = new Agenda()
  readonly #handlers = new Map<string, EventHandler>()
  readonly #clock: Clock
  readonly #onFault: (error: unknown) => void
  #mode: TimeMode
  #started = false
  #disarm: (() => void) | undefined
  #armedForMs: number | undefined
  readonly #progress = new Progress()
  #epoch = {}

  constructor (options: TimelineOptions) {
    const { mode, scale = 1, wallClock = wallClockMs, startAtMs = wallClock(), onFault = rethrow } = options
    checkScale(scale)
    this.#mode = mode
    this.#clock = new Clock({ follows: mode !== 'manual', scale, startAtMs, wallClock })
    this.#onFault = onFault
  }

  /** Milliseconds since the epoch, whole; never goes backwards. While an event is handled: its instant. */
  get nowMs (): number { return this.#clock.nowMs }
  /** For measuring how long something takes, milliseconds with fractions; stands still where time is moved by hand. */
  get stopwatchMs (): number { return this.#mode === 'manual' ? 0 : stopwatchMs() * this.scale }
  get mode (): TimeMode { return this.#mode }
  get scale (): number { return this.#clock.scale }

  /** Says what events of a kind do; a kind has one handler. */
  handle (kind: string, handler: EventHandler): void {
    if (this.#handlers.has(kind)) throw new Error(`events of kind ${kind} already have a handler`)
    this.#handlers.set(kind, handler)
  }

  /** Adds an event; it replaces an earlier one of the same kind and ids. One in the past is due at once. */
  schedule (event: TimelineEvent): void {
    const { atMs, kind } = event
    if (!Number.isFinite(atMs)) throw new RangeError(`an event of kind ${kind} at no instant: ${atMs}`)
    this.#agenda.put(event)
    this.#arm()
  }

  /** @returns whether there was such an event */
  cancel (kind: string, ids: TimelineEvent['ids']): boolean {
    const cancelled = this.#agenda.delete(kind, ids)
    if (cancelled) this.#arm()
    return cancelled
  }

  /** @returns how many events it cancelled */
  cancelAll (predicate: (event: TimelineEvent) => boolean): number {
    const found = this.#agenda.list().filter(predicate)
    for (const { kind, ids } of found) this.#agenda.delete(kind, ids)
    this.#arm()
    return found.length
  }

  /** The events to come, earliest first; those of one instant in the order they were scheduled. */
  pending (): TimelineEvent[] {
    return this.#agenda.list()
  }

  /** The pending event of a kind and ids. */
  find (kind: string, ids: TimelineEvent['ids']): TimelineEvent | undefined {
    return this.#agenda.get(kind, ids)
  }

  /** The instant of the next event. */
  get nextAtMs (): number | undefined { return this.#agenda.first?.atMs }

  /** Brings the world up to date before a request: what is due happens, and in `auto` what is in transition is over. */
  settle (): void {
    if (this.#mode === 'manual') return
    this.#run((first) => this.#clock.hasReached(first.atMs) || (this.#mode === 'auto' && this.#agenda.transitions > 0))
  }

  /** Moves on by a duration, in every mode; all events on the way happen, in order. */
  advance (ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`time does not go backwards: ${ms}`)
    this.advanceTo(this.nowMs + ms)
  }

  /** Moves on to an instant, in every mode; one that has passed only runs what is due. */
  advanceTo (atMs: number): void {
    if (!Number.isFinite(atMs)) throw new RangeError(`no instant: ${atMs}`)
    const endAtMs = Math.min(atMs, LATEST_AT_MS)
    this.#run((first) => first.atMs <= endAtMs)
    this.#clock.moveTo(endAtMs)
    this.#arm()
  }

  /**
   * Moves on from event to event until a condition holds; between events it looks once a step, as views like
   * autopilot's change with time alone.
   *
   * @returns whether it held before the limit
   */
  skipUntil (condition: () => boolean, limitMs: number, stepMs = 1000): boolean {
    const endAtMs = Math.min(this.nowMs + limitMs, LATEST_AT_MS)
    this.#progress.begin()
    while (!condition()) {
      const nowMs = this.nowMs
      if (nowMs >= endAtMs && !this.#isDue(nowMs)) return false
      const next = Math.min(nowMs + stepMs, endAtMs)
      if (this.#isDue(next)) this.#runFirst()
      else this.advanceTo(next)
    }
    return true
  }

  /** From now on time moves only when told. */
  freeze (): void {
    this.setMode('manual')
  }

  setMode (mode: TimeMode, { scale = this.scale }: { scale?: number } = {}): void {
    checkScale(scale)
    this.#clock.follow(mode !== 'manual', scale)
    this.#mode = mode
    this.#arm()
  }

  /** In `live` mode, lets events happen without requests, by one timer that does not keep the process alive. */
  start (): void {
    this.#started = true
    this.#arm()
  }

  stop (): void {
    this.#started = false
    this.#arm()
  }

  get state (): TimelineState { return { nowMs: this.nowMs, events: this.pending() } }

  /** Another one once it took over another time: whoever was moving this one has nothing to move any more. */
  get epoch (): object { return this.#epoch }

  /** Takes over a time and its events; mode and handlers stay. */
  restore ({ nowMs, events }: TimelineState): void {
    this.#epoch = {}
    this.#agenda.replaceAll(events)
    this.#clock.restartAt(nowMs)
    this.#arm()
  }

  #isDue (atMs: number): boolean {
    const first = this.#agenda.first
    return first !== undefined && first.atMs <= atMs
  }

  #run (goesOn: (first: TimelineEvent) => boolean): void {
    this.#progress.begin()
    for (let first = this.#agenda.first; first !== undefined && goesOn(first); first = this.#agenda.first) {
      this.#runFirst()
    }
  }

  #runFirst (): void {
    const event = this.#agenda.takeFirst()
    if (event === undefined) return
    if (this.#progress.isStuck(event)) {
      // rather one event too few than nothing any more
      const name = `${event.kind} ${JSON.stringify(event.ids)}`
      this.#onFault(new Error(`an event that makes no progress was dropped: ${name}`))
      return
    }
    const handler = this.#handlers.get(event.kind)
    if (handler === undefined) throw new Error(`no handler for events of kind ${event.kind}`)
    this.#clock.moveTo(event.atMs)
    this.#clock.holdAt(event.atMs, () => handler(event.ids, event.atMs))
    this.#arm()
  }

  #arm (): void {
    const first = this.#started && this.#mode === 'live' ? this.#agenda.first?.atMs : undefined
    // what is never reached needs no timer
    const next = first !== undefined && first <= LATEST_AT_MS ? first : undefined
    if (next === this.#armedForMs && next === undefined) return
    this.#disarm?.()
    this.#armedForMs = next
    this.#disarm = next === undefined ? undefined : armTimer((next - this.nowMs) / this.scale, () => this.#ring())
  }

  #ring (): void {
    this.#armedForMs = undefined
    try {
      this.settle()
    } catch (error) {
      this.#onFault(error)
    } finally {
      this.#arm()
    }
  }
}

function checkScale (scale: number): void {
  if (!(scale > 0 && scale <= HIGHEST_SCALE)) {
    throw new RangeError(`the time scale must be above zero and at most ${HIGHEST_SCALE}: ${scale}`)
  }
}

function rethrow (error: unknown): never {
  throw error
}
