// Which paths a primary changed lately, numbered, so that a secondary asks only for what it has not seen.
import type { JournalState } from './replication-state.js'

/** Beyond this many changes a secondary is told to compare everything. */
const KEPT_CHANGES = 20_000

/** Grows with every write of a primary; its state is a copy, made when it is asked for. */
export class Journal {
  readonly epoch: string
  #paths: string[]
  #firstNumber: number

  constructor ({ epoch, firstNumber, paths }: JournalState) {
    this.epoch = epoch
    this.#firstNumber = firstNumber
    this.#paths = [...paths]
  }

  get state (): JournalState {
    return { epoch: this.epoch, firstNumber: this.#firstNumber, paths: [...this.#paths] }
  }

  /** The number of the latest change. */
  get position (): number { return this.#firstNumber + this.#paths.length - 1 }

  /** How many changes are kept. */
  get length (): number { return this.#paths.length }

  add (path: string): void {
    this.#paths.push(path)
    if (this.#paths.length < 2 * KEPT_CHANGES) return
    this.#paths = this.#paths.slice(KEPT_CHANGES)
    this.#firstNumber += KEPT_CHANGES
  }

  /** The paths changed after a position, each once; undefined when they are not kept any more. */
  since (position: number): Set<string> | undefined {
    if (position < this.#firstNumber - 1 || position > this.position) return undefined
    return new Set(this.#paths.slice(position - this.#firstNumber + 1))
  }
}
