// A typed client of the control API, for servers in another process: a container, the command.
import type { Condition } from '../control/conditions.js'
import type { ClusterDifference } from '../control/checkpoints.js'
import type { WorldEvent } from '../control/event-log.js'
import type { FaultRule, FaultSpec } from '../control/faults.js'
import type { LinkList as Links } from '../control/link-controls.js'
import type { Limit } from '../sim/network.js'
import type { ShownExchange } from '../control/journal-export.js'
import type { JournalFilter } from '../control/journal-filter.js'
import type { NodeStatus } from '../control/node-controls.js'
import type { NomadServerStatus } from '../control/nomad-controls.js'
import type { CallFilter } from '../control/outside-controls.js'
import type { Overview } from '../control/overview.js'
import type { TimeStatus } from '../control/time-controls.js'
import type { Blueprint } from '../world/blueprint.js'
import type { OutsideCall, OutsideOptions } from '../world/outside.js'

/** What the server refused, in its words. */
export class ControlError extends Error {
  override readonly name = 'ControlError'

  constructor (readonly status: number, readonly errors: readonly string[]) {
    super(errors.join('\n'))
  }
}

/** Addresses and keys of a world made over the API. */
export interface NewWorld {
  readonly name: string
  /** a Vault address of its own */
  readonly url: string
  readonly nodes: readonly NodeStatus[]
  readonly rootToken?: string
  readonly unsealKeys: readonly string[]
}

type ReplicationStand = Pick<Overview, 'parts' | 'replication'>

type Query = Readonly<Record<string, string | number | boolean | undefined>>
type Direction = { readonly oneWay?: boolean }
type EventFilter = {
  readonly kind?: string
  readonly node?: string
  readonly cluster?: string
  readonly after?: number
}

/**
 * Steers a server as `controls` does in code; every call may throw a `ControlError`.
 *
 * @example
 * const control = new ControlClient('http://127.0.0.1:8200')
 * await control.nodes.kill('raft_0')
 * await control.time.skipUntil({ condition: 'leader-elected' })
 */
export class ControlClient {
  readonly #base: string
  readonly #headers: Readonly<Record<string, string>>

  /**
   * @param url any node's address, or that of a world: `http://127.0.0.1:8200/_mock/worlds/one`
   * @param options `controlToken` of a server that has one
   */
  constructor (readonly url: string, { controlToken }: { readonly controlToken?: string | undefined } = {}) {
    this.#headers = controlToken === undefined ? {} : { 'X-Vault-Mock-Control-Token': controlToken }
    this.#base = `${url.replace(/\/$/, '')}/_mock`
  }

  readonly nodes = {
    list: async (): Promise<NodeStatus[]> => (await this.#call<{ nodes: NodeStatus[] }>('GET', '/nodes')).nodes,
    status: async (node: string): Promise<NodeStatus> => await this.#node('GET', node),
    kill: async (node: string): Promise<NodeStatus> => await this.#node('POST', node, 'kill'),
    start: async (node: string, options: { readonly unseal?: boolean } = {}): Promise<NodeStatus> => await this.#node('POST', node, 'start', options),
    restart: async (node: string, options: { readonly unseal?: boolean } = {}): Promise<NodeStatus> => await this.#node('POST', node, 'restart', options),
    wipe: async (node: string): Promise<NodeStatus> => await this.#node('POST', node, 'wipe'),
    pause: async (node: string): Promise<NodeStatus> => await this.#node('POST', node, 'pause'),
    resume: async (node: string): Promise<NodeStatus> => await this.#node('POST', node, 'resume'),
    seal: async (node: string): Promise<NodeStatus> => await this.#node('POST', node, 'seal'),
    unseal: async (node: string): Promise<NodeStatus> => await this.#node('POST', node, 'unseal'),
    elect: async (node: string): Promise<NodeStatus> => await this.#node('POST', node, 'elect'),
    stepDown: async (node: string): Promise<NodeStatus> => await this.#node('POST', node, 'step-down')
  }

  readonly links = {
    list: async (): Promise<Links> => await this.#call('GET', '/links'),
    cut: async (from: string, to: string, { oneWay }: { readonly oneWay?: boolean } = {}): Promise<Links> => await this.#call('POST', '/links/cut', { from, to, oneWay }),
    partition: async (group: readonly string[], others: readonly string[]): Promise<Links> => await this.#call('POST', '/links/partition', { group, others }),
    heal: async (from?: string, to?: string): Promise<Links> => await this.#call('POST', '/links/heal', { from, to }),
    delay: async (from: string, to: string, delayMs: number, { oneWay }: Direction = {}): Promise<Links> => await this.#call('POST', '/links/delay', { from, to, delayMs, oneWay }),
    limit: async (from: string, to: string, limit: Limit, { oneWay }: Direction = {}): Promise<Links> => await this.#call('POST', '/links/limit', { from, to, ...limit, oneWay }),
    corruptMerkleTree: async (cluster: string): Promise<Links> => await this.#call('POST', '/links/corrupt-merkle-tree', { cluster }),
    skew: async (cluster: string, skewMs: number): Promise<Links> => await this.#call('POST', '/links/skew', { cluster, skewMs })
  }

  /** what `auto_join` finds: `provider=aws tag_value=vault=10.0.0.1,10.0.0.2` */
  readonly discovery = {
    list: async (): Promise<string[]> => (await this.#call<{ discover: string[] }>('GET', '/discovery')).discover,
    set: async (discover: readonly string[]): Promise<void> => { await this.#call('PUT', '/discovery', { discover }) }
  }

  /** what exists beyond the server, and what its engines asked of it */
  readonly outside = {
    get: async (): Promise<OutsideOptions> => await this.#call('GET', '/outside'),
    set: async (told: OutsideOptions): Promise<void> => {
      await this.#call('PUT', '/outside', typeof told === 'string' ? { otherwise: told } : told)
    },
    add: async (told: Exclude<OutsideOptions, string>): Promise<void> => { await this.#call('PATCH', '/outside', told) },
    calls: async (filter: CallFilter = {}): Promise<OutsideCall[]> => (await this.#call<{ calls: OutsideCall[] }>('GET', `/outside/calls${queryOf(filter as Query)}`)).calls,
    forgetCalls: async (): Promise<void> => { await this.#call('DELETE', '/outside/calls') }
  }

  readonly nomad = {
    list: async (): Promise<NomadServerStatus[]> => (await this.#call<{ servers: NomadServerStatus[] }>('GET', '/nomad/servers')).servers,
    kill: async (server: string): Promise<NomadServerStatus> => await this.#call('POST', `/nomad/servers/${segment(server)}/kill`),
    start: async (server: string): Promise<NomadServerStatus> => await this.#call('POST', `/nomad/servers/${segment(server)}/start`),
    elect: async (server: string): Promise<NomadServerStatus> => await this.#call('POST', `/nomad/servers/${segment(server)}/elect`)
  }

  readonly replication = {
    status: async (): Promise<ReplicationStand> => await this.#call('GET', '/replication'),
    promote: async (cluster: string, kind: 'performance' | 'dr'): Promise<ReplicationStand> => await this.#call('POST', `/replication/${kind}/promote`, { cluster }),
    demote: async (cluster: string, kind: 'performance' | 'dr'): Promise<ReplicationStand> => await this.#call('POST', `/replication/${kind}/demote`, { cluster })
  }

  readonly time = {
    status: async (): Promise<TimeStatus> => await this.#call('GET', '/time'),
    setMode: async (mode: TimeStatus['mode'], { scale }: { readonly scale?: number } = {}): Promise<TimeStatus> => await this.#call('PUT', '/time', { mode, scale }),
    set: async (nowMs: number): Promise<TimeStatus> => await this.#call('PUT', '/time', { nowMs }),
    freeze: async (): Promise<TimeStatus> => await this.#call('POST', '/time/freeze'),
    advance: async (ms: number): Promise<TimeStatus> => await this.#call('POST', '/time/advance', { ms }),
    skipUntil: async (condition: Condition, { limitMs }: { readonly limitMs?: number } = {}): Promise<TimeStatus> => await this.#call('POST', '/time/skip-until', { ...condition, limitMs })
  }

  readonly checkpoints = {
    names: async (): Promise<string[]> => (await this.#call<{ checkpoints: string[] }>('GET', '/checkpoints')).checkpoints,
    save: async (name: string): Promise<void> => { await this.#call('PUT', `/checkpoints/${segment(name)}`) },
    restore: async (name: string): Promise<void> => { await this.#call('POST', `/checkpoints/${segment(name)}/restore`) },
    fork: async (name: string, world: string): Promise<void> => { await this.#call('POST', `/checkpoints/${segment(name)}/fork`, { world }) },
    drop: async (name: string): Promise<void> => { await this.#call('DELETE', `/checkpoints/${segment(name)}`) },
    diff: async (from: string, to: string): Promise<ClusterDifference[]> => (await this.#call<{ clusters: ClusterDifference[] }>('GET', `/checkpoints/${segment(from)}/diff/${segment(to)}`)).clusters
  }

  readonly faults = {
    list: async (): Promise<FaultRule[]> => (await this.#call<{ faults: FaultRule[] }>('GET', '/faults')).faults,
    add: async (spec: FaultSpec): Promise<FaultRule> => await this.#call('POST', '/faults', spec),
    get: async (id: number): Promise<FaultRule> => await this.#call('GET', `/faults/${id}`),
    remove: async (id: number): Promise<void> => { await this.#call('DELETE', `/faults/${id}`) },
    removeAll: async (): Promise<void> => { await this.#call('DELETE', '/faults') }
  }

  readonly journal = {
    list: async (filter: JournalFilter & { readonly reveal?: boolean } = {}): Promise<ShownExchange[]> => (await this.#call<{ entries: ShownExchange[] }>('GET', `/journal${queryOf(filter as Query)}`)).entries,
    count: async (filter: JournalFilter = {}): Promise<number> => (await this.#call<{ count: number }>('GET', `/journal/count${queryOf(filter as Query)}`)).count,
    wait: async (filter: JournalFilter, options: { readonly count?: number, readonly timeoutMs?: number } = {}): Promise<ShownExchange[]> => (await this.#call<{ entries: ShownExchange[] }>('POST', '/journal/wait', { ...filter, ...options })).entries,
    har: async (filter: JournalFilter = {}): Promise<object> => await this.#call('GET', `/journal/har${queryOf(filter as Query)}`),
    clear: async (): Promise<void> => { await this.#call('DELETE', '/journal') }
  }

  readonly worlds = {
    names: async (): Promise<string[]> => (await this.#call<{ worlds: string[] }>('GET', '/worlds')).worlds,
    create: async (name: string, options: Blueprint = {}): Promise<NewWorld> => await this.#call('POST', '/worlds', { name, ...options }),
    drop: async (name: string): Promise<void> => { await this.#call('DELETE', `/worlds/${segment(name)}`) },
    dropAll: async (): Promise<void> => { await this.#call('DELETE', '/worlds') }
  }

  /** The world at a glance. */
  async overview (): Promise<Overview & { readonly time: TimeStatus }> { return await this.#call('GET', '/overview') }

  async events (filter: EventFilter = {}): Promise<WorldEvent[]> {
    return (await this.#call<{ events: WorldEvent[] }>('GET', `/events${queryOf(filter)}`)).events
  }

  async reset (): Promise<void> { await this.#call('POST', '/reset') }

  /** The whole world as text: what `loadState` and `--fixture FILE` take, to the byte. */
  async state (): Promise<string> { return await (await this.#send('GET', '/state')).text() }

  async loadState (state: string): Promise<void> { await this.#send('PUT', '/state', state) }

  /** Replaces the world by a built-in fixture. */
  async loadFixture (name: string, { rootToken }: { readonly rootToken?: string } = {}): Promise<void> { await this.#call('PUT', '/fixture', { name, rootToken }) }

  async #node (method: string, node: string, action?: string, body?: object): Promise<NodeStatus> {
    return await this.#call(method, `/nodes/${segment(node.replace('/', ':'))}${action === undefined ? '' : `/${action}`}`, body)
  }

  async #call<T> (method: string, path: string, body?: object): Promise<T> {
    const answer = await this.#send(method, path, body === undefined ? undefined : JSON.stringify(body))
    const text = await answer.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  async #send (method: string, path: string, body?: string): Promise<Response> {
    const headers = { ...this.#headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) }
    const answer = await fetch(this.#base + path, { method, body, headers })
    if (answer.ok) return answer
    const { errors = [`status ${answer.status}`] } = await answer.json().catch(() => ({})) as { errors?: string[] }
    throw new ControlError(answer.status, errors)
  }
}

function segment (name: string): string {
  return encodeURIComponent(name)
}

function queryOf (query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return given.length === 0 ? '' : `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`
}
