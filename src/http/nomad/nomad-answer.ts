// Sends answers as a Nomad server does: plain-text errors without a newline, gzip when asked, JSON with its own
// headers.
import { gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { printJson, type JsonValue } from '../../json/index.js'
import { httpDate } from '../../sim/instants.js'
import { JSON_TYPE } from '../answer.js'

/** What a route answers. `json`, `text` and `bytes` exclude each other; none is an empty body without a type. */
export interface NomadAnswer {
  /** default 200 */
  readonly status?: number
  readonly json?: JsonValue
  readonly text?: string
  /** labelled by `headers` */
  readonly bytes?: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

const PLAIN_TYPE = 'text/plain; charset=utf-8'
/** Fastify's guess for bytes without a label, which Nomad never has. */
const GUESSED_TYPE = 'application/octet-stream'

export interface Asked {
  readonly query: URLSearchParams
  readonly nowMs: number
}

export function sendNomad (reply: FastifyReply, answer: NomadAnswer, asked: Asked): FastifyReply {
  const { status = 200, json, text, bytes, headers = {} } = answer
  const type = json !== undefined ? JSON_TYPE : text !== undefined ? PLAIN_TYPE : undefined
  const printed = json === undefined ? bytes ?? Buffer.from(text ?? '') : Buffer.from(print(json, asked.query))
  const zipped = /\bgzip\b/i.test(String(reply.request.headers['accept-encoding'] ?? ''))
  const body = zipped ? gzipSync(printed) : printed
  if (type !== undefined) reply.header('content-type', type)
  if (zipped) reply.header('content-encoding', 'gzip')
  return reply.code(status)
    .headers({ vary: 'Accept-Encoding', date: httpDate(asked.nowMs), 'content-length': body.length, ...headers })
    .send(body)
}

/** What has no label keeps none. */
export function leaveUnlabelled (app: FastifyInstance): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (reply.getHeader('content-type') === GUESSED_TYPE) reply.removeHeader('content-type')
    done()
  })
}

/** `?pretty` indents by 4 and ends the line, unless it is `pretty=0`. */
function print (json: JsonValue, query: URLSearchParams): string {
  const text = printJson(json)
  const pretty = query.get('pretty')
  return pretty === null || pretty === '0' ? text : `${JSON.stringify(JSON.parse(text), null, 4)}\n`
}
