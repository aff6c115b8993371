// The events that are to come, in order: a sorted list, as there are only tens of them per world.
import { Type } from '@sinclair/typebox'
import { closed, instant, oneOf, type State } from './declared.js'

/** Something that will change at an instant. Plain data: a table of handlers says what it means. */
export const EventForm = Type.Object({
  atMs: instant,
  /** names the handler, e.g. `raft.election` */
  kind: Type.String(),
  /**
   * a `transition` is worth waiting for (an election, a promotion); a `deadline` merely comes (an expiry, a schedule)
   */
  urgency: oneOf('transition', 'deadline'),
  /** what it is about, e.g. `{ group: 'east' }`; together with the kind it names the event */
  ids: Type.Record(Type.String(), Type.String())
}, closed)

export type TimelineEvent = State<typeof EventForm>

interface Entry {
  readonly event: TimelineEvent
  readonly key: string
  readonly sequence: number
}

/** What is to come; its list of events is its state. */
export class Agenda {
  #entries: Entry[] = []
  readonly #byKey = new Map<string, Entry>()
  #transitions = 0
  #nextSequence = 0

  get transitions (): number { return this.#transitions }
  get first (): TimelineEvent | undefined { return this.#entries[0]?.event }

  /** The events, earliest first; those of one instant in the order they were put in. */
  list (): TimelineEvent[] {
    return this.#entries.map(({ event }) => event)
  }

  get (kind: string, ids: TimelineEvent['ids']): TimelineEvent | undefined {
    return this.#byKey.get(keyOf(kind, ids))?.event
  }

  /** Puts an event in; it replaces the one of the same kind and ids. */
  put (event: TimelineEvent): void {
    const key = keyOf(event.kind, event.ids)
    this.#remove(this.#byKey.get(key))
    const entry = { event, key, sequence: this.#nextSequence++ }
    this.#entries.splice(this.#position(entry), 0, entry)
    this.#byKey.set(key, entry)
    if (event.urgency === 'transition') this.#transitions += 1
  }

  delete (kind: string, ids: TimelineEvent['ids']): boolean {
    return this.#remove(this.#byKey.get(keyOf(kind, ids)))
  }

  takeFirst (): TimelineEvent | undefined {
    const entry = this.#entries[0]
    this.#remove(entry)
    return entry?.event
  }

  replaceAll (events: readonly TimelineEvent[]): void {
    this.#entries = []
    this.#byKey.clear()
    this.#transitions = 0
    for (const event of events) this.put(event)
  }

  #remove (entry: Entry | undefined): boolean {
    if (entry === undefined) return false
    this.#entries.splice(this.#position(entry), 1)
    this.#byKey.delete(entry.key)
    if (entry.event.urgency === 'transition') this.#transitions -= 1
    return true
  }

  /** Where an entry is, or belongs. */
  #position ({ event, sequence }: Entry): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#entries[middle]!
      const { atMs } = other.event
      if (atMs < event.atMs || (atMs === event.atMs && other.sequence < sequence)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Most events are about one thing, and are looked for often. */
function keyOf (kind: string, ids: TimelineEvent['ids']): string {
  const names = Object.keys(ids)
  const [name = ''] = names
  if (names.length < 2) return `${kind}\0${name}\0${ids[name] ?? ''}`
  return JSON.stringify([kind, ...Object.entries(ids).sort(([a], [b]) => a < b ? -1 : 1).flat()])
}
