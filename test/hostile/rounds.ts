// Rounds of made-up cases: a server, an attack, a few hundred cases, then a look at what stayed behind.
import { leftDescriptors, playAlone } from './alone.js'
import { archives } from './attacks/archives.js'
import { controls } from './attacks/controls.js'
import { nomad } from './attacks/nomad.js'
import { policies } from './attacks/policies.js'
import { savedStates } from './attacks/saved-states.js'
import { sockets } from './attacks/sockets.js'
import { startingData } from './attacks/starting-data.js'
import { operationsOf, structured, type Operation } from './attacks/structured.js'
import type { Case } from './cases.js'
import { Dice } from './dice.js'
import { Player, signatureOf, type Failure } from './player.js'
import type { Report } from './report.js'
import { shrunk } from './shrink.js'
import { startOptions } from './start-options.js'

interface Attack {
  readonly make: (dice: Dice, described: Described) => Pick<Case, 'steps' | 'data'>
  /** cases of a round */
  readonly cases: number
  /** cases between two resets; 0: a server for each */
  readonly resetAfter: number
}

/** What the server's own documents say it has. */
interface Described {
  readonly vault: readonly Operation[]
  readonly controls: readonly Operation[]
}

export const ATTACKS: Readonly<Record<string, Attack>> = {
  sockets: { make: (dice) => ({ steps: sockets(dice) }), cases: 150, resetAfter: 50 },
  structured: { make: (dice, { vault }) => ({ steps: structured(dice, vault) }), cases: 600, resetAfter: 15 },
  controls: { make: (dice, described) => ({ steps: controls(dice, described.controls) }), cases: 200, resetAfter: 1 },
  nomad: { make: (dice) => ({ steps: nomad(dice) }), cases: 300, resetAfter: 30 },
  archives: { make: (dice) => ({ steps: archives(dice) }), cases: 80, resetAfter: 1 },
  policies: { make: (dice) => ({ steps: policies(dice) }), cases: 150, resetAfter: 30 },
  'starting-data': { make: (dice) => startingData(dice), cases: 5, resetAfter: 0 },
  'saved-states': { make: (dice) => ({ steps: savedStates(dice) }), cases: 100, resetAfter: 1 }
}
const PROFILES = ['documented', 'vault-1.14', 'vault-1.21', 'openbao-2.5']
/** a collected heap differs by so much from round to round without a leak: compiled code, caches that fill */
const GROWTH_BYTES = 24 * 1024 * 1024
/** shrinking is worth a while, but a run has to end */
const SHRINK_WITHIN_MS = 40_000
const SHRINK_TRIES = 60
/** a failure that only comes after others is looked for among so many cases before it */
const HISTORY = 30

export interface RoundOptions {
  readonly seed: number
  /** on the clock of `performance` */
  readonly until: number
  readonly heldMs: number
  readonly only?: string | undefined
}

export async function playRounds (options: RoundOptions, report: Report): Promise<void> {
  const names = options.only === undefined ? Object.keys(ATTACKS) : [options.only]
  for (let round = 0; performance.now() < options.until; round++) {
    const name = names[round % names.length]!
    const turn = Math.floor(round / names.length)
    const profile = PROFILES[(turn + round) % PROFILES.length]!
    const flags = ['--profile', profile, ...turn % 2 === 0 ? ['--nodes', '3'] : [],]
    await new Round(name, turn, flags, options, report).play()
  }
}

class Round {
  readonly #name: string
  readonly #attack: Attack
  readonly #turn: number
  readonly #flags: readonly string[]
  readonly #options: RoundOptions
  readonly #report: Report
  #history: Case[] = []
  #player: Player | undefined
  #described: Described = { vault: [], controls: [] }
  #descriptors = 0
  #collectedBytes = 0

  constructor (name: string, turn: number, flags: readonly string[], options: RoundOptions, report: Report) {
    this.#name = name
    this.#attack = ATTACKS[name]!
    this.#turn = turn
    this.#flags = flags
    this.#options = options
    this.#report = report
  }

  async play (): Promise<void> {
    const { cases, resetAfter } = this.#attack
    for (let index = 0; index < cases && performance.now() < this.#options.until; index++) {
      const number = this.#turn * cases + index
      const played = await this.#case(number)
      if (resetAfter === 0) {
        await this.#judge(await playAlone(played, this.#options.heldMs), played, number)
        continue
      }
      const player = await this.#server()
      this.#history.push(played)
      const failures = await player.play(played)
      if (failures.length === 0 && (index + 1) % resetAfter === 0) {
        failures.push(...await player.reset())
        if (failures.length === 0) this.#history = []
        // by then everything has been used once
        if (this.#collectedBytes === 0 && index > cases / 4) this.#collectedBytes = await player.server.collectedBytes()
      }
      await this.#judge(failures, played, number)
    }
    await this.#end()
  }

  async #case (number: number): Promise<Case> {
    const described = this.#attack.resetAfter === 0 ? this.#described : await this.#describe()
    const made = this.#attack.make(new Dice(this.#options.seed, this.#name, number), described)
    return { attack: this.#name, flags: this.#flags, ...made }
  }

  async #describe (): Promise<Described> {
    if (this.#described.vault.length > 0) return this.#described
    const player = await this.#server()
    const documents = await Promise.all(['/v1/sys/internal/specs/openapi', '/_mock/openapi.json'].map(async (path) => {
      return operationsOf(JSON.parse((await player.ask('GET', path))!.body.toString()))
    }))
    this.#described = { vault: documents[0]!, controls: documents[1]! }
    return this.#described
  }

  async #server (): Promise<Player> {
    if (this.#player === undefined) {
      this.#player = await Player.start(startOptions({ flags: this.#flags }), this.#options.heldMs)
      this.#history = []
      await this.#player.reset()
      this.#descriptors = this.#player.server.descriptors()
      this.#collectedBytes = 0
    }
    return this.#player
  }

  /** Counts a case; the first failure of its kind is shrunk and shown. A server that failed is not used again. */
  async #judge (failures: readonly Failure[], played: Case, number: number): Promise<void> {
    if (failures.length === 0) {
      this.#report.pass()
      return
    }
    const fresh = this.#report.fail(failures)
    const history = this.#history
    await this.#stop()
    if (fresh === undefined) return
    const where = `seed ${this.#options.seed}, ${this.#name} case ${number}`
    const smallest = await this.#smallest(fresh, played, history)
    const again = smallest === undefined ? ', but not when played again alone' : ''
    this.#report.show(fresh, where + again, smallest ?? played)
  }

  /** undefined: it does not come again */
  async #smallest (failure: Failure, played: Case, history: readonly Case[]): Promise<Case | undefined> {
    const signature = signatureOf(failure)
    const stillFails = async (smaller: Case): Promise<boolean> =>
      (await playAlone(smaller, this.#options.heldMs)).some((found) => signatureOf(found) === signature)
    const all = { ...played, steps: history.slice(-HISTORY).flatMap(({ steps }) => steps) }
    const failing = await stillFails(played) ? played : all.steps.length > 0 && await stillFails(all) ? all : undefined
    const endsAtMs = performance.now() + SHRINK_WITHIN_MS
    let tries = 0
    return failing && await shrunk(failing, stillFails, () => ++tries < SHRINK_TRIES && performance.now() < endsAtMs)
  }

  /** What stayed behind: the second half of a round must leave no more than the first did. */
  async #end (): Promise<void> {
    const player = this.#player
    if (player === undefined) return
    const failures = [
      ...await player.reset(),
      ...await leftDescriptors(player, this.#descriptors),
      ...await this.#grownHeap(player)
    ]
    if (failures.length > 0) {
      const fresh = this.#report.fail(failures)
      if (fresh !== undefined) this.#report.show(fresh, `after the round ${this.#name} ${this.#turn}`)
    }
    await this.#stop()
  }

  async #grownHeap ({ server }: Player): Promise<Failure[]> {
    if (this.#collectedBytes === 0 || server.ended !== undefined) return []
    const more = await server.collectedBytes() - this.#collectedBytes
    return more < GROWTH_BYTES ? [] : [{ kind: 'grew', what: `${Math.round(more / 1024 / 1024)} MiB of heap more than before` }]
  }

  async #stop (): Promise<void> {
    await this.#player?.stop()
    this.#player = undefined
  }
}
