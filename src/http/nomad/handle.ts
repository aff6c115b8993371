// The way of a request to a Nomad server: decoded, answered or refused in Nomad's manner.
import { parseGoBool } from '../../go/strconv.js'
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { permissionDenied, badRequest, NomadError } from '../../nomad/nomad-error.js'
import type { Permissions } from '../../nomad/acl.js'
import type { Level, Resource } from '../../nomad/acl-rules.js'
import { waitForChange } from '../../nomad/blocking-query.js'
import { leaderFor } from '../../nomad/leader-wait.js'
import type { Region } from '../../nomad/region.js'
import type { NomadServer } from '../../nomad/server.js'
import type { NomadAddressee } from '../addressee.js'
import { VaultError } from '../../refusal/index.js'
import { readBody } from '../bodies.js'
import { nomadDurationMs } from './nomad-bodies.js'
import { sendNomad, type NomadAnswer } from './nomad-answer.js'

/** Answers one path, or all paths below one that ends in a slash. */
export type NomadHandler = (request: NomadRequest) => NomadAnswer | Promise<NomadAnswer>
export type NomadRoutes = Readonly<Record<string, NomadHandler>>

const WAIT_TIME = /^(?:|[-+]?(?:[\d.]+(?:ns|us|µs|ms|s|m|h))+|0)$/

export interface ReadOptions {
  /** any server may answer, with or without a leader */
  readonly stale: boolean
  /** 0 waits for nothing */
  readonly knownIndex: number
  readonly waitMs: number
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

  constructor (raw: IncomingMessage, { region, server }: NomadAddressee) {
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

  /** what capabilities are asked for in */
  get namespace (): string { return this.query.get('namespace') ?? 'default' }

  /** Whether the server that answers finds a leader, and how long it has not heard it. */
  get knowsLeader (): boolean { return this.region.leaderSeenFrom(this.server) !== undefined }
  get lastContactMs (): number { return this.forwarded ? 0 : this.region.raft.lastContactMs(this.server.id) }

  /** Waits for something newer than `?index=` names, for as long as `?wait=` says. */
  async waitForChange (index: () => number): Promise<void> {
    const { knownIndex, waitMs } = this.readOptions()
    const { socket } = this.#raw
    await waitForChange(this.region.timeline, { knownIndex, waitMs, index, isGone: () => socket.destroyed })
  }

  /** @throws {NomadError} 400 for a body that is too large, or that breaks off */
  async readBody (): Promise<Buffer> {
    try {
      return await readBody(this.#raw)
    } catch (error) {
      throw error instanceof VaultError ? badRequest(error.message) : error
    }
  }

  /**
   * Whether a read takes any server's answer, and what it waits for.
   *
   * @throws {NomadError} 400 for a `stale` that is no boolean, and other query options that cannot be read
   */
  readOptions (): ReadOptions {
    const given = this.query.get('stale')
    const stale = given === '' ? true : parseGoBool(given ?? 'false')
    if (stale === undefined) throw badRequest('Expect `true` or `false` for `stale` query string parameter')
    const index = this.query.get('index') ?? ''
    if (!/^\d*$/.test(index)) throw badRequest('Invalid index')
    const wait = this.query.get('wait') ?? ''
    if (!WAIT_TIME.test(wait)) throw badRequest('Invalid wait time')
    return { stale, knownIndex: Number(index), waitMs: nomadDurationMs(wait) }
  }

  /**
   * Passes the request on to the leader, waiting for one; a stale read stays here.
   *
   * @throws {NomadError} 500 without a leader, or for a region that there is not
   */
  async forward ({ stale = false }: Partial<ReadOptions> = {}): Promise<void> {
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

/** Answers a request to a server, by the handler of its path. */
export async function handleNomad (
  request: FastifyRequest, reply: FastifyReply, to: NomadAddressee, handler: NomadHandler
): Promise<FastifyReply> {
  const { timeline } = to.region
  timeline.settle()
  const asked = new NomadRequest(request.raw, to)
  const answer = await answerTo(asked, handler).catch((error: unknown): NomadAnswer => {
    request.log.error({ err: error, method: asked.method, path: asked.path }, 'fault')
    return { status: 500, text: 'internal error' }
  })
  return sendNomad(reply, answer, { query: asked.query, nowMs: timeline.nowMs })
}

async function answerTo (request: NomadRequest, handler: NomadHandler): Promise<NomadAnswer> {
  try {
    return await handler(request)
  } catch (error) {
    if (!(error instanceof NomadError)) throw error
    const { status, coded, message } = error
    return { status, text: !coded && request.forwarded ? `rpc error: ${message}` : message }
  }
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
