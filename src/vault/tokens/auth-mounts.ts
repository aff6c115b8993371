// Which auth method a token came from, and what that method allows its tokens.
import type { Cluster } from '../../cluster/cluster.js'
import type { LeaseTtls } from '../../cluster/configured.js'
import type { Storage } from '../../cluster/storage.js'
import { effectiveTtls, resolveMount } from '../mounts/mounts.js'

/** The lease TTLs of the auth method behind a token's path, e.g. `auth/approle/login`; the system's once it is gone. */
export function leaseTtlsAt (cluster: Pick<Cluster, 'leaseTtls'>, storage: Storage, path: string): LeaseTtls {
  const mount = resolveMount(storage, path)?.mount
  return mount === undefined ? cluster.leaseTtls : effectiveTtls(mount, cluster.leaseTtls)
}
