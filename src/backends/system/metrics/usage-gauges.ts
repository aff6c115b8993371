// Gauges that count what is stored: at once while that is little, else every ten minutes, as Vault does it always.
import type { Node } from '../../../cluster/node.js'
import type { Storage } from '../../../cluster/storage.js'
import { isDrSecondary } from '../../../replication/records.js'
import { gauge, type Gauge } from '../../../telemetry/gauge.js'
import { entityIds, ownedAliases } from '../../../vault/identity.js'
import { mountPrefix, mountsOf, type MountEntry } from '../../../vault/mounts/mounts.js'
import { homeOf } from '../../../vault/namespaces/homes.js'
import { allStorages, namespaceLabel } from '../../../vault/namespaces/namespaces.js'
import { stored, type SecretLease } from '../../../vault/stored.js'
import { authMethodOf, ttlLabel } from '../../../vault/tokens/token-telemetry.js'
import { isIrrevocable } from '../../../vault/tokens/secret-leases.js'
import type { TokenEntry } from '../../../vault/tokens/tokens.js'
import { secretsIn } from '../../kv/counted.js'

/** `usage_gauge_period` of the telemetry stanza. */
const EVERY_MS = 600_000
/** So few entries are counted whenever somebody asks. */
const FEW = 10_000
const HOUR_MS = 3_600_000
/** `num_lease_metrics_buckets` */
const HOURS = 168

/** Of an active node; a DR secondary has neither tokens nor mounts at work. */
export function usageGauges (node: Node): Gauge[] {
  const { storage, telemetry, cluster } = node
  const { nowMs } = cluster.timeline
  const known = telemetry.usage
  const isFresh = known !== undefined && nowMs - known.countedAtMs < EVERY_MS
  if (isFresh && storage.size > FEW) return [...known.gauges]
  const gauges = isDrSecondary(cluster) ? [] : countedIn(node)
  telemetry.usage = { countedAtMs: nowMs, gauges }
  return gauges
}

function countedIn (node: Node): Gauge[] {
  const { storage, cluster: { identity, timeline: { nowMs } } } = node
  const cluster = identity?.name ?? ''
  const namespaces = allStorages(storage)
  const ofEach = namespaces.map((each) => ({ storage: each, place: { cluster, namespace: namespaceLabel(each) } }))
  return [
    ...mountGauges(namespaces, cluster),
    ...ofEach.flatMap(({ storage, place }) => tokenGauges(storage, place, nowMs)),
    ...leaseTotals(namespaces),
    ...ofEach.flatMap(({ storage, place }) => leaseGauges(storage, place, nowMs)),
    gauge('vault.identity.num_entities', namespaces.reduce((sum, each) => sum + entityIds(each).length, 0)),
    ...ofEach.flatMap(({ storage, place }) => identityGauges(storage, place)),
    ...ofEach.flatMap(({ storage, place }) => secretGauges(storage, place))
  ]
}

interface Place { readonly cluster: string, readonly namespace: string }

function mountGauges (namespaces: readonly Storage[], cluster: string): Gauge[] {
  return (['auth', 'mounts'] as const).flatMap((table) => [false, true].flatMap((local) => {
    const mounts = namespaces.flatMap((each) => mountsOf(each, table)).filter((mount) => mount.local === local)
    const labels = { type: table === 'auth' ? 'auth' : 'logical', local: String(local), cluster }
    return [
      gauge('vault.core.mount_table.num_entries', mounts.length, labels),
      gauge('vault.core.mount_table.size', JSON.stringify(mounts).length, labels)
    ]
  }))
}

function tokensOf (storage: Storage): TokenEntry[] {
  const all = [...stored.tokens(storage).entries()].map(([, token]) => token)
  return all.filter((token) => homeOf(storage, token) === storage)
}

function tokenGauges (storage: Storage, place: Place, nowMs: number): Gauge[] {
  const tokens = tokensOf(storage).filter((token) => isValid(token, nowMs))
  return [
    gauge('vault.token.count', tokens.length, { ...place }),
    ...tallied(tokens, (token) => [authMethodOf(storage, token.path).type]).map(([method, count]) => {
      return gauge('vault.token.count.by_auth', count, { ...place, auth_method: method })
    }),
    ...tallied(tokens, (token) => token.policies).map(([policy, count]) => {
      return gauge('vault.token.count.by_policy', count, { ...place, policy })
    }),
    ...tallied(tokens, (token) => [ttlLabel(token.creationTtlSeconds)]).map(([ttl, count]) => {
      return gauge('vault.token.count.by_ttl', count, { ...place, creation_ttl: ttl })
    })
  ]
}

function isValid ({ expiresAtMs, numUses }: TokenEntry, nowMs: number): boolean {
  return numUses >= 0 && (expiresAtMs === 0 || expiresAtMs > nowMs)
}

/** How many there are of each kind, in the order of the kinds' names. */
function tallied<Item> (items: readonly Item[], kindsOf: (item: Item) => readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const item of items) for (const kind of kindsOf(item)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a < b ? -1 : 1)
}

function secretLeasesOf (storage: Storage): SecretLease[] {
  return [...stored.leases(storage).entries()].map(([, lease]) => lease)
}

/** When the leases of a namespace end, those of tokens included. */
function endsOf (storage: Storage): number[] {
  const tokens = tokensOf(storage).filter(({ expiresAtMs }) => expiresAtMs !== 0)
  return [...tokens, ...secretLeasesOf(storage)].map(({ expiresAtMs }) => expiresAtMs)
}

function leaseTotals (namespaces: readonly Storage[]): Gauge[] {
  const irrevocable = namespaces.flatMap(secretLeasesOf).filter(isIrrevocable)
  return [
    gauge('vault.expire.num_leases', namespaces.flatMap(endsOf).length),
    gauge('vault.expire.num_irrevocable_leases', irrevocable.length)
  ]
}

/** Hours are named by their end, as Vault names them. */
function leaseGauges (storage: Storage, { cluster, namespace }: Place, nowMs: number): Gauge[] {
  const ends = endsOf(storage)
  const near = ends.filter((atMs) => atMs > nowMs && atMs <= nowMs + HOURS * HOUR_MS)
  const hours = tallied(near, (atMs) => [new Date(Math.ceil(atMs / HOUR_MS) * HOUR_MS).toISOString().slice(0, 19) + 'Z'])
  return hours.map(([expiring, count]) => {
    return gauge('vault.expire.leases.by_expiration', count, { cluster, expiring, namespace })
  })
}

function identityGauges (storage: Storage, place: Place): Gauge[] {
  const entities = entityIds(storage).length
  const aliases = ownedAliases(storage).map(({ alias }) => alias)
  return [
    gauge('vault.identity.entity.count', entities, { ...place }),
    ...tallied(aliases, ({ mountType, mountPath }) => [`${mountType} ${mountPath}`]).map(([mount, count]) => {
      const [type = '', path = ''] = mount.split(' ')
      return gauge('vault.identity.entity.alias.count', count, { ...place, auth_method: type, mount_point: path })
    })
  ]
}

function secretGauges (storage: Storage, place: Place): Gauge[] {
  const isKv = ({ type }: MountEntry): boolean => type === 'kv' || type === 'generic'
  return mountsOf(storage, 'mounts').filter(isKv).map((mount) => {
    const count = secretsIn(storage, mountPrefix(mount), mount.options?.version === '2' ? 2 : 1)
    return gauge('vault.secret.kv.count', count, { ...place, mount_point: mount.path })
  })
}
