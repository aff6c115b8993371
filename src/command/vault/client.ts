// Requests as Vault's own client sends them, and what it makes of the answers.
import { printJson, type JsonObject, type JsonValue } from '../../json/index.js'
import { ApiError } from './api-error.js'
import { curlCommand, policyFor } from './dry-run.js'
import { encodeQuery, escapePath, joinPath } from './paths.js'
import { readSecret, type Secret } from './secret.js'
import { Transport, type Answer, type Tls } from './transport.js'
import { Ending } from './ending.js'

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'

/** What is printed in place of sending. */
export type Instead = 'curl' | 'policy' | undefined

export interface ClientSettings {
  readonly address: string
  readonly tls: Tls
  readonly timeoutMs: number
  readonly followsRedirects: boolean
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** `1m0s`; undefined: answers are not wrapped, but for those of `sys/wrapping/wrap` */
  readonly wrapTtl: string | undefined
  readonly instead: Instead
}

/** One request; paths are those below `/v1/`. */
export interface Call {
  readonly method: Method
  readonly path: string
  readonly query?: Readonly<Record<string, readonly string[]>>
  readonly body?: JsonValue | undefined
  /** in place of a body that is JSON */
  readonly bytes?: Buffer
  readonly contentType?: string
}

/** A request that was to be printed, not sent. */
export class DryRun extends Ending {
  constructor (text: string) {
    super(0, text)
  }
}

export class Client {
  readonly #transport: Transport
  token: string
  namespace: string
  #instead: Instead
  #wraps = true

  constructor (readonly settings: ClientSettings, token: string, namespace: string) {
    this.#transport = new Transport(settings)
    this.token = token
    this.namespace = namespace
    this.#instead = settings.instead
  }

  /** Sends what is done in there even if the command is only to be printed, and asks for no wrapping. */
  async beforehand<T> (step: () => Promise<T>): Promise<T> {
    const [instead, wraps] = [this.#instead, this.#wraps]
    ;[this.#instead, this.#wraps] = [undefined, false]
    try {
      return await step()
    } finally {
      [this.#instead, this.#wraps] = [instead, wraps]
    }
  }

  /** From here on answers are not wrapped, whatever was asked for. */
  stopWrapping (): void {
    this.#wraps = false
  }

  isDryRun (): boolean {
    return this.#instead !== undefined
  }

  /**
   * The answer to a request, one redirect followed.
   *
   * @throws {ApiError} for any status from 400 on
   * @throws {Error} `Get "http://…": dial tcp 127.0.0.1:8200: connect: connection refused`
   */
  async send (call: Call): Promise<Answer> {
    const url = this.#url(call)
    const headers = this.#headers(call)
    const body = call.bytes ?? (call.body === undefined ? undefined : Buffer.from(printJson(call.body)))
    const request = { method: call.method, url, headers, body }
    if (this.#instead === 'curl') throw new DryRun(curlCommand(request, this.settings.tls))
    if (this.#instead === 'policy') throw new DryRun(policyFor(call))
    const answer = await this.#transport.exchange(request)
    if (answer.status >= 400) throw new ApiError(call.method, answer)
    return answer
  }

  #url ({ path, query = {} }: Call): URL {
    const base = readAddress(this.settings.address)
    const text = encodeQuery(query)
    const place = escapePath(joinPath('/', decodeURIComponent(base.pathname), 'v1', path))
    return new URL(text === '' ? place : `${place}?${text}`, base)
  }

  #headers ({ method, path, contentType, query }: Call): Record<string, string | readonly string[]> {
    const wrapTtl = this.#wraps ? this.settings.wrapTtl ?? defaultWrapTtl(method, path) : undefined
    return {
      ...this.settings.headers,
      ...contentType !== undefined && { 'Content-Type': contentType },
      ...this.namespace !== '' && { 'X-Vault-Namespace': this.namespace },
      'X-Vault-Request': 'true',
      ...this.token !== '' && { 'X-Vault-Token': this.token },
      ...wrapTtl !== undefined && !('help' in (query ?? {})) && { 'X-Vault-Wrap-TTL': wrapTtl }
    }
  }

  /** @returns undefined where there is nothing */
  async secret (call: Call): Promise<Secret | undefined> {
    try {
      return readSecret((await this.send(call)).bytes.toString())
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error
      const found = readSecret(error.body)
      const says = (found?.warnings ?? []).length > 0 || Object.keys(found?.data ?? {}).length > 0
      // a write that finds nothing is a refusal, a read is not
      if (says || call.method === 'GET') return says ? found : undefined
      throw error
    }
  }

  async read (path: string, query: Call['query'] = {}): Promise<Secret | undefined> {
    return await this.secret({ method: 'GET', path, query })
  }

  /** Reads what Go's client has a method of its own for: there it is a refusal if nothing is found. */
  async readKnown (path: string): Promise<Secret | undefined> {
    return readSecret((await this.send({ method: 'GET', path })).bytes.toString())
  }

  async list (path: string, query: Call['query'] = {}): Promise<Secret | undefined> {
    return await this.secret({ method: 'GET', path, query: { ...query, list: ['true'] } })
  }

  async write (path: string, body: JsonValue): Promise<Secret | undefined> {
    return await this.secret({ method: 'PUT', path, body })
  }

  async patch (path: string, body: JsonObject): Promise<Secret | undefined> {
    return await this.secret({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' })
  }

  async delete (path: string, query: Call['query'] = {}): Promise<Secret | undefined> {
    return await this.secret({ method: 'DELETE', path, query })
  }
}

function defaultWrapTtl (method: Method, path: string): string | undefined {
  return (method === 'PUT' || method === 'POST') && path === 'sys/wrapping/wrap' ? '5m' : undefined
}

/** @throws {Error} `parse "127.0.0.1:8200": first path segment in URL cannot contain colon` */
export function readAddress (address: string): URL {
  if (/^[^/?#]*:/.test(address) && !/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(address)) {
    throw new Error(`parse ${JSON.stringify(address)}: first path segment in URL cannot contain colon`)
  }
  if (!/^https?:\/\//.test(address)) {
    throw new Error(`unsupported protocol scheme ${JSON.stringify(/^([^:/]*):/.exec(address)?.[1] ?? '')}`)
  }
  if (!URL.canParse(address)) throw new Error(`parse ${JSON.stringify(address)}: invalid address`)
  return new URL(address)
}
