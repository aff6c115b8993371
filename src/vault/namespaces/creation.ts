// Making a namespace: its record, and the mounts that every namespace has. Its built-in policies stand nowhere.
import type { Cluster } from '../../cluster/cluster.js'
import type { Storage } from '../../cluster/storage.js'
import { invalid } from '../../refusal/index.js'
import { createNamespaceMounts, mountsOf, resolveMount } from '../mounts/mounts.js'
import { namespaceAt, namespaceOf, putNamespace, type Namespace } from './namespaces.js'

interface CreationContext {
  readonly cluster: Pick<Cluster, 'random' | 'profile'>
  readonly storage: Storage
}

/**
 * Makes a namespace below another one.
 *
 * @param name a single segment, checked by the caller
 * @throws {VaultError} `unable to update when a namespace with this path already exists`,
 *   `new namespace conflicts with existing mount: …` (`namespace_store.go`)
 */
export function createNamespace (
  { cluster, storage }: CreationContext, parent: Namespace, name: string,
  customMetadata: Namespace['customMetadata'] = {}
): Namespace {
  const path = `${parent.path}${name}/`
  if (namespaceAt(storage, path) !== undefined) {
    throw invalid('unable to update when a namespace with this path already exists')
  }
  const conflict = mountConflict(storage.namespace(parent.id), `${name}/`)
  if (conflict !== undefined) throw invalid(`new namespace conflicts with existing mount: ${conflict}`)
  const random = cluster.random.stream('namespaces')
  const namespace: Namespace = {
    id: newId(storage, () => random.base62(cluster.profile.namespaceIdLength)),
    uuid: random.uuid(),
    path,
    customMetadata,
    tainted: false,
    unlockKey: ''
  }
  putNamespace(storage, namespace)
  createNamespaceMounts(storage.namespace(namespace.id), cluster.profile, random)
  return namespace
}

function newId (storage: Storage, draw: () => string): string {
  const id = draw()
  return namespaceOf(storage, id) === undefined ? id : newId(storage, draw)
}

/** The path of the mount at, above or below a path. */
function mountConflict (storage: Storage, path: string): string | undefined {
  return (resolveMount(storage, path)?.mount ?? mountsOf(storage, 'mounts', path)[0])?.path
}
