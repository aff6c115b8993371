// The wall clock and its timers: the only place of the program that asks the machine for the time.

/** Milliseconds since the epoch by the machine's clock. */
export function wallClockMs (): number {
  return Date.now()
}

/** Milliseconds since the process began, with fractions. */
export function stopwatchMs (): number {
  return performance.now()
}

/** The longest delay that Node's timers take. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

/**
 * Calls back once, after a delay, without keeping the process alive unless told to. A delay beyond what Node's timers
 * take is cut to that: the callee has to look whether it is time.
 *
 * @returns a function that cancels it
 */
export function armTimer (
  delayMs: number, callback: () => void, { keepsAlive = false }: { readonly keepsAlive?: boolean } = {}
): () => void {
  const timer = setTimeout(callback, Math.min(Math.max(Math.ceil(delayMs), 0), LONGEST_DELAY_MS))
  if (!keepsAlive) timer.unref()
  return () => clearTimeout(timer)
}

/** Really waits; for tests of live mode and for pacing outbound calls, never for the simulation itself. */
export async function sleepWallMs (ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

/** So long may a piece of work keep everybody else waiting: a request has to wait for a few turns. */
const TURN_MS = 10

/** Long work in turns, between which others have theirs: `if (turns.isOver) await turns.next()`. */
export class Turns {
  #beganAtMs = wallClockMs()

  get isOver (): boolean { return wallClockMs() - this.#beganAtMs >= TURN_MS }

  async next (): Promise<void> {
    await new Promise((resolve) => { setImmediate(resolve) })
    this.#beganAtMs = wallClockMs()
  }
}

/** Work in steps, each short, that hands over its result at its end. */
export type Steps<T> = Iterator<unknown, T>

/** Does work in turns, between which others have theirs. */
export async function inTurns<T> (steps: Steps<T>): Promise<T> {
  const turns = new Turns()
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value
    if (turns.isOver) await turns.next()
  }
}

/** Does the same work at once. */
export function atOnce<T> (steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
