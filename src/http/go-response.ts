// Responses whose header names are spelt as Go's server spells them: Fastify has them in lower case.
import { ServerResponse, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'

/** Those of nearly all answers; others are spelt when they come. */
const SPELT: Readonly<Record<string, string>> = {
  'cache-control': 'Cache-Control',
  'content-length': 'Content-Length',
  'content-type': 'Content-Type',
  date: 'Date',
  'strict-transport-security': 'Strict-Transport-Security'
}

export class GoResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  override writeHead (status: number, ...rest: unknown[]): this {
    const headers = rest.at(-1)
    if (!isHeaders(headers)) return super.writeHead(status)
    const spelt: OutgoingHttpHeaders = {}
    for (const name in headers) spelt[SPELT[name] ?? canonical(name)] = headers[name]
    return super.writeHead(status, spelt)
  }
}

function isHeaders (value: unknown): value is OutgoingHttpHeaders {
  return typeof value === 'object' && value !== null
}

/** Go's `textproto.CanonicalMIMEHeaderKey`: `x-vault-index` is `X-Vault-Index`. */
function canonical (name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase())
}
