// Responses whose header names are spelt as Go's server spells them (Fastify has them in lower case), which tell who
// writes them down, and whose head and body leave in one piece.
import { ServerResponse, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'

/** Those of nearly all answers; others are spelt when they come. */
const SPELT: Readonly<Record<string, string>> = {
  'cache-control': 'Cache-Control',
  'content-length': 'Content-Length',
  'content-type': 'Content-Type',
  date: 'Date',
  'strict-transport-security': 'Strict-Transport-Security'
}

/** Is told of an answer, as it is written. */
export interface Recorder {
  /** @param headers what was given with the status, if anything was */
  head (response: ServerResponse, status: number, headers: unknown): void
  body (chunk: unknown): void
  end (response: ServerResponse): void
}

export class GoResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  recorder: Recorder | undefined = undefined
  /** by the head; undefined: it does not say */
  #contentLength: number | undefined = undefined

  override writeHead (status: number, ...rest: unknown[]): this {
    const headers = rest.at(-1)
    this.recorder?.head(this, status, headers)
    if (!isHeaders(headers)) return super.writeHead(status)
    const spelt: OutgoingHttpHeaders = {}
    for (const name in headers) spelt[SPELT[name] ?? canonical(name)] = headers[name]
    const length = headers['content-length']
    if (length !== undefined) this.#contentLength = Number(length)
    return super.writeHead(status, spelt)
  }

  override write (...given: unknown[]): boolean {
    this.recorder?.body(given[0])
    return Reflect.apply(super.write, this, given)
  }

  override end (...given: unknown[]): this {
    const [text] = given
    this.recorder?.body(text)
    const isAll = (given[1] ?? given[2]) == null
    if (isAll && typeof text === 'string' && this.#contentLength !== undefined) this.#endInOnePiece(text)
    else Reflect.apply(super.end, this, given)
    this.recorder?.end(this)
    return this
  }

  /**
   * Node would hand the system an array of pieces, an empty one among them, which takes it a microsecond or two more
   * than one text. As many characters as bytes are plain ASCII.
   */
  #endInOnePiece (text: string): void {
    const { socket } = this
    socket?.cork()
    super.write(text, this.#contentLength === text.length ? 'latin1' : 'utf8')
    socket?.uncork()
    super.end()
  }
}

function isHeaders (value: unknown): value is OutgoingHttpHeaders {
  return typeof value === 'object' && value !== null
}

/** Go's `textproto.CanonicalMIMEHeaderKey`: `x-vault-index` is `X-Vault-Index`. */
function canonical (name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase())
}
