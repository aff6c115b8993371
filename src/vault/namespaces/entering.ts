// The namespace that a request is for: of its header, and of the leading segments of its path that name one.
import type { Cluster } from '../../cluster/cluster.js'
import type { Storage } from '../../cluster/storage.js'
import { invalid, VaultError } from '../../refusal/index.js'
import type { LogicalRequest } from '../paths.js'
import { homeOfId, suffixOf } from './homes.js'
import { refuseLocked } from './locks.js'
import {
  canonicalPath, hasNamespaces, isRootAlone, namespaceAt, namespaceIn, namespaceOf, ROOT, type Namespace
} from './namespaces.js'

/** What OpenBao refuses with any header, whether or not it names a namespace (`http/handler.go`). */
export const REFUSED_WITH_HEADER = belowSys([
  'generate-recovery-token', 'generate-root', 'health', 'in-flight-req', 'init', 'metrics', 'pprof', 'raw', 'rekey',
  'rekey-recovery-key', 'seal', 'step-down', 'storage', 'unseal'
])
/** What only the root namespace has (`restricted API paths` of the documentation). */
export const ROOT_ONLY = belowSys([
  'audit', 'audit-hash', 'config/auditing', 'config/cors', 'config/group-policy-application', 'config/reload',
  'config/state', 'config/ui', 'decode-token', 'experiments', 'generate-recovery-token', 'generate-root', 'health',
  'host-info', 'in-flight-req', 'init', 'internal/counters/activity', 'internal/counters/config',
  'internal/inspect/router', 'key-status', 'loggers', 'managed-keys', 'metrics', 'mfa/method', 'monitor', 'pprof',
  'quotas/config', 'quotas/lease-count', 'quotas/rate-limit', 'raw', 'rekey', 'rekey-recovery-key', 'replication',
  'rotate', 'seal', 'sealwrap/rewrap', 'step-down', 'storage', 'unseal'
])

/** No namespace has these names. */
const RESERVED = /^(?:sys|auth)\//

function belowSys (paths: readonly string[]): RegExp {
  return new RegExp(`^sys/(?:${paths.join('|')})(?:/|$)`)
}

const OF_CALLER: ReadonlySet<string> = new Set([
  'auth/token/lookup-self', 'auth/token/renew-self', 'auth/token/revoke-self', 'sys/wrapping/lookup',
  'sys/wrapping/rewrap', 'sys/wrapping/unwrap'
])
const OF_TOKEN: ReadonlySet<string> = new Set([
  'auth/token/lookup', 'auth/token/renew', 'auth/token/revoke', 'auth/token/revoke-orphan'
])
const OF_LEASE: ReadonlySet<string> = new Set([
  'sys/leases/lookup', 'sys/leases/renew', 'sys/leases/revoke', 'sys/leases/revoke-force'
])

/** A request, its path relative to the namespace that it is for. */
export interface Entered {
  readonly request: LogicalRequest
  readonly namespace: Namespace
}

/**
 * Finds the namespace of a request: the innermost that the header and the path behind it name. Without a header, and
 * without namespaces, the request comes back as it is.
 *
 * @throws {VaultError} 404 `namespace not found`; for what only the root has 400 `operation unavailable in namespaces`
 *   (recorded: `namespace header`), or 404 `unsupported path` (inferred); 503 where its API is locked
 */
export function enterNamespace (cluster: Cluster, storage: Storage, request: LogicalRequest): Entered {
  const isForRoot = request.namespace === undefined && isRootAlone(storage)
  if (isForRoot || !hasNamespaces(cluster)) return { request, namespace: ROOT }
  return moved(storage, entered(cluster, storage, request))
}

function entered (cluster: Cluster, storage: Storage, request: LogicalRequest): Entered {
  const named = request.namespace === undefined ? '' : canonicalPath(request.namespace)
  if (named === '' && RESERVED.test(request.path)) return { request, namespace: ROOT }
  const isStrict = cluster.profile.unknownNamespace === 'not found'
  if (named !== '' && isStrict && REFUSED_WITH_HEADER.test(request.path)) throw rootOnly(cluster)
  const full = named + request.path
  const namespace = innermost(storage, ROOT, full)
  if (isStrict && !namespace.path.startsWith(named)) throw new VaultError('not-found', 'namespace not found')
  const path = full.slice(namespace.path.length)
  if (namespace === ROOT) return named === '' ? { request, namespace } : { request: { ...request, path }, namespace }
  if (namespace.tainted) throw new VaultError('no-route', `no handler for route "${path}". route entry not found.`)
  refuseLocked(cluster, storage, namespace, path)
  if (ROOT_ONLY.test(path)) throw rootOnly(cluster)
  return { request: { ...request, path, namespace: namespace.path }, namespace }
}

/** What is about a token or a lease takes place where that is at home (`request_handling.go`). */
function moved (storage: Storage, { request, namespace }: Entered): Entered {
  const home = homeOfSubject(storage, request) ?? namespace
  if (home === namespace) return { request, namespace }
  return { request: { ...request, namespace: home.path }, namespace: home }
}

/**
 * The namespace of what a request is about, if that is anything with a namespace. Of ids in the body only those that
 * name theirs count: what is the root's is looked up from wherever the request is.
 */
function homeOfSubject (storage: Storage, { path, clientToken, data }: LogicalRequest): Namespace | undefined {
  const isOfCaller = OF_CALLER.has(path) || (path === 'auth/token/lookup' && data.token === undefined)
  if (isOfCaller) return clientToken === '' ? undefined : namespaceIn(homeOfId(storage, clientToken))
  const given = OF_TOKEN.has(path) ? data.token : OF_LEASE.has(path) ? data.lease_id : undefined
  return typeof given === 'string' && suffixOf(given) !== '' ? namespaceOf(storage.whole, suffixOf(given)) : undefined
}

/** Where the leading segments of a path lead, from a namespace on. */
export function innermost (storage: Storage, outer: Namespace, path: string): Namespace {
  let found = outer
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const child = namespaceAt(storage, outer.path + path.slice(0, slash))
    if (child === undefined || child.path.length <= found.path.length) return found
    found = child
  }
  return found
}

function rootOnly ({ profile: { rootOnlyRefusal } }: Cluster): VaultError {
  return rootOnlyRefusal === 'unsupported path'
    ? new VaultError('unsupported-path', rootOnlyRefusal)
    : invalid(rootOnlyRefusal)
}
