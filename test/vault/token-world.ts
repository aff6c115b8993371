// A cluster's worth of tokens without a server: storage, a clock that moves when told, and backends to call.
import type { Cluster } from '../../src/cluster/cluster.js'
import { Storage } from '../../src/cluster/storage.js'
import { goMap, parseJson, printJson, type JsonObject } from '../../src/json/index.js'
import { profiles, type ProfileName } from '../../src/profiles/index.js'
import { VaultError } from '../../src/refusal/index.js'
import { Random } from '../../src/sim/random.js'
import { Timeline } from '../../src/sim/timeline.js'
import { registerExpiry } from '../../src/vault/tokens/expiry.js'
import { decodeFields } from '../../src/vault/fields/fields.js'
import { createInitialMounts, mountPrefix, newMount, putMount, type MountEntry } from '../../src/vault/mounts/mounts.js'
import { matchPath } from '../../src/vault/path-matcher.js'
import type { Backend, Call, LogicalResponse, Operation } from '../../src/vault/paths.js'
import { createRootToken, createToken, type TokenContext, type TokenEntry, type TokenSpec } from '../../src/vault/tokens/tokens.js'
import { tokenBackend } from '../../src/backends/token/token.js'

export interface CallOptions {
  readonly token?: TokenEntry
  readonly backend?: Backend
  readonly mount?: MountEntry
  readonly wrapTtlMs?: number
}

export class TokenWorld implements TokenContext {
  readonly storage = new Storage()
  readonly timeline = new Timeline({ mode: 'manual', startAtMs: Date.parse('2024-01-01T00:00:00Z') })
  readonly cluster: Cluster
  readonly root: TokenEntry
  /** whether leases run out here: false on a DR secondary */
  mayExpire = true

  constructor (profile: ProfileName = 'vault-1.14', storage?: Storage) {
    const random = new Random(1)
    if (storage !== undefined) this.storage.replaceWith(storage)
    const { timeline } = this
    this.cluster = { key: 'east', storage: this.storage, timeline, random, profile: profiles[profile], rootKey: Buffer.alloc(32, 7) } as unknown as Cluster
    registerExpiry(timeline, () => this.cluster, () => this.mayExpire)
    createInitialMounts(this.cluster)
    this.root = createRootToken(this)
  }

  get nowMs (): number { return this.timeline.nowMs }

  /** A token, by default of a policy and for an hour. */
  token (spec: Partial<TokenSpec> = {}): TokenEntry {
    return createToken(this, { policies: ['reader'], path: 'auth/token/create', displayName: 'token', ttlSeconds: 3600, ...spec })
  }

  /** Mounts an auth method and returns it. */
  enable (type: string, path = `${type}/`): MountEntry {
    const mount = newMount({ table: 'auth', path, type }, this.cluster.random.stream('mounts'))
    putMount(this.storage, mount)
    return mount
  }

  /** What a backend answers, by default `auth/token/` to the root token; only root has sudo. */
  run (
    operation: Operation, path: string, body: JsonObject = {}, options: CallOptions = {}
  ): LogicalResponse | undefined {
    const { token = this.root, backend = tokenBackend, mount = this.#mountOf(backend), wrapTtlMs } = options
    const data = parseJson(printJson(body)) as JsonObject
    const match = matchPath(backend, path)
    if (match === undefined) throw new VaultError('unsupported-path', 'unsupported path')
    const { definition, params } = match
    const prefix = mount.table === 'auth' ? 'auth/' : ''
    const call = {
      cluster: this.cluster,
      node: { apiAddr: 'http://127.0.0.1:8200' },
      storage: this.storage,
      nowMs: this.nowMs,
      mount,
      mountPrefix: mountPrefix(mount),
      request: { id: 'request-1', operation, path: prefix + mount.path + path, data, clientToken: token.id, headers: {}, wrapTtlMs },
      params,
      fields: decodeFields(definition.fields, goMap({ ...data, ...params }), this.cluster.profile),
      token: definition.unauthenticated === true ? undefined : token,
      acl: { check: () => ({ allowed: true, hasSudo: token.policies.includes('root') }) }
    } as unknown as Call
    const handler = definition.operations[operation] ?? definition.operations.update
    if (handler === undefined) throw new VaultError('unsupported-operation', 'unsupported operation')
    return handler(call as never) as LogicalResponse | undefined
  }

  /** The answer's data as the client sees it. */
  data (operation: Operation, path: string, body: JsonObject = {}, options: CallOptions = {}): unknown {
    return JSON.parse(printJson(this.run(operation, path, body, options)?.data ?? null))
  }

  #mountOf (backend: Backend): MountEntry {
    const table = backend.type === 'system' || backend.type === 'identity' ? 'mounts' : 'auth'
    const path = backend.type === 'system' ? 'sys/' : `${backend.type}/`
    return this.storage.get(`replicated/${table}/${path}`) as MountEntry
  }
}
