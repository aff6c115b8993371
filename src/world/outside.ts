// What exists beyond this server: told by whoever made the world, asked by its engines, and what they asked.
import { Type, type Static } from '@sinclair/typebox'
import {
  ANY_ADDRESS, SystemsForm, type EntryOf, type Fetched, type Met, type Outside, type OutsideRequest, type Question,
  type System, type Systems
} from '../cluster/outside.js'
import { problemsIn, sayProblem } from '../json/form-problems.js'
import { parseJson, printJson, type JsonValue } from '../json/index.js'
import { closed, count, instant, oneOf, texts, type State } from '../sim/declared.js'
import type { Timeline } from '../sim/timeline.js'

const Otherwise = oneOf('nothing', 'anything')

const CallForm = Type.Object({
  /** counts from 1, also past what is forgotten */
  number: count,
  atMs: instant,
  system: Type.String(),
  address: Type.String(),
  asked: Type.String(),
  statements: Type.Optional(texts),
  /** what was met: nothing, anything, what the world was told of, an answer from loopback */
  met: oneOf('nothing', 'anything', 'known', 'loopback'),
  /** why there was nothing */
  reason: Type.Optional(Type.String())
}, closed)

/** All that the outside of a world is. */
export const OutsideForm = Type.Object({
  /** what is at addresses of which nothing was told */
  otherwise: Otherwise,
  systems: SystemsForm,
  /** the latest, oldest first */
  calls: Type.Array(CallForm),
  callCount: count
}, closed)

export type OutsideState = State<typeof OutsideForm>

/** Something that an engine asked. */
export type OutsideCall = OutsideState['calls'][number]

/**
 * What exists out there: `anything` accepts all that is well formed; with systems only these exist, by address, unless
 * `otherwise` says more; `nothing` is the default.
 */
export type OutsideOptions = 'nothing' | 'anything' | Readonly<Static<typeof ToldForm>>

const ToldForm = Type.Object({ otherwise: Type.Optional(Otherwise), ...SystemsForm.properties }, SystemsForm)

/** What was told of the outside cannot be used; the message names the field. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError'
}

/** Who looks at calls: they may be slow, or fail. */
export interface OutsideWatch {
  /** @returns why the call fails, in Go's words; undefined: it does not */
  readonly before: (question: Question) => Promise<string | undefined>
  readonly after: (call: OutsideCall) => void
}

/** Fetches a document from loopback. @throws where nobody answers */
export type FetchOutside = (request: OutsideRequest) => Promise<Fetched>

const MOST_CALLS = 1000
const NOTHING_TOLD: OutsideState = { otherwise: 'nothing', systems: {}, calls: [], callCount: 0 }

export class WorldOutside implements Outside {
  readonly #timeline: Pick<Timeline, 'nowMs'>
  readonly #fetch: FetchOutside | undefined
  #state: OutsideState = NOTHING_TOLD
  readonly nomadAt: Outside['nomadAt']
  watch: OutsideWatch | undefined

  constructor (
    timeline: Pick<Timeline, 'nowMs'>, fetch: FetchOutside | undefined, nomadAt: Outside['nomadAt'] = () => undefined
  ) {
    this.nomadAt = nomadAt
    this.#timeline = timeline
    this.#fetch = fetch
  }

  /** undefined while nothing was told or asked */
  get state (): OutsideState | undefined {
    const { otherwise, systems, callCount } = this.#state
    const isUntouched = otherwise === 'nothing' && callCount === 0 && Object.keys(systems).length === 0
    return isUntouched ? undefined : this.#state
  }

  restore (state: OutsideState | undefined): void { this.#state = state ?? NOTHING_TOLD }

  /** what there is */
  get told (): Exclude<OutsideOptions, string> {
    const { otherwise, systems } = this.#state
    return { otherwise, ...systems as Systems }
  }

  /** @throws {OutsideError} */
  set told (told: OutsideOptions) {
    const { otherwise, ...systems } = readOutside(told)
    this.#state = { ...this.#state, otherwise: otherwise ?? 'nothing', systems }
  }

  get calls (): readonly OutsideCall[] { return this.#state.calls }

  forgetCalls (): void { this.#state = { ...this.#state, calls: [] } }

  async ask<S extends System> (question: Question<S>): Promise<Met<S>> {
    const failure = await this.watch?.before(question)
    const met: Met<S> = failure === undefined ? await this.#meet(question) : { reach: 'nothing', reason: failure }
    this.#note(question, met)
    return met
  }

  change<S extends System> (system: S, address: string, change: (entry: EntryOf<S>) => EntryOf<S>): void {
    const known = this.#addresses(system)
    const place = placeOf(known, address)
    const entry = known[place]
    if (entry === undefined) return
    const systems = { ...this.#state.systems, [system]: { ...known, [place]: change(entry) } }
    this.#state = { ...this.#state, systems }
  }

  async #meet<S extends System> ({ system, address, fetch }: Question<S>): Promise<Met<S>> {
    const known = this.#addresses(system)
    const entry = known[placeOf(known, address)]
    if (entry !== undefined) return { reach: 'known', entry }
    const fetched = fetch && await this.#fetchFromLoopback(fetch)
    if (fetched !== undefined) return { reach: 'loopback', fetched }
    return this.#state.otherwise === 'anything'
      ? { reach: 'anything' }
      : { reach: 'nothing', reason: refusalOf(address) }
  }

  /** @returns undefined where nobody answers, or the address is not on loopback */
  async #fetchFromLoopback (request: OutsideRequest): Promise<Fetched | undefined> {
    if (this.#fetch === undefined || !isLoopback(hostOf(request.url))) return undefined
    try {
      return await this.#fetch(request)
    } catch {
      return undefined
    }
  }

  /** What was told of a system, by address. */
  #addresses<S extends System> (system: S): Readonly<Record<string, EntryOf<S> | undefined>> {
    return (this.#state.systems[system] ?? {}) as Readonly<Record<string, EntryOf<S> | undefined>>
  }

  #note (
    { system, address, asked, statements }: Question,
    { reach, reason }: { readonly reach: Met['reach'], readonly reason?: string }
  ): void {
    const { calls, callCount } = this.#state
    const call: OutsideCall = {
      number: callCount + 1,
      atMs: this.#timeline.nowMs,
      system,
      address,
      asked,
      ...(statements !== undefined && reach !== 'nothing' && { statements }),
      met: reach,
      ...(reason !== undefined && { reason })
    }
    this.#state = { ...this.#state, calls: [...calls.slice(1 - MOST_CALLS), call], callCount: call.number }
    this.watch?.after(call)
  }
}

/**
 * A copy of what was told, checked.
 *
 * @throws {OutsideError}
 */
export function readOutside (told: unknown): Exclude<OutsideOptions, string> {
  if (told === 'anything' || told === 'nothing') return { otherwise: told }
  const [problem] = typeof told === 'string'
    ? [{ path: '', expected: '"anything", "nothing" or an object of systems', found: JSON.stringify(told) }]
    : problemsIn(ToldForm, told)
  if (problem !== undefined) throw new OutsideError(sayProblem(problem, 'the outside'))
  return parseJson(printJson(told as JsonValue)) as Exclude<OutsideOptions, string>
}

/** Its own entry, or that of any address. A slash at the end makes no difference. */
function placeOf (known: Readonly<Record<string, unknown>>, address: string): string {
  const wanted = bare(address)
  return Object.keys(known).find((place) => bare(place) === wanted) ?? ANY_ADDRESS
}

function bare (address: string): string {
  return address.replace(/\/+$/, '').toLowerCase()
}

/** Nobody listens on an address; a name leads to none. */
function refusalOf (address: string): string {
  const host = hostOf(address)
  const isAddress = /^[\d.]+$|:/.test(host) || isLoopback(host)
  return isAddress ? 'connect: connection refused' : `lookup ${host}: no such host`
}

/** Of a URL, or of host and port. */
function hostOf (address: string): string {
  const authority = address.replace(/^[\w+.-]+:\/\//, '').split(/[/?#]/)[0] ?? ''
  const [, bracketed] = /^\[([^\]]*)\]/.exec(authority) ?? []
  return bracketed ?? authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '')
}

function isLoopback (host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
