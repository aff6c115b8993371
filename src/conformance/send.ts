// One request, its path exactly as it is written, and the whole answer.
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { RawAnswer } from './scenario.js'

const PATIENCE_MS = 60_000

/** How a server's certificate is looked at. */
export interface Trust {
  /** PEM; the system's authorities where it is not given */
  readonly certificateAuthority?: string
  readonly skipVerify?: boolean
}

export interface Outgoing {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/**
 * @param base of the node, without a slash at its end
 * @param path begins with a slash; not tidied up (`a/../b` stays)
 * @throws {Error} where no answer comes
 */
export function send (
  base: string, path: string, { method = 'GET', headers = {}, body }: Outgoing, trust: Trust = {}
): Promise<RawAnswer> {
  const { protocol, hostname, port, pathname } = new URL(base)
  const request = protocol === 'https:' ? requestHttps : requestHttp
  const options = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: pathname.replace(/\/$/, '') + path,
    method,
    headers: body === undefined ? headers : { ...headers, 'Content-Length': Buffer.byteLength(body) },
    agent: false,
    timeout: PATIENCE_MS,
    ...(protocol === 'https:' && { ca: trust.certificateAuthority, rejectUnauthorized: trust.skipVerify !== true })
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (response) => { wholeAnswer(response).then(resolve, reject) })
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function wholeAnswer (response: IncomingMessage): Promise<RawAnswer> {
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part as Buffer)
  return { status: response.statusCode ?? 0, headers: response.headers, raw: Buffer.concat(parts) }
}

/** @returns undefined for what is no JSON */
export function jsonIn <T> (raw: Buffer): T | undefined {
  try {
    return JSON.parse(raw.toString()) as T
  } catch {
    return undefined
  }
}
