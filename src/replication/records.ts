// What a cluster stores of its part in replication: one record per kind, below `own/`.
import type { JsonObject } from '../json/index.js'
import type { Cluster } from '../cluster/cluster.js'
import type { Storage } from '../cluster/storage.js'
import type { LinkCertificates } from './link-certificates.js'
import { recordsIn } from './stored.js'

/** The two machines that a cluster has; each goes its own way. */
export type ReplicationKind = 'performance' | 'dr'
export const KINDS: readonly ReplicationKind[] = ['performance', 'dr']

/** Instants of upkeep, in either role; 0: never. */
type Upkeep = {
  readonly lastReindexAtMs: number
  readonly lastCorruptionCheckAtMs: number
}

/** A secondary that was given an activation token, used or not. */
export type KnownSecondary = JsonObject & {
  /** 64 hexadecimal digits; signs what the secondary sends */
  readonly secret: string
  /** of the wrapped activation token; empty where it was sealed for a public key */
  readonly accessor: string
}

/** Which mounts a performance secondary is not given; names and words as clients sent them. */
export type PathsFilter = JsonObject & { readonly mode: 'allow' | 'deny', readonly paths: readonly string[] }

export type PrimaryRecord = JsonObject & Upkeep & {
  readonly mode: 'primary'
  /** UUID of the replication set; not the id that health shows */
  readonly clusterId: string
  /** as given to enable or promote; empty: the active node's own */
  readonly primaryClusterAddr: string
  readonly secondaries: { readonly [id: string]: KnownSecondary }
  /** by secondary id; performance only */
  readonly pathsFilters: { readonly [id: string]: PathsFilter }
}

export type SecondaryRecord = JsonObject & Upkeep & {
  readonly mode: 'secondary'
  readonly clusterId: string
  /** false after a demotion, or an update-primary with an empty token: it looks for no primary */
  readonly linked: boolean
  /** empty while unlinked, as are the fields below */
  readonly secondaryId: string
  readonly secret: string
  /** the id that health shows of the cluster it last followed */
  readonly primaryId: string
  /** the address that the client gave for the primary, in place of the primary's own; empty: none */
  readonly primaryApiAddrOverride: string
  /** where the primary's nodes are reached */
  readonly primaryApiAddrs: readonly string[]
  /** the primary's own DR secondaries: one of them may be the primary next */
  readonly alternateApiAddrs: readonly string[]
  readonly alternateClusterAddrs: readonly string[]
  /** `https://host:port`, the primary's running nodes */
  readonly knownPrimaryClusterAddrs: readonly string[]
  readonly primaryClusterAddr: string
  /** where its primary wants to be called: `https://host:port` */
  readonly linkAddrs: readonly string[]
  readonly certificates: LinkCertificates
  /** when its client last started */
  readonly lastStartAtMs: number
}

/** A cluster that fetches a primary's data for the first time; what it has of its own stays until that is there. */
export type BootstrappingRecord = JsonObject & {
  readonly mode: 'bootstrapping'
  /** of the primary, in this world; empty: it is in another process */
  readonly primaryKey: string
  readonly clusterId: string
  readonly secondaryId: string
  readonly secret: string
  readonly primaryClusterAddr: string
  readonly primaryApiAddrOverride: string
  readonly primaryApiAddrs: readonly string[]
  readonly certificates: LinkCertificates
}

/** Cluster addresses at which a primary of another process is called, the likeliest first. */
export function linkAddresses ({ linkAddrs, alternateClusterAddrs }: SecondaryRecord): string[] {
  const addresses = new Set([...linkAddrs, ...alternateClusterAddrs])
  return [...addresses].filter((address) => address !== '')
}

/** API addresses by which a primary of this world is known, the likeliest first. */
export function primaryAddresses (record: SecondaryRecord): string[] {
  const { primaryApiAddrOverride, primaryApiAddrs, alternateApiAddrs } = record
  const addresses = new Set([primaryApiAddrOverride, ...primaryApiAddrs, ...alternateApiAddrs])
  return [...addresses].filter((address) => address !== '')
}

export type ReplicationRecord = PrimaryRecord | SecondaryRecord | BootstrappingRecord

/** One with a part in a replication set. */
export type MemberRecord = PrimaryRecord | SecondaryRecord

/** All that the records need of a cluster. */
type Stored = Pick<Cluster, 'storage'>

/** Undefined: disabled. The record of a kind that sleeps because the cluster is a DR secondary is there, too. */
export function replicationRecord ({ storage }: Stored, kind: ReplicationKind): ReplicationRecord | undefined {
  return storage.derived(records)[kind]
}

/** Whether a cluster takes no part in any replication, as most do. */
export function takesNoPart ({ storage }: Stored): boolean {
  const { performance, dr } = storage.derived(records)
  return performance === undefined && dr === undefined
}

function records (storage: Storage): Readonly<Record<ReplicationKind, ReplicationRecord | undefined>> {
  const stored = recordsIn(storage)
  return { performance: stored.get('performance'), dr: stored.get('dr') }
}

export function putRecord ({ storage }: Stored, kind: ReplicationKind, record: ReplicationRecord): void {
  recordsIn(storage).put(kind, record)
}

export function deleteRecord ({ storage }: Stored, kind: ReplicationKind): void {
  recordsIn(storage).delete(kind)
}

/** The record that is in force: on a DR secondary performance replication sleeps until its promotion. */
export function liveRecord (cluster: Stored, kind: ReplicationKind): ReplicationRecord | undefined {
  return kind === 'performance' && isDrSecondary(cluster) ? undefined : replicationRecord(cluster, kind)
}

export function primaryRecord (cluster: Stored, kind: ReplicationKind): PrimaryRecord | undefined {
  const record = liveRecord(cluster, kind)
  return record?.mode === 'primary' ? record : undefined
}

export function secondaryRecord (cluster: Stored, kind: ReplicationKind): SecondaryRecord | undefined {
  const record = liveRecord(cluster, kind)
  return record?.mode === 'secondary' ? record : undefined
}

export function bootstrappingRecord (cluster: Stored, kind: ReplicationKind): BootstrappingRecord | undefined {
  const record = liveRecord(cluster, kind)
  return record?.mode === 'bootstrapping' ? record : undefined
}

export function isDrSecondary (cluster: Stored): boolean {
  return replicationRecord(cluster, 'dr')?.mode === 'secondary'
}

export function isPerformanceSecondary (cluster: Stored): boolean {
  return secondaryRecord(cluster, 'performance') !== undefined
}

/** A primary nobody follows yet. */
export function newPrimary (clusterId: string, primaryClusterAddr: string, before?: MemberRecord): PrimaryRecord {
  return {
    mode: 'primary',
    clusterId,
    primaryClusterAddr,
    secondaries: {},
    pathsFilters: {},
    lastReindexAtMs: before?.lastReindexAtMs ?? 0,
    lastCorruptionCheckAtMs: before?.lastCorruptionCheckAtMs ?? 0
  }
}

/** A secondary that knows no primary. */
export function unlinkedSecondary (before: MemberRecord): SecondaryRecord {
  return {
    mode: 'secondary',
    clusterId: before.clusterId,
    linked: false,
    secondaryId: '',
    secret: '',
    primaryId: '',
    primaryApiAddrOverride: '',
    primaryApiAddrs: [],
    alternateApiAddrs: [],
    alternateClusterAddrs: [],
    knownPrimaryClusterAddrs: [],
    primaryClusterAddr: '',
    linkAddrs: [],
    certificates: { caCert: '', clientCert: '', clientKey: '' },
    lastStartAtMs: 0,
    lastReindexAtMs: before.lastReindexAtMs,
    lastCorruptionCheckAtMs: before.lastCorruptionCheckAtMs
  }
}
