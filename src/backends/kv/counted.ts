// How many secrets a KV mount holds.
import type { Storage } from '../../cluster/storage.js'
import { KvStore } from './stored-versions.js'
import { storedObjects } from './version-1.js'

/** Costs a walk over them. @param mountPrefix `replicated/mount/<uuid>/` */
export function secretsIn (storage: Storage, mountPrefix: string, version: 1 | 2): number {
  const { prefix } = version === 2 ? new KvStore(storage, mountPrefix).secrets : storedObjects(storage, mountPrefix)
  const paths = storage.paths(prefix)
  let count = 0
  while (paths.next().done !== true) count += 1
  return count
}
