// Locking the API of a namespace, which closes it and those below to all but its unlocking.
// https://developer.hashicorp.com/vault/docs/concepts/namespace-api-lock; words of OpenBao's `namespace_store.go`
import type { Cluster } from '../../cluster/cluster.js'
import type { Storage } from '../../cluster/storage.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { namespaceAt, parentOf, putNamespace, type Namespace } from './namespaces.js'

const KEY_LENGTH = 24
const UNLOCK = 'sys/namespaces/api-lock/unlock'

/**
 * Locks the namespace at a path from the root on.
 *
 * @returns the key that opens it again
 * @throws {VaultError} `requested namespace does not exist`, `root namespace cannot be locked/unlocked`,
 *   `cannot lock namespace "…": is already locked`, `… ancestor namespace "…" is already locked`
 */
export function lockNamespace ({ random }: Pick<Cluster, 'random'>, storage: Storage, path: string): string {
  const namespace = lockable(storage, path)
  const locked = lockingNamespace(storage, namespace)
  if (locked !== undefined) {
    const why = locked.id === namespace.id ? 'is' : `ancestor namespace "${locked.path}" is`
    throw invalid(`cannot lock namespace "${namespace.path}": ${why} already locked`)
  }
  const unlockKey = random.stream('namespaces').base62(KEY_LENGTH)
  putNamespace(storage, { ...namespace, unlockKey })
  return unlockKey
}

/**
 * Unlocks the namespace at a path from the root on.
 *
 * @param key empty: the caller needs none
 * @throws {VaultError} `requested namespace does not exist`, `root namespace cannot be locked/unlocked`,
 *   `namespace "…" is not locked`, `cannot unlock "…" with namespace "…" being locked`, `incorrect unlock key`
 */
export function unlockNamespace (storage: Storage, path: string, key: string): void {
  const namespace = lockable(storage, path)
  if (namespace.unlockKey === '') throw invalid(`namespace "${namespace.path}" is not locked`)
  const locked = lockingNamespace(storage, namespace)
  if (locked !== undefined && locked.id !== namespace.id) {
    throw invalid(`cannot unlock "${namespace.path}" with namespace "${locked.path}" being locked`)
  }
  if (key !== '' && key !== namespace.unlockKey) throw invalid('incorrect unlock key')
  putNamespace(storage, { ...namespace, unlockKey: '' })
}

/**
 * Closes what is locked.
 *
 * @param path relative to the namespace
 * @throws {VaultError} 503 `API access to this namespace has been locked by an administrator - … must be unlocked …`
 */
export function refuseLocked (
  { profile }: Pick<Cluster, 'profile'>, storage: Storage, namespace: Namespace, path: string
): void {
  const locked = path === UNLOCK ? undefined : lockingNamespace(storage, namespace)
  if (locked === undefined) return
  const name = profile.lockNamesWithSlash ? locked.path : locked.path.slice(0, -1)
  throw new VaultError('unavailable', 'API access to this namespace has been locked by an administrator - ' +
    `"${name}" must be unlocked to gain access.`)
}

/** The outermost of the locked ones among a namespace and those above it. */
function lockingNamespace (storage: Storage, namespace: Namespace): Namespace | undefined {
  const parent = parentOf(storage, namespace)
  const above = parent === undefined ? undefined : lockingNamespace(storage, parent)
  return above ?? (namespace.unlockKey === '' ? undefined : namespace)
}

function lockable (storage: Storage, path: string): Namespace {
  const namespace = namespaceAt(storage, path)
  if (namespace === undefined) throw invalid('requested namespace does not exist')
  if (namespace.path === '') throw invalid('root namespace cannot be locked/unlocked')
  return namespace
}
