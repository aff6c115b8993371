// Everything that steers a world, in one hand: the same words in code, over HTTP and on the command line.
import type { FixtureName } from '../world/fixtures/index.js'
import type { World } from '../world/world.js'
import { buildWorld, optionsOf } from '../world/built-world.js'
import { Checkpoints } from './checkpoints.js'
import { EventLog } from './event-log.js'
import { FaultRules } from './faults.js'
import { Journal, type JournalOptions } from './journal.js'
import { LinkControls } from './link-controls.js'
import { NodeControls } from './node-controls.js'
import { NomadControls } from './nomad-controls.js'
import { TimeControls } from './time-controls.js'
import { applyImage, takeImage } from '../world/world-image.js'
import type { Watch } from './watch.js'
import { Worlds } from './worlds.js'

/** What the controls ask of the layers above them. */
export interface ControlPorts {
  /** resolves once the world's listeners are open or shut as its nodes are */
  readonly settled?: () => Promise<void>
}

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
  readonly time: TimeControls
  readonly checkpoints: Checkpoints
  readonly events: EventLog
  readonly faults: FaultRules
  /** worlds beside this one on the same listeners */
  readonly worlds: Worlds
  readonly settled: () => Promise<void>
  /** looks at requests: faults, journal; without it they cost nothing */
  watch: Watch | undefined
  #journal: Journal | undefined

  constructor (readonly world: World, { settled = async () => {} }: ControlPorts = {}) {
    this.settled = settled
    this.events = new EventLog(world)
    this.nodes = new NodeControls(world, this.events)
    this.nomad = new NomadControls(world, this.events)
    this.links = new LinkControls(world, this.events)
    this.time = new TimeControls(world, this.events)
    this.checkpoints = new Checkpoints(world, this.events, (fork) => new Controls(fork))
    this.faults = new FaultRules(world, () => { this.#watch() })
    this.worlds = new Worlds(this, (made) => new Controls(made))
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

  /** Replaces the world by a built-in fixture over the nodes there are; `reset` leads there from now on. */
  loadFixture (fixture: FixtureName, { rootToken }: { readonly rootToken?: string } = {}): void {
    const { nodes, random, timeline } = this.world
    const options = { ...optionsOf(this.world), fixture, rootToken, nodes: nodes.length, seed: random.seed, startAtMs: timeline.nowMs }
    const built = buildWorld(options, (i) => ({ apiAddr: nodes[i]?.apiAddr ?? `http://127.0.0.1:${8200 + 2 * i}`, clusterAddr: nodes[i]?.clusterAddr ?? `127.0.0.1:${8201 + 2 * i}` }), { files: this.world.files })
    applyImage(this.world, takeImage(built))
    if (built.timeline.mode !== timeline.mode) timeline.setMode(built.timeline.mode)
    this.checkpoints.markStart()
  }

  #keepJournal (options?: JournalOptions): Journal {
    const journal = new Journal(this.world, options)
    this.#journal = journal
    this.#watch()
    return journal
  }

  #watch (): void {
    const faults = this.faults?.size > 0 ? this.faults : undefined
    this.watch = faults === undefined && this.#journal === undefined ? undefined : { faults, journal: this.#journal }
  }
}
