// A backend called without a server and without a policy: what tests of engines and sys paths need.
import type { Cluster } from '../src/cluster/cluster.js'
import { Storage } from '../src/cluster/storage.js'
import { goMap, parseJson, printJson, type JsonObject } from '../src/json/index.js'
import { profiles, type ProfileName } from '../src/profiles/index.js'
import { VaultError } from '../src/refusal/index.js'
import { decodeFields } from '../src/vault/fields/fields.js'
import { mountPrefix, newMount, type IdSource, type MountEntry } from '../src/vault/mounts/mounts.js'
import { matchPath } from '../src/vault/path-matcher.js'
import type { Backend, Call, LogicalResponse, Operation } from '../src/vault/paths.js'
import type { TokenEntry } from '../src/vault/tokens/tokens.js'

export interface BenchOptions {
  readonly profile?: ProfileName
  readonly mount?: MountEntry
  readonly token?: Partial<TokenEntry>
}

/** Ids that count: the first accessor is `kv_00000001`. */
export function countingIds (): IdSource {
  let count = 0
  return {
    uuid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`,
    hex: (length) => (++count).toString(16).padStart(length, '0')
  }
}

/** One backend with a storage and a clock of its own. */
export class Bench {
  readonly storage = new Storage()
  nowMs = Date.parse('2024-01-01T00:00:00Z')
  readonly mount: MountEntry
  readonly #cluster: Cluster
  readonly #token: Partial<TokenEntry>

  constructor (readonly backend: Backend, { profile = 'vault-1.14', mount, token }: BenchOptions = {}) {
    const ids = countingIds()
    this.mount = mount ?? newMount({ table: 'mounts', path: 'secret/', type: backend.type }, ids)
    this.#cluster = { profile: profiles[profile], random: { stream: () => ids } } as unknown as Cluster
    this.#token = token ?? { id: 'hvs.one', type: 'service' }
  }

  /** What the backend answers; `body` is JSON text where numbers matter. */
  run (operation: Operation, path: string, body: JsonObject | string = {}): LogicalResponse | undefined {
    const data = typeof body === 'string' ? parseJson(body) as JsonObject : parseJson(printJson(body)) as JsonObject
    const match = matchPath(this.backend, path)
    const call = this.#call(operation, path, data, match?.params ?? {})
    if (match === undefined) {
      if (this.backend.otherwise === undefined) throw new VaultError('unsupported-path', 'unsupported path')
      return this.backend.otherwise(call)
    }
    const handler = match.definition.operations[operation]
    if (handler === undefined) throw new VaultError('unsupported-operation', 'unsupported operation')
    const fields = decodeFields(match.definition.fields, goMap({ ...data, ...match.params }), call.cluster.profile)
    return handler({ ...call, fields }) as LogicalResponse | undefined
  }

  /** The answer's data as the client sees it. */
  data (operation: Operation, path: string, body: JsonObject | string = {}): unknown {
    return JSON.parse(printJson(this.run(operation, path, body)?.data ?? null))
  }

  #call (operation: Operation, path: string, data: JsonObject, params: Record<string, string>): Call {
    return {
      cluster: this.#cluster,
      storage: this.storage,
      nowMs: this.nowMs,
      mount: this.mount,
      mountPrefix: mountPrefix(this.mount),
      request: { id: 'request', operation, path: this.mount.path + path, data, clientToken: this.#token.id ?? '', headers: {} },
      params,
      fields: {},
      token: this.#token
    } as unknown as Call
  }
}
