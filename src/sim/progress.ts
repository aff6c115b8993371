// Whether events get anywhere: one that comes again and again while time stands still would keep all else waiting.
import type { TimelineEvent } from './agenda.js'

/** So many events in one go are beyond suspicion, and so many repeats of a single one. */
const UNSUSPECTED = 1000
/** Whatever repeats in earnest does so with larger steps. */
const LEAST_STEP_MS = 10
/** More than this in one go are too many, even where each has a name of its own. */
const MOST_AT_ONCE = 1_000_000
const MOST_NAMES = 10_000

interface Repeats {
  readonly firstAtMs: number
  count: number
}

/** Watches the events of one go. */
export class Progress {
  #total = 0
  readonly #repeats = new Map<string, Repeats>()

  constructor (readonly mostAtOnce = MOST_AT_ONCE) {}

  begin (): void {
    this.#total = 0
    this.#repeats.clear()
  }

  /** Counts an event that is about to happen. @returns whether it, or all of them together, make no progress */
  isStuck ({ kind, ids, atMs }: TimelineEvent): boolean {
    if (++this.#total <= UNSUSPECTED) return false
    const name = JSON.stringify([kind, ids])
    const repeats = this.#repeats.get(name) ?? { firstAtMs: atMs, count: 0 }
    if (this.#repeats.size === MOST_NAMES) this.#repeats.clear()
    this.#repeats.set(name, repeats)
    const steps = repeats.count++
    if (steps >= UNSUSPECTED && atMs - repeats.firstAtMs < steps * LEAST_STEP_MS) return true
    return this.#total > this.mostAtOnce
  }
}
