// Paths filters: which mounts a performance secondary is not given.
import { createHash } from 'node:crypto'
import type { JsonObject } from '../json/index.js'
import { entryHash, Withheld, type Storage, type StoredValue } from '../cluster/storage.js'
import type { Cluster } from '../cluster/cluster.js'
import { primaryRecord, putRecord, type PathsFilter, type PrimaryRecord } from './records.js'
import { refusals } from './refusals.js'

const UNFILTERABLE = ['sys/', 'identity/', 'cubbyhole/', 'auth/token/']
const SYSTEM_TYPES = [
  'system', 'identity', 'cubbyhole', 'token', 'ns_system', 'ns_identity', 'ns_cubbyhole', 'ns_token'
]

/** A paths filter applied to the mounts of now. */
export interface AppliedFilter {
  /** tells one from another; empty: nothing is held back */
  readonly signature: string
  /** what a secondary is given: the stored value as it is, or only its hash */
  readonly apply: (path: string, value: StoredValue) => StoredValue
}

const UNFILTERED: AppliedFilter = { signature: '', apply: (_path, value) => value }

/** A filter as a client asks for it: nothing of it is checked. */
interface WishedFilter { readonly mode: string, readonly paths: readonly string[] }

/**
 * @throws {VaultError} `invalid`: not a primary, unknown mode, a path that every cluster needs
 */
export function putPathsFilter (cluster: Cluster, id: string, { mode, paths }: WishedFilter): void {
  const record = requirePrimary(cluster)
  if (mode !== 'allow' && mode !== 'deny') throw refusals.filterMode(mode)
  for (const path of paths) if (UNFILTERABLE.includes(withSlash(path))) throw refusals.filterPath(path)
  putRecord(cluster, 'performance', { ...record, pathsFilters: { ...record.pathsFilters, [id]: { mode, paths } } })
}

/** @throws {VaultError} `invalid` where this is no performance primary */
export function pathsFilter (cluster: Cluster, id: string): PathsFilter | undefined {
  const { pathsFilters } = requirePrimary(cluster)
  return Object.hasOwn(pathsFilters, id) ? pathsFilters[id] : undefined
}

export function deletePathsFilter (cluster: Cluster, id: string): void {
  const record = requirePrimary(cluster)
  const { [id]: deleted, ...kept } = record.pathsFilters
  if (deleted !== undefined) putRecord(cluster, 'performance', { ...record, pathsFilters: kept })
}

function requirePrimary (cluster: Cluster): PrimaryRecord {
  const record = primaryRecord(cluster, 'performance')
  if (record === undefined) throw refusals.notPrimary()
  return record
}

/** What a filter comes to with the mounts of now; without one nothing is held back. */
export function appliedFilter (storage: Storage, filter: PathsFilter | undefined): AppliedFilter {
  if (filter === undefined) return UNFILTERED
  const denied = deniedMounts(storage, filter)
  if (denied.length === 0) return UNFILTERED
  const prefixes = denied.flatMap(({ entryPath, uuid }) => [entryPath, `replicated/mount/${uuid}/`])
  const uuids = new Set(denied.map(({ uuid }) => uuid))
  const entries = new Set(denied.map(({ entryPath }) => entryPath))
  return {
    signature: createHash('sha1').update(prefixes.join('\n')).digest('hex').slice(0, 12),
    apply: (path, value) => {
      const isDenied = entries.has(path) || uuids.has(mountIdIn(path))
      return isDenied ? new Withheld(entryHash(path, value)) : value
    }
  }
}

/** The mounts that a filter holds back, as requests name them: `eu/`, `auth/ldap/`. */
export function filteredMounts (storage: Storage, filter: PathsFilter): string[] {
  return deniedMounts(storage, filter).map(({ name }) => name)
}

/** The mounts that are held back from this cluster, as requests name them: it knows their hashes alone. */
export function withheldMounts (storage: Storage): string[] {
  return ['mounts', 'auth'].flatMap((table) => {
    const folder = `replicated/${table}/`
    const withheld = [...storage.stored(folder)].filter(([, value]) => value instanceof Withheld)
    return withheld.map(([path]) => (table === 'auth' ? 'auth/' : '') + path.slice(folder.length))
  })
}

interface Denied { readonly entryPath: string, readonly name: string, readonly uuid: string }

function deniedMounts (storage: Storage, filter: PathsFilter): Denied[] {
  const named = new Set(filter.paths.map(withSlash))
  const denied: Denied[] = []
  for (const table of ['mounts', 'auth']) {
    for (const [entryPath, value] of storage.entries(`replicated/${table}/`)) {
      const { path, uuid, type } = value as JsonObject & { path: string, uuid: string, type: string }
      const name = table === 'auth' ? `auth/${path}` : path
      if (SYSTEM_TYPES.includes(type) || named.has(name) !== (filter.mode === 'deny')) continue
      denied.push({ entryPath, name, uuid })
    }
  }
  return denied
}

function mountIdIn (path: string): string {
  const folder = 'replicated/mount/'
  return path.startsWith(folder) ? path.slice(folder.length, path.indexOf('/', folder.length)) : ''
}

function withSlash (path: string): string {
  const bare = path.replace(/^\/+/, '')
  return bare.endsWith('/') ? bare : `${bare}/`
}
