// The data of a cluster: one ordered map from path to value, as Vault's own physical storage is.
import type { JsonValue } from '../json/index.js'
import { requireJson, sameJson } from '../json/index.js'
import { classOf, KeptRoots, Withheld, type StorageClass, type StoredValue } from './merkle-roots.js'
import { Indexes, type Index } from './storage-indexes.js'
import { PathTree, type Difference } from './storage-tree.js'
import { Area, Entry } from './storage-windows.js'

export type { Index } from './storage-indexes.js'
export { Area, Entry } from './storage-windows.js'
export { entryHash, Withheld, type StorageClass, type StoredValue } from './merkle-roots.js'

/** The id of the namespace that every cluster has. */
export const ROOT_NAMESPACE_ID = 'root'

/** Below each class: what is not the root namespace's, by the namespaces' ids. */
const NAMESPACES = 'ns/'
/** Beyond that merkle roots are kept, asked for or not: to hash more at once would hold others for long. */
const MOST_UNHASHED = 5_000

/**
 * An ordered, cheaply cloned map of `path → readonly value`. Values are replaced, never mutated. Paths begin with
 * their class: `replicated/`, `local/` or `own/`.
 */
export class Storage {
  readonly #tree = new PathTree<StoredValue>()
  readonly #roots = new KeptRoots()
  #indexes = new Indexes()
  #writes: Record<StorageClass, number>
  #epoch = {}
  /** what namespaces see of it, by their ids, once there are any */
  readonly #windows = new Map<string, NamespaceStorage>()
  /** by what works it out */
  readonly #derived = new Map<(storage: Storage) => unknown, unknown>()
  /** for telemetry: what was done with it, whatever the class */
  readonly work = { reads: 0, puts: 0, deletions: 0, lists: 0 }
  /** Called after each change; the cluster counts a raft entry with it. */
  onWrite: ((path: string) => void) | undefined
  /** Called before each change; it throws where the path is not to be written here. */
  guard: ((path: string) => void) | undefined

  constructor (entries: Iterable<readonly [string, StoredValue]> = []) {
    this.#writes = { replicated: 0, local: 0, own: 0 }
    for (const [path, value] of entries) this.load(path, value)
  }

  get size (): number { return this.#tree.size }

  /** The storage of the whole cluster, which is the root namespace's. */
  get whole (): Storage { return this }

  /** The namespace whose data this is. */
  get namespaceId (): string { return ROOT_NAMESPACE_ID }

  /** What a namespace has of its own, at the paths that the root's has here. The same object each time. */
  namespace (id: string): Storage {
    if (id === ROOT_NAMESPACE_ID) return this
    let window = this.#windows.get(id)
    if (window === undefined) this.#windows.set(id, window = new NamespaceStorage(this, id))
    return window
  }

  /** A namespace is no more: nobody asks for its data again. */
  closeNamespace (id: string): void { this.#windows.delete(id) }

  /** The value at a path; undefined if there is none or a filter holds it back. */
  get (path: string): JsonValue | undefined {
    this.work.reads += 1
    const value = this.storedAt(path)
    return value instanceof Withheld ? undefined : value
  }

  has (path: string): boolean { return this.get(path) !== undefined }

  put (path: string, value: StoredValue): void {
    this.guard?.(path)
    if (!(value instanceof Withheld)) requireJson(value)
    this.load(path, value)
    this.work.puts += 1
    this.#count(path)
  }

  /** Puts what was read as JSON where it belongs. It is no write: nobody is asked, told, or counts it. */
  load (path: string, value: StoredValue): void {
    classOf(path)
    const old = this.#tree.set(path, value)
    this.#roots.changed(path, old, value)
    if (!this.#roots.areKept && this.size > MOST_UNHASHED) this.root('own')
    this.#indexes.changed(path, old, value)
    this.#forgetDerived(path)
  }

  /** @returns whether there was something to delete; only then it counts as a write */
  delete (path: string): boolean {
    const old = this.#tree.find(path)
    if (old === undefined) return false
    this.guard?.(path)
    this.#roots.changed(path, old, undefined)
    this.#tree.delete(path)
    this.#indexes.changed(path, old)
    this.#forgetDerived(path)
    this.work.deletions += 1
    this.#count(path)
    return true
  }

  /** Deletes all that begins with a prefix and returns how many entries that were. */
  deleteAll (prefix: string): number {
    const paths = [...this.paths(prefix)]
    for (const path of paths) this.delete(path)
    return paths.length
  }

  /**
   * The names directly below a folder, folders with a trailing `/`, in byte order. Its cost is its answer, not what
   * lies below.
   *
   * @param folder ends with `/`, or is empty
   */
  children (folder: string): string[] {
    this.work.lists += 1
    return this.#tree.children(folder)
  }

  /** The paths that begin with a prefix, in byte order; the storage must not be changed meanwhile. */
  * paths (prefix = ''): Generator<string> {
    for (const [path] of this.stored(prefix)) yield path
  }

  /** The entries whose values are here, in byte order. */
  * entries (prefix = ''): Generator<[string, JsonValue]> {
    for (const [path, value] of this.stored(prefix)) if (!(value instanceof Withheld)) yield [path, value]
  }

  /** All entries, the withheld ones included, in byte order. */
  stored (prefix = ''): Generator<[string, StoredValue]> { return this.#tree.entries(prefix) }

  /** What is at a path, be it withheld. */
  storedAt (path: string): StoredValue | undefined { return this.#tree.get(path) }

  /** What differs from an earlier state of this storage; costs as much as there are differences. */
  differences (before: Storage): Generator<Difference<StoredValue>> { return this.#tree.differences(before.#tree) }

  /** A value, or the one that lies at its path already where that is the same: then it is in memory once. */
  shared<T extends StoredValue> (path: string, value: T): T {
    const there = this.#tree.get(path)
    const isSame = there !== undefined && !(there instanceof Withheld) && !(value instanceof Withheld) &&
      sameJson(there, value)
    return isSame ? there as T : value
  }

  /**
   * What follows from all but the mounts' own data, which changes seldom: worked out when it is first asked for, and
   * again once anything of that was written. It may be a map that is filled as it is used.
   *
   * @param from the same function each time
   */
  derived<T> (from: (storage: Storage) => T): T {
    const known = this.#derived.get(from)
    if (known !== undefined) return known as T
    const made = from(this)
    this.#derived.set(from, made)
    return made
  }

  /**
   * What follows from the entries of one folder: worked out when it is first asked for, and kept current from then on.
   *
   * @param folder ends with `/`
   * @param make the same function each time
   */
  index<I extends Index> (folder: string, make: () => I): I {
    return this.#indexes.known(folder, make) ?? this.#indexes.follow(folder, make, this.entries(folder))
  }

  /** A typed window on what lies below a prefix that ends with `/`. */
  area<T extends JsonValue = JsonValue> (prefix: string): Area<T> {
    return new Area<T>(this, prefix)
  }

  /** A typed window on one path. */
  entry<T extends JsonValue = JsonValue> (path: string): Entry<T> {
    return new Entry<T>(this, path)
  }

  /**
   * The merkle root of a class: 40 hexadecimal digits over its entries, whatever their order of arrival. Who asks first
   * pays for all entries, and from then on each write for its own; a storage that is still empty costs nothing.
   */
  root (storageClass: StorageClass): string { return this.#roots.root(storageClass, () => this.stored()) }

  /** Whether somebody has asked for roots, so that they are kept up. */
  get keepsRoots (): boolean { return this.#roots.areKept }

  /** How many writes a class has seen. */
  writes (storageClass: StorageClass): number { return this.#writes[storageClass] }

  /** How many writes each class has seen. */
  get allWrites (): Readonly<Record<StorageClass, number>> { return { ...this.#writes } }

  /** A copy that shares structure with this one: O(1), also in memory, until either is written to. */
  clone (): Storage {
    const copy = new Storage()
    copy.replaceWith(this)
    return copy
  }

  /** Becomes a copy of another storage; windows on this one stay valid. */
  replaceWith (other: Storage): void {
    this.#tree.replaceWith(other.#tree)
    this.#roots.replaceWith(other.#roots)
    this.#indexes = new Indexes()
    this.#clearDerived()
    this.#writes = { ...other.#writes }
    this.#epoch = {}
  }

  /** Another one once all of the storage was replaced: long work that was about the old data ends then. */
  get epoch (): object { return this.#epoch }

  /** Takes over counters of writes. */
  restoreWrites (writes: Readonly<Record<StorageClass, number>>): void { this.#writes = { ...writes } }

  /** What follows for a namespace may follow from its ancestors' data, and what follows for them from its own. */
  #forgetDerived (path: string): void {
    if (this.#derived.size + this.#windows.size > 0 && !isMountData(path)) this.#clearDerived()
  }

  #clearDerived (): void {
    this.#derived.clear()
    for (const window of this.#windows.values()) window.#derived.clear()
  }

  #count (path: string): void {
    this.#writes[classOf(path)] += 1
    this.onWrite?.(path)
  }
}

/**
 * What a namespace has of a storage: `replicated/x` lies at `replicated/ns/<id>/x` of the whole, `local/x` at
 * `local/ns/<id>/x`; what is the cluster's own is the same for all. All else that a storage can is asked of the whole.
 */
export class NamespaceStorage extends Storage {
  readonly #whole: Storage
  readonly #id: string
  readonly #folder: string

  constructor (whole: Storage, id: string) {
    super()
    this.#whole = whole
    this.#id = id
    this.#folder = `${NAMESPACES}${id}/`
  }

  override get whole (): Storage { return this.#whole }
  override get namespaceId (): string { return this.#id }
  override get size (): number { return this.#whole.size }
  override get epoch (): object { return this.#whole.epoch }
  override get allWrites (): Readonly<Record<StorageClass, number>> { return this.#whole.allWrites }
  override namespace (id: string): Storage { return this.#whole.namespace(id) }
  override get (path: string): JsonValue | undefined { return this.#whole.get(this.#at(path)) }
  override put (path: string, value: StoredValue): void { this.#whole.put(this.#at(path), value) }
  override load (path: string, value: StoredValue): void { this.#whole.load(this.#at(path), value) }
  override delete (path: string): boolean { return this.#whole.delete(this.#at(path)) }
  override children (folder: string): string[] { return this.#whole.children(this.#at(folder)) }
  override storedAt (path: string): StoredValue | undefined { return this.#whole.storedAt(this.#at(path)) }
  override root (storageClass: StorageClass): string { return this.#whole.root(storageClass) }
  override get keepsRoots (): boolean { return this.#whole.keepsRoots }
  override writes (storageClass: StorageClass): number { return this.#whole.writes(storageClass) }
  override clone (): Storage { return this.#whole.clone().namespace(this.#id) }

  override index<I extends Index> (folder: string, make: () => I): I {
    return this.#whole.index(this.#at(folder), make)
  }

  override shared<T extends StoredValue> (path: string, value: T): T {
    return this.#whole.shared(this.#at(path), value)
  }

  /** @param prefix with its class */
  override * stored (prefix = ''): Generator<[string, StoredValue]> {
    const at = this.#at(prefix)
    for (const [path, value] of this.#whole.stored(at)) yield [prefix + path.slice(at.length), value]
  }

  #at (path: string): string {
    const storageClass = classOf(path)
    if (storageClass === 'own') return path
    return `${storageClass}/${this.#folder}${path.slice(storageClass.length + 1)}`
  }
}

/** What engines and auth methods keep for themselves, in whatever namespace. */
function isMountData (path: string): boolean {
  if (path.startsWith('replicated/mount/') || path.startsWith('local/mount/')) return true
  const id = path.indexOf('/') + 1 + NAMESPACES.length
  if (!path.startsWith(NAMESPACES, id - NAMESPACES.length)) return false
  return path.startsWith('/mount/', path.indexOf('/', id))
}
