// One exchange with the server over HTTP or HTTPS, and what goes wrong on the way in the words of Go.
import { Agent as HttpAgent, request as requestHttp, type IncomingHttpHeaders } from 'node:http'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Agent as HttpsAgent, AgentOptions } from 'node:https'
import { goFileError } from './files.js'

/** How the server is known, and how we are known to it; all of them paths. */
export interface Tls {
  readonly caFile: string | undefined
  readonly caFolder: string | undefined
  readonly certificateFile: string | undefined
  readonly keyFile: string | undefined
  readonly serverName: string | undefined
  readonly skipsVerification: boolean
}

export interface Request {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Buffer | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  /** of the request that was answered */
  readonly url: URL
}

export interface TransportSettings {
  readonly tls: Tls
  readonly timeoutMs: number
  readonly followsRedirects: boolean
}

const REDIRECTS = [301, 302, 307]

export class Transport {
  readonly #settings: TransportSettings
  #plain: HttpAgent | undefined
  #secured: HttpsAgent | undefined

  constructor (settings: TransportSettings) {
    this.#settings = settings
  }

  /** @throws {Error} `Get "http://…": dial tcp 127.0.0.1:8200: connect: connection refused` */
  async exchange (request: Request): Promise<Answer> {
    const answer = await this.#once(request)
    const { location } = answer.headers
    if (!REDIRECTS.includes(answer.status) || location === undefined || !this.#settings.followsRedirects) return answer
    const url = new URL(location, request.url)
    if (request.url.protocol === 'https:' && url.protocol !== 'https:') throw new Error('redirect would cause protocol downgrade')
    return await this.#once({ ...request, url })
  }

  async #once (request: Request): Promise<Answer> {
    const send = request.url.protocol === 'https:' ? (await import('node:https')).request : requestHttp
    const agent = request.url.protocol === 'https:' ? await this.#securedAgent() : this.#plain ??= new HttpAgent({ keepAlive: true })
    const { method, url, body } = request
    return await new Promise((resolve, reject) => {
      const fail = (error: Error) => { reject(new Error(`${operation(method)} "${url.href}": ${explain(error, url)}`)) }
      const sent = send(url, {
        method, agent, headers: headersOf(request), timeout: this.#settings.timeoutMs
      }, (answer) => {
        const pieces: Buffer[] = []
        answer.on('data', (piece: Buffer) => { pieces.push(piece) })
        answer.on('error', fail)
        answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(pieces), url }) })
      })
      sent.on('timeout', () => { sent.destroy(new Error('context deadline exceeded')) })
      sent.on('error', fail)
      sent.end(body)
    })
  }

  async #securedAgent (): Promise<HttpsAgent> {
    const { Agent } = await import('node:https')
    this.#secured ??= new Agent({ keepAlive: true, ...tlsOptions(this.#settings.tls) })
    return this.#secured
  }
}

function headersOf ({ method, headers, body }: Request): Record<string, string | number | string[]> {
  const plain = Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]])
  const length = body?.length ?? (method === 'GET' || method === 'DELETE' ? undefined : 0)
  return { ...Object.fromEntries(plain), ...length !== undefined && { 'Content-Length': length } }
}

/** @throws {Error} `Error loading CA File: open ca.pem: no such file or directory` */
export function tlsOptions (tls: Tls): AgentOptions {
  const { caFile, caFolder, certificateFile, keyFile, serverName, skipsVerification } = tls
  const folder = caFolder === undefined ? undefined : caFilesIn(caFolder)
  const ca = caFile === undefined ? folder : [readAs('Error loading CA File', caFile)]
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new Error('both client cert and client key must be provided')
  }
  return {
    ...ca !== undefined && { ca },
    ...certificateFile !== undefined && { cert: readAs('error loading client certificate', certificateFile) },
    ...keyFile !== undefined && { key: readAs('error loading client certificate', keyFile) },
    ...serverName !== undefined && { servername: serverName },
    rejectUnauthorized: !skipsVerification
  }
}

function caFilesIn (folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  } catch (error) {
    throw new Error(`Error loading CA File: ${goFileError(error, folder).message}`)
  }
}

function readAs (words: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${words}: ${goFileError(error, path).message}`)
  }
}

/** `Get`, `Put`, as Go's errors begin. */
function operation (method: string): string {
  return method.charAt(0) + method.slice(1).toLowerCase()
}

const UNKNOWN_AUTHORITY = [
  'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT'
]

/** What Go would have said; what it has no words for here is left as Node says it. */
function explain (thrown: Error, url: URL): string {
  const error: NodeJS.ErrnoException & { port?: number, address?: string } =
    thrown instanceof AggregateError && thrown.errors.length > 0 ? thrown.errors.at(-1) as Error : thrown
  const { code = '', address = url.hostname, port = Number(url.port || (url.protocol === 'https:' ? 443 : 80)) } = error
  const place = `${address.includes(':') && !address.startsWith('[') ? `[${address}]` : address}:${port}`
  if (UNKNOWN_AUTHORITY.includes(code)) return 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
  switch (code) {
    case 'ECONNREFUSED': return `dial tcp ${place}: connect: connection refused`
    case 'EHOSTUNREACH': return `dial tcp ${place}: connect: no route to host`
    case 'ENETUNREACH': return `dial tcp ${place}: connect: network is unreachable`
    case 'ETIMEDOUT': return `dial tcp ${place}: connect: connection timed out`
    case 'ENOTFOUND': return `dial tcp: lookup ${url.hostname}: no such host`
    case 'EAI_AGAIN': return `dial tcp: lookup ${url.hostname}: Temporary failure in name resolution`
    case 'ECONNRESET': return error.message === 'socket hang up' ? 'EOF' : 'read tcp: read: connection reset by peer'
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG': return 'http: server gave HTTP response to HTTPS client'
    case 'HPE_INVALID_CONSTANT': return 'net/http: HTTP/1.x transport connection broken: malformed HTTP response'
    case 'CERT_HAS_EXPIRED': return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
    case 'ERR_TLS_CERT_ALTNAME_INVALID': return `tls: failed to verify certificate: x509: certificate is not valid for ${url.hostname}`
    default: return error.message
  }
}
