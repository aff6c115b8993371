// The journal for others to read: as the controls show it, as HAR, as a Vault audit log.
import { createHmac } from 'node:crypto'
import { rfc3339Milli, rfc3339Nano } from '../sim/instants.js'
import { pathOf } from './journal-filter.js'
import type { Exchange } from './journal.js'
import { maskedBody, maskedHeaders, maskedText, maskedUrl } from './masking.js'

/** An exchange as shown: nothing secret unless asked for. */
export interface ShownExchange {
  readonly number: number
  readonly at: string
  readonly node: string
  readonly method: string
  readonly url: string
  readonly status: number | null
  readonly durationMs: number | null
  /** the fault rule that met it */
  readonly fault: number | null
  readonly request: { readonly headers: Record<string, string>, readonly body: string }
  readonly response: { readonly headers: Record<string, string>, readonly body: string }
  /** what a reader may want to know, e.g. `PUT to a standby was redirected to …` */
  readonly notes: readonly string[]
}

/** @param reveal shows secrets, too */
export function shownExchange (
  exchange: Exchange, { reveal = false }: { readonly reveal?: boolean } = {}
): ShownExchange {
  const { number, atMs, node, method, status = null, durationMs = null, fault = null } = exchange
  const { url, requestHeaders, responseHeaders, requestBody, responseBody } = exchange
  const path = pathOf(exchange)
  const headers = reveal ? plainHeaders : maskedHeaders
  const body = (text: string, part: 'request' | 'response'): string => reveal ? text : maskedBody(text, path, part)
  const notes = notesOn(exchange)
  return {
    number,
    at: rfc3339Milli(atMs),
    node: node.id,
    method,
    url: reveal ? url : maskedUrl(url),
    status,
    durationMs,
    fault,
    request: { headers: headers(requestHeaders), body: body(requestBody.text, 'request') },
    response: { headers: headers(responseHeaders), body: body(responseBody.text, 'response') },
    notes
  }
}

function plainHeaders (headers: Exchange['requestHeaders']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

function notesOn (exchange: Exchange): string[] {
  const { method, status, node, ended, fault, responseHeaders, responseBody } = exchange
  const notes: string[] = []
  if (fault !== undefined) notes.push(`fault ${fault} met it`)
  if (ended === undefined) notes.push('there is no answer yet')
  if (ended === 'cut-off') notes.push('the connection ended before the answer was complete')
  if (status === 307) {
    notes.push(`${method} to a standby was redirected to ${maskedUrl(String(responseHeaders.location))}`)
  }
  if (status === 404 && responseBody.text.includes('no handler for route')) {
    const path = maskedUrl(pathOf(exchange))
    notes.push(`no mount answers for ${path}; there are ${mountsOf(exchange).join(', ')}`)
  }
  if (status === 405) notes.push(`${method} is not supported there`)
  if (status === 503 && node.sealed) notes.push(`${node.id} is sealed`)
  return notes
}

function mountsOf ({ node }: Exchange): string[] {
  return ['replicated/mounts/', 'local/mounts/'].flatMap((folder) => node.storage.children(folder))
}

/** HAR 1.2, as browsers and their tools read it. */
export function toHar (exchanges: readonly Exchange[], options: { readonly reveal?: boolean } = {}): object {
  const entries = exchanges.map((exchange) => harEntry(exchange, shownExchange(exchange, options)))
  return { log: { version: '1.2', creator: { name: 'vault-mock', version: '1' }, entries } }
}

function harEntry ({ startedWallMs, requestBody, responseBody }: Exchange, shown: ShownExchange): object {
  const { method, url, status, durationMs, node, request, response } = shown
  const list = (headers: Record<string, string>): object[] =>
    Object.entries(headers).map(([name, value]) => ({ name, value }))
  const full = absoluteUrl(url, request.headers.host ?? node)
  const time = durationMs ?? 0
  return {
    startedDateTime: new Date(startedWallMs).toISOString(),
    time,
    request: {
      method,
      url: full.href,
      httpVersion: 'HTTP/1.1',
      headers: list(request.headers),
      queryString: list(Object.fromEntries(full.searchParams)),
      cookies: [],
      headersSize: -1,
      bodySize: requestBody.bytes,
      ...(request.body === '' ? {} : { postData: { mimeType: request.headers['content-type'] ?? 'application/json', text: request.body } })
    },
    response: {
      status: status ?? 0,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      headers: list(response.headers),
      cookies: [],
      content: { size: responseBody.bytes, mimeType: response.headers['content-type'] ?? '', text: response.body },
      redirectURL: response.headers.location ?? '',
      headersSize: -1,
      bodySize: responseBody.bytes
    },
    cache: {},
    timings: { send: 0, wait: time, receive: 0 }
  }
}

/** A client may call itself as it likes: what is no address stands for none. */
function absoluteUrl (url: string, host: string): URL {
  const base = [`http://${host}`, 'http://unknown'].find((each) => URL.canParse(url, each))
  return base === undefined ? new URL('http://unknown/') : new URL(url, base)
}

const OPERATIONS: Readonly<Record<string, string>> = { GET: 'read', LIST: 'list', POST: 'update', PUT: 'update', PATCH: 'patch', DELETE: 'delete', HEAD: 'header' }

/** Lines as an audit device of Vault writes them: a request and a response for each exchange, tokens as HMACs. */
export function toAuditLog (exchanges: readonly Exchange[]): string {
  return exchanges.flatMap((exchange) => auditLines(exchange)).map((line) => `${JSON.stringify(line)}\n`).join('')
}

function auditLines (exchange: Exchange): object[] {
  const { number, atMs, method, requestHeaders, remoteAddress, status } = exchange
  const token = requestHeaders['x-vault-token']
  const request = {
    id: String(number),
    operation: OPERATIONS[method] ?? method.toLowerCase(),
    client_token: token === undefined ? undefined : `hmac-sha256:${createHmac('sha256', 'journal').update(String(token)).digest('hex')}`,
    namespace: { id: 'root' },
    path: maskedUrl(pathOf(exchange)),
    remote_address: remoteAddress
  }
  const line = { time: rfc3339Nano(atMs), request }
  return [{ ...line, type: 'request' }, { ...line, type: 'response', response: {}, error: status !== undefined && status >= 400 ? errorsOf(exchange) : undefined }]
}

function errorsOf ({ status, responseBody }: Exchange): string {
  try {
    const { errors = [] } = JSON.parse(responseBody.text) as { errors?: string[] }
    return maskedText(errors.join('\n'))
  } catch { return `status ${status}` }
}
