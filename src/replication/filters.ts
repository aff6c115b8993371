// Paths filters: which mounts a performance secondary is not given.
import { createHash } from 'node:crypto'
import { compareBytes, type JsonObject } from '../json/index.js'
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
  const { mounts, namespaces } = deniedBy(storage, filter)
  if (mounts.length + namespaces.length === 0) return UNFILTERED
  const uuids = new Set(mounts.map(({ uuid }) => uuid))
  const ids = new Set(namespaces.map(({ id }) => id))
  const entries = new Set([...mounts, ...namespaces].map(({ entryPath }) => entryPath))
  const parts = [...mounts.flatMap(({ entryPath, uuid }) => [entryPath, `replicated/mount/${uuid}/`]), ...ids]
  return {
    signature: createHash('sha1').update(parts.join('\n')).digest('hex').slice(0, 12),
    apply: (path, value) => {
      const [, id = '', uuid = ''] = OWNED.exec(path) ?? []
      const isDenied = entries.has(path) || uuids.has(uuid) || ids.has(id)
      return isDenied ? new Withheld(entryHash(path, value)) : value
    }
  }
}

/** The mounts that a filter holds back, as requests name them: `eu/`, `auth/ldap/`, `team/eu/`. */
export function filteredMounts (storage: Storage, filter: PathsFilter): string[] {
  return deniedBy(storage, filter).mounts.map(({ name }) => name)
}

/** The namespaces that it holds back with all that they hold. */
export function filteredNamespaces (storage: Storage, filter: PathsFilter): string[] {
  return deniedBy(storage, filter).namespaces.map(({ path }) => path)
}

/** The mounts that are held back from this cluster, as requests name them: it knows their hashes alone. */
export function withheldMounts (storage: Storage): string[] {
  return namespacesIn(storage).flatMap(({ tables, path: base }) => ['mounts', 'auth'].flatMap((table) => {
    const folder = `${tables}${table}/`
    const withheld = [...storage.stored(folder)].filter(([, value]) => value instanceof Withheld)
    return withheld.map(([path]) => base + (table === 'auth' ? 'auth/' : '') + path.slice(folder.length))
  }))
}

/** A namespace, the root among them: where its tables of mounts lie, and what goes before the names of its mounts. */
interface Namespace {
  readonly id: string
  readonly entryPath: string
  readonly tables: string
  readonly path: string
}

interface DeniedMount { readonly entryPath: string, readonly name: string, readonly uuid: string }

interface Denied { readonly mounts: readonly DeniedMount[], readonly namespaces: readonly Namespace[] }

const ROOT: Namespace = { id: 'root', entryPath: '', tables: 'replicated/', path: '' }
const NAMESPACES = 'replicated/core/namespace/'

function namespacesIn (storage: Storage): Namespace[] {
  const others = [...storage.entries(NAMESPACES)].map(([entryPath, value]) => {
    const id = entryPath.slice(NAMESPACES.length)
    const { path } = value as JsonObject & { path: string }
    return { id, entryPath, tables: `replicated/ns/${id}/`, path }
  })
  return [ROOT, ...others.sort((a, b) => compareBytes(a.path, b.path))]
}

/** What a filter names is held back or let through with all that lies below it. */
function deniedBy (storage: Storage, { mode, paths }: PathsFilter): Denied {
  const named = paths.map(withSlash)
  const isBelow = ({ path }: Namespace): boolean => named.some((each) => path.startsWith(each))
  const isAbove = ({ path }: Namespace): boolean => named.some((each) => each.startsWith(path))
  const all = namespacesIn(storage)
  const namespaces = all.filter((each) => {
    return each !== ROOT && (mode === 'deny' ? isBelow(each) : !isBelow(each) && !isAbove(each))
  })
  const mounts = all.filter((each) => !namespaces.includes(each)).flatMap((each) => {
    return mountsIn(storage, each).filter(({ name }) => isNamedMount(name, each, named) === (mode === 'deny'))
  })
  return { mounts, namespaces }
}

/** A mount is named itself, or its namespace is. */
function isNamedMount (name: string, { path }: Namespace, named: readonly string[]): boolean {
  return named.includes(name) || (path !== '' && named.some((each) => path.startsWith(each)))
}

/** Without those that every cluster needs. */
function mountsIn (storage: Storage, { tables, path: base }: Namespace): DeniedMount[] {
  return ['mounts', 'auth'].flatMap((table) => {
    return [...storage.entries(`${tables}${table}/`)].flatMap(([entryPath, value]) => {
      const { path, uuid, type } = value as JsonObject & { path: string, uuid: string, type: string }
      if (SYSTEM_TYPES.includes(type)) return []
      return [{ entryPath, name: base + (table === 'auth' ? `auth/${path}` : path), uuid }]
    })
  })
}

/** What is a namespace's, and what is a mount's: with the namespace's id and the mount's. */
const OWNED = /^replicated\/(?:ns\/([^/]*)\/)?(?:mount\/([^/]*)\/)?/

function withSlash (path: string): string {
  const bare = path.replace(/^\/+/, '')
  return bare.endsWith('/') ? bare : `${bare}/`
}
