// Which auth method a token came from, and what that method allows its tokens.
import type { LeaseTtls } from '../../cluster/configured.js'
import { effectiveTtls, resolveMount } from '../mounts/mounts.js'
import type { TokenContext } from './tokens.js'

/** The lease TTLs of the auth method behind a token's path, e.g. `auth/approle/login`; the system's once it is gone. */
export function leaseTtlsAt ({ cluster, storage }: TokenContext, path: string): LeaseTtls {
  const mount = resolveMount(storage, path)?.mount
  return mount === undefined ? cluster.leaseTtls : effectiveTtls(mount, cluster.leaseTtls)
}
