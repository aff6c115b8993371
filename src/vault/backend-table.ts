// Which kind of mount is answered by which backend. An engine's code is loaded when it is first asked for something:
// a server that mounts none of them starts as fast as without them.
import type { Eventually } from './eventually.js'
import type { MountEntry, MountTable } from './mounts/mounts.js'
import type { Backend } from './paths.js'

/** Something for each kind of mount, secrets engines and auth methods apart: there is a `kubernetes` of both. */
export type ByKind<T> = Readonly<Record<MountTable, Readonly<Record<string, T>>>>

type Mounted = Pick<MountEntry, 'table' | 'type' | 'options'>

/** All backends by their kind: the type, and for versions of `kv` as `kv/2`. */
export class Backends {
  readonly #loaded: Readonly<Record<MountTable, Map<string, Backend>>>
  readonly #onFirstUse: ByKind<() => Promise<Backend>>
  readonly #otherwise: (table: MountTable, type: string) => Backend

  /** @param otherwise what answers for a type that is known and not simulated */
  constructor (
    always: ByKind<Backend>,
    onFirstUse: ByKind<() => Promise<Backend>>,
    otherwise: (table: MountTable, type: string) => Backend
  ) {
    this.#loaded = { mounts: new Map(Object.entries(always.mounts)), auth: new Map(Object.entries(always.auth)) }
    this.#onFirstUse = onFirstUse
    this.#otherwise = otherwise
  }

  /** The backend behind a mount, at once if its code is there. */
  load (mount: Mounted): Eventually<Backend> {
    const found = this.#loaded[mount.table].get(kindOf(mount))
    if (found !== undefined) return found
    const { table, type } = mount
    const loading = this.#onFirstUse[table][type]?.()
    if (loading === undefined) return this.#otherwise(table, type)
    return loading.then((backend) => {
      this.#loaded[table].set(type, backend)
      return backend
    })
  }

  /** All that is simulated, by places such as `kv/2` and `auth/approle`; of types with one backend the first. */
  async all (): Promise<ReadonlyMap<string, Backend>> {
    const places = new Map<Backend, string>()
    for (const table of ['mounts', 'auth'] as const) {
      for (const type of Object.keys(this.#onFirstUse[table])) await this.load({ table, type, options: null })
      for (const [kind, backend] of this.#loaded[table]) {
        if (!places.has(backend)) places.set(backend, table === 'auth' ? `auth/${kind}` : kind)
      }
    }
    return new Map([...places].map(([backend, place]) => [place, backend]))
  }
}

function kindOf ({ type, options }: Mounted): string {
  return type === 'kv' && options?.version === '2' ? 'kv/2' : type
}
