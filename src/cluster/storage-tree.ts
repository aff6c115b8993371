// The ordered map beneath a storage: folders within folders, shared between copies until one of them is written to.
import sortedBTree from 'sorted-btree'
import diffAgainst from 'sorted-btree/extended/diffAgainst.js'
import { compareBytes } from '../json/index.js'

const BTree = sortedBTree.default

type Members<V> = InstanceType<typeof BTree<string, V | Folder<V>>>

/** Shorter names are copies anyway; longer ones would keep the whole path alive that they were cut from. */
const CUT_NOT_COPIED = 13
const ASCII = /^[ -~]*$/
/** So many values that were read are at hand without a way through folders. */
const MOST_READ = 256
/** Ends a walk through a folder. */
const STOP = { break: 0 }

/**
 * What lies below one prefix that ends with `/`. The name of a folder ends with `/`. An entry that is alone below its
 * folders lies here under the rest of its path, slashes included: a folder is made where two paths share it.
 */
class Folder<V> {
  /** @param owner the tree that may change it; any other makes a copy first */
  constructor (readonly owner: object, readonly members: Members<V> = new BTree([], compareBytes)) {}
}

/** A folder whose entries are gone through, and the path that leads there. */
interface Walk<V> {
  readonly base: string
  readonly members: Iterator<[string, V | Folder<V>]>
}

/** What is at a path, before and now. */
export type Difference<V> = [path: string, before: V | undefined, now: V | undefined]

/** Values by path, in byte order, cloned at no cost. Values are anything but undefined. */
export class PathTree<V> {
  #owner = {}
  #root = new Folder<V>(this.#owner)
  #size = 0
  /** values that were read lately: the same few paths are asked for again and again */
  readonly #read = new Map<string, V>()

  get size (): number { return this.#size }

  get (path: string): V | undefined {
    const known = this.#read.get(path)
    if (known !== undefined) return known
    const found = this.find(path)
    if (found === undefined) return undefined
    if (this.#read.size >= MOST_READ) this.#read.clear()
    this.#read.set(path, found)
    return found
  }

  /** The same of a path that will not be asked for again. */
  find (path: string): V | undefined {
    const { folder, rest } = this.#deepest(path)
    const found = folder.members.get(rest)
    return found instanceof Folder ? undefined : found
  }

  /** @returns what was there */
  set (path: string, value: V): V | undefined {
    if (this.#read.has(path)) this.#read.set(path, value)
    let folder = this.#ownRoot()
    let rest = path
    for (;;) {
      const end = rest.indexOf('/') + 1
      if (end === 0) break
      const first = rest.slice(0, end)
      const next = this.#ownFolder(folder, first) ?? this.#sharedFolder(folder, first, rest)
      if (next === undefined) break
      folder = next
      rest = rest.slice(end)
    }
    const old = folder.members.get(rest)
    if (old === undefined) this.#size += 1
    folder.members.set(old === undefined ? detached(rest) : rest, value)
    return old instanceof Folder ? undefined : old
  }

  /** Nothing happens where there is nothing. */
  delete (path: string): void {
    this.#read.delete(path)
    const way: { readonly folder: Folder<V>, readonly name: string }[] = []
    let folder = this.#ownRoot()
    let rest = path
    for (;;) {
      const first = rest.slice(0, rest.indexOf('/') + 1)
      const next = first === '' ? undefined : this.#ownFolder(folder, first)
      if (next === undefined) break
      way.push({ folder, name: first })
      folder = next
      rest = rest.slice(first.length)
    }
    if (!folder.members.delete(rest)) return
    this.#size -= 1
    for (let above = way.pop(); above !== undefined && folder.members.isEmpty; above = way.pop()) {
      above.folder.members.delete(above.name)
      folder = above.folder
    }
  }

  /**
   * The names directly below a folder, folders with a trailing `/`, in byte order: costs what it answers.
   *
   * @param path of the folder; ends with `/`, or is empty
   */
  children (path: string): string[] {
    const { folder: { members }, rest } = this.#deepest(path)
    const names: string[] = []
    const last = members.maxKey()
    if (last === undefined) return names
    members.forRange(rest, last, true, (key) => {
      if (!key.startsWith(rest)) return STOP
      const name = firstSegment(key, rest.length)
      if (name !== '') names.push(name)
    })
    return names
  }

  /** The entries whose paths begin with a prefix, in byte order; the tree must not be changed meanwhile. */
  * entries (prefix = ''): Generator<[string, V]> {
    const { folder, rest } = this.#deepest(prefix)
    const base = prefix.slice(0, prefix.length - rest.length)
    const walks: Walk<V>[] = [{ base, members: folder.members.entries(rest) }]
    for (let walk = walks.at(-1); walk !== undefined; walk = walks.at(-1)) {
      const { done, value: pair } = walk.members.next()
      if (done === true || (walks.length === 1 && !pair[0].startsWith(rest))) {
        walks.pop()
        continue
      }
      const [name, value] = pair
      if (value instanceof Folder) walks.push({ base: walk.base + name, members: value.members.entries() })
      else yield [walk.base + name, value]
    }
  }

  /** Becomes a copy of another one; both go on by themselves. */
  replaceWith (other: PathTree<V>): void {
    this.#root = other.#root
    this.#size = other.#size
    this.#owner = {}
    other.#owner = {}
    this.#read.clear()
  }

  /**
   * What differs from an earlier state, in no order; folders that both still share are passed over.
   *
   * @yields with undefined where there is nothing
   */
  * differences (before: PathTree<V>): Generator<Difference<V>> {
    const pending = [{ base: '', old: before.#root, now: this.#root }]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { base, old, now } = next
      if (old === now) continue
      for (const first of firstSegments(old, now)) {
        const [oldFolder, nowFolder] = [old.members.get(first), now.members.get(first)]
        const areFolders = oldFolder instanceof Folder && nowFolder instanceof Folder
        if (areFolders) pending.push({ base: base + first, old: oldFolder, now: nowFolder })
        else yield * differing(before.#below(base, first), this.#below(base, first))
      }
    }
  }

  /** What lies at a name, or below it where it is a folder's. */
  #below (base: string, name: string): Map<string, V> {
    const path = base + name
    if (name.endsWith('/')) return new Map(this.entries(path))
    const value = this.get(path)
    return new Map(value === undefined ? [] : [[path, value]])
  }

  /** The folder that is farthest on the way of a path, and what is left of the path there. */
  #deepest (path: string): { readonly folder: Folder<V>, readonly rest: string } {
    let folder = this.#root
    let rest = path
    for (;;) {
      const end = rest.indexOf('/') + 1
      const next = end === 0 ? undefined : folder.members.get(rest.slice(0, end))
      if (!(next instanceof Folder)) return { folder, rest }
      folder = next
      rest = rest.slice(end)
    }
  }

  #ownRoot (): Folder<V> {
    if (this.#root.owner !== this.#owner) this.#root = new Folder(this.#owner, this.#root.members.clone())
    return this.#root
  }

  /** A folder within one that is ours, ours as well; undefined where there is none. */
  #ownFolder (within: Folder<V>, name: string): Folder<V> | undefined {
    const folder = within.members.get(name)
    if (!(folder instanceof Folder)) return undefined
    if (folder.owner === this.#owner) return folder
    const copy = new Folder(this.#owner, folder.members.clone())
    within.members.set(name, copy)
    return copy
  }

  /** A new folder for what was alone below it until now; undefined where there is nothing, or the same path. */
  #sharedFolder (within: Folder<V>, name: string, rest: string): Folder<V> | undefined {
    const [key, value] = within.members.getPairOrNextHigher(name) ?? []
    if (key === undefined || value === undefined || key === rest || !key.startsWith(name)) return undefined
    const folder = new Folder<V>(this.#owner)
    folder.members.set(detached(key.slice(name.length)), value)
    within.members.delete(key)
    within.members.set(name, folder)
    return folder
  }
}

/** What a key has at and behind a place, up to its next slash. */
function firstSegment (key: string, start: number): string {
  const slash = key.indexOf('/', start)
  if (slash < 0) return start === 0 ? key : key.slice(start)
  return key.slice(start, slash + 1)
}

/** A string of its own, as far as that is cheap. */
function detached (name: string): string {
  return name.length < CUT_NOT_COPIED || !ASCII.test(name) ? name : Buffer.from(name, 'latin1').toString('latin1')
}

/** The first segments of the names in two folders that differ there. */
function firstSegments<V> (old: Folder<V>, now: Folder<V>): Set<string> {
  const names = new Set<string>()
  const take = (key: string): void => { names.add(key.slice(0, key.indexOf('/') + 1) || key) }
  diffAgainst.default(old.members, now.members, take, take, take)
  return names
}

function * differing<V> (before: Map<string, V>, now: Map<string, V>): Generator<Difference<V>> {
  for (const [each, value] of before) if (now.get(each) !== value) yield [each, value, now.get(each)]
  for (const [each, value] of now) if (!before.has(each)) yield [each, undefined, value]
}
