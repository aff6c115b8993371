// The network of a world: which nodes are up, which links are cut, how long a message takes, how much a link carries.
import { Type } from '@sinclair/typebox'
import { closed, texts, type State } from './declared.js'

/** Each end is a node (`east/raft_0`) or a whole cluster (`east`). */
const ends = { from: Type.String(), to: Type.String() }
const rate = Type.Optional(Type.Number({ minimum: 0 }))

/** What is not said is up and connected. */
export const NetworkForm = Type.Object({
  down: texts,
  /** each in one direction */
  cuts: Type.Array(Type.Object(ends, closed)),
  /** both ways unless `oneWay`; the latest that fits counts */
  delays: Type.Array(Type.Object({
    ...ends, delayMs: Type.Number({ minimum: 0 }), oneWay: Type.Optional(Type.Literal(true))
  }, closed)),
  /** what replication may send, each in one direction; the latest that fits counts, 0 lets nothing through */
  limits: Type.Array(Type.Object({ ...ends, entriesPerSecond: rate, bytesPerSecond: rate }, closed)),
  /** clusters, or nodes, whose clocks are ahead of the world's, or behind */
  skews: Type.Array(Type.Object({ cluster: Type.String(), skewMs: Type.Integer() }, closed))
}, closed)

export type NetworkState = State<typeof NetworkForm>
type Ends = { readonly from: string, readonly to: string }
type Cut = NetworkState['cuts'][number]

/** How much a link carries in one direction; what is not there is not limited, 0 lets nothing through. */
export interface Limit {
  readonly entriesPerSecond?: number | undefined
  readonly bytesPerSecond?: number | undefined
}

/** Whether what is set counts in one direction only. */
interface Direction { readonly oneWay?: boolean | undefined }

/** Nodes are named `cluster/node`; a cluster's name alone stands for all its nodes. */
export class Network {
  readonly #listeners = new Set<() => void>()
  #state: NetworkState = { down: [], cuts: [], delays: [], limits: [], skews: [] }

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
  cut (from: string, to: string, direction: Direction = {}): void {
    const cut = waysOf({ from, to }, direction)
    this.#change({ cuts: [...others(this.#state.cuts, cut), ...cut] })
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
    const fits = (delay: NetworkState['delays'][number]): boolean => {
      return leads(delay, from, to) || (delay.oneWay !== true && leads(delay, to, from))
    }
    return this.#state.delays.findLast(fits)?.delayMs ?? 0
  }

  /** Sets the delay between two nodes or clusters. */
  setDelay (from: string, to: string, delayMs: number, { oneWay = false }: Direction = {}): void {
    if (!(delayMs >= 0)) throw new RangeError(`not a delay: ${delayMs}`)
    const kept = oneWay
      ? this.#state.delays.filter((delay) => delay.oneWay !== true || !same(delay, { from, to }))
      : others(this.#state.delays, waysOf({ from, to }))
    this.#change({ delays: [...kept, { from, to, delayMs, ...(oneWay ? { oneWay } : {}) }] })
  }

  /** How much of a replication stream goes from one to another. */
  limit (from: string, to: string): Limit {
    const limit = this.#state.limits.findLast((other) => leads(other, from, to))
    const { entriesPerSecond, bytesPerSecond } = limit ?? {}
    return {
      ...(entriesPerSecond === undefined ? {} : { entriesPerSecond }),
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond })
    }
  }

  /** Sets how much of a replication stream goes between two nodes or clusters; an empty limit takes it away. */
  setLimit (from: string, to: string, limit: Limit, direction: Direction = {}): void {
    const ways = waysOf({ from, to }, direction)
    const { entriesPerSecond, bytesPerSecond } = limit
    for (const rate of [entriesPerSecond, bytesPerSecond]) {
      if (rate !== undefined && !(rate >= 0)) throw new RangeError(`not a rate: ${rate}`)
    }
    const isNone = entriesPerSecond === undefined && bytesPerSecond === undefined
    const set = isNone ? [] : ways.map((way) => ({ ...way, entriesPerSecond, bytesPerSecond }))
    this.#change({ limits: [...others(this.#state.limits, ways), ...set] })
  }

  /** How far a clock is ahead of the world's, in milliseconds; below zero: behind. A node's own setting goes first. */
  skewMs (name: string): number {
    const { skews } = this.#state
    const skew = skews.find(({ cluster }) => cluster === name) ?? skews.find(({ cluster }) => covers(cluster, name))
    return skew?.skewMs ?? 0
  }

  setSkew (cluster: string, skewMs: number): void {
    if (!Number.isInteger(skewMs)) throw new RangeError(`not a skew: ${skewMs}`)
    const kept = this.#state.skews.filter((skew) => skew.cluster !== cluster)
    this.#change({ skews: skewMs === 0 ? kept : [...kept, { cluster, skewMs }] })
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

/** Whether a setting from one name to another is about what goes from this node to that one. */
function leads (setting: Ends, from: string, to: string): boolean {
  return covers(setting.from, from) && covers(setting.to, to)
}

/** The directions that a setting is for. */
function waysOf ({ from, to }: Ends, { oneWay = false }: Direction = {}): Ends[] {
  return oneWay || from === to ? [{ from, to }] : [{ from, to }, { from: to, to: from }]
}

function others<T extends Ends> (settings: readonly T[], replaced: readonly Ends[]): T[] {
  return settings.filter((setting) => !replaced.some((way) => same(setting, way)))
}

function same (a: Ends, b: Ends): boolean {
  return a.from === b.from && a.to === b.to
}

function healed (cut: Cut, from: string | undefined, to: string | undefined): boolean {
  if (from === undefined) return true
  if (to === undefined) return covers(from, cut.from) || covers(from, cut.to)
  return (covers(from, cut.from) && covers(to, cut.to)) || (covers(from, cut.to) && covers(to, cut.from))
}
