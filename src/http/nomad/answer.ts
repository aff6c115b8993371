// Writes answers as a Nomad server does: plain-text errors without a newline, gzip when asked, JSON with its own headers.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { printJson, type JsonValue } from '../../json/index.js'
import { httpDate } from '../../sim/instants.js'

/** What a route answers. `json` and `text` exclude each other; neither is an empty body without a type. */
export interface NomadAnswer {
  /** default 200 */
  readonly status?: number
  readonly json?: JsonValue
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}

const JSON_TYPE = 'application/json'
const PLAIN_TYPE = 'text/plain; charset=utf-8'

export interface Asked {
  readonly query: URLSearchParams
  readonly nowMs: number
}

/** Sends an answer. */
export function sendNomad (request: IncomingMessage, response: ServerResponse, { status = 200, json, text, headers }: NomadAnswer, { query, nowMs }: Asked): void {
  const type = json !== undefined ? JSON_TYPE : text !== undefined ? PLAIN_TYPE : undefined
  const printed = json === undefined ? text ?? '' : print(json, query)
  const zipped = /\bgzip\b/i.test(String(request.headers['accept-encoding'] ?? ''))
  const body = zipped ? gzipSync(printed) : Buffer.from(printed)
  response.writeHead(status, {
    ...type !== undefined && { 'Content-Type': type },
    Vary: 'Accept-Encoding',
    ...zipped && { 'Content-Encoding': 'gzip' },
    Date: httpDate(nowMs),
    'Content-Length': body.length,
    ...headers
  })
  response.end(body)
}

/** `?pretty` indents by 4 and ends the line, unless it is `pretty=0`. */
function print (json: JsonValue, query: URLSearchParams): string {
  const text = printJson(json)
  const pretty = query.get('pretty')
  return pretty === null || pretty === '0' ? text : `${JSON.stringify(JSON.parse(text), null, 4)}\n`
}
