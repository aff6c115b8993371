// A server for one test: closed when the test ends, with requests as the root token.
import type { Test } from 'tap'
import { createServer, type InjectRequest, type Server, type ServerOptions } from '../src/index.js'

export interface Answer<Body = any> {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly body: Body
}

/** A request as the root token, unless the headers say otherwise; its path without `/v1/`. */
type Request<Result> = (
  method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>
) => Promise<Result>

export interface Vault {
  readonly server: Server
  readonly send: Request<Answer>
  /** the `data` of the answer */
  readonly data: Request<any>
  /** the status and, word for word, the errors: `204`, `400 no server id provided` */
  readonly verdict: Request<string>
  /** creates a token and resolves with the header that presents it */
  readonly tokenHeader: (body: object) => Promise<Record<string, string>>
  readonly advance: (ms: number) => void
  /** steers the server by a POST below `/_mock/` */
  readonly control: (path: string, body?: object) => Promise<void>
}

/** 1 January 2024, where the clocks of most tests stand still. */
export const NEW_YEAR = { time: 'manual', startAtMs: Date.parse('2024-01-01T00:00:00Z') } as const

/** The header of a request without a token. */
export const NO_TOKEN = { 'x-vault-token': '' } as const

/** How Vault prints an error that came from within a backend. */
export function oneError (text: string): string {
  return `1 error occurred:\n\t* ${text}\n\n`
}

/** The verdicts on what is not there, on a verb that a path doesn't know, and on a token without the permission. */
export const UNSUPPORTED_PATH = `404 ${oneError('unsupported path')}`
export const UNSUPPORTED_OPERATION = `405 ${oneError('unsupported operation')}`
export const DENIED = `403 ${oneError('permission denied')}`

/** Starts a server and gives short ways to talk to it. */
export function vault (t: Test, options: ServerOptions = {}): Vault {
  const server = createServer({ seed: 1, ...options })
  t.teardown(() => server.close())
  const send: Request<Answer> = async (method, path, body, headers = {}) => {
    const request: InjectRequest = {
      method,
      url: `/v1/${path}`,
      headers: { 'x-vault-token': server.rootToken ?? '', ...headers },
      ...(body === undefined ? {} : { payload: payloadOf(body) })
    }
    const { statusCode, headers: answered, payload } = await server.inject(request)
    return { status: statusCode, headers: answered, text: payload, body: parsed(payload) }
  }
  return {
    server,
    send,
    data: async (...request) => (await send(...request)).body?.data,
    verdict: async (...request) => verdictOf(await send(...request)),
    tokenHeader: async (body) => ({
      'x-vault-token': (await send('POST', 'auth/token/create', body)).body.auth.client_token
    }),
    advance: (ms) => { server.world.timeline.advance(ms) },
    control: async (path, body = {}) => {
      const { statusCode, payload } = await server.inject({ method: 'POST', url: `/_mock/${path}`, payload: body })
      if (statusCode >= 300) throw new Error(`POST /_mock/${path}: ${statusCode} ${payload}`)
    }
  }
}

function payloadOf (body: unknown): string | Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
}

function parsed (text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function verdictOf ({ status, body }: Answer): string {
  return [status, ...body?.errors ?? []].join(' ')
}
