// One counter or summary of one node: since its process began, and by intervals of ten seconds as go-metrics has them.

/** As Vault sets up go-metrics: `metrics.NewInmemSink(10*time.Second, …)`. */
export const INTERVAL_MS = 10_000
/** Quantiles are over the latest so many observations. */
const RECENT = 64
/** They are of the last ten seconds (`MaxAge` of the Prometheus sink). */
const RECENT_MS = 10_000

export function intervalOf (atMs: number): number {
  return Math.trunc(atMs / INTERVAL_MS)
}

/** What was observed within one interval, as `AggregateSample` of go-metrics holds it. */
export class Aggregate {
  interval = -1
  count = 0
  sum = 0
  sumOfSquares = 0
  min = 0
  max = 0

  restart (interval: number): void {
    this.interval = interval
    this.count = this.sum = this.sumOfSquares = this.min = this.max = 0
  }

  ingest (value: number): void {
    this.count += 1
    this.sum += value
    this.sumOfSquares += value * value
    if (value < this.min || this.count === 1) this.min = value
    if (value > this.max || this.count === 1) this.max = value
  }

  get mean (): number { return this.count === 0 ? 0 : this.sum / this.count }

  /** Of a sample, as go-metrics has it: over one less than the count. */
  get deviation (): number {
    const { count, sum, sumOfSquares } = this
    const divisor = count * (count - 1)
    return divisor === 0 ? 0 : Math.sqrt(Math.max(0, count * sumOfSquares - sum * sum) / divisor)
  }
}

/** Changes in place, in tens of nanoseconds: several of them belong to every request. */
export class Measure {
  /** since the process began */
  count = 0
  sum = 0
  #current = new Aggregate()
  #before: Aggregate | undefined
  /** of the current interval */
  #beginsMs = 0
  #endsMs = 0
  /** as many as there were, since most measures of most nodes see few */
  #recent: number[] | undefined
  #remembered = 0
  #lastAtMs = 0

  /** An observation, or so much to add to a counter. */
  add (value: number, nowMs: number): void {
    if (nowMs < this.#beginsMs || nowMs >= this.#endsMs) this.#begin(intervalOf(nowMs))
    this.#current.ingest(value)
    // while nothing has taken time there is nothing to remember
    if (value !== 0 || this.#recent !== undefined) this.#remember(value)
    this.count += 1
    this.sum += value
    this.#lastAtMs = nowMs
  }

  /** The same several times over. */
  addTimes (times: number, value: number, nowMs: number): void {
    if (times === 0) return
    this.add(value, nowMs)
    const more = times - 1
    this.#current.count += more
    this.#current.sum += more * value
    this.#current.sumOfSquares += more * value * value
    this.count += more
    this.sum += more * value
  }

  /** What an interval has seen; undefined: nothing, or it is too long ago. */
  within (interval: number): Aggregate | undefined {
    const found = [this.#current, this.#before].find((aggregate) => aggregate?.interval === interval)
    return found === undefined || found.count === 0 ? undefined : found
  }

  /** Of the latest observations; `NaN` where there were none lately. */
  quantile (fraction: number, nowMs: number): number {
    if (this.count === 0 || nowMs - this.#lastAtMs > RECENT_MS) return NaN
    if (this.#recent === undefined) return 0
    const values = this.#recent.toSorted((a, b) => a - b)
    return values[Math.min(values.length - 1, Math.floor(fraction * values.length))] ?? NaN
  }

  #begin (interval: number): void {
    if (this.#current.count > 0) {
      const spare = this.#before ?? new Aggregate()
      this.#before = this.#current
      this.#current = spare
    }
    this.#current.restart(interval)
    this.#beginsMs = interval * INTERVAL_MS
    this.#endsMs = this.#beginsMs + INTERVAL_MS
  }

  #remember (value: number): void {
    this.#recent ??= []
    this.#recent[this.#remembered % RECENT] = value
    this.#remembered += 1
  }
}
