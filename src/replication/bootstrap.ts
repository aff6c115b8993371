// A bootstrap on a link that takes its time: the cluster is no secondary before the primary's data is there.
import type { Cluster } from '../cluster/cluster.js'
import { canTalk, type NearEnds } from './connection.js'
import { adjusted, endOf, isFree, newTransfer, nextAttemptAtMs, paceOf, resumed, roundTripMs, type Load } from './pace.js'
import { introduction } from './applying.js'
import type { FollowRequest } from './messages.js'
import { bootstrappingRecord, deleteRecord, putRecord, type ReplicationKind } from './records.js'
import { replicationOf } from './replication.js'
import { NO_STREAM } from './replication-state.js'
import { noteSecondary } from './shipping.js'
import type { Activation } from './transitions.js'

/** A bootstrap is over: whoever knows what goes and what stays of a cluster puts the data in place. */
export const BOOTSTRAP_EVENT = 'replication.bootstrap'

/**
 * Begins to fetch a primary's data, unless it is there at once.
 *
 * @returns whether that takes time; the cluster goes on as it is until then
 */
export function beginBootstrap (ends: NearEnds, kind: ReplicationKind, activation: Activation, load: Load): boolean {
  const { secondary } = ends
  const pace = paceOf(ends)
  if (isFree(pace)) return false
  const { nowMs } = secondary.timeline
  const transfer = newTransfer(load, 2 * roundTripMs(ends), nowMs)
  putRecord(secondary, kind, { mode: 'bootstrapping', primaryKey: ends.primary.key, ...activation })
  replicationOf(secondary).setStream(kind, { ...NO_STREAM, state: 'bootstrapping', pace, transfer })
  secondary.announce('replicationChanged', `${kind}: bootstrapping`)
  bootstrapOn(secondary, kind)
  return true
}

/** Goes on with a bootstrap after its link has come back, or has become faster or slower. */
export function bootstrapOn (cluster: Cluster, kind: ReplicationKind): void {
  const ends = bootstrapEnds(cluster, kind)
  if (ends === undefined) return
  const replication = replicationOf(cluster)
  const { timeline: { nowMs } } = cluster
  const known = replication.stream(kind)
  const { lostAtMs } = known
  if (lostAtMs !== 0) noteSecondary(ends.primary, bootstrapRequest(cluster, kind), ends)
  const goesOn = lostAtMs === 0 ? known : resumed(known, nextAttemptAtMs(lostAtMs, nowMs))
  const stream = adjusted(goesOn, paceOf(ends), nowMs)
  replication.setStream(kind, stream)
  scheduleEnd(cluster, kind, stream.transfer === undefined ? nowMs : endOf(stream.transfer, stream.pace))
}

function scheduleEnd ({ key, timeline }: Cluster, kind: ReplicationKind, atMs: number): void {
  const ids = { cluster: key, kind }
  if (!Number.isFinite(atMs)) timeline.cancel(BOOTSTRAP_EVENT, ids)
  else timeline.schedule({ atMs: Math.ceil(atMs), kind: BOOTSTRAP_EVENT, urgency: 'transition', ids })
}

/** Asks for everything. */
export function bootstrapRequest (cluster: Cluster, kind: ReplicationKind): FollowRequest {
  const { clusterId = '', secondaryId = '' } = bootstrappingRecord(cluster, kind) ?? {}
  return { kind, clusterId, secondaryId, ...introduction(cluster), epoch: '', position: 0, sealTag: '' }
}

/** Both clusters of a bootstrap that goes on. */
export function bootstrapEnds (cluster: Cluster, kind: ReplicationKind): NearEnds | undefined {
  const primary = cluster.surroundings.clusters.get(bootstrappingRecord(cluster, kind)?.primaryKey ?? '')
  const ends = primary && { primary, secondary: cluster }
  return ends !== undefined && canTalk(ends) ? ends : undefined
}

/** As if it had never begun; its activation token is spent. */
export function endBootstrap (cluster: Cluster, kind: ReplicationKind): void {
  cluster.timeline.cancel(BOOTSTRAP_EVENT, { cluster: cluster.key, kind })
  deleteRecord(cluster, kind)
  replicationOf(cluster).close('upstream', kind)
  replicationOf(cluster).forget('upstream', kind)
  replicationOf(cluster).forgetStream(kind)
}
