// The mount table: which engine or auth method answers for which path, and where its data lies.
import type { LeaseTtls } from '../../cluster/configured.js'
import type { Cluster } from '../../cluster/cluster.js'
import type { Storage } from '../../cluster/storage.js'
import { compareBytes, type JsonObject } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { storedMounts } from '../stored.js'

/** What is set on a mount besides its options. */
export type MountConfig = JsonObject & {
  /** 0: the system's */
  readonly defaultLeaseTtlSeconds: number
  /** 0: the system's */
  readonly maxLeaseTtlSeconds: number
  readonly forceNoCache: boolean
  /** `unauth` shows the mount to callers without a token; empty or `hidden` does not */
  readonly listingVisibility: string
  /** auth methods: `default-service`, `default-batch`, `service`, `batch`; empty on secrets engines */
  readonly tokenType: string
  /** lists of names under Vault's own names: `passthrough_request_headers` … (`LISTS` in `mount-config.ts`) */
  readonly lists: Readonly<Record<string, readonly string[]>>
  /** absent until tuned */
  readonly userLockout?: UserLockout
}

/** What makes an auth method lock a user out; 0: the system's. */
export type UserLockout = JsonObject & {
  readonly threshold: number
  readonly durationSeconds: number
  readonly counterResetSeconds: number
  readonly disabled: boolean
}

/**
 * One mount, secrets engine or auth method, as stored by its path; a local one lies apart, so that it stays with its
 * cluster.
 */
export type MountEntry = JsonObject & {
  /** with trailing slash; auth methods without `auth/`: `secret/`, `approle/` */
  readonly path: string
  readonly table: MountTable
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
  readonly config: MountConfig
}

/** Secrets engines or auth methods. */
export type MountTable = 'mounts' | 'auth'

/** Where the ids of new mounts come from: a random stream. */
export interface IdSource {
  /** lower-case UUID */
  uuid (): string
  /** lower-case hexadecimal digits */
  hex (length: number): string
}

/** What answers for a path. */
export interface ResolvedMount {
  readonly mount: MountEntry
  /** the path relative to the mount */
  readonly rest: string
}

const NO_CONFIG: MountConfig = {
  defaultLeaseTtlSeconds: 0, maxLeaseTtlSeconds: 0, forceNoCache: false, listingVisibility: '', tokenType: '', lists: {}
}

const AUTH = 'auth/'
const MOST_LOOKED_UP = 10_000

/**
 * The mount that answers for a path, e.g. `secret/data/a` or `auth/approle/login`. No mount lies below another one, so
 * the first hit from the left is the longest: the cost is the number of segments, whatever the number of mounts.
 *
 * @param path without `/v1/`; a mount's own path fits also without its slash
 */
export function resolveMount (storage: Storage, path: string): ResolvedMount | undefined {
  const table: MountTable = path.startsWith(AUTH) ? 'auth' : 'mounts'
  const below = table === 'auth' ? path.slice(AUTH.length) : path
  for (let slash = below.indexOf('/'); slash >= 0; slash = below.indexOf('/', slash + 1)) {
    const mount = mountAt(storage, table, below.slice(0, slash + 1))
    if (mount !== undefined) return { mount, rest: below.slice(slash + 1) }
  }
  const mount = below.endsWith('/') ? undefined : mountAt(storage, table, below + '/')
  return mount && { mount, rest: '' }
}

/** The mount at exactly this path. @param path with trailing slash, auth methods without `auth/` */
export function mountAt (storage: Storage, table: MountTable, path: string): MountEntry | undefined {
  const known = storage.derived(lookedUp)[table]
  if (known.has(path)) return known.get(path)
  const mount = storedMounts(storage, table, { local: true }).get(path) ??
    storedMounts(storage, table, { local: false }).get(path)
  if (known.size >= MOST_LOOKED_UP) known.clear()
  known.set(path, mount)
  return mount
}

/** What stands at the paths that were asked for, which may be nothing. */
function lookedUp (): Record<MountTable, Map<string, MountEntry | undefined>> {
  return { mounts: new Map(), auth: new Map() }
}

/** The mounts of a table, by path; with a prefix only those whose paths begin with it. */
export function mountsOf (storage: Storage, table: MountTable, prefix = ''): MountEntry[] {
  const below = [false, true].flatMap((local) => [...storedMounts(storage, table, { local }).entries(prefix)])
  // by what they are stored at: an archive may bring mounts that do not say
  return below.sort(([a], [b]) => compareBytes(a, b)).map(([, mount]) => mount)
}

/** Where a mount's own data lies: `replicated/mount/<uuid>/`, or `local/…` for one that is not replicated. */
export function mountPrefix (mount: Pick<MountEntry, 'local' | 'uuid'>): string {
  return `${mount.local ? 'local' : 'replicated'}/mount/${mount.uuid}/`
}

/** Where a mount keeps what is this cluster's own, whether or not its data is replicated. */
export function localMountPrefix ({ uuid }: Pick<MountEntry, 'uuid'>): string {
  return mountPrefix({ local: true, uuid })
}

/** A mount's path as requests have it: `secret/`, `auth/approle/`. */
export function apiPath (mount: Pick<MountEntry, 'table' | 'path'>): string {
  return mount.table === 'auth' ? AUTH + mount.path : mount.path
}

/** The lease TTLs in force on a mount, in seconds: its own, else the system's; the default never above the maximum. */
export function effectiveTtls ({ config }: MountEntry, system: LeaseTtls): LeaseTtls {
  const maxSeconds = config.maxLeaseTtlSeconds || system.maxSeconds
  return { defaultSeconds: Math.min(config.defaultLeaseTtlSeconds || system.defaultSeconds, maxSeconds), maxSeconds }
}

export function putMount (storage: Storage, mount: MountEntry): void {
  storedMounts(storage, mount.table, mount).put(mount.path, mount)
}

/** Takes a mount out of its table; its data stays. */
export function removeMount (storage: Storage, mount: MountEntry): void {
  storedMounts(storage, mount.table, mount).delete(mount.path)
}

/** A mount with ids of its own, not yet stored. */
export function newMount (spec: MountSpec, ids: IdSource): MountEntry {
  const { table, type } = spec
  return {
    path: spec.path,
    table,
    type,
    description: spec.description ?? '',
    accessor: `${table === 'auth' ? 'auth_' : ''}${type}_${ids.hex(8)}`,
    uuid: ids.uuid(),
    local: spec.local ?? false,
    sealWrap: spec.sealWrap ?? false,
    externalEntropyAccess: spec.externalEntropyAccess ?? false,
    options: spec.options === undefined ? null : spec.options,
    config: { ...NO_CONFIG, ...(table === 'auth' ? { tokenType: 'default-service' } : {}), ...spec.config }
  }
}

/** What has to be said of a new mount; the rest has defaults. */
export interface MountSpec {
  readonly table: MountTable
  readonly path: string
  readonly type: string
  readonly description?: string
  readonly local?: boolean
  readonly sealWrap?: boolean
  readonly externalEntropyAccess?: boolean
  readonly options?: JsonObject | null
  readonly config?: Partial<MountConfig>
}

/** The mounts of every cluster. */
const INITIAL: readonly MountSpec[] = [
  { table: 'mounts', path: 'cubbyhole/', type: 'cubbyhole', description: 'per-token private secret storage', local: true },
  {
    table: 'mounts',
    path: 'identity/',
    type: 'identity',
    description: 'identity store',
    config: { lists: { passthrough_request_headers: ['Authorization'] } }
  },
  {
    table: 'mounts',
    path: 'sys/',
    type: 'system',
    description: 'system endpoints used for control, policy and debugging',
    sealWrap: true,
    config: { lists: { passthrough_request_headers: ['Accept'] } }
  },
  { table: 'auth', path: 'token/', type: 'token', description: 'token based credentials' }
]

/** Writes the mounts that a freshly initialised cluster has. */
export function createInitialMounts ({ storage, random }: Pick<Cluster, 'storage' | 'random'>): void {
  const ids = random.stream('mounts')
  for (const spec of INITIAL) putMount(storage, newMount(spec, ids))
}

/**
 * Writes the mounts of a new namespace. All are replicated: a secondary has no occasion to make a cubbyhole of its own.
 */
export function createNamespaceMounts (storage: Storage, { namespaceSystemType }: Profile, ids: IdSource): void {
  for (const spec of INITIAL) {
    const type = spec.type === 'system' ? namespaceSystemType : `ns_${spec.type}`
    const mount = newMount({ ...spec, type }, ids)
    storedMounts(storage, mount.table, { local: false }).put(mount.path, mount)
  }
}

/** Writes the mounts that every cluster has for itself: those a performance secondary does not get from its primary. */
export function createLocalMounts ({ storage, random }: Pick<Cluster, 'storage' | 'random'>): void {
  const ids = random.stream('mounts')
  for (const spec of INITIAL) if (spec.local === true) putMount(storage, newMount(spec, ids))
}

/** Mounts what a server in dev mode has besides: `secret/`, KV version 2. */
export function enableDevSecrets ({ storage, random }: Pick<Cluster, 'storage' | 'random'>, version: 1 | 2): void {
  putMount(storage, newMount({
    table: 'mounts',
    path: 'secret/',
    type: 'kv',
    description: 'key/value secret storage',
    options: { version: String(version) }
  }, random.stream('mounts')))
}
