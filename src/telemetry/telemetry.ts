// What one node counts and times while its process runs; gone with the process, and no part of a world's state.
import { catalogue, type Labels, type MetricName } from './catalogue.js'
import type { Gauge } from './gauge.js'
import { intervalOf, Measure } from './measure.js'
import { RequestMeasures } from './request-measures.js'
import { StorageMeasures, type StorageWork } from './storage-measures.js'

/** A counter or summary under its name. */
export interface NamedMeasure {
  readonly kind: 'counter' | 'summary'
  readonly name: string
  readonly labels: Labels
  readonly measure: Measure
}

/** What telemetry needs of its world's time. */
export interface Watch {
  readonly nowMs: number
  /** milliseconds, with fractions; stands still where time is moved by hand */
  readonly stopwatchMs: number
}

const NO_LABELS: Labels = {}
/** Mounts, devices and peers come and go: beyond this the names that came first are forgotten. */
const MOST_NAMES = 2000

/** One node's. Names are those of the catalogue. */
export class Telemetry {
  readonly requests: RequestMeasures
  readonly storageMeasures = new StorageMeasures()
  /** gauges that cost a walk through the storage, and when that was made */
  usage: { readonly countedAtMs: number, readonly gauges: readonly Gauge[] } | undefined
  /** as it was when it was last looked at */
  #storageWork: { -readonly [Name in keyof StorageWork]: StorageWork[Name] } | undefined
  /** of the node's process, as far as anything has been measured */
  readonly sinceMs: number
  readonly #watch: Watch
  readonly #named = new Map<string, NamedMeasure>()

  constructor (watch: Watch) {
    this.#watch = watch
    this.sinceMs = watch.nowMs
    this.requests = new RequestMeasures(this, watch)
  }

  /** The interval that JSON shows: the last whole one, and the first one as long as it is the only one. */
  get shownInterval (): number {
    const current = intervalOf(this.#watch.nowMs)
    return current === intervalOf(this.sinceMs) ? current : current - 1
  }

  /** Counts something, or observes a value: 0 ms for what takes no time here. */
  note (name: MetricName, value = catalogue[name].kind === 'counter' ? 1 : 0, labels = NO_LABELS): void {
    this.measure(name, labels).add(value, this.#watch.nowMs)
  }

  /** Observes how long something took since `stopwatchMs` showed a time. */
  noteSince (name: MetricName, startedMs: number, labels = NO_LABELS): void {
    this.note(name, this.#watch.stopwatchMs - startedMs, labels)
  }

  get nowMs (): number { return this.#watch.nowMs }
  get stopwatchMs (): number { return this.#watch.stopwatchMs }

  /**
   * The measure behind a name, made when it is first asked for.
   *
   * @param written the name as it is shown, where the catalogue's has a placeholder
   */
  measure (name: MetricName, labels = NO_LABELS, written: string = name): Measure {
    const key = keyOf(written, labels)
    const known = this.#named.get(key)
    if (known !== undefined) return known.measure
    const kind = kindOf(name)
    const measure = new Measure()
    if (this.#named.size >= MOST_NAMES) this.#forgetFirst()
    this.#named.set(key, { kind, name: written, labels, measure })
    return measure
  }

  /**
   * What a storage has been used for since this was last asked; undefined: for nothing, or nothing is known yet. A
   * storage that was put in place of another may have done less: that counts from then on.
   */
  storageWorkSince ({ reads, puts, deletions, lists }: StorageWork): StorageWork | undefined {
    const before = this.#storageWork
    if (before === undefined) {
      this.#storageWork = { reads, puts, deletions, lists }
      return undefined
    }
    if (before.reads === reads && before.puts === puts && before.deletions === deletions && before.lists === lists) {
      return undefined
    }
    const done = {
      reads: Math.max(0, reads - before.reads),
      puts: Math.max(0, puts - before.puts),
      deletions: Math.max(0, deletions - before.deletions),
      lists: Math.max(0, lists - before.lists)
    }
    before.reads = reads
    before.puts = puts
    before.deletions = deletions
    before.lists = lists
    return done
  }

  /** All that has seen anything, in no order. */
  get measures (): NamedMeasure[] {
    const named = [...this.requests.named, ...this.storageMeasures.named]
    const shared = named.flatMap(([measure, names]) => {
      return names.map((name) => ({ kind: kindOf(name), name, labels: NO_LABELS, measure }))
    })
    return [...this.#named.values(), ...shared].filter(({ measure }) => measure.count > 0)
  }

  #forgetFirst (): void {
    const [first] = this.#named.keys()
    if (first !== undefined) this.#named.delete(first)
  }
}

function kindOf (name: MetricName): NamedMeasure['kind'] {
  const { kind } = catalogue[name]
  if (kind === 'gauge') throw new Error(`${name} is a gauge: it is told when it is asked for`)
  return kind
}

/** The hash of go-metrics. */
export function keyOf (name: string, labels: Labels): string {
  let key = name
  for (const label of Object.keys(labels)) key += `;${label}=${labels[label]}`
  return key
}
