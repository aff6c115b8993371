// A Nomad region for one test: frozen or automatic time, requests to each of its servers without a socket.
import { Region } from '../../src/nomad/region.js'
import type { NomadProfileName } from '../../src/nomad/profiles.js'
import type { TimeMode } from '../../src/sim/timeline.js'
import { addressTo } from '../../src/http/addressee.js'
import { makeApps } from '../../src/http/app.js'
import type { Controls } from '../../src/control/controls.js'
import { assemble } from '../../src/open/assemble.js'
import type { World } from '../../src/world/world.js'
import inject from 'light-my-request'

export interface NomadTestOptions {
  readonly profile?: NomadProfileName
  readonly acl?: boolean
  readonly time?: TimeMode
  readonly servers?: number
}

export interface NomadReply<Body = any> {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly bytes: Buffer
  readonly body: Body
}

const apps = makeApps()

/** A world with a region, seen through its servers. */
interface NomadCall {
  readonly to?: number
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export class NomadRegion {
  readonly world: World
  readonly controls: Controls
  readonly region: Region
  /** sent with every request that has none of its own */
  token = ''

  constructor ({ profile = 'documented', acl = false, time = 'auto', servers = 3 }: NomadTestOptions = {}) {
    const startAtMs = Date.parse('2026-11-21T02:12:10Z')
    const { world, controls } = assemble({ clusters: {}, seed: 1, time, startAtMs, nomad: { profile, acl, servers } })
    if (world.nomad === undefined) throw new Error('a world without a region')
    this.world = world
    this.controls = controls
    this.region = world.nomad
  }

  /** Sends a request, given as `GET /v1/…`, to the i-th server. */
  async send (line: string, { to = 0, body, headers = {} }: NomadCall = {}): Promise<NomadReply> {
    const [method = 'GET', url = '/'] = line.split(' ')
    const server = this.region.servers[to]
    if (server === undefined) throw new Error(`no server ${to}`)
    const nomad = await apps.nomad()
    const answer = await inject((request, response) => {
      addressTo(request, { region: this.region, server })
      nomad.routing(request, response)
    }, {
      method: method as 'GET',
      url,
      headers: { ...this.token !== '' && { 'x-nomad-token': this.token }, ...headers },
      ...body !== undefined && { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }
    })
    const { statusCode: status, payload: text, rawPayload: bytes } = answer
    return { status, headers: answer.headers, text, bytes, body: parsed(text) }
  }

  /** Status and text alone. */
  async says (line: string, options: Parameters<NomadRegion['send']>[1] = {}): Promise<[number, string]> {
    const { status, text } = await this.send(line, options)
    return [status, text]
  }

  stop (i: number): void { this.process(i, 'stopped') }
  start (i: number): void { this.process(i, 'running') }
  get leader (): number { return this.region.servers.findIndex((server) => server === this.region.leader) }
  get followers (): number[] { return [0, 1, 2].filter((i) => i !== this.leader) }
  id (i: number): string { return this.region.servers[i]?.id ?? '' }
  advance (ms: number): void { this.world.timeline.advance(ms) }

  /** What raft has of each server: its vote, or that it is no peer. */
  votes (): string[] {
    const suffrages = new Map(this.region.raft.servers.map(({ id, suffrage }) => [id, suffrage]))
    return this.region.servers.map(({ id }) => suffrages.get(id) ?? 'none')
  }

  process (i: number, state: 'running' | 'stopped'): void {
    const server = this.region.servers[i]
    if (server !== undefined) server.process = state
  }
}

function parsed (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
