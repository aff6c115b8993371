// A bootstrap on a link that takes its time: the cluster is no secondary before the primary's data is there.
import type { Cluster } from '../cluster/cluster.js'
import type { Storage } from '../cluster/storage.js'
import { introduction, loadOf } from './applying.js'
import { canTalk, connectionTo, NO_ADDRESS, type NearEnds } from './connection.js'
import { appliedFilter } from './filters.js'
import { linkStands, noteLoss, paceFrom } from './far-stream.js'
import { asJson, type FollowAnswer, type FollowRequest } from './messages.js'
import { adjusted, endOf, isFree, newTransfer, nextAttemptAtMs, paceOf, resumed, roundTripMs } from './pace.js'
import {
  bootstrappingRecord, deleteRecord, primaryRecord, putRecord, type BootstrappingRecord, type ReplicationKind
} from './records.js'
import { LinkRefused } from './refusals.js'
import { pause, WATCH_MS } from './remote.js'
import { replicationOf } from './replication.js'
import { NO_PACE, NO_STREAM, type Pace, type Stream } from './replication-state.js'
import { noteSecondary } from './shipping.js'
import { sharedCopy } from './staging.js'
import type { Activation } from './transitions.js'

/** A bootstrap is over: whoever knows what goes and what stays of a cluster puts the data in place. */
export const BOOTSTRAP_EVENT = 'replication.bootstrap'

/** A primary's data, as it was when the bootstrap began. */
export interface Fetched {
  readonly answer: FollowAnswer
  /** the data, where it was made ready before it is put in place */
  readonly staged?: Storage | undefined
}

/**
 * Begins to fetch a primary's data, unless it is there at once.
 *
 * @param ends where both are of one world
 * @returns whether that takes time; the cluster goes on as it is until then
 */
export function beginBootstrap (
  cluster: Cluster,
  kind: ReplicationKind,
  activation: Activation,
  { ends, ...fetched }: Fetched & { readonly ends?: NearEnds | undefined }
): boolean {
  const replication = replicationOf(cluster)
  const { answer } = fetched
  if (ends === undefined) replication.theirPaces.set(kind, answer.pace ?? NO_PACE)
  const pace = ends === undefined ? paceFrom(cluster, kind) : paceOf(ends)
  if (isFree(pace)) return false
  const latencyMs = 2 * (ends === undefined ? 2 * pace.delayMs : roundTripMs(ends))
  const transfer = newTransfer(loadOf(cluster, kind, answer), latencyMs, cluster.timeline.nowMs)
  putRecord(cluster, kind, { mode: 'bootstrapping', primaryKey: ends?.primary.key ?? '', ...activation })
  replication.setStream(kind, { ...NO_STREAM, state: 'bootstrapping', pace, transfer })
  if (ends === undefined) keep(cluster, kind, activation, fetched)
  cluster.announce('replicationChanged', `${kind}: bootstrapping`)
  bootstrapOn(cluster, kind)
  return true
}

/** What came from another process waits until the link has carried it, too. */
function keep (cluster: Cluster, kind: ReplicationKind, { secondaryId }: Activation, fetched: Fetched): void {
  const { primaryId: id, primaryName: name } = fetched.answer
  replicationOf(cluster).fetched.set(kind, fetched)
  const connection = connectionTo(secondaryId, NO_ADDRESS, cluster.timeline.nowMs)
  replicationOf(cluster).setUpstream(kind, { ...connection, peer: { id, name } })
}

/** The data of a primary in this world, ready to be put in place; undefined where a filter holds back some of it. */
export function readyFrom (primary: Cluster, kind: ReplicationKind, secondaryId: string): Storage | undefined {
  const filter = primaryRecord(primary, kind)?.pathsFilters[secondaryId]
  return appliedFilter(primary.storage, filter).signature === '' ? sharedCopy(primary, kind) : undefined
}

/** Goes on with a bootstrap after its link has come back, or has become faster or slower. */
export function bootstrapOn (cluster: Cluster, kind: ReplicationKind): void {
  const record = bootstrappingRecord(cluster, kind)
  if (record === undefined) return
  if (isElsewhere(record)) farBootstrapOn(cluster, kind)
  else nearBootstrapOn(cluster, kind)
}

/** Whether the primary is in another process. */
export function isElsewhere ({ primaryKey }: BootstrappingRecord): boolean {
  return primaryKey === ''
}

function nearBootstrapOn (cluster: Cluster, kind: ReplicationKind): void {
  const ends = bootstrapEnds(cluster, kind)
  if (ends === undefined) return
  const { timeline: { nowMs } } = cluster
  const known = replicationOf(cluster).stream(kind)
  const { lostAtMs } = known
  if (lostAtMs !== 0) noteSecondary(ends.primary, bootstrapRequest(cluster, kind), ends)
  goOn(cluster, kind, lostAtMs === 0 ? known : resumed(known, nextAttemptAtMs(lostAtMs, nowMs)), paceOf(ends))
}

function farBootstrapOn (cluster: Cluster, kind: ReplicationKind): void {
  if (!linkStands(cluster, kind)) noteLoss(cluster, kind)
  const known = replicationOf(cluster).stream(kind)
  const { theirPaces } = replicationOf(cluster)
  if (known.lostAtMs !== 0 || !cluster.takesWrites) scheduleEnd(cluster, kind, Infinity)
  // a process that has come back has not heard yet how fast the link is
  else goOn(cluster, kind, known, theirPaces.has(kind) ? paceFrom(cluster, kind) : known.pace)
  watchBootstrap(cluster, kind)
}

function goOn (cluster: Cluster, kind: ReplicationKind, known: Stream, pace: Pace): void {
  const { timeline: { nowMs } } = cluster
  const stream = adjusted(known, pace, nowMs)
  replicationOf(cluster).setStream(kind, stream)
  scheduleEnd(cluster, kind, stream.transfer === undefined ? nowMs : endOf(stream.transfer, stream.pace))
}

/** Asks the primary of a bootstrap again and again whether the link stands, and how fast it is. */
function watchBootstrap (cluster: Cluster, kind: ReplicationKind): void {
  const { watches, following } = replicationOf(cluster)
  if (watches.has(kind) || following.outreach === undefined || following.stopped) return
  watches.add(kind)
  watchOn(cluster, kind).finally(() => { watches.delete(kind) }).catch(() => {})
}

async function watchOn (cluster: Cluster, kind: ReplicationKind): Promise<void> {
  for (;;) {
    await pause(WATCH_MS)
    const record = bootstrappingRecord(cluster, kind)
    if (record === undefined || !isElsewhere(record) || replicationOf(cluster).following.stopped) return
    if (!cluster.takesWrites) continue
    try {
      await look(cluster, kind, record)
    } catch (error) {
      if (error instanceof LinkRefused) return endBootstrap(cluster, kind)
      noteLoss(cluster, kind)
    }
    bootstrapOn(cluster, kind)
  }
}

/** @throws {LinkRefused} the primary refuses; any other error: it was not reached */
async function look (cluster: Cluster, kind: ReplicationKind, record: BootstrappingRecord): Promise<void> {
  const replication = replicationOf(cluster)
  const { outreach } = replication.following
  const message = asJson({ ...bootstrapRequest(cluster, kind), headOnly: true })
  const stands = (): boolean => linkStands(cluster, kind)
  if (outreach === undefined || !stands()) throw new Error('i/o timeout')
  const { pace = NO_PACE } = await outreach.follow(record.primaryClusterAddr, message, { ...record, kind }, stands)
  if (bootstrappingRecord(cluster, kind)?.secret !== record.secret || !stands()) return
  replication.theirPaces.set(kind, pace)
  const stream = replication.stream(kind)
  if (stream.lostAtMs !== 0) replication.setStream(kind, resumed(stream, cluster.timeline.nowMs))
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
  replicationOf(cluster).fetched.delete(kind)
}
