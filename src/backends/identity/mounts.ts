// The mounts that aliases belong to.
import type { Storage } from '../../cluster/storage.js'
import { mountsOf, type MountEntry } from '../../vault/mounts/mounts.js'

/** The mount with an accessor, an auth method or a secrets engine; undefined once it is gone. */
export function mountByAccessor (storage: Storage, accessor: string): MountEntry | undefined {
  return [...mountsOf(storage, 'auth'), ...mountsOf(storage, 'mounts')].find((mount) => mount.accessor === accessor)
}
