// placeholder until the mount table is written; the type is final
import type { JsonObject } from '../json/index.js'

/** One mount, secrets engine or auth method, as stored at `replicated/mounts/<path>` or `replicated/auth/<path>`. */
export type MountEntry = JsonObject & {
  /** with trailing slash; auth methods without `auth/`: `secret/`, `approle/` */
  readonly path: string
  readonly table: 'mounts' | 'auth'
  /** as shown: `kv`, `cubbyhole`, `system`, `token`, `approle`, `userpass` … */
  readonly type: string
  readonly description: string
  readonly accessor: string
  readonly uuid: string
  readonly local: boolean
  readonly sealWrap: boolean
  readonly externalEntropyAccess: boolean
  /** null if null was sent */
  readonly options: JsonObject | null
  readonly config: JsonObject
}
