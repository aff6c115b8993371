// The network of a world: which nodes are up, which links are cut, how long a message takes.

/** A cut in one direction; each end is a node (`east/raft_0`) or a whole cluster (`east`). */
type Cut = { readonly from: string, readonly to: string }

/** What of a network is saved: plain JSON. */
export type NetworkState = {
  readonly down: readonly string[]
  readonly cuts: readonly Cut[]
  readonly delays: readonly { readonly from: string, readonly to: string, readonly delayMs: number }[]
}

/** Nodes are named `cluster/node`; a cluster's name alone stands for all its nodes. What is not said is up and connected. */
export class Network {
  readonly #down = new Set<string>()
  readonly #listeners = new Set<() => void>()
  #cuts: Cut[] = []
  /** by `from` and `to`, both as given */
  #delays: { from: string, to: string, delayMs: number }[] = []

  /** Calls back after each change; returns a function that ends it. */
  onChanged (listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  isUp (node: string): boolean {
    return !this.#down.has(node)
  }

  setUp (node: string, up: boolean): void {
    if (up === this.isUp(node)) return
    if (up) this.#down.delete(node)
    else this.#down.add(node)
    this.#changed()
  }

  /** Cuts the link between two nodes or clusters; a node against its own cluster is cut off from the others in it. */
  cut (from: string, to: string, { oneWay = false }: { oneWay?: boolean } = {}): void {
    this.#cuts = this.#cuts.filter((cut) => !(same(cut, { from, to }) || (!oneWay && same(cut, { from: to, to: from }))))
    this.#cuts.push({ from, to })
    if (!oneWay && from !== to) this.#cuts.push({ from: to, to: from })
    this.#changed()
  }

  /** Heals what is cut between two, or around one, or everywhere. Cuts within the named clusters are healed too. */
  heal (from?: string, to?: string): void {
    const before = this.#cuts.length
    this.#cuts = this.#cuts.filter((cut) => !healed(cut, from, to))
    if (this.#cuts.length !== before) this.#changed()
  }

  /** Whether a message arrives: both are up and nothing is cut in this direction. A node always reaches itself. */
  canReach (from: string, to: string): boolean {
    if (this.#down.has(from) || this.#down.has(to)) return false
    return from === to || !this.#cuts.some((cut) => covers(cut.from, from) && covers(cut.to, to))
  }

  /** How long a message takes one way, in milliseconds; 0 unless set, the latest setting that fits counts. */
  delayMs (from: string, to: string): number {
    if (from === to) return 0
    return this.#delays.findLast((delay) => joins(delay, from, to))?.delayMs ?? 0
  }

  /** Sets the delay between two nodes or clusters, both ways. */
  setDelay (from: string, to: string, delayMs: number): void {
    if (!(delayMs >= 0)) throw new RangeError(`not a delay: ${delayMs}`)
    this.#delays = this.#delays.filter((delay) => !same(delay, { from, to }) && !same(delay, { from: to, to: from }))
    this.#delays.push({ from, to, delayMs })
    this.#changed()
  }

  save (): NetworkState {
    return { down: [...this.#down], cuts: [...this.#cuts], delays: this.#delays.map((delay) => ({ ...delay })) }
  }

  load (state: NetworkState): void {
    this.#down.clear()
    for (const node of state.down) this.#down.add(node)
    this.#cuts = [...state.cuts]
    this.#delays = state.delays.map((delay) => ({ ...delay }))
    this.#changed()
  }

  #changed (): void {
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
