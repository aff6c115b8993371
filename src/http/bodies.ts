// Reads request bodies as Vault does: by their first byte rather than their label.
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { describe } from '../go/struct-decoding.js'
import { checkJsonLimits } from '../json/limits.js'
import { goMap, parseJson, JsonSyntaxError, type JsonObject, type JsonValue } from '../json/index.js'
import { VaultError, invalid } from '../refusal/index.js'

/** `max_request_size` of a listener: 32 MiB. */
export const BODY_LIMIT_BYTES = 33_554_432

export const NO_FIELDS: JsonObject = goMap({})
/** `list=true`, and nothing else: how most clients say LIST. */
export const ONLY_LIST: JsonObject = goMap({ list: 'true' })

/** Leaves bodies to those who want them: labels mean little here, and uploads must stream. */
export function leaveBodiesAlone (app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => { done(null, undefined) })
}

/**
 * Collects a body.
 *
 * @throws {VaultError} `too-large` beyond 32 MiB, the rest of the body is then left unread; `invalid` where the
 * client went away
 */
export function readBody (request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= BODY_LIMIT_BYTES) chunks.push(chunk)
      else {
        request.removeAllListeners('data').resume()
        reject(new VaultError('too-large', 'http: request body too large'))
      }
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] as Buffer : Buffer.concat(chunks)))
    // the client is gone: nobody reads the answer, and it is no fault of ours; a request closes after its end, too
    const gone = (): void => { if (!request.readableEnded) reject(invalid('error reading data')) }
    request.on('error', gone).on('close', gone)
  })
}

/** Whether a request brings one, of whatever length. */
export function hasBody ({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/

/**
 * Fastify refuses a label that names no media type, and a QUERY without one; Vault, whose labels decide nothing but a
 * form, reads on.
 */
export function takeAnyLabel ({ headers, method }: IncomingMessage): void {
  const label = headers['content-type'] ?? (method === 'QUERY' ? '' : undefined)
  if (label !== undefined && !MEDIA_TYPE.test(label)) headers['content-type'] = 'application/octet-stream'
}

/**
 * JSON or form, decided as Vault decides: a form needs the label and a first byte that opens no JSON.
 *
 * @param tellsWhy a refusal of JSON gives its reason
 */
export function decodeBody (body: Buffer, contentType: string | undefined, tellsWhy = false): JsonObject {
  const first = firstByte(body)
  if (first === undefined) return NO_FIELDS
  if (isForm(contentType) && first !== '{' && first !== '[') return decodeForm(body)
  let value: JsonValue
  try {
    value = parseJson(body, { trailing: 'ignore' })
  } catch (error) {
    throw error instanceof JsonSyntaxError ? unparsable(error.message, tellsWhy) : error
  }
  if (value === null) return NO_FIELDS
  const isMap = typeof value === 'object' && !Array.isArray(value) && Object.getPrototypeOf(value) === null
  if (isMap) return value as JsonObject
  throw unparsable(`json: cannot unmarshal ${describe(value)} into Go value of type map[string]interface {}`, tellsWhy)
}

function unparsable (reason: string, tellsWhy: boolean): VaultError {
  return invalid(tellsWhy ? `error parsing JSON: failed to parse JSON input: ${reason}` : 'error parsing JSON')
}

/** The guard of 1.20.3 and later: looks at every body that opens like JSON, before anything else does. */
export function guardJson (body: Buffer): void {
  const first = firstByte(body)
  if (first !== '{' && first !== '[') return
  const problem = checkJsonLimits(body.toString('utf8'))
  if (problem !== undefined) throw new VaultError('failure', problem, false)
}

function isForm (contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType)
}

function firstByte (body: Buffer): string | undefined {
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] as number
    if (byte !== 32 && byte !== 9 && byte !== 10 && byte !== 13) return String.fromCharCode(byte)
  }
  return undefined
}

/** Repeated keys are joined with commas, as Vault does. */
function decodeForm (body: Buffer): JsonObject {
  const text = body.toString('utf8')
  if (/%(?![0-9a-fA-F]{2})/.test(text)) throw invalid('error parsing form data')
  const joined: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, value] of new URLSearchParams(text)) {
    joined[name] = name in joined ? `${joined[name]},${value}` : value
  }
  return joined as JsonObject
}

/** The query as data: repeated keys become lists; `help` steers and is no data. */
export function decodeQuery (query: string): JsonObject {
  if (query === '') return NO_FIELDS
  if (query === 'list=true') return ONLY_LIST
  const data: Record<string, JsonValue> = Object.create(null) as Record<string, JsonValue>
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'help') continue
    const before = data[name]
    data[name] = before === undefined ? value : [...Array.isArray(before) ? before : [before], value]
  }
  return data as JsonObject
}
