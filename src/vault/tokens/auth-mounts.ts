// Which auth method a token came from, and what that method allows its tokens.
import type { Storage } from '../../cluster/storage.js'
import { effectiveTtls, resolveMount, SYSTEM_TTL_SECONDS } from '../mounts/mounts.js'
import type { MountTtls } from './token-ttl.js'

/** The lease TTLs of the auth method behind a token's path, e.g. `auth/approle/login`; the system's once it is gone. */
export function leaseTtlsAt (storage: Storage, path: string): MountTtls {
  const mount = resolveMount(storage, path)?.mount
  if (mount === undefined) return { defaultSeconds: SYSTEM_TTL_SECONDS, maxSeconds: SYSTEM_TTL_SECONDS }
  return effectiveTtls(mount)
}
