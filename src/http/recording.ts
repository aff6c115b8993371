// How bodies and answers get into the journal on their way through Node's own objects.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Exchange, Journal } from '../control/journal.js'
import { GoResponse, type Recorder } from './go-response.js'

/** Bodies pass through `push` on their way into the stream; listening to the stream would start it. */
export function recordBody (request: IncomingMessage, { requestBody }: Exchange): void {
  const { push } = request
  request.push = function (chunk: unknown, encoding?: BufferEncoding): boolean {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) requestBody.add(chunk)
    return push.call(this, chunk, encoding)
  }
}

/** Writes down what is answered, also by who writes to the response himself. */
export function recordAnswer (response: ServerResponse, journal: Journal, exchange: Exchange): void {
  const recorder = new Recording(journal, exchange)
  if (response instanceof GoResponse) response.recorder = recorder
  else Object.assign(response, TAPS, { [RECORDER]: recorder })
}

class Recording implements Recorder {
  readonly #journal: Journal
  readonly #exchange: Exchange

  constructor (journal: Journal, exchange: Exchange) {
    this.#journal = journal
    this.#exchange = exchange
  }

  head (response: ServerResponse, status: number, headers: unknown): void {
    this.#exchange.status = status
    // streams have theirs set one by one before
    this.#exchange.responseHeaders = isHeaders(headers) ? headers : response.getHeaders()
  }

  body (chunk: unknown): void {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) this.#exchange.responseBody.add(chunk)
  }

  end ({ statusCode }: ServerResponse): void {
    this.#exchange.status ??= statusCode
    this.#journal.end(this.#exchange, 'answered')
  }
}

function isHeaders (value: unknown): value is Exchange['responseHeaders'] {
  return typeof value === 'object' && value !== null
}

const RECORDER = Symbol('vault-mock.recorder')

/** A response without a socket, of a class that is not ours; its own `end` passes through its own `write`. */
type Injected = ServerResponse & { readonly [RECORDER]: Recorder }

const TAPS = {
  writeHead (this: Injected, status: number, ...rest: unknown[]): unknown {
    this[RECORDER].head(this, status, rest.at(-1))
    return Reflect.apply(original(this).writeHead, this, [status, ...rest])
  },
  write (this: Injected, chunk: unknown, ...rest: unknown[]): unknown {
    this[RECORDER].body(chunk)
    return Reflect.apply(original(this).write, this, [chunk, ...rest])
  },
  end (this: Injected, ...rest: unknown[]): unknown {
    const result: unknown = Reflect.apply(original(this).end, this, rest)
    this[RECORDER].end(this)
    return result
  }
}

function original (response: Injected): ServerResponse {
  return Object.getPrototypeOf(response)
}
