// The journal: every request and its answer, the latest of them, for tests to ask afterwards.
import type { Node } from '../cluster/node.js'
import { armTimer, wallClockMs } from '../sim/wall-clock.js'
import type { World } from '../world/world.js'
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

/**
 * The first bytes of a body, as they came: most are never looked at. They are copies, as a slice would keep all of the
 * buffer alive that it is cut from.
 */
export class BodyText {
  #limit: number
  readonly #kept: (bytes: number) => void
  #chunks: (string | Uint8Array)[] | undefined
  /** of all of it */
  bytes = 0

  /** @param kept is told how many bytes more are kept */
  constructor (limit: number, kept: (bytes: number) => void = () => {}) {
    this.#limit = limit
    this.#kept = kept
  }

  add (chunk: string | Uint8Array): void {
    const room = this.#limit - this.bytes
    const length = typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length
    this.bytes += length
    if (room <= 0) return
    const kept = copied(chunk, Math.min(length, room))
    if (this.#chunks === undefined) this.#chunks = [kept]
    else this.#chunks.push(kept)
    this.#kept(kept.length)
  }

  get text (): string {
    const chunks = this.#chunks ?? []
    const bytes = chunks.map((chunk) => typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    return Buffer.concat(bytes).subarray(0, this.#limit).toString('utf8')
  }

  /** Keeps nothing from now on. */
  forget (): void {
    this.#limit = 0
    this.#chunks = undefined
  }
}

/** Text that is kept whole needs no copy. */
function copied (chunk: string | Uint8Array, bytes: number): string | Uint8Array {
  if (typeof chunk !== 'string') return new Uint8Array(chunk.subarray(0, bytes))
  return chunk.length <= bytes ? chunk : new Uint8Array(Buffer.from(chunk.slice(0, bytes)).subarray(0, bytes))
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
  /** by number, oldest first */
  readonly #exchanges = new Map<number, Exchange>()
  readonly #bytesOf = new WeakMap<Exchange, number>()
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

  begin (request: Pick<Exchange, 'node' | 'method' | 'url' | 'requestHeaders' | 'remoteAddress' | 'pending'>): Exchange {
    const kept = (bytes: number): void => { this.#grow(exchange, bytes) }
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
      requestBody: new BodyText(this.#bodyBytes, kept),
      responseBody: new BodyText(this.#bodyBytes, kept),
      status: undefined,
      responseHeaders: {},
      durationMs: undefined,
      fault: undefined,
      ended: undefined
    }
    this.#exchanges.set(exchange.number, exchange)
    this.#grow(exchange, BYTES_PER_EXCHANGE + request.url.length + sizeOf(request.requestHeaders))
    if (this.#exchanges.size > this.#most) this.#forgetOldest()
    return exchange
  }

  end (exchange: Exchange, ended: NonNullable<Exchange['ended']>): void {
    if (exchange.ended !== undefined) return
    exchange.ended = ended
    exchange.pending = undefined
    exchange.durationMs = wallClockMs() - exchange.startedWallMs
    this.#grow(exchange, sizeOf(exchange.responseHeaders))
    for (const waiter of this.#waiters) {
      if (waiter.matches(exchange) && ++waiter.seen >= waiter.count) this.#serve(waiter)
    }
    for (const listener of this.listeners) listener(exchange)
  }

  /** Oldest first, those still without an answer among them. */
  list (filter: JournalFilter = {}): Exchange[] {
    const matches = matcher(filter)
    const found: Exchange[] = []
    for (const exchange of this.#exchanges.values()) {
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
    while (this.#exchanges.size > 0) this.#forgetOldest()
  }

  /** how many wait */
  get waiting (): number { return this.#waiters.size }

  #serve (waiter: Waiter): void {
    const found = this.#complete(waiter.filter)
    waiter.seen = found.length
    if (found.length >= waiter.count) waiter.resolve(found)
  }

  /** The newest exchange stays, however large it is. */
  #grow (exchange: Exchange, bytes: number): void {
    if (!this.#exchanges.has(exchange.number)) return
    this.#bytesOf.set(exchange, (this.#bytesOf.get(exchange) ?? 0) + bytes)
    this.#bytes += bytes
    while (this.#bytes > this.#mostBytes && this.#exchanges.size > 1) this.#forgetOldest()
  }

  #forgetOldest (): void {
    const [oldest] = this.#exchanges.values()
    if (oldest === undefined) return
    this.#exchanges.delete(oldest.number)
    this.#bytes -= this.#bytesOf.get(oldest) ?? 0
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
