// Leases of secrets: what an engine gives out for a while, and takes back when the time or the token ends.
import type { Cluster } from '../../cluster/cluster.js'
import type { Storage } from '../../cluster/storage.js'
import { failure, invalid } from '../../refusal/index.js'
import type { Backends } from '../backend-table.js'
import { onceSettled, rescue, type Eventually } from '../eventually.js'
import { unawaited } from '../in-turns.js'
import { effectiveTtls, mountPrefix, resolveMount, type MountEntry } from '../mounts/mounts.js'
import type { LeaseCall, LogicalResponse, RequestContext } from '../paths.js'
import { homeOfId, withNamespace } from '../namespaces/homes.js'
import { nameInSegment, pathSegment, stored, type SecretLease } from '../stored.js'
import { deleteDeadline, putDeadline } from './deadlines.js'
import { calculateTtl } from './token-ttl.js'

/** What the end of a lease needs: the engine that gave out the secret takes it back. */
export interface LeaseContext {
  readonly cluster: Cluster
  readonly storage: Storage
  readonly backends: Backends
}

const ID_LENGTH = 24
/** `vault/expiration.go`: a revocation that fails is tried again after 10 s, 20 s …, six times in all. */
const FIRST_RETRY_MS = 10_000
const MOST_ATTEMPTS = 6

/** Registers the lease of what is given out for a while; it stands in the envelope, with a warning if it was cut. */
export function withLease (
  context: RequestContext, mount: MountEntry, response: LogicalResponse | void
): LogicalResponse | void {
  if (response?.secret === undefined) return response
  const { secret: lent, ...given } = response
  const { cluster, storage, nowMs, request } = context
  const ttls = effectiveTtls(mount, cluster.leaseTtls)
  const wish = { requestedSeconds: lent.ttlSeconds ?? 0, roleMaxSeconds: lent.maxTtlSeconds ?? 0 }
  const { ttlSeconds, warnings } = calculateTtl(ttls, wish, nowMs)
  const id = withNamespace(storage, `${request.path}/${cluster.random.stream('leases').base62(ID_LENGTH)}`)
  const lease: SecretLease = {
    path: request.path,
    tokenId: ownerOf(context),
    internal: lent.internal,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + ttlSeconds * 1000,
    lastRenewalAtMs: 0,
    renewable: lent.renewable,
    ttlSeconds,
    maxTtlSeconds: lent.maxTtlSeconds ?? 0,
    failedRevocations: 0
  }
  stored.leases(storage).put(id, lease)
  if (lease.tokenId !== '') stored.tokenLeases(storage).put(indexName(lease.tokenId, id), true)
  putDeadline(context, lease.expiresAtMs, deadlineOf(id))
  cluster.telemetry.note('vault.expire.register')
  return {
    ...given,
    lease: { id, durationSeconds: ttlSeconds, renewable: lent.renewable },
    warnings: [...response.warnings ?? [], ...warnings]
  }
}

/** A batch token is stored nowhere: its parent stands for it. */
function ownerOf ({ token }: RequestContext): string {
  return token === undefined ? '' : token.type === 'batch' ? token.parent : token.id
}

/**
 * Renews the lease of a secret from now on.
 *
 * @param incrementSeconds 0: by what it had at first
 * @throws VaultError `lease is not renewable`, `lease expired`, `past the max TTL, cannot renew`, the engine's own
 */
export function renewSecret (
  context: LeaseContext, id: string, lease: SecretLease, incrementSeconds: number
): Eventually<LogicalResponse | undefined> {
  const { nowMs } = context.cluster.timeline
  if (!lease.renewable) throw invalid('lease is not renewable')
  if (lease.expiresAtMs <= nowMs) throw invalid('lease expired')
  const mount = resolveMount(context.storage, lease.path)?.mount
  if (mount === undefined) throw failure(`failed to renew entry: no handler for route "${lease.path}"`)
  const asked = onceSettled(context.backends.load(mount), ({ leases }) => {
    return leases?.renew?.(leaseCall(context, mount, id, lease), incrementSeconds)
  })
  return onceSettled(asked, (limits) => {
    if (limits === null) return undefined
    const maxTtlSeconds = limits?.maxTtlSeconds ?? lease.maxTtlSeconds
    const { ttlSeconds, warnings } = calculateTtl(effectiveTtls(mount, context.cluster.leaseTtls), {
      requestedSeconds: incrementSeconds,
      roleSeconds: limits?.ttlSeconds ?? lease.ttlSeconds,
      roleMaxSeconds: maxTtlSeconds,
      issuedAtMs: lease.issuedAtMs
    }, nowMs)
    const renewed = { ...lease, maxTtlSeconds, lastRenewalAtMs: nowMs, expiresAtMs: nowMs + ttlSeconds * 1000 }
    replaceLease(context, id, lease, renewed)
    context.cluster.telemetry.note('vault.expire.renew')
    return { data: limits?.data ?? null, lease: { id, durationSeconds: ttlSeconds, renewable: true }, warnings }
  })
}

function replaceLease (context: LeaseContext, id: string, old: SecretLease, lease: SecretLease): void {
  stored.leases(context.storage).put(id, lease)
  deleteDeadline(context, old.expiresAtMs, deadlineOf(id))
  putDeadline(context, lease.expiresAtMs, deadlineOf(id))
}

/** Takes a secret back. @throws what the engine says; the lease is still there then */
export function revokeSecret (context: LeaseContext, id: string, lease: SecretLease): Eventually<void> {
  const mount = resolveMount(context.storage, lease.path)?.mount
  if (mount === undefined) return forgetLease(context, id, lease)
  const revoked = onceSettled(context.backends.load(mount), ({ leases }) => {
    return leases?.revoke?.(leaseCall(context, mount, id, lease))
  })
  return onceSettled(revoked, () => { forgetLease(context, id, lease) })
}

/** The same without anybody who waits: what fails is tried again. */
export function revokeInBackground (context: LeaseContext, id: string): void {
  const lease = secretLease(context.storage, id)
  if (lease === undefined) return
  unawaited(rescue(() => revokeSecret(context, id, lease), (error) => { tryLater(context, id, error) }))
}

/** After the last attempt the lease stays for good: `revoke-force` takes it away. */
function tryLater (context: LeaseContext, id: string, error: unknown): void {
  const lease = secretLease(context.storage, id)
  if (lease === undefined) return
  const failedRevocations = lease.failedRevocations + 1
  const waitMs = FIRST_RETRY_MS * 2 ** lease.failedRevocations
  deleteDeadline(context, lease.expiresAtMs, deadlineOf(id))
  const expiresAtMs = context.cluster.timeline.nowMs + waitMs
  const failed: SecretLease = { ...lease, failedRevocations, expiresAtMs }
  const isLast = isIrrevocable(failed)
  const revocationError = `out of retries: ${revocationFailure(error)}`
  stored.leases(context.storage).put(id, isLast ? { ...failed, revocationError } : failed)
  if (!isLast) putDeadline(context, expiresAtMs, deadlineOf(id))
}

/** What Vault says of a secret that could not be taken back. */
export function revocationFailure (error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return `failed to revoke entry: resp: (*logical.Response)(nil) err: ${reason}`
}

/** Leases that stay until `revoke-force` takes them away, by their ids. */
export function irrevocableLeases (storage: Storage): [string, SecretLease][] {
  return [...stored.leases(storage).entries()].filter(([, lease]) => isIrrevocable(lease))
}

/** Whether nobody tries any more to take a secret back. */
export function isIrrevocable ({ failedRevocations }: Pick<SecretLease, 'failedRevocations'>): boolean {
  return failedRevocations >= MOST_ATTEMPTS
}

/** Takes a lease away, whatever becomes of the secret. */
export function forgetLease (context: LeaseContext, id: string, lease: SecretLease): void {
  stored.leases(context.storage).delete(id)
  if (lease.tokenId !== '') stored.tokenLeases(context.storage).delete(indexName(lease.tokenId, id))
  deleteDeadline(context, lease.expiresAtMs, deadlineOf(id))
  context.cluster.telemetry.note('vault.expire.revoke')
}

/** Takes back all that was given out to a token that ends. */
export function revokeSecretsOf (context: LeaseContext, tokenId: string): void {
  for (const name of [...stored.tokenLeases(context.storage).children(`${pathSegment(tokenId)}/`)]) {
    const id = nameInSegment(name)
    revokeInBackground({ ...context, storage: homeOfId(context.storage, id) }, id)
  }
}

/** The lease of a secret; undefined if there is none. */
export function secretLease (storage: Storage, id: string): SecretLease | undefined {
  return stored.leases(storage).get(id)
}

function leaseCall (context: LeaseContext, mount: MountEntry, leaseId: string, lease: SecretLease): LeaseCall {
  const { cluster, storage, backends } = context
  const { nowMs } = cluster.timeline
  return { cluster, storage, backends, nowMs, mount, mountPrefix: mountPrefix(mount), leaseId, lease }
}

function deadlineOf (id: string): string {
  return `lease/${id}`
}

function indexName (tokenId: string, id: string): string {
  return `${pathSegment(tokenId)}/${pathSegment(id)}`
}
