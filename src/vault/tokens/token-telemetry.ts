// What is counted of tokens as they come, and how they are sorted in telemetry.
import type { Storage } from '../../cluster/storage.js'
import { mountsOf } from '../mounts/mounts.js'
import { namespaceLabel } from '../namespaces/namespaces.js'
import type { TokenContext, TokenEntry } from './tokens.js'

/** Bounds of the label `creation_ttl`, seconds; a longer TTL, or none, is `+Inf` (documented). */
const TTLS: readonly (readonly [string, number])[] = [
  ['1m', 60], ['10m', 600], ['20m', 1200], ['1h', 3600], ['2h', 7200], ['1d', 86_400], ['2d', 172_800], ['7d', 604_800],
  ['30d', 2_592_000]
]

/** The next bucket up. */
export function ttlLabel (seconds: number): string {
  const found = seconds === 0 ? undefined : TTLS.find(([, bound]) => seconds <= bound)
  return found?.[0] ?? '+Inf'
}

/** Type and path of the auth method that made a token: `token` and `auth/token/`. */
export function authMethodOf (storage: Storage, path: string): { readonly type: string, readonly mountPoint: string } {
  const mount = mountsOf(storage, 'auth').find((auth) => path.startsWith(`auth/${auth.path}`))
  return mount === undefined
    ? { type: 'token', mountPoint: 'auth/token/' }
    : { type: mount.type, mountPoint: `auth/${mount.path}` }
}

export function noteCreation ({ cluster, storage }: TokenContext, entry: TokenEntry, startedMs: number): void {
  const { telemetry, identity } = cluster
  const { type, mountPoint } = authMethodOf(storage, entry.path)
  telemetry.noteSince('vault.token.create', startedMs)
  if (entry.accessor !== '') telemetry.note('vault.token.createAccessor')
  if (entry.policies.includes('root')) telemetry.note('vault.token.create_root')
  telemetry.note('vault.token.creation', 1, {
    cluster: identity?.name ?? '',
    namespace: namespaceLabel(storage),
    auth_method: type,
    mount_point: mountPoint,
    creation_ttl: ttlLabel(entry.creationTtlSeconds),
    token_type: entry.type
  })
}
