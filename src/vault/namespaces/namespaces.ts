// Namespaces: the records of those there are, by id and by path. The root is always there and nowhere stored.
import { ROOT_NAMESPACE_ID, type Index, type Storage } from '../../cluster/storage.js'
import type { Cluster } from '../../cluster/cluster.js'
import { compareBytes, type JsonObject } from '../../json/index.js'
import { stored } from '../stored.js'

/** As stored at `replicated/core/namespace/<id>` of the whole storage. */
export type Namespace = JsonObject & {
  /** base62; `root` */
  readonly id: string
  readonly uuid: string
  /** from the root on, each name with a slash behind it: `team/app/`; empty: the root */
  readonly path: string
  /** texts by name */
  readonly customMetadata: Readonly<Record<string, string>>
  /** it is being deleted: nobody gets in */
  readonly tainted: boolean
  /** opens it again while its API is locked; empty: it is not */
  readonly unlockKey: string
}

export const ROOT: Namespace = {
  id: ROOT_NAMESPACE_ID,
  uuid: '00000000-0000-0000-0000-000000000000',
  path: '',
  customMetadata: {},
  tainted: false,
  unlockKey: ''
}

/** Follows the records: an archive may bring any. */
class NamespaceIndex implements Index<Namespace> {
  readonly byId = new Map<string, Namespace>()
  readonly byPath = new Map<string, Namespace>()
  #sorted: readonly Namespace[] | undefined

  /** by path */
  get sorted (): readonly Namespace[] {
    this.#sorted ??= [...this.byPath.values()].sort((a, b) => compareBytes(a.path, b.path))
    return this.#sorted
  }

  add (id: string, namespace: Namespace): void {
    this.byId.set(id, namespace)
    this.byPath.set(namespace.path, namespace)
    this.#sorted = undefined
  }

  remove (id: string, { path }: Namespace): void {
    this.byId.delete(id)
    this.byPath.delete(path)
    this.#sorted = undefined
  }
}

function newIndex (): NamespaceIndex { return new NamespaceIndex() }

/** Whether a cluster has namespaces; without them their header says nothing (recorded: `namespace header`). */
export function hasNamespaces ({ profile, edition }: Pick<Cluster, 'profile' | 'edition'>): boolean {
  return profile.namespacesInAllEditions || edition === 'ent'
}

/** The namespace of an id; undefined where there is none. */
export function namespaceOf (storage: Storage, id: string): Namespace | undefined {
  return id === ROOT.id ? ROOT : indexOf(storage).byId.get(id)
}

/** The one whose data a storage is; the root once there is no such namespace any more. */
export function namespaceIn (storage: Storage): Namespace {
  return namespaceOf(storage, storage.namespaceId) ?? ROOT
}

/** The namespace at a path from the root on, whatever slashes are around it; undefined where there is none. */
export function namespaceAt (storage: Storage, path: string): Namespace | undefined {
  const canonical = canonicalPath(path)
  return canonical === '' ? ROOT : indexOf(storage).byPath.get(canonical)
}

/** Those directly below one, by their paths. */
export function childrenOf (storage: Storage, parent: Pick<Namespace, 'path'>): Namespace[] {
  return descendantsOf(storage, parent).filter(({ path }) => path.indexOf('/', parent.path.length) === path.length - 1)
}

/** Those below one, however deep, by their paths. */
export function descendantsOf (storage: Storage, ancestor: Pick<Namespace, 'path'>): Namespace[] {
  return allNamespaces(storage).filter(({ path }) => path !== ancestor.path && path.startsWith(ancestor.path))
}

/** All but the root, by their paths. */
export function allNamespaces (storage: Storage): readonly Namespace[] {
  return indexOf(storage).sorted
}

/** Whether there is no namespace besides the root. */
export function isRootAlone (storage: Storage): boolean { return indexOf(storage).byPath.size === 0 }

/** The storages of all namespaces, the root's first. */
export function allStorages (storage: Storage): Storage[] {
  const { whole } = storage
  return [whole, ...allNamespaces(whole).map(({ id }) => whole.namespace(id))]
}

/** The storage of a namespace and those of the ones below it. */
export function storagesWithin (storage: Storage): Storage[] {
  const { whole } = storage
  return [storage, ...descendantsOf(whole, namespaceIn(storage)).map(({ id }) => whole.namespace(id))]
}

/** The one above; undefined above the root. */
export function parentOf (storage: Storage, { path }: Pick<Namespace, 'path'>): Namespace | undefined {
  return path === '' ? undefined : namespaceAt(storage, path.slice(0, path.lastIndexOf('/', path.length - 2) + 1))
}

/** Whether a namespace is another one or lies below it. */
export function isWithinNamespace ({ path }: Pick<Namespace, 'path'>, outer: Pick<Namespace, 'path'>): boolean {
  return path.startsWith(outer.path)
}

/** `team/app/` for `/team/app`; empty for the root, by whatever name. */
export function canonicalPath (path: string): string {
  const bare = path.replace(/^\/+|\/+$/g, '')
  return bare === '' || bare === ROOT.id ? '' : `${bare}/`
}

/** What metrics call a namespace (`helper/metricsutil`). */
export function namespaceLabel (storage: Storage): string {
  const { path } = namespaceIn(storage)
  return path === '' ? ROOT.id : path.slice(0, -1)
}

/** Writes the record of a namespace, new or changed. */
export function putNamespace (storage: Storage, namespace: Namespace): void {
  stored.namespaces(storage).put(namespace.id, namespace)
}

/** Takes the record away, and nothing else. */
export function removeNamespace (storage: Storage, { id }: Pick<Namespace, 'id'>): void {
  stored.namespaces(storage).delete(id)
  storage.whole.closeNamespace(id)
}

function indexOf (storage: Storage): NamespaceIndex {
  return stored.namespaces(storage).index(newIndex)
}
