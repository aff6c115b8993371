// Everything that steers a world, in one hand: the same words in code, over HTTP and on the command line.
import type { FixtureName } from '../world/fixtures/index.js'
import type { World } from '../world/world.js'
import { usualAddress, type Blueprint } from '../world/blueprint.js'
import { Checkpoints } from './checkpoints.js'
import { DiscoveryControls } from './discovery-controls.js'
import { EventLog } from './event-log.js'
import { FaultRules } from './faults.js'
import { Journal, type JournalOptions } from './journal.js'
import { LinkControls } from './link-controls.js'
import { NodeControls } from './node-controls.js'
import { NomadControls } from './nomad-controls.js'
import { OutsideControls } from './outside-controls.js'
import { ReplicationControls } from './replication-controls.js'
import { TimeControls } from './time-controls.js'
import type { Observers } from './observers.js'
import { Worlds } from './worlds.js'

/** What the controls ask of the layers above them. */
export interface ControlPorts {
  /** resolves once the world's listeners are open or shut as its nodes are */
  readonly settled?: (() => Promise<void>) | undefined
  /** makes another world like this one, with controls of its own */
  readonly assemble: Assemble
}

/** Makes a world of options; what they do not say is as in the world that asks. */
export type Assemble = (wish: Blueprint) => Controls

/**
 * The controls of a world. After every action raft's invariants are checked.
 *
 * @example
 * controls.nodes.kill('raft_0')
 * controls.time.skipUntil({ condition: 'leader-elected' })
 * controls.reset()
 */
export class Controls {
  readonly nodes: NodeControls
  /** servers of the Nomad region */
  readonly nomad: NomadControls
  readonly links: LinkControls
  /** which part clusters play in replication */
  readonly replication: ReplicationControls
  readonly time: TimeControls
  /** what `auto_join` finds */
  readonly discovery: DiscoveryControls
  /** what exists beyond the server */
  readonly outside: OutsideControls
  readonly checkpoints: Checkpoints
  readonly events: EventLog
  readonly faults: FaultRules
  /** worlds beside this one on the same listeners */
  readonly worlds: Worlds
  /**
   * Resolves once every node that runs can be reached, and no other: listeners open and shut in the background after
   * `nodes.kill`, `nodes.start`, `loadFixture` and the like.
   */
  readonly settled: () => Promise<void>
  /** without any, requests cost nothing */
  observers: Observers | undefined
  readonly #assemble: Assemble
  readonly #endListeners = new Set<() => void>()
  #journal: Journal | undefined

  constructor (readonly world: World, { settled = async () => {}, assemble }: ControlPorts) {
    this.settled = settled
    this.#assemble = assemble
    this.events = new EventLog(world)
    this.nodes = new NodeControls(world, this.events)
    this.nomad = new NomadControls(world, this.events)
    this.links = new LinkControls(world, this.events)
    this.replication = new ReplicationControls(world)
    this.discovery = new DiscoveryControls(world)
    this.time = new TimeControls(world, this.events)
    this.checkpoints = new Checkpoints(world, this.events, assemble)
    this.faults = new FaultRules(world, () => { this.#arrangeObservers() })
    this.outside = new OutsideControls(world, {
      events: this.events, faults: this.faults, journal: () => this.#journal
    })
    this.worlds = new Worlds(this, assemble)
  }

  /** Requests and answers; begins to write them down when first asked for. */
  get journal (): Journal {
    this.#journal ??= this.#keepJournal()
    return this.#journal
  }

  /** To be called once the world stands as it is to begin. */
  begin ({ journal = false }: { readonly journal?: boolean | JournalOptions } = {}): void {
    this.checkpoints.markStart()
    this.events.clear()
    if (journal !== false) this.#journal = this.#keepJournal(journal === true ? undefined : journal)
  }

  /** The world as it began; fault rules, journal and events are emptied. Checkpoints stay. */
  reset (): void {
    this.checkpoints.restoreStart()
    this.faults.removeAll()
    this.#journal?.clear()
    this.events.clear()
    this.events.add('reset')
  }

  /**
   * Replaces the world by a built-in fixture, of as many nodes as its first cluster has now where the fixture does not
   * say; `reset` leads there from now on. Where nodes have listeners, `settled` resolves once all of them answer.
   */
  loadFixture (fixture: FixtureName, { rootToken }: { readonly rootToken?: string | undefined } = {}): void {
    const { nodes, nomad, random, timeline } = this.world
    const made = this.#assemble({
      fixture,
      rootToken,
      nodes: nodes.filter(({ cluster }) => cluster.label === nodes[0]?.cluster.label).length,
      seed: random.seed,
      startAtMs: timeline.nowMs,
      addressOf: (place, index) => nodes[index] ?? usualAddress(place, index),
      nomadPlaces: nomad?.servers.map(({ name, host, httpPort }) => ({ name, host, port: httpPort }))
    }).world
    this.world.restore(made.state)
    if (made.timeline.mode !== timeline.mode) timeline.setMode(made.timeline.mode)
    this.checkpoints.markStart()
  }

  /**
   * Calls back when nobody will be answered any more: streams have no end of their own.
   *
   * @returns takes it back
   */
  onEnd (listener: () => void): () => void {
    this.#endListeners.add(listener)
    return () => { this.#endListeners.delete(listener) }
  }

  /** To be called before the listeners of this world close, or when it is dropped. */
  end (): void {
    for (const listener of [...this.#endListeners]) listener()
    for (const { controls } of this.worlds.others) controls.end()
  }

  #keepJournal (options?: JournalOptions): Journal {
    const journal = new Journal(this.world, options)
    this.#journal = journal
    this.#arrangeObservers()
    return journal
  }

  #arrangeObservers (): void {
    const faults = this.faults?.size > 0 ? this.faults : undefined
    const journal = this.#journal
    this.observers = faults === undefined && journal === undefined ? undefined : { faults, journal }
  }
}
