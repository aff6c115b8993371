// What the clusters must remember: of each key the last value that was acknowledged, and those that may have arrived.

/** A key's value; undefined: there is none. */
export type Value = string | undefined

export class Model {
  readonly #acknowledged: Map<string, Value>
  readonly #by = new Map<string, string>()
  /** sent and never acknowledged: each may be there, or come late, until all is quiet */
  readonly #maybe = new Map<string, Value[]>()

  constructor (acknowledged: Iterable<readonly [string, Value]> = []) {
    this.#acknowledged = new Map(acknowledged)
  }

  get keys (): string[] {
    return [...new Set([...this.#acknowledged.keys(), ...this.#maybe.keys()])]
  }

  sent (key: string, value: Value): void {
    this.#maybe.set(key, [...this.#maybe.get(key) ?? [], value])
  }

  /** @param by who said so */
  acknowledged (key: string, value: Value, by: string): void {
    this.#acknowledged.set(key, value)
    this.#by.set(key, by)
    // one of them: the same may have been sent before and still be on its way
    const values = this.#maybe.get(key) ?? []
    this.#maybe.set(key, values.toSpliced(values.lastIndexOf(value), 1))
  }

  /** undefined: all is well. What was read is what counts from now on: nothing may come late any more. */
  wrongWith (key: string, read: Value): string | undefined {
    const expected = this.#acknowledged.get(key)
    const fine = read === expected || this.#maybe.get(key)?.includes(read) === true
    if (fine) this.settled(key, read)
    return fine ? undefined : `${key} is ${read ?? 'gone'}, acknowledged was ${expected ?? 'nothing'} (${this.#by.get(key) ?? 'earlier'})`
  }

  settled (key: string, value: Value): void {
    this.#acknowledged.set(key, value)
    this.#maybe.delete(key)
  }

  /** As it is now, everything settled. */
  copy (): Model {
    return new Model(this.#acknowledged)
  }
}
