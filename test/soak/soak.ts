// Endurance: four clusters that replicate, and Nomad, under load and disturbed. `npm run soak -- --minutes N --seed S`
//
// In laps: clients work while things go wrong; then everything is put right, what was acknowledged is read back, roots
// are compared, the heap is measured, and the whole world is restored, reset or taken back to where it was.
import { parseArgs } from 'node:util'
import { bundle } from '../../scripts/build.js'
import { Dice } from '../hostile/dice.js'
import { differingRoots, lostWrites, unrest } from './checks.js'
import { Clusters } from './clusters.js'
import { disturb, repair } from './disturbances.js'
import { load, type Counts } from './load.js'
import { Model } from './model.js'
import { Upheavals, type Memory } from './upheavals.js'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** each lap in a line */
    verbose: { type: 'boolean', default: false },
    /** how long clients work in a lap */
    'lap-ms': { type: 'string', default: '5000' }
  }
})
const MIB = 1024 * 1024
/** the journal fills, code is compiled: a collected heap may differ by this much */
const GROWTH_BYTES = 32 * MIB
/** a whole cluster's data may be gone: a few values say enough */
const SHOWN_OF_A_LAP = 3
/** laps before the heap is what it will be */
const WARM_UP_LAPS = 4

class Soak {
  readonly #clusters: Clusters
  readonly #dice = new Dice(Number(values.seed), 'soak', 0)
  readonly #upheavals: Upheavals
  readonly #counts: Counts = { acknowledged: 0, unacknowledged: 0 }
  readonly #happened = new Map<string, number>()
  readonly #heaps: number[] = []
  #memory: Memory = { vault: new Model(), nomad: new Model() }
  #readBack = 0
  #passed = 0
  #failed = 0

  constructor (clusters: Clusters) {
    this.#clusters = clusters
    this.#upheavals = new Upheavals(clusters, (name) => { this.#count(name) })
  }

  async run (): Promise<number> {
    const endsAtMs = performance.now() + Number(values.minutes) * 60_000
    await this.#upheavals.prepare()
    let laps = 0
    for (; performance.now() < endsAtMs && this.#clusters.server.ended === undefined; laps++) await this.#lap(laps)
    this.#check(this.#clusters.server.ended === undefined, `the process is dead: ${this.#clusters.server.ended}`)
    this.#checkHeap()
    this.#say(laps)
    return this.#failed
  }

  async #lap (lap: number): Promise<void> {
    await this.#workAndDisturb()
    await repair(this.#clusters)
    const wrong = await unrest(this.#clusters)
    this.#check(wrong === undefined, `lap ${lap}: after everything was put right, ${wrong}`)
    if (wrong !== undefined) return await this.#startOver()
    // a secondary that was cut off catches up first: it looks for its primary again after a while
    for (const differing of await differingRoots(this.#clusters)) this.#check(false, `lap ${lap}: ${differing}`)
    await this.#checkWrites(lap)
    const faults = this.#clusters.server.takeFaults()
    this.#check(faults.length === 0, `lap ${lap}: ${faults.length} faults, ${faults[0]}`)
    this.#heaps.push(await this.#clusters.server.collectedBytes())
    await this.#change(lap)
  }

  async #checkWrites (lap: number): Promise<void> {
    const { vault, nomad } = this.#memory
    let lostBefore = 0
    for await (const lost of lostWrites(this.#clusters, vault, nomad)) {
      this.#readBack++
      const unsaid = lost !== undefined && lostBefore++ >= SHOWN_OF_A_LAP
      this.#check(lost === undefined, unsaid ? undefined : `lap ${lap}: ${lost}`)
    }
    if (lostBefore > SHOWN_OF_A_LAP) console.log(`not ok - lap ${lap}: ${lostBefore} values in all`)
    // what is lost is lost: the next lap does not report it again
    if (lostBefore > 0) await this.#startOver()
  }

  async #workAndDisturb (): Promise<void> {
    const endsAtMs = performance.now() + Number(values['lap-ms'])
    const mayGoOn = (): boolean => performance.now() < endsAtMs && this.#clusters.server.ended === undefined
    const { vault: model, nomad } = this.#memory
    await Promise.all([
      load({ clusters: this.#clusters, model, nomad, counts: this.#counts, mayGoOn }, this.#dice),
      disturb(this.#clusters, this.#dice, (name, node) => { this.#count(name, node.name) }, mayGoOn)
    ])
  }

  async #change (lap: number): Promise<void> {
    try {
      this.#memory = await this.#upheavals.happen(this.#dice, this.#memory)
    } catch (error) {
      this.#check(false, `lap ${lap}: ${error instanceof Error ? error.message : String(error)}`)
      return await this.#startOver()
    }
    await repair(this.#clusters)
    const wrong = await unrest(this.#clusters)
    this.#check(wrong === undefined, `lap ${lap}: after the whole world was changed, ${wrong}`)
    if (wrong !== undefined) await this.#startOver()
  }

  /** From a world that nothing was done to: what is wrong has been reported. */
  async #startOver (): Promise<void> {
    await this.#clusters.steer('DELETE', 'faults')
    await this.#clusters.steer('POST', 'reset')
    await unrest(this.#clusters)
    await this.#upheavals.prepare()
    this.#memory = { vault: new Model(), nomad: new Model() }
  }

  #checkHeap (): void {
    const [first] = this.#heaps.slice(WARM_UP_LAPS)
    const last = this.#heaps.at(-1)
    if (first === undefined || last === undefined) return
    this.#check(last - first < GROWTH_BYTES, `the heap grew from ${inMib(first)} to ${inMib(last)} MiB`)
  }

  /** @param wrong undefined: it is counted and not printed */
  #check (fine: boolean, wrong: string | undefined): void {
    if (fine) this.#passed++
    else this.#failed++
    if (!fine && wrong !== undefined) console.log(`not ok - ${wrong}`)
  }

  #count (name: string, where = ''): void {
    this.#happened.set(name, (this.#happened.get(name) ?? 0) + 1)
    if (values.verbose) console.log(`# ${new Date().toISOString()} ${name} ${where}`)
  }

  #say (laps: number): void {
    const { acknowledged, unacknowledged } = this.#counts
    const writes = `${acknowledged} acknowledged writes (${unacknowledged} without an answer)`
    console.log(`${laps} laps, ${writes}, ${this.#readBack} values read back`)
    console.log([...this.#happened].map(([name, times]) => `${name} ${times}`).join(', '))
    console.log(`heap after collection, MiB: ${this.#heaps.map(inMib).join(' ')}`)
    console.log(`\nsoak: ${this.#passed} passed, ${this.#failed} failed`)
  }
}

function inMib (bytes: number): number {
  return Math.round(bytes / MIB)
}

await bundle()
console.log(`soak: seed ${values.seed}, ${values.minutes} minutes`)
const clusters = await Clusters.start(Number(values.seed))
try {
  process.exitCode = await new Soak(clusters).run() === 0 ? 0 : 1
} finally {
  await clusters.server.stop()
}
