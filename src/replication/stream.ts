// Following: a secondary asks its primary for what is new, at once within a world, by long polls between processes.
import type { Cluster, Surroundings } from '../cluster/cluster.js'
import { standingPrimary } from './behind.js'
import { bootstrapOn, isElsewhere } from './bootstrap.js'
import { canTalk } from './connection.js'
import type { Secondary } from './messages.js'
import { bootstrappingRecord, KINDS, primaryAddresses, secondaryRecord, type ReplicationKind, type SecondaryRecord } from './records.js'
import { LinkRefused } from './refusals.js'
import { followRemotePrimary } from './remote.js'
import { knownSecondary } from './shipping.js'
import { deliver } from './far-stream.js'
import { followNear, shipAll } from './near-stream.js'
import { replicationOf } from './replication.js'

/** Chains are short: a DR secondary of a performance secondary of a primary. */
const MOST_ROUNDS = 10

/** Lets every secondary in the world catch up with its primary; those of other processes are set going. */
export function catchUp ({ clusters }: Pick<Surroundings, 'clusters'>): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let moved = false
    for (const cluster of clusters.values()) {
      for (const kind of KINDS) moved = follow(cluster, kind) || moved
    }
    if (!moved) return
  }
}

/**
 * Sets going those that follow a primary of another process, and nobody else: a world that was restored is as it was.
 */
export function resumeFollowing ({ clusters }: Pick<Surroundings, 'clusters'>): void {
  for (const cluster of clusters.values()) {
    for (const kind of KINDS) {
      const record = secondaryRecord(cluster, kind)
      if (record?.linked === true && nearPrimaries(cluster, record) === undefined) followRemotePrimary(cluster, kind)
      const bootstrapping = bootstrappingRecord(cluster, kind)
      if (bootstrapping !== undefined && isElsewhere(bootstrapping)) bootstrapOn(cluster, kind)
    }
  }
}

/** @returns whether there was something new */
function follow (cluster: Cluster, kind: ReplicationKind): boolean {
  bootstrapOn(cluster, kind)
  const record = secondaryRecord(cluster, kind)
  if (record?.linked !== true || !cluster.takesWrites) return false
  const primaries = nearPrimaries(cluster, record)
  if (primaries === undefined) {
    const moved = deliver(cluster, kind)
    followRemotePrimary(cluster, kind)
    return moved
  }
  for (const primary of primaries) {
    try {
      return followNear({ primary, secondary: cluster }, kind, record)
    } catch (error) {
      noteRefusal(cluster, kind, error)
    }
  }
  return false
}

/** The clusters of this world behind a record's addresses, reachable or not left out; undefined: it lies elsewhere. */
function nearPrimaries (cluster: Cluster, record: SecondaryRecord): Cluster[] | undefined {
  const { nodeAt } = cluster.surroundings
  const found = primaryAddresses(record).map((address) => nodeAt(address)?.cluster)
  const near = new Set(found.filter((other): other is Cluster => other !== undefined && other !== cluster))
  return near.size === 0 ? undefined : [...near].filter((primary) => canTalk({ primary, secondary: cluster }))
}

/** Gives the secondaries of a primary that is to be one no more what they still lack, where a link lets it through. */
export function shipPending (primary: Cluster, kind: ReplicationKind): void {
  for (const secondary of primary.surroundings.clusters.values()) {
    const record = secondaryRecord(secondary, kind)
    if (record === undefined || standingPrimary(secondary, kind) !== primary) continue
    try {
      shipAll({ primary, secondary }, kind, record)
    } catch (error) {
      noteRefusal(secondary, kind, error)
    }
  }
}

/** A primary that refuses is no connection any more. */
export function noteRefusal (cluster: Cluster, kind: ReplicationKind, error: unknown): void {
  if (!(error instanceof LinkRefused)) throw error
  replicationOf(cluster).close('upstream', kind)
}

/**
 * The cluster of this world that a performance secondary's writes go to; `elsewhere`: its primary is another process.
 */
export function nearWritablePrimary (cluster: Cluster): Cluster | 'elsewhere' | undefined {
  const record = secondaryRecord(cluster, 'performance')
  if (record?.linked !== true) return undefined
  const primaries = nearPrimaries(cluster, record)
  if (primaries === undefined) return 'elsewhere'
  const { secondaryId, clusterId } = record
  if (replicationOf(cluster).upstream('performance')?.stands !== true) return undefined
  return primaries.find((primary) => accepts(primary, { kind: 'performance', clusterId, secondaryId }))
}

function accepts (primary: Cluster, secondary: Secondary): boolean {
  try {
    knownSecondary(primary, secondary)
    return true
  } catch (error) {
    if (error instanceof LinkRefused) return false
    throw error
  }
}
