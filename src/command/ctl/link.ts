// Requests of the command line to the controls, over HTTP or HTTPS, as VAULT_CACERT and VAULT_SKIP_VERIFY want it.
import { readFileSync } from 'node:fs'
import { request as overHttp, type IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { parseGoBool } from '../../go/strconv.js'
import { controlsOf } from '../whereabouts.js'
import type { Environment, Request } from './words.js'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** Where the controls are, and how to get there. */
export class Link {
  readonly #base: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #tls: RequestOptions

  constructor ({ address, world, controlToken }: Pick<Request, 'address' | 'world' | 'controlToken'>, environment: Environment) {
    // a node that was killed does not answer; the controls beside it do
    const controls = controlsOf(address) ?? address
    this.#base = world === undefined ? controls : `${controls}/_mock/worlds/${encodeURIComponent(world)}`
    this.#headers = controlToken === undefined ? {} : { 'x-vault-mock-control-token': controlToken }
    this.#tls = controls.startsWith('https:') ? tlsOf(environment) : {}
  }

  /** @throws {Error} where nobody answers */
  async send (method: string, path: string, body?: string): Promise<Answer> {
    const answer = await this.open(method, path, body)
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += String(chunk)
    return { status: answer.statusCode ?? 0, type: String(answer.headers['content-type'] ?? ''), text }
  }

  /** The answer as it comes. */
  async open (method: string, path: string, body?: string): Promise<IncomingMessage> {
    const url = new URL(this.#base + path)
    const headers = {
      ...this.#headers,
      ...body !== undefined && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
    }
    const send = url.protocol === 'https:' ? (await import('node:https')).request : overHttp
    return await new Promise((resolve, reject) => {
      const request = send(url, { method, headers, agent: false, ...this.#tls }, resolve)
      request.on('error', (error) => { reject(new Error(`${url.origin}: ${error.message || String(error)}`)) })
      request.end(body)
    })
  }
}

/** @throws {Error} for a file that cannot be read */
function tlsOf ({ VAULT_CACERT: file, VAULT_SKIP_VERIFY: skip }: Environment): RequestOptions {
  const ca = file === undefined || file === '' ? undefined : readFileSync(file)
  return { ...ca !== undefined && { ca }, rejectUnauthorized: parseGoBool(skip ?? '') !== true }
}
