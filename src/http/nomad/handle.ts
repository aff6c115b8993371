// The way of a request to a Nomad server: decoded, routed as Go's mux would, answered or refused in Nomad's manner.
import { parseGoBool } from '../../go/strconv.js'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import { permissionDenied, badRequest, NomadError } from '../../nomad/nomad-error.js'
import type { Permissions } from '../../nomad/acl.js'
import type { Level, Resource } from '../../nomad/acl-rules.js'
import { leaderFor } from '../../nomad/leader-wait.js'
import type { Region } from '../../nomad/region.js'
import type { NomadServer } from '../../nomad/server.js'
import { readBody } from '../bodies.js'
import { sendNomad, type NomadAnswer } from './answer.js'

/** Which server of which region a request was sent to. */
export interface NomadTarget {
  readonly region: Region
  readonly server: NomadServer
}

/** Answers one path, or all paths below one that ends in a slash. */
export type NomadHandler = (request: NomadRequest) => NomadAnswer | Promise<NomadAnswer>
export type NomadRoutes = Readonly<Record<string, NomadHandler>>

export interface NomadOptions {
  readonly routes: NomadRoutes
  /** told of faults; silent without one */
  readonly logger?: FastifyBaseLogger | undefined
}

/** A request as the routes see it. */
export class NomadRequest {
  readonly region: Region
  readonly server: NomadServer
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly token: string
  readonly #raw: IncomingMessage
  /** it was passed on: the leader's plain errors then come back as errors of a call */
  forwarded = false

  constructor (raw: IncomingMessage, { region, server }: NomadTarget) {
    const target = raw.url ?? '/'
    const mark = target.indexOf('?')
    this.#raw = raw
    this.region = region
    this.server = server
    this.method = raw.method ?? 'GET'
    this.path = decoded(mark < 0 ? target : target.slice(0, mark))
    this.query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1))
    this.token = tokenOf(raw)
  }

  readBody (): Promise<Buffer> { return readBody(this.#raw) }

  /**
   * Whether a read takes any server's answer.
   *
   * @throws {NomadError} 400 for a `stale` that is no boolean, and other query options that cannot be read
   */
  readOptions (): { readonly stale: boolean } {
    const given = this.query.get('stale')
    const stale = given === '' ? true : parseGoBool(given ?? 'false')
    if (stale === undefined) throw badRequest('Expect `true` or `false` for `stale` query string parameter')
    if (!/^(?:|\d+)$/.test(this.query.get('index') ?? '')) throw badRequest('Invalid index')
    if (!/^(?:|[-+]?(?:[\d.]+(?:ns|us|µs|ms|s|m|h))+|0)$/.test(this.query.get('wait') ?? '')) throw badRequest('Invalid wait time')
    return { stale }
  }

  /**
   * Passes the request on to the leader, waiting for one; a stale read stays here.
   *
   * @throws {NomadError} 500 without a leader, or for a region that there is not
   */
  async forward ({ stale = false }: { readonly stale?: boolean } = {}): Promise<void> {
    const region = this.query.get('region') ?? ''
    if (region !== '' && region !== this.region.name) throw new NomadError('No path to region')
    if (!stale) this.forwarded = await leaderFor(this.region, this.server) !== this.server
  }

  /** @throws {NomadError} 403 for an unknown token */
  permissions (): Permissions {
    const permissions = this.region.acl.resolve(this.token)
    if (permissions === undefined) throw permissionDenied()
    return permissions
  }

  /** @throws {NomadError} 403 */
  requireManagement (): void {
    if (!this.permissions().management) throw permissionDenied()
  }

  /** @throws {NomadError} 403 */
  require (resource: Resource, level: Level): void {
    if (!this.permissions().allows(resource, level)) throw permissionDenied()
  }
}

/** Answers a raw request; used by Nomad's own listeners and by the Vault app. */
export async function handleNomad (raw: IncomingMessage, response: ServerResponse, target: NomadTarget, options: NomadOptions): Promise<void> {
  const { timeline } = target.region
  timeline.settle()
  const request = new NomadRequest(raw, target)
  const answer = await answerTo(request, options)
  sendNomad(raw, response, answer, { query: request.query, nowMs: timeline.nowMs })
}

async function answerTo (request: NomadRequest, { routes, logger }: NomadOptions): Promise<NomadAnswer> {
  try {
    return await handlerFor(routes, request.path)(request)
  } catch (error) {
    if (error instanceof NomadError) return { status: error.status, text: !error.coded && request.forwarded ? `rpc error: ${error.message}` : error.message }
    logger?.error({ err: error, method: request.method, path: request.path }, 'fault')
    return { status: 500, text: 'internal error' }
  }
}

/** The path itself, or the longest one above it that ends in a slash. */
function handlerFor (routes: NomadRoutes, path: string): NomadHandler {
  for (let at = path.length; at > 1; at = path.lastIndexOf('/', at - 2) + 1) {
    const handler = routes[path.slice(0, at)]
    if (handler !== undefined) return handler
  }
  return () => ({ status: 404 })
}

/** `X-Nomad-Token`, else `Authorization` with the scheme `Bearer` in any case. */
function tokenOf ({ headers }: IncomingMessage): string {
  const own = String(headers['x-nomad-token'] ?? '').trim()
  if (own !== '') return own
  return /^bearer (?: *)(\S+)/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

function decoded (path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
