// The namespace that a request names. Only OpenBao among those simulated looks at it; none has any but the root.
import { VaultError, invalid } from '../refusal/index.js'
import type { Profile } from '../profiles/index.js'

/** What only the root namespace has (`restricted API paths` of the documentation). */
const ROOT_ONLY = new RegExp('^sys/(?:' + [
  'audit', 'audit-hash', 'config/auditing', 'config/cors', 'config/reload', 'config/state', 'config/ui', 'decode-token',
  'generate-recovery-token', 'generate-root', 'health', 'host-info', 'in-flight-req', 'init', 'internal/counters/activity',
  'internal/inspect/router', 'key-status', 'loggers', 'metrics', 'monitor', 'pprof', 'quotas/config', 'raw', 'rekey',
  'rekey-recovery-key', 'replication', 'rotate', 'seal', 'step-down', 'storage', 'unseal'
].join('|') + ')(?:/|$)')

/**
 * Refuses what names a namespace where namespaces count; Vault's community edition ignores the name.
 *
 * @throws VaultError 400 `operation unavailable in namespaces` (recorded: `namespace header`),
 *   404 `namespace not found`
 */
export function refuseNamespace (profile: Profile, namespace: string | undefined, path: string): void {
  if (!profile.namespacesInAllEditions || namespace === undefined) return
  const name = namespace.replace(/^\/+|\/+$/g, '')
  if (name === '' || name === 'root') return
  throw ROOT_ONLY.test(path) ? invalid('operation unavailable in namespaces') : new VaultError('not-found', 'namespace not found')
}
