// The network of a world: which nodes are up, which links are cut, how long a message takes.
import { Type } from '@sinclair/typebox'
import { closed, texts, type State } from './declared.js'

/** Each end is a node (`east/raft_0`) or a whole cluster (`east`). */
const ends = { from: Type.String(), to: Type.String() }

/** What is not said is up and connected. */
export const NetworkForm = Type.Object({
  down: texts,
  /** each in one direction */
  cuts: Type.Array(Type.Object(ends, closed)),
  /** both ways; the latest that fits counts */
  delays: Type.Array(Type.Object({ ...ends, delayMs: Type.Number({ minimum: 0 }) }, closed))
}, closed)

export type NetworkState = State<typeof NetworkForm>
type Cut = NetworkState['cuts'][number]

/** Nodes are named `cluster/node`; a cluster's name alone stands for all its nodes. */
export class Network {
  readonly #listeners = new Set<() => void>()
  #state: NetworkState = { down: [], cuts: [], delays: [] }

  get state (): NetworkState { return this.#state }

  /** Takes over a state, and tells nobody: whoever replaces a world replaces all of it. */
  restore (state: NetworkState): void { this.#state = state }

  /** Calls back after each change; returns a function that ends it. */
  onChanged (listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  isUp (node: string): boolean {
    return !this.#state.down.includes(node)
  }

  setUp (node: string, up: boolean): void {
    if (up === this.isUp(node)) return
    const others = this.#state.down.filter((name) => name !== node)
    this.#change({ down: up ? others : [...others, node] })
  }

  /** Cuts the link between two nodes or clusters; a node against its own cluster is cut off from the others in it. */
  cut (from: string, to: string, { oneWay = false }: { oneWay?: boolean } = {}): void {
    const there = { from, to }
    const back = { from: to, to: from }
    const replaced = oneWay ? [there] : [there, back]
    const kept = this.#state.cuts.filter((cut) => !replaced.some((other) => same(cut, other)))
    this.#change({ cuts: [...kept, there, ...(oneWay || from === to ? [] : [back])] })
  }

  /** Heals what is cut between two, or around one, or everywhere. Cuts within the named clusters are healed too. */
  heal (from?: string, to?: string): void {
    const cuts = this.#state.cuts.filter((cut) => !healed(cut, from, to))
    if (cuts.length !== this.#state.cuts.length) this.#change({ cuts })
  }

  /** Whether a message arrives: both are up and nothing is cut in this direction. A node always reaches itself. */
  canReach (from: string, to: string): boolean {
    const { cuts } = this.#state
    if (!this.isUp(from) || !this.isUp(to)) return false
    return from === to || !cuts.some((cut) => covers(cut.from, from) && covers(cut.to, to))
  }

  /** Whether messages arrive both ways, as a conversation needs it. */
  connects (a: string, b: string): boolean {
    return this.canReach(a, b) && this.canReach(b, a)
  }

  /** How long a message takes one way, in milliseconds; 0 unless set, the latest setting that fits counts. */
  delayMs (from: string, to: string): number {
    if (from === to) return 0
    return this.#state.delays.findLast((delay) => joins(delay, from, to))?.delayMs ?? 0
  }

  /** Sets the delay between two nodes or clusters, both ways. */
  setDelay (from: string, to: string, delayMs: number): void {
    if (!(delayMs >= 0)) throw new RangeError(`not a delay: ${delayMs}`)
    const isOther = (delay: Cut): boolean => !same(delay, { from, to }) && !same(delay, { from: to, to: from })
    this.#change({ delays: [...this.#state.delays.filter(isOther), { from, to, delayMs }] })
  }

  #change (change: Partial<NetworkState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}

/** Whether a name, of a node or a cluster, stands for this node or for this narrower name. */
function covers (name: string, node: string): boolean {
  return name === node || node.startsWith(`${name}/`)
}

function joins (link: Cut, from: string, to: string): boolean {
  return (covers(link.from, from) && covers(link.to, to)) || (covers(link.from, to) && covers(link.to, from))
}

function same (a: Cut, b: Cut): boolean {
  return a.from === b.from && a.to === b.to
}

function healed (cut: Cut, from: string | undefined, to: string | undefined): boolean {
  if (from === undefined) return true
  if (to === undefined) return covers(from, cut.from) || covers(from, cut.to)
  return (covers(from, cut.from) && covers(to, cut.to)) || (covers(from, cut.to) && covers(to, cut.from))
}
