// Which paths a primary changed lately, numbered, so that a secondary asks only for what it has not seen.

/** Beyond this many changes a secondary is told to compare everything. */
const KEPT_CHANGES = 20_000

/** Changes since its epoch began; a new epoch makes every secondary compare everything. */
export class Journal {
  #paths: string[] = []
  #firstNumber = 1

  /** @param epoch unique over time */
  constructor (readonly epoch: string) {}

  /** The number of the latest change. */
  get position (): number { return this.#firstNumber + this.#paths.length - 1 }

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
