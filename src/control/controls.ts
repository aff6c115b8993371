// Everything that steers a world, in one hand: the same words in code, over HTTP and on the command line.
import type { FixtureName } from '../fixtures/index.js'
import type { World } from '../world.js'
import { buildWorld, optionsOf } from './built-world.js'
import { Checkpoints } from './checkpoints.js'
import { EventLog } from './event-log.js'
import { FaultRules } from './faults.js'
import { Journal, type JournalOptions } from './journal.js'
import { LinkControls } from './link-controls.js'
import { NodeControls } from './node-controls.js'
import { NomadControls } from './nomad-controls.js'
import { TimeControls } from './time-controls.js'
import { applyImage, takeImage } from './world-image.js'
import { Worlds } from './worlds.js'

/**
 * The controls of a world. After every action raft's invariants are checked.
 *
 * @example
 * world.controls.nodes.kill('raft_0')
 * world.controls.time.skipUntil({ condition: 'leader-elected' })
 * world.controls.reset()
 */
export class Controls {
  readonly nodes: NodeControls
  /** servers of the Nomad region */
  readonly nomad: NomadControls
  readonly links: LinkControls
  readonly time: TimeControls
  readonly checkpoints: Checkpoints
  readonly events: EventLog
  readonly faults: FaultRules
  /** worlds beside this one on the same listeners */
  readonly worlds: Worlds
  readonly #world: World
  #journal: Journal | undefined

  constructor (world: World) {
    this.#world = world
    this.events = new EventLog(world)
    this.nodes = new NodeControls(world, this.events)
    this.nomad = new NomadControls(world, this.events)
    this.links = new LinkControls(world, this.events)
    this.time = new TimeControls(world, this.events)
    this.checkpoints = new Checkpoints(world, this.events)
    this.faults = new FaultRules(world, () => { this.#watch() })
    this.worlds = new Worlds(world)
  }

  /** Requests and answers; begins to write them down when first asked for. */
  get journal (): Journal {
    this.#journal ??= this.#keepJournal()
    return this.#journal
  }

  /** To be called once the world stands as it is to begin. */
  begin ({ journal = false }: { readonly journal?: boolean | JournalOptions } = {}): void {
    this.checkpoints.markStart()
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

  /** Replaces the world by a built-in fixture over the nodes there are; `reset` leads there from now on. */
  loadFixture (fixture: FixtureName, { rootToken }: { readonly rootToken?: string } = {}): void {
    const { nodes, random, timeline } = this.#world
    const options = { ...optionsOf(this.#world), fixture, rootToken, nodes: nodes.length, seed: random.seed, startAtMs: timeline.nowMs }
    const built = buildWorld(options, (i) => ({ apiAddr: nodes[i]?.apiAddr ?? `http://127.0.0.1:${8200 + 2 * i}`, clusterAddr: nodes[i]?.clusterAddr ?? `127.0.0.1:${8201 + 2 * i}` }))
    applyImage(this.#world, takeImage(built))
    if (built.timeline.mode !== timeline.mode) timeline.setMode(built.timeline.mode)
    this.checkpoints.markStart()
  }

  #keepJournal (options?: JournalOptions): Journal {
    const journal = new Journal(this.#world, options)
    this.#journal = journal
    this.#watch()
    return journal
  }

  #watch (): void {
    const faults = this.faults?.size > 0 ? this.faults : undefined
    this.#world.watch = faults === undefined && this.#journal === undefined ? undefined : { faults, journal: this.#journal }
  }
}
