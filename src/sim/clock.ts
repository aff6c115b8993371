// The simulated time of day: fixed, or following the wall clock at a scale; it never goes backwards.

/** The end of time: what comes later has no four-digit year, as answers have them. A clock stops there. */
export const LATEST_AT_MS = Date.UTC(9999, 11, 31, 23, 59, 59)

/** @see Clock */
export interface ClockOptions {
  readonly follows: boolean
  /** simulated milliseconds per wall millisecond */
  readonly scale: number
  readonly startAtMs: number
  readonly wallClock: () => number
}

/** Time as it runs: told apart from what happens in it. */
export class Clock {
  readonly #wallClock: () => number
  #follows: boolean
  #scale: number
  #baseAtMs: number
  #baseWallMs: number
  /** the latest time ever given out */
  #latestMs: number
  /** while an event runs: its instant */
  #heldAtMs: number | undefined

  constructor ({ follows, scale, startAtMs, wallClock }: ClockOptions) {
    this.#wallClock = wallClock
    this.#follows = follows
    this.#scale = scale
    this.#baseAtMs = this.#latestMs = Math.floor(startAtMs)
    this.#baseWallMs = wallClock()
  }

  get scale (): number { return this.#scale }

  /** Milliseconds since the epoch, whole. */
  get nowMs (): number {
    const nowMs = Math.min(this.#heldAtMs ?? this.#runningMs(), LATEST_AT_MS)
    if (nowMs > this.#latestMs) this.#latestMs = nowMs
    return this.#latestMs
  }

  /**
   * Whether an instant has come. Unlike reading the time, this does not keep an event from happening at its instant.
   */
  hasReached (atMs: number): boolean {
    return atMs <= Math.max(this.#latestMs, this.#heldAtMs ?? this.#runningMs())
  }

  /** Runs something as of an instant; a clock that has already been read later stays there. */
  holdAt (atMs: number, action: () => void): void {
    const outerAtMs = this.#heldAtMs
    this.#heldAtMs = atMs
    try {
      action()
    } finally {
      this.#heldAtMs = outerAtMs
    }
  }

  /** Jumps ahead; an instant that has passed changes nothing. */
  moveTo (atMs: number): void {
    if (atMs > this.#runningMs()) this.#rebase(Math.min(Math.floor(atMs), LATEST_AT_MS))
  }

  /** From now on follows the wall clock at this scale, or stands still. */
  follow (follows: boolean, scale: number): void {
    this.#rebase(this.nowMs)
    this.#follows = follows
    this.#scale = scale
  }

  /** Begins again at an instant, also an earlier one: the time of a loaded state. */
  restartAt (atMs: number): void {
    this.#latestMs = atMs
    this.#rebase(atMs)
  }

  #runningMs (): number {
    if (!this.#follows) return this.#baseAtMs
    const runningMs = Math.floor(this.#baseAtMs + (this.#wallClock() - this.#baseWallMs) * this.#scale)
    return Math.min(runningMs, LATEST_AT_MS)
  }

  #rebase (atMs: number): void {
    this.#baseAtMs = atMs
    this.#baseWallMs = this.#wallClock()
  }
}
