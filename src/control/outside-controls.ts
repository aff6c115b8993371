// What exists beyond a server, to be told and asked while it runs; calls to it are written down, delayed and failed.
import type { Question } from '../cluster/outside.js'
import { drawLatency } from './fault-schema.js'
import { sleepWallMs } from '../sim/wall-clock.js'
import { OutsideError, type OutsideCall, type OutsideOptions } from '../world/outside.js'
import type { World } from '../world/world.js'
import type { EventLog } from './event-log.js'
import type { FaultRules } from './faults.js'
import { globMatcher } from './globs.js'
import type { Journal } from './journal.js'
import { ControlProblem } from './problem.js'

/** Which calls; all of what is said must be so. */
export interface CallFilter {
  readonly system?: string
  /** glob */
  readonly address?: string
  /** text that what was asked, or a statement, contains */
  readonly contains?: string
  /** only those with a larger number */
  readonly after?: number
}

interface Watchers {
  readonly events: EventLog
  readonly faults: FaultRules
  /** undefined while nothing is written down */
  readonly journal: () => Journal | undefined
}

export class OutsideControls {
  readonly #world: World

  constructor (world: World, { events, faults, journal }: Watchers) {
    this.#world = world
    world.outside.watch = {
      before: async (question) => await meetFaults(faults, question),
      after: (call) => {
        events.add('outside-asked', { detail: saidOf(call) })
        writeDown(journal(), world, call)
      }
    }
  }

  /** What there is: systems by address, and what is met elsewhere. */
  list (): Exclude<OutsideOptions, string> { return this.#world.outside.told }

  /**
   * Replaces all that was told before.
   *
   * @throws {ControlProblem} for what cannot be used
   */
  set (told: OutsideOptions): void {
    try {
      this.#world.outside.told = told
    } catch (error) {
      throw error instanceof OutsideError ? new ControlProblem('wrong', error.message) : error
    }
  }

  /** Adds systems, or replaces those at the same addresses. @throws {ControlProblem} */
  add (told: Exclude<OutsideOptions, string>): void {
    const { otherwise, ...systems } = this.list()
    const merged = Object.entries(told).filter(([name]) => name !== 'otherwise').map(([name, added]) =>
      [name, { ...Reflect.get(systems, name) as object | undefined, ...added as object }])
    this.set({ otherwise: told.otherwise ?? otherwise, ...systems, ...Object.fromEntries(merged) as object })
  }

  /** The latest calls, oldest first. */
  calls ({ system, address, contains, after = 0 }: CallFilter = {}): OutsideCall[] {
    const isThere = address === undefined ? undefined : globMatcher(address)
    return this.#world.outside.calls.filter((call) => call.number > after &&
      (system === undefined || call.system === system) &&
      (isThere === undefined || isThere(call.address)) &&
      (contains === undefined || [call.asked, ...call.statements ?? []].some((text) => text.includes(contains))))
  }

  forgetCalls (): void { this.#world.outside.forgetCalls() }
}

async function meetFaults (faults: FaultRules, question: Question): Promise<string | undefined> {
  const effect = faults.meetOutside(question)
  if (effect === undefined) return undefined
  if (effect.latency !== undefined) await sleepWallMs(drawLatency(effect.latency, faults.random))
  return effect.errors?.[0]
}

function saidOf ({ system, address, asked, met, reason }: OutsideCall): string {
  return `${system} ${address}: ${asked}: ${reason ?? met}`
}

/** An exchange of its own, with the verb OUTSIDE: a call that met nothing has the status 503. */
function writeDown (journal: Journal | undefined, world: World, call: OutsideCall): void {
  const [node] = world.nodes
  if (journal === undefined || node === undefined) return
  const { number: _number, atMs: _atMs, met, reason, ...question } = call
  const exchange = journal.begin({
    node,
    method: 'OUTSIDE',
    url: `/outside/${call.system}/${call.address}`,
    requestHeaders: {},
    remoteAddress: undefined,
    hasBody: true,
    pending: undefined
  })
  exchange.requestBody.add(JSON.stringify(question))
  exchange.status = met === 'nothing' ? 503 : 200
  exchange.responseBody.add(JSON.stringify({ met, reason }))
  journal.end(exchange, 'answered')
}
