// Operations on the mount table: enable, disable, remount.
import type { Storage } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { innermost } from '../namespaces/entering.js'
import { namespaceIn } from '../namespaces/namespaces.js'
import { stored } from '../stored.js'
import { parseMountConfig } from './mount-config.js'
import { checkType, isSingleton, type CatalogueOwner } from './mount-types.js'
import {
  apiPath, localMountPrefix, mountAt, mountsOf, newMount, putMount, removeMount, resolveMount
} from './mounts.js'
import type { IdSource, MountEntry, MountTable } from './mounts.js'

const PROTECTED = ['audit/', 'auth/', 'sys/', 'cubbyhole/', 'identity/']
const PROTECTED_AUTH = ['auth/token']

/** What a client wants mounted. */
export interface MountRequest {
  readonly table: MountTable
  readonly path: string
  readonly type: string
  readonly pluginName: string
  readonly description: string
  readonly local: boolean
  readonly sealWrap: boolean
  readonly externalEntropyAccess: boolean
  readonly options: JsonObject | null
  readonly config: JsonObject
  /** whose catalogue decides what can be mounted */
  readonly owner: CatalogueOwner
  /** above which no mount's own default may be */
  readonly systemMaxTtlSeconds: number
}

/** A move of a mount, as `sys/remount/status` tells it. */
export type Migration = JsonObject & {
  readonly sourceMount: string
  readonly targetMount: string
  readonly status: 'in-progress' | 'success' | 'failure'
}

/** With a slash at the end and none at the start. */
export function sanitizePath (path: string): string {
  return (path.endsWith('/') ? path : path + '/').replace(/^\//, '')
}

/**
 * Mounts an engine or enables an auth method.
 *
 * @throws VaultError `path is already in use at …`, `cannot mount "…"`, `plugin not found in the catalog: …` and others
 */
export function enableMount (storage: Storage, request: MountRequest, ids: IdSource): MountEntry {
  const { table } = request
  const config = parseMountConfig(table, request.config, request.systemMaxTtlSeconds)
  const named = request.type === 'plugin' ? pluginName(request) : request.type
  if (named === '') throw invalid('backend type must be specified as a string')
  const { type, options } = versioned(table, named, request.options)
  const path = sanitizePath(request.path)
  checkPath(storage, table, path, type)
  checkType(table, type, request.owner)
  refuseUnknownVersion(type, options)
  const { description, local, sealWrap, externalEntropyAccess } = request
  const about = { description, local, sealWrap, externalEntropyAccess, options, config }
  const mount = newMount({ table, path, type, ...about }, ids)
  putMount(storage, mount)
  return mount
}

function pluginName ({ config, pluginName }: MountRequest): string {
  const name = typeof config.plugin_name === 'string' && config.plugin_name !== '' ? config.plugin_name : pluginName
  if (name === '') throw invalid('plugin_name must be provided for plugin backend')
  return name
}

/** `kv-v1` and `kv-v2` are `kv` with an option; nothing else may have a version. */
function versioned (table: MountTable, type: string, options: JsonObject | null): Pick<MountEntry, 'type' | 'options'> {
  if (table === 'mounts' && type === 'kv') return { type, options }
  if (table === 'mounts' && (type === 'kv-v1' || type === 'kv-v2')) {
    return { type: 'kv', options: { ...options, version: type.slice(-1) } }
  }
  if (options?.version === undefined || options.version === '') return { type, options }
  throw invalid(`${table === 'auth' ? 'auth method' : 'secrets engine'} "${type}" does not allow setting a version`)
}

/** @see Vault 1.21.4, asked */
function refuseUnknownVersion (type: string, options: JsonObject | null): void {
  if (type !== 'kv' || ['', '1', '2'].includes(String(options?.version ?? ''))) return
  throw invalid('nil backend of type "kv" returned from factory')
}

function checkPath (storage: Storage, table: MountTable, path: string, type: string): void {
  if (table === 'mounts' && PROTECTED.some((prefix) => path.startsWith(prefix))) throw invalid(`cannot mount "${path}"`)
  if (table === 'mounts' && isSingleton(type)) throw invalid(`mount type of "${type}" is not mountable`)
  const conflict = conflictAt(storage, table, path)?.path ?? namespaceConflict(storage, table, path)
  if (conflict !== undefined) throw invalid(`path is already in use at ${conflict}`)
  if (table === 'auth' && isSingleton(type)) throw invalid('token credential backend cannot be instantiated')
}

/** The mount at, above or below a path. */
function conflictAt (storage: Storage, table: MountTable, path: string): MountEntry | undefined {
  const above = resolveMount(storage, apiPath({ table, path }))?.mount
  return above ?? mountsOf(storage, table, path)[0]
}

/** The path of the namespace that a mount would stand in the way of, or lie in. */
function namespaceConflict (storage: Storage, table: MountTable, path: string): string | undefined {
  const outer = namespaceIn(storage)
  const namespace = table === 'auth' ? outer : innermost(storage, outer, path)
  return namespace === outer ? undefined : namespace.path.slice(outer.path.length)
}

/**
 * Takes a mount away. Its data, and the leases and tokens that it gave out, are left to the caller.
 *
 * @returns the mount that was there; undefined, and no error, if there was none
 * @throws VaultError `cannot unmount "sys/"`, `token credential backend cannot be disabled`
 */
export function disableMount (storage: Storage, table: MountTable, requested: string): MountEntry | undefined {
  const path = sanitizePath(requested)
  if (table === 'auth' && path === 'token/') throw invalid('token credential backend cannot be disabled')
  const mount = mountAt(storage, table, path)
  if (mount === undefined) return undefined
  if (table === 'mounts' && PROTECTED.some((prefix) => path.startsWith(prefix))) throw invalid(`cannot unmount "${path}"`)
  removeMount(storage, mount)
  storage.deleteAll(localMountPrefix(mount))
  return mount
}

/** One end of a move. */
export interface MoveEnd {
  /** of its namespace */
  readonly storage: Storage
  /** as requests in the namespace have it: `secret`, `auth/approle` */
  readonly path: string
}

/** A move that may be made. */
export interface CheckedMove {
  readonly mount: MountEntry
  readonly from: MoveEnd
  readonly to: MoveEnd
}

/** @throws VaultError `no matching mount at "…"`, `path already in use at "…"` and others */
export function checkedMove (from: MoveEnd, to: MoveEnd): CheckedMove {
  const source = sanitizePath(from.path)
  const target = sanitizePath(to.path)
  checkMove(source, target)
  const mount = resolveMount(from.storage, source)?.mount
  if (mount === undefined) throw invalid(`no matching mount at "${source}"`)
  const conflict = conflictAt(to.storage, mount.table, mount.table === 'auth' ? target.slice('auth/'.length) : target)
  if (conflict !== undefined) throw invalid(`path already in use at "${apiPath(conflict)}"`)
  return { mount, from: { ...from, path: source }, to: { ...to, path: target } }
}

/**
 * Moves a mount; its data stays where it is, unless it goes to another namespace. Vault does so in the background, here
 * it is done at once.
 *
 * @returns the migration's id
 */
export function remount ({ mount, from, to }: CheckedMove, ids: IdSource): string {
  removeMount(from.storage, mount)
  putMount(to.storage, { ...mount, path: mount.table === 'auth' ? to.path.slice('auth/'.length) : to.path })
  return putMigration(from.storage, { sourceMount: wholePath(from), targetMount: wholePath(to), status: 'success' }, ids)
}

/** From the root namespace on. */
function wholePath ({ storage, path }: MoveEnd): string {
  return namespaceIn(storage).path + path
}

function checkMove (source: string, target: string): void {
  if (/\/\/|(?:^|\/)\.{1,2}\//.test(target)) {
    throw invalid(`invalid destination mount: path '${target}' does not match cleaned path '${cleanPath(target)}'`)
  }
  if (source.startsWith('auth/')) {
    if (!target.startsWith('auth/')) throw invalid(`cannot remount auth mount to non-auth mount "${target}"`)
    refuseProtected(PROTECTED_AUTH, source, target, `"${target}"`)
  } else refuseProtected(PROTECTED, source, target, target)
}

function refuseProtected (prefixes: readonly string[], source: string, target: string, shownTarget: string): void {
  if (prefixes.some((prefix) => source.startsWith(prefix))) throw invalid(`cannot remount "${source}"`)
  if (!prefixes.some((prefix) => target.startsWith(prefix))) return
  throw invalid(`cannot remount to destination ${shownTarget}`)
}

function cleanPath (path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return kept.join('/') + '/'
}

function putMigration (storage: Storage, migration: Migration, ids: IdSource): string {
  const id = ids.uuid()
  stored.migrations(storage).put(id, migration)
  return id
}

/** How a move goes; undefined if there is none of that id. */
export function migrationOf (storage: Storage, id: string): Migration | undefined {
  return stored.migrations(storage).get(id)
}
