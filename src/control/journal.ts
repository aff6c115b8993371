// The journal: every request and its answer, the latest of them, for tests to ask afterwards.
import type { Node } from '../cluster/node.js'
import { armTimer, wallClockMs } from '../sim/wall-clock.js'
import type { World } from '../world/world.js'
import { globPattern } from './faults.js'

export interface JournalOptions {
  /** how many exchanges are kept; 1000 by default */
  readonly entries?: number
  /** how much of each body is kept, in bytes; 16384 by default */
  readonly bodyBytes?: number
}

type Headers = Readonly<Record<string, string | number | string[] | undefined>>

/** A request and, once there is one, its answer. As it came: nothing is masked here. */
export interface Exchange {
  /** counts from 1, also past what is forgotten */
  readonly number: number
  /** the world's time */
  readonly atMs: number
  readonly startedWallMs: number
  readonly node: Node
  readonly method: string
  /** with the query */
  readonly url: string
  readonly requestHeaders: Headers
  readonly remoteAddress: string | undefined
  readonly requestBody: BodyText
  readonly responseBody: BodyText
  status: number | undefined
  responseHeaders: Headers
  durationMs: number | undefined
  /** id of the fault rule that met it */
  fault: number | undefined
  /** undefined while there is no answer; `cut-off`: there will be none, or none that is whole */
  ended: 'answered' | 'cut-off' | undefined
  /** the connection, for as long as there is no answer: it may have gone */
  pending: { readonly destroyed: boolean } | undefined
}

/** Which exchanges; all of what is said must be so. */
export interface JournalFilter {
  readonly method?: string
  /** glob, as of fault rules */
  readonly path?: string
  readonly status?: number
  /** id */
  readonly node?: string
  /** text that the request's body contains */
  readonly contains?: string
  /** only those with a larger number */
  readonly after?: number
}

/** The first bytes of a body, kept as they came: most are never looked at. */
export class BodyText {
  readonly #limit: number
  #chunks: (string | Uint8Array)[] | undefined
  /** of all of it */
  bytes = 0

  constructor (limit: number) {
    this.#limit = limit
  }

  add (chunk: string | Uint8Array): void {
    const room = this.#limit - this.bytes
    this.bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length
    if (room <= 0) return
    const kept = chunk.length > room ? chunk.slice(0, room) : chunk
    if (this.#chunks === undefined) this.#chunks = [kept]
    else this.#chunks.push(kept)
  }

  get text (): string {
    const chunks = this.#chunks ?? []
    return Buffer.concat(chunks.map((chunk) => typeof chunk === 'string' ? Buffer.from(chunk) : chunk)).subarray(0, this.#limit).toString('utf8')
  }
}

interface Waiter {
  readonly filter: JournalFilter
  readonly count: number
  readonly resolve: (exchanges: Exchange[]) => void
}

/** Bounded: the oldest exchanges are forgotten, bodies are cut. */
export class Journal {
  readonly #world: World
  readonly #most: number
  readonly #bodyBytes: number
  /** a ring: the exchange with number n stands at n modulo its length */
  readonly #ring: (Exchange | undefined)[]
  readonly #waiters = new Set<Waiter>()
  #count = 0
  #clearedAt = 0

  constructor (world: World, { entries = 1000, bodyBytes = 16 * 1024 }: JournalOptions = {}) {
    this.#world = world
    this.#most = entries
    this.#bodyBytes = bodyBytes
    this.#ring = []
  }

  begin (request: Pick<Exchange, 'node' | 'method' | 'url' | 'requestHeaders' | 'remoteAddress' | 'pending'>): Exchange {
    const exchange: Exchange = {
      number: ++this.#count,
      atMs: this.#world.timeline.nowMs,
      startedWallMs: wallClockMs(),
      node: request.node,
      method: request.method,
      url: request.url,
      requestHeaders: request.requestHeaders,
      remoteAddress: request.remoteAddress,
      pending: request.pending,
      requestBody: new BodyText(this.#bodyBytes),
      responseBody: new BodyText(this.#bodyBytes),
      status: undefined,
      responseHeaders: {},
      durationMs: undefined,
      fault: undefined,
      ended: undefined
    }
    this.#ring[this.#count % this.#most] = exchange
    return exchange
  }

  end (exchange: Exchange, ended: NonNullable<Exchange['ended']>): void {
    if (exchange.ended !== undefined) return
    exchange.ended = ended
    exchange.pending = undefined
    exchange.durationMs = wallClockMs() - exchange.startedWallMs
    if (this.#waiters.size > 0) for (const waiter of this.#waiters) this.#serve(waiter)
  }

  /** Oldest first, those still without an answer among them. */
  list (filter: JournalFilter = {}): Exchange[] {
    const matches = matcher(filter)
    const found: Exchange[] = []
    for (let number = Math.max(1, this.#clearedAt + 1, this.#count - this.#most + 1); number <= this.#count; number++) {
      const exchange = this.#ring[number % this.#most]
      if (exchange?.pending?.destroyed === true) this.end(exchange, 'cut-off')
      if (exchange !== undefined && matches(exchange)) found.push(exchange)
    }
    return found
  }

  count (filter: JournalFilter = {}): number { return this.list(filter).length }

  /**
   * Waits until so many exchanges that match are complete.
   *
   * @param timeoutMs of the wall clock
   * @returns them, or as many as there are when the time is over
   */
  async wait (filter: JournalFilter, { count = 1, timeoutMs = 5000 }: { readonly count?: number, readonly timeoutMs?: number } = {}): Promise<Exchange[]> {
    return await new Promise((resolve) => {
      const done = (exchanges: Exchange[]): void => {
        this.#waiters.delete(waiter)
        disarm()
        resolve(exchanges)
      }
      const waiter: Waiter = { filter, count, resolve: done }
      const disarm = armTimer(timeoutMs, () => { done(this.#complete(filter)) }, { keepsAlive: true })
      this.#waiters.add(waiter)
      this.#serve(waiter)
    })
  }

  /** The exchanges that nearly match, nearest first, with what is different about them. */
  nearMisses (filter: JournalFilter, most = 3): { readonly exchange: Exchange, readonly differs: readonly string[] }[] {
    return this.list().map((exchange) => ({ exchange, differs: differences(exchange, filter) }))
      .filter(({ differs }) => differs.length > 0)
      .sort((a, b) => a.differs.length - b.differs.length || b.exchange.number - a.exchange.number)
      .slice(0, most)
  }

  clear (): void {
    this.#clearedAt = this.#count
    this.#ring.length = 0
  }

  #serve ({ filter, count, resolve }: Waiter): void {
    const found = this.#complete(filter)
    if (found.length >= count) resolve(found)
  }

  #complete (filter: JournalFilter): Exchange[] {
    return this.list(filter).filter(({ ended }) => ended !== undefined)
  }
}

function matcher (filter: JournalFilter): (exchange: Exchange) => boolean {
  const criteria = criteriaOf(filter)
  return (exchange) => criteria.every(({ holds }) => holds(exchange))
}

interface Criterion {
  readonly holds: (exchange: Exchange) => boolean
  /** what is different about one for which it does not hold */
  readonly says: (exchange: Exchange) => string
}

function criteriaOf ({ method, path, status, node, contains, after }: JournalFilter): Criterion[] {
  const criteria: (Criterion | false)[] = [
    after !== undefined && { holds: ({ number }) => number > after, says: () => `it came before number ${after}` },
    method !== undefined && { holds: (one) => one.method === method.toUpperCase(), says: (one) => `its method is ${one.method}` },
    path !== undefined && pathCriterion(path),
    status !== undefined && { holds: (one) => one.status === status, says: (one) => `its status is ${one.status ?? 'not there yet'}` },
    node !== undefined && { holds: (one) => one.node.id === node || one.node.networkName === node, says: (one) => `it was sent to ${one.node.id}` },
    contains !== undefined && { holds: (one) => one.requestBody.text.includes(contains), says: () => 'its body does not contain that' }
  ]
  return criteria.filter((criterion) => criterion !== false)
}

function pathCriterion (path: string): Criterion {
  const pattern = globPattern(path)
  return { holds: (one) => pattern.test(pathOf(one)), says: (one) => `its path is ${pathOf(one)}` }
}

/** Below `/v1/`, without the query. */
export function pathOf ({ url }: Pick<Exchange, 'url'>): string {
  return (url.split('?')[0] ?? '').replace(/^\/(?:v1\/)?/, '')
}

function differences (exchange: Exchange, filter: JournalFilter): string[] {
  return criteriaOf(filter).filter(({ holds }) => !holds(exchange)).map(({ says }) => says(exchange))
}
