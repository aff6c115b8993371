// Rate limit quotas: how many requests of one client a path, a mount or the whole server takes within an interval.
import type { Node, RateBucket } from '../cluster/node.js'
import type { Storage } from '../cluster/storage.js'
import type { JsonObject } from '../json/index.js'
import { apiPath, resolveMount } from './mounts/mounts.js'
import { innermost } from './namespaces/entering.js'
import { canonicalPath, hasNamespaces, ROOT, type Namespace } from './namespaces/namespaces.js'

/** As stored, all of them in one entry, because each request asks for them. */
export type RateLimit = JsonObject & {
  readonly name: string
  /** from the root on: `secret/`, `secret/data/a`, `secret/data/a*`, a namespace; empty: the whole server */
  readonly path: string
  /** of a namespace: those below it have it as well */
  readonly inheritable?: boolean
  readonly role: string
  /** requests per interval */
  readonly rate: number
  readonly intervalSeconds: number
  /** how long a client is refused once it went too far; 0: until the interval is over */
  readonly blockIntervalSeconds: number
}

/** What is in force for all quotas. */
export type QuotaConfig = JsonObject & {
  readonly auditLogging: boolean
  readonly responseHeaders: boolean
  readonly exemptPaths: readonly string[]
}

type Quotas = JsonObject & { readonly [name: string]: RateLimit }

const QUOTAS = 'replicated/quotas/rate-limit'
const CONFIG = 'replicated/quotas/config'
const DEFAULT_CONFIG: QuotaConfig = {
  auditLogging: false,
  responseHeaders: false,
  exemptPaths: [
    'sys/generate-recovery-token/attempt', 'sys/generate-recovery-token/update', 'sys/generate-root/attempt',
    'sys/generate-root/update', 'sys/health', 'sys/seal-status', 'sys/unseal'
  ]
}

export function quotaConfig (storage: Storage): QuotaConfig {
  return storage.get(CONFIG) as QuotaConfig | undefined ?? DEFAULT_CONFIG
}

export function putQuotaConfig (storage: Storage, config: QuotaConfig): void {
  storage.put(CONFIG, config)
}

export function rateLimits (storage: Storage): RateLimit[] {
  return Object.values(storage.get(QUOTAS) as Quotas | undefined ?? {})
}

export function rateLimitNamed (storage: Storage, name: string): RateLimit | undefined {
  return rateLimits(storage).find((quota) => quota.name === name)
}

export function putRateLimit (storage: Storage, quota: RateLimit): void {
  write(storage, [...rateLimits(storage).filter(({ name }) => name !== quota.name), quota])
}

export function deleteRateLimit (storage: Storage, name: string): void {
  const left = rateLimits(storage).filter((quota) => quota.name !== name)
  write(storage, left)
}

function write (storage: Storage, quotas: readonly RateLimit[]): void {
  if (quotas.length === 0) storage.delete(QUOTAS)
  else storage.put(QUOTAS, Object.fromEntries(quotas.map((quota) => [quota.name, quota])))
}

/** What a client is told about its limit, in headers where they are switched on. */
export interface RateVerdict {
  /** of the quota */
  readonly name: string
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

/**
 * Counts a request against the quota that fits it best; undefined where none does. Counts are the node's own and are
 * lost with it, as in Vault.
 *
 * @param path without `/v1/`
 * @param header of the namespace
 */
export function spendRate (
  node: Node, path: string, client: string, header?: string
): RateVerdict | undefined {
  const { storage, cluster } = node
  if (!storage.derived(hasQuotas)) return undefined
  const full = header === undefined || !hasNamespaces(cluster) ? path : canonicalPath(header) + path
  const namespace = hasNamespaces(cluster) ? innermost(storage, ROOT, full) : ROOT
  const relative = full.slice(namespace.path.length)
  if (quotaConfig(storage).exemptPaths.some((exempt) => fits(exempt, relative))) return undefined
  const quota = quotaFor(storage, namespace, relative)
  if (quota === undefined) return undefined
  const { nowMs } = node.cluster.timeline
  const key = `${client} ${quota.name}`
  const { bucket, verdict } = spend(node.rateBuckets.get(key) ?? UNTOUCHED, quota, nowMs)
  node.change({ rateBuckets: new Map(node.rateBuckets).set(key, bucket) })
  return verdict
}

function hasQuotas (storage: Storage): boolean {
  return storage.has(QUOTAS)
}

/** The path itself, the longest glob, the mount, the namespace, those above it, the whole server: in this order. */
function quotaFor (storage: Storage, namespace: Namespace, relative: string): RateLimit | undefined {
  const quotas = rateLimits(storage)
  const path = namespace.path + relative
  const mount = resolveMount(storage.namespace(namespace.id), relative)?.mount
  const mountPath = mount === undefined ? undefined : namespace.path + apiPath(mount)
  const globs = quotas.filter((quota) => quota.path.endsWith('*') && fits(quota.path, path))
  return quotas.find((quota) => quota.path === path && relative !== '') ??
    globs.sort((a, b) => b.path.length - a.path.length)[0] ??
    quotas.find((quota) => quota.path === mountPath) ??
    quotas.find((quota) => quota.path === namespace.path) ??
    inherited(quotas, namespace) ?? quotas.find((quota) => quota.path === '')
}

/** Of the nearest namespace above whose quota is meant for those below, too. */
function inherited (quotas: readonly RateLimit[], namespace: Namespace): RateLimit | undefined {
  return quotas
    .filter(({ path, inheritable }) => inheritable === true && path.endsWith('/') && namespace.path.startsWith(path))
    .sort((a, b) => b.path.length - a.path.length)[0]
}

function fits (pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern
}

const UNTOUCHED: RateBucket = { left: 0, endsAtMs: 0, blockedUntilMs: 0 }

function spend (before: RateBucket, quota: RateLimit, nowMs: number): { bucket: RateBucket, verdict: RateVerdict } {
  const limit = Math.ceil(quota.rate)
  const { left, endsAtMs } = intervalOf(before, quota, nowMs)
  const blocked = nowMs < before.blockedUntilMs
  const allowed = !blocked && left > 0
  const blocksNow = !blocked && !allowed && quota.blockIntervalSeconds > 0
  const blockedUntilMs = blocksNow ? nowMs + quota.blockIntervalSeconds * 1000 : before.blockedUntilMs
  const bucket = { left: allowed ? left - 1 : left, endsAtMs, blockedUntilMs }
  const untilMs = allowed ? endsAtMs : Math.max(endsAtMs, blockedUntilMs)
  const resetSeconds = Math.max(0, Math.ceil((untilMs - nowMs) / 1000))
  return { bucket, verdict: { name: quota.name, allowed, limit, remaining: blocked ? 0 : bucket.left, resetSeconds } }
}

/** An interval that begins beyond a full one is of another quota, or of time that was turned back. */
function intervalOf ({ left, endsAtMs }: RateBucket, quota: RateLimit, nowMs: number): Omit<RateBucket, 'blockedUntilMs'> {
  const fullEndsAtMs = nowMs + quota.intervalSeconds * 1000
  const goesOn = nowMs < endsAtMs && endsAtMs <= fullEndsAtMs
  return goesOn ? { left, endsAtMs } : { left: Math.ceil(quota.rate), endsAtMs: fullEndsAtMs }
}
