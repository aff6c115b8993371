// The journal: every request and its answer, the latest of them, for tests to ask afterwards.
import type { Node } from '../cluster/node.js'
import { armTimer, wallClockMs } from '../sim/wall-clock.js'
import type { World } from '../world/world.js'
import { BodyText } from './body-text.js'
import { differences, matcher, type JournalFilter } from './journal-filter.js'
import { ControlProblem } from './problem.js'

export interface JournalOptions {
  /** how many exchanges are kept; 1000 by default */
  readonly entries?: number
  /** how much is kept of all of them together, in bytes; 16 MiB by default */
  readonly bytes?: number
  /** how much of each body is kept, in bytes; 16384 by default */
  readonly bodyBytes?: number
}

type Headers = Readonly<Record<string, string | number | string[] | undefined>>

/** What is known of a request before it is served. */
export interface Arrived {
  readonly node: Node
  readonly method: string
  /** with the query */
  readonly url: string
  readonly requestHeaders: Headers
  readonly remoteAddress: string | undefined
  readonly hasBody: boolean
  /** the connection, which may go while there is no answer, where there is one */
  readonly pending: { readonly destroyed: boolean } | undefined
}

const NO_HEADERS: Headers = {}
/** Of all requests that bring none. */
const NO_BODY = new BodyText(0)

/** A request and, once there is one, its answer. As it came: nothing is masked here. */
export class Exchange {
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
  responseHeaders = NO_HEADERS
  durationMs: number | undefined
  /** id of the fault rule that met it */
  fault: number | undefined
  /** undefined while there is no answer; `cut-off`: there will be none, or none that is whole */
  ended: 'answered' | 'cut-off' | undefined
  /** the connection, for as long as there is no answer: it may have gone */
  pending: { readonly destroyed: boolean } | undefined
  /** about as many bytes as it takes, since it ended */
  size = 0

  constructor (number: number, atMs: number, arrived: Arrived, bodyBytes: number) {
    this.number = number
    this.atMs = atMs
    this.startedWallMs = wallClockMs()
    this.node = arrived.node
    this.method = arrived.method
    this.url = arrived.url
    this.requestHeaders = arrived.requestHeaders
    this.remoteAddress = arrived.remoteAddress
    this.requestBody = arrived.hasBody ? new BodyText(bodyBytes) : NO_BODY
    this.responseBody = new BodyText(bodyBytes)
    this.status = undefined
    this.durationMs = undefined
    this.fault = undefined
    this.ended = undefined
    this.pending = arrived.pending
  }
}

interface Waiter {
  readonly filter: JournalFilter
  readonly matches: (exchange: Exchange) => boolean
  readonly count: number
  /** how many have matched, those forgotten since among them: reason to look again */
  seen: number
  readonly resolve: (exchanges: Exchange[]) => void
}

export interface WaitOptions {
  readonly count?: number
  /** of the wall clock */
  readonly timeoutMs?: number
  /** aborted when nobody waits any more */
  readonly signal?: AbortSignal
}

/** What an exchange takes beside its texts, roughly. */
const BYTES_PER_EXCHANGE = 512

/** Bounded in entries and in bytes: the oldest exchanges are forgotten, bodies are cut. */
export class Journal {
  readonly #world: World
  readonly #most: number
  readonly #mostBytes: number
  readonly #bodyBytes: number
  /** a ring: each exchange stands at its number, modulo how many are kept */
  readonly #exchanges: (Exchange | undefined)[] = []
  /** the number of the oldest one that is kept */
  #first = 1
  readonly #waiters = new Set<Waiter>()
  /** are told of each exchange that is complete */
  readonly listeners = new Set<(exchange: Exchange) => void>()
  #count = 0
  #bytes = 0

  constructor (world: World, options: JournalOptions = {}) {
    const { entries = 1000, bytes = 16 * 1024 ** 2, bodyBytes = 16 * 1024 } = options
    this.#world = world
    this.#most = entries
    this.#mostBytes = bytes
    this.#bodyBytes = bodyBytes
  }

  /** what all that is kept takes, roughly */
  get bytes (): number { return this.#bytes }

  begin (arrived: Arrived): Exchange {
    const exchange = new Exchange(++this.#count, this.#world.timeline.nowMs, arrived, this.#bodyBytes)
    if (this.#count - this.#first >= this.#most) this.#forgetOldest()
    this.#exchanges[exchange.number % this.#most] = exchange
    return exchange
  }

  end (exchange: Exchange, ended: NonNullable<Exchange['ended']>): void {
    if (exchange.ended !== undefined) return
    exchange.ended = ended
    exchange.pending = undefined
    exchange.durationMs = wallClockMs() - exchange.startedWallMs
    if (exchange.number >= this.#first) this.#measure(exchange)
    for (const waiter of this.#waiters) {
      if (waiter.matches(exchange) && ++waiter.seen >= waiter.count) this.#serve(waiter)
    }
    for (const listener of this.listeners) listener(exchange)
  }

  /** Oldest first, those still without an answer among them. */
  list (filter: JournalFilter = {}): Exchange[] {
    const matches = matcher(filter)
    const found: Exchange[] = []
    for (let number = this.#first; number <= this.#count; number++) {
      const exchange = this.#exchanges[number % this.#most]
      if (exchange === undefined) continue
      if (exchange.pending?.destroyed === true) this.end(exchange, 'cut-off')
      if (matches(exchange)) found.push(exchange)
    }
    return found
  }

  count (filter: JournalFilter = {}): number { return this.list(filter).length }

  /**
   * Waits until so many exchanges that match are complete.
   *
   * @returns them, or as many as there are when the time is over or nobody waits any more
   * @throws {ControlProblem} for more than are ever kept
   */
  async wait (filter: JournalFilter, { count = 1, timeoutMs = 5000, signal }: WaitOptions = {}): Promise<Exchange[]> {
    if (count > this.#most) {
      throw new ControlProblem('wrong', `the journal keeps ${this.#most} exchanges, never ${count}`)
    }
    const matches = matcher(filter)
    return await new Promise((resolve) => {
      const done = (exchanges: Exchange[]): void => {
        this.#waiters.delete(waiter)
        disarm()
        signal?.removeEventListener('abort', end)
        resolve(exchanges)
      }
      const end = (): void => { done(this.#complete(filter)) }
      const waiter: Waiter = { filter, matches, count, seen: 0, resolve: done }
      const disarm = armTimer(timeoutMs, end, { keepsAlive: true })
      signal?.addEventListener('abort', end)
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
    while (this.#first <= this.#count) this.#forgetOldest()
  }

  /** how many wait */
  get waiting (): number { return this.#waiters.size }

  #serve (waiter: Waiter): void {
    const found = this.#complete(waiter.filter)
    waiter.seen = found.length
    if (found.length >= waiter.count) waiter.resolve(found)
  }

  /** What is still on its way is bounded by the number of exchanges and does not count. The newest one stays. */
  #measure (exchange: Exchange): void {
    const { url, requestHeaders, responseHeaders, requestBody, responseBody } = exchange
    const texts = url.length + sizeOf(requestHeaders) + sizeOf(responseHeaders)
    exchange.size = BYTES_PER_EXCHANGE + texts + requestBody.size + responseBody.size
    this.#bytes += exchange.size
    while (this.#bytes > this.#mostBytes && this.#first < this.#count) this.#forgetOldest()
  }

  #forgetOldest (): void {
    const slot = this.#first % this.#most
    const oldest = this.#exchanges[slot]
    this.#exchanges[slot] = undefined
    this.#first += 1
    if (oldest === undefined) return
    this.#bytes -= oldest.size
    if (oldest.ended !== undefined) return
    oldest.requestBody.forget()
    oldest.responseBody.forget()
  }

  #complete (filter: JournalFilter): Exchange[] {
    return this.list(filter).filter(({ ended }) => ended !== undefined)
  }
}

function sizeOf (headers: Headers): number {
  let size = 0
  for (const name in headers) size += name.length + String(headers[name] ?? '').length
  return size
}
