// Where tokens are found other than by id: by accessor, parent, lease, and by their revocation. All of it follows from
// the tokens themselves; nothing of it is stored.
import { hash } from 'node:crypto'
import { ROOT_NAMESPACE_ID, type Index, type Storage } from '../../cluster/storage.js'
import { isObject, type JsonValue } from '../../json/index.js'
import { homeOfId } from '../namespaces/homes.js'
import { stored } from '../stored.js'
import type { TokenEntry } from './tokens.js'

/** `numUses` of a token whose last use is being made, or that waits for its revocation; it counts as gone. */
export const REVOCATION_PENDING = -1

/** The same for a token that is revoked alone: its children become orphans meanwhile, and live on. */
export const ORPHANS_PENDING = -2

/** So many are put in order: what becomes of them is then the same in a world that was saved. */
const FEW = 500

/** Lets all of it grow with the tokens: to find it out of many at once would hold others for long. */
export function followTokens (storage: Storage): void {
  const tokens = stored.tokens(storage)
  for (const make of ALL) tokens.index<TokenIndex>(make)
}

/** The id of the token with an accessor. */
export function idOfAccessor (storage: Storage, accessor: string): string | undefined {
  return stored.tokens(storage).index(accessors).ids.get(accessor)
}

/** Of all tokens of a namespace, in no order where they are many. */
export function accessorsOf (storage: Storage): string[] {
  const all = listed(stored.tokens(storage).index(accessors).ids.keys())
  return all.filter((accessor) => homeOfId(storage, accessor) === storage)
}

export function countTokens (storage: Storage): number {
  return stored.tokens(storage).index(accessors).ids.size
}

/** The ids of a token's children, as they are now. */
export function childrenOf (storage: Storage, id: string): string[] {
  return listed(stored.tokens(storage).index(children).ids.get(id) ?? [])
}

export function hasChildren (storage: Storage, id: string): boolean {
  return stored.tokens(storage).index(children).ids.has(id)
}

/** Whether a token descends from one that is being revoked: its own turn may still have to come. */
export function isOfRevoked (storage: Storage, { parent }: Pick<TokenEntry, 'parent'>): boolean {
  const tokens = stored.tokens(storage)
  const { ids } = tokens.index(revoked)
  // an archive may say that a token descends from itself
  const seen = new Set<string>()
  for (let id = ids.size === 0 ? '' : parent; id !== '' && !seen.has(id); id = tokens.get(id)?.parent ?? '') {
    if (ids.has(id)) return true
    seen.add(id)
  }
  return false
}

/** The id of a token's lease, e.g. `auth/approle/login/h5e8…`. */
export function leaseIdOf (entry: Pick<TokenEntry, 'path' | 'id' | 'namespaceId'>): string {
  return `${entry.path}/${leaseNameOf(entry)}`
}

/** The id of the token behind a lease. */
export function idOfLease (storage: Storage, leaseId: string): string | undefined {
  const slash = leaseId.lastIndexOf('/')
  return leasesOf(storage).get(leaseId.slice(0, slash))?.get(leaseId.slice(slash + 1))
}

/** The ids of the tokens with leases below a folder, as they are now. @param folder ends with `/`, or is empty */
export function tokensBelow (storage: Storage, folder: string): string[] {
  const leases = leasesOf(storage)
  return pathsBelow(leases, folder).flatMap((path) => listed(leases.get(path)?.values() ?? []))
}

/** Names directly below a folder of leases, folders with a trailing `/`. @param folder ends with `/`, or is empty */
export function leaseNamesBelow (storage: Storage, folder: string): Set<string> {
  const leases = leasesOf(storage)
  const names = new Set<string>(leases.get(folder.slice(0, -1))?.keys())
  for (const path of pathsBelow(leases, folder)) {
    const rest = `${path}/`.slice(folder.length)
    if (rest !== '') names.add(rest.slice(0, rest.indexOf('/') + 1))
  }
  return names
}

function leasesOf (storage: Storage): ReadonlyMap<string, ReadonlyMap<string, string>> {
  return stored.tokens(storage).index(leases).of(storage)
}

function pathsBelow (leases: ReadonlyMap<string, unknown>, folder: string): string[] {
  return [...leases.keys()].filter((path) => `${path}/`.startsWith(folder)).sort()
}

function leaseNameOf ({ id, namespaceId }: Pick<TokenEntry, 'id' | 'namespaceId'>): string {
  return `h${hash('sha256', id)}${namespaceId === undefined ? '' : `.${namespaceId}`}`
}

function listed (ids: Iterable<string>): string[] {
  const list = [...ids]
  return list.length > FEW ? list : list.sort()
}

/** What is no token is in no index: archives may bring any. */
abstract class TokenIndex implements Index {
  add (id: string, value: JsonValue): void { if (isToken(value)) this.take(id, value) }
  remove (id: string, value: JsonValue): void { if (isToken(value)) this.drop(id, value) }
  protected abstract take (id: string, entry: TokenEntry): void
  protected abstract drop (id: string, entry: TokenEntry): void
}

function isToken (value: JsonValue): value is TokenEntry {
  return isObject(value) && [value.accessor, value.parent, value.path].every((each) => typeof each === 'string')
}

class Accessors extends TokenIndex {
  readonly ids = new Map<string, string>()
  protected take (id: string, { accessor }: TokenEntry): void { this.ids.set(accessor, id) }
  protected drop (_: string, { accessor }: TokenEntry): void { this.ids.delete(accessor) }
}

class Children extends TokenIndex {
  /** by parent */
  readonly ids = new Map<string, Set<string>>()

  protected take (id: string, { parent }: TokenEntry): void {
    if (parent === '') return
    const known = this.ids.get(parent)
    if (known === undefined) this.ids.set(parent, new Set([id]))
    else known.add(id)
  }

  protected drop (id: string, { parent }: TokenEntry): void {
    const known = this.ids.get(parent)
    if (known?.delete(id) === true && known.size === 0) this.ids.delete(parent)
  }
}

/** Tokens that end with all their descendants. */
class Revoked extends TokenIndex {
  readonly ids = new Set<string>()
  protected take (id: string, { numUses }: TokenEntry): void { if (numUses === REVOCATION_PENDING) this.ids.add(id) }
  protected drop (id: string): void { this.ids.delete(id) }
}

/** A token that expires has a lease below the path where it was made. */
class Leases extends TokenIndex {
  /** by namespace, path, and the lease's name */
  readonly #namespaces = new Map<string, Map<string, Map<string, string>>>()

  of ({ namespaceId }: Storage): ReadonlyMap<string, ReadonlyMap<string, string>> {
    return this.#paths(namespaceId)
  }

  protected take (id: string, entry: TokenEntry): void {
    if (entry.expiresAtMs === 0) return
    const paths = this.#paths(entry.namespaceId)
    const known = paths.get(entry.path)
    if (known === undefined) paths.set(entry.path, new Map([[leaseNameOf(entry), id]]))
    else known.set(leaseNameOf(entry), id)
  }

  protected drop (_: string, entry: TokenEntry): void {
    const paths = this.#paths(entry.namespaceId)
    const known = paths.get(entry.path)
    if (known?.delete(leaseNameOf(entry)) === true && known.size === 0) paths.delete(entry.path)
  }

  #paths (namespaceId = ROOT_NAMESPACE_ID): Map<string, Map<string, string>> {
    let paths = this.#namespaces.get(namespaceId)
    if (paths === undefined) this.#namespaces.set(namespaceId, paths = new Map())
    return paths
  }
}

function accessors (): Accessors { return new Accessors() }
function children (): Children { return new Children() }
function revoked (): Revoked { return new Revoked() }
function leases (): Leases { return new Leases() }

const ALL: readonly (() => TokenIndex)[] = [accessors, children, revoked, leases]
