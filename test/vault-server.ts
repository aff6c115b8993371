// A server for one test: closed when the test ends, with requests as the root token.
import type { Test } from 'tap'
import { createServer, type InjectRequest, type Server, type ServerOptions } from '../src/index.js'

export interface Answer<Body = any> {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly body: Body
}

export interface Vault {
  readonly server: Server
  /** sends a request with the root token, unless told otherwise */
  readonly send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
}

/** Starts a server and gives a short way to talk to it; paths are given without `/v1/`. */
export function vault (t: Test, options: ServerOptions = {}): Vault {
  const server = createServer({ seed: 1, ...options })
  t.teardown(() => server.close())
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const request: InjectRequest = {
      method,
      url: `/v1/${path}`,
      headers: { 'x-vault-token': server.rootToken ?? '', ...headers },
      ...(body === undefined ? {} : { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) })
    }
    const { statusCode, headers: answered, payload } = await server.inject(request)
    return { status: statusCode, headers: answered, text: payload, body: parsed(payload) }
  }
  return { server, send }
}

function parsed (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
