// Following a primary in another process: long polls, one after the other, with a pause after each failure.
import type { JsonObject } from '../json/index.js'
import { armTimer } from '../sim/wall-clock.js'
import type { Cluster } from '../cluster/cluster.js'
import { nextRequest } from './applying.js'
import { compared } from './comparing.js'
import { deliver, gets, linkStands, noteLoss, receive } from './far-stream.js'
import { nextAttemptAtMs, resumed } from './pace.js'
import { sealTag } from './shipping.js'
import { connectionTo, NO_ADDRESS } from './connection.js'
import type { LinkCertificates } from './link-certificates.js'
import { asJson, type FollowAnswer, type FollowRequest } from './messages.js'
import { linkAddresses, secondaryRecord, type ReplicationKind, type SecondaryRecord } from './records.js'
import { LinkRefused } from './refusals.js'
import { replicationOf } from './replication.js'
import { NO_PACE } from './replication-state.js'

/** The way out of the process, which the layers above provide. */
export interface Outreach {
  /**
   * What a wrapping token held, as the envelope's text.
   *
   * @throws {VaultError} the texts of `secondary/enable`
   */
  unwrap (apiAddr: string, token: string, trusted: TrustedFiles): Promise<string>
  /**
   * Asks a primary at its cluster address for what is new.
   *
   * @param stands whether the link between the two lets anything through: an answer that comes meanwhile is cut off,
   *   and goes on when it does again
   * @throws {LinkRefused} the primary refuses; any other error: it was not reached
   */
  follow (
    clusterAddr: string, message: JsonObject, credentials: LinkCredentials, stands: () => boolean
  ): Promise<FollowAnswer>
  /**
   * Has a primary run a request, in a secondary's name.
   *
   * @throws {LinkRefused} the primary refuses; any other error: it was not reached
   */
  run (clusterAddr: string, message: JsonObject, credentials: LinkCredentials): Promise<JsonObject>
}

export interface LinkCredentials {
  readonly kind: ReplicationKind
  readonly clusterId: string
  readonly secondaryId: string
  readonly secret: string
  readonly certificates: LinkCertificates
}

/** Authorities of a primary's API address: a file and a folder on this machine; empty: the system's. */
export interface TrustedFiles { readonly caFile: string, readonly caPath: string }

/** What a secondary shows of itself. */
export function credentialsOf (
  kind: ReplicationKind, { clusterId, secondaryId, secret, certificates }: SecondaryRecord
): LinkCredentials {
  return { kind, clusterId, secondaryId, secret, certificates }
}

/** In gRPC's words: why a primary was not reached. */
export function dialling (reason: string): string {
  return `connection error: desc = "transport: Error while dialing: ${reason}"`
}

/** How long a primary holds a question that it has nothing to say to. */
export const LONG_POLL_MS = 1000
const RETRY_MS = 250
/** How often a bootstrap looks at its link. */
export const WATCH_MS = 250
export const ATTEMPT_EVENT = 'replication.attempt'

/** Begins to follow, unless it does already; ends by itself once there is nothing to follow. */
export function followRemotePrimary (cluster: Cluster, kind: ReplicationKind): void {
  const { remoteLoops, following } = replicationOf(cluster)
  if (remoteLoops.has(kind) || following.outreach === undefined || following.stopped) return
  remoteLoops.add(kind)
  followOn(cluster, kind).finally(() => { remoteLoops.delete(kind) }).catch(() => {})
}

async function followOn (cluster: Cluster, kind: ReplicationKind): Promise<void> {
  for (;;) {
    const record = remoteRecord(cluster, kind)
    if (record === undefined) return
    const heard = await followOnce(cluster, kind, { waitMs: LONG_POLL_MS })
    if (!heard) await nextAttempt(cluster, kind)
    else if (isHeldUp(cluster, kind)) await pause(LONG_POLL_MS)
  }
}

/**
 * A secondary whose link was cut waits longer from time to time, on the timeline; in `auto` time nobody waits for that.
 * One whose primary's process is gone looks for it all the time, so that nobody has to wait for one that comes back.
 */
async function nextAttempt (cluster: Cluster, kind: ReplicationKind): Promise<void> {
  const replication = replicationOf(cluster)
  const { timeline } = cluster
  noteLoss(cluster, kind)
  if (linkStands(cluster, kind)) return await pause(RETRY_MS)
  const atMs = nextAttemptAtMs(replication.stream(kind).lostAtMs, timeline.nowMs + 1)
  const ids = { cluster: cluster.key, kind }
  if (timeline.mode !== 'auto') timeline.schedule({ atMs, kind: ATTEMPT_EVENT, urgency: 'deadline', ids })
  await new Promise<void>((resolve) => {
    const cancel = timeline.mode === 'auto' ? armTimer(RETRY_MS, resolve) : (): void => {}
    replication.pauses.set(kind, () => { cancel(); resolve() })
  })
  replication.pauses.delete(kind)
  timeline.cancel(ATTEMPT_EVENT, ids)
}

/** Nothing that the primary has can be applied: to ask at once again would lead to the same. */
function isHeldUp (cluster: Cluster, kind: ReplicationKind): boolean {
  const { state, stoppedBy } = replicationOf(cluster).stream(kind)
  return stoppedBy !== '' || state === 'merkle-diff'
}

export async function pause (ms: number): Promise<void> {
  await new Promise<void>((resolve) => { armTimer(ms, resolve) })
}

/** Handler of `replication.attempt`. */
export function attempt (cluster: Cluster, kind: ReplicationKind): void {
  replicationOf(cluster).pauses.get(kind)?.()
}

function remoteRecord (cluster: Cluster, kind: ReplicationKind): SecondaryRecord | undefined {
  if (replicationOf(cluster).following.stopped || !cluster.takesWrites) return undefined
  const record = secondaryRecord(cluster, kind)
  return record?.linked === true ? record : undefined
}

/**
 * Asks once for what is new, at each known address until one answers.
 *
 * @param waitMs how long the primary may wait for something new
 * @returns whether a primary answered
 */
export async function followOnce (
  cluster: Cluster,
  kind: ReplicationKind,
  { waitMs }: { readonly waitMs: number }
): Promise<boolean> {
  const record = secondaryRecord(cluster, kind)
  for (const address of record === undefined ? [] : linkAddresses(record)) {
    try {
      await ask(cluster, kind, address, waitMs)
      return true
    } catch (error) {
      if (error instanceof LinkRefused) replicationOf(cluster).close('upstream', kind)
    }
  }
  return false
}

async function ask (cluster: Cluster, kind: ReplicationKind, address: string, waitMs: number): Promise<void> {
  const record = secondaryRecord(cluster, kind)
  const { outreach } = replicationOf(cluster).following
  if (record?.linked !== true || outreach === undefined) return
  const request = requestAfterLots(cluster, kind, record)
  const message = asJson({ ...request, waitMs })
  const stands = (): boolean => replicationOf(cluster).following.stopped || linkStands(cluster, kind)
  const send = (): Promise<FollowAnswer> => outreach.follow(address, message, credentialsOf(kind, record), stands)
  const answer = await compared(cluster, kind, await sendOver(cluster, kind, send))
  if (!isStillWanted(cluster, kind, record, request)) return
  noteContact(cluster, kind, record, answer)
  replicationOf(cluster).theirPaces.set(kind, answer.pace ?? NO_PACE)
  const isNews = answer.epoch !== request.epoch || answer.position !== request.position || answer.seal !== undefined
  const isCorrupted = answer.corrupted === true || replicationOf(cluster).corrupted === true
  if (isNews || isCorrupted || isHeldUp(cluster, kind)) receive(cluster, kind, answer)
  else deliver(cluster, kind)
}

/**
 * Sends something to a primary in another process, and takes its answer, where the link between the two lets both
 * through.
 */
export async function sendOver<T> (cluster: Cluster, kind: ReplicationKind, send: () => Promise<T>): Promise<T> {
  if (!gets(cluster, kind, 'there')) throw new Error('i/o timeout')
  const answer = await send()
  if (!gets(cluster, kind, 'back')) throw new Error('i/o timeout')
  return answer
}

/** What comes after all that is on its way already. */
function requestAfterLots (cluster: Cluster, kind: ReplicationKind, record: SecondaryRecord): FollowRequest {
  const request = nextRequest(cluster, kind, record)
  const last = replicationOf(cluster).lotsOf(kind).at(-1)?.answer
  if (last === undefined) return request
  const { epoch, position, seal } = last
  return { ...request, epoch, position, ...(seal === undefined ? {} : { sealTag: sealTag(seal.stored) }) }
}

/** While the answer was under way, the cluster may have been told to follow another one, or asked twice. */
function isStillWanted (
  cluster: Cluster, kind: ReplicationKind, record: SecondaryRecord, { epoch, position }: FollowRequest
): boolean {
  const now = secondaryRecord(cluster, kind)
  if (now?.secret !== record.secret || !cluster.takesWrites) return false
  const wanted = requestAfterLots(cluster, kind, now)
  return wanted.epoch === epoch && wanted.position === position
}

function noteContact (
  cluster: Cluster, kind: ReplicationKind, { secondaryId }: SecondaryRecord, { primaryId, primaryName }: FollowAnswer
): void {
  const replication = replicationOf(cluster)
  const connection = connectionTo(secondaryId, NO_ADDRESS, cluster.timeline.nowMs)
  replication.setUpstream(kind, { ...connection, peer: { id: primaryId, name: primaryName } })
  const stream = replication.stream(kind)
  if (stream.lostAtMs !== 0) replication.setStream(kind, resumed(stream, cluster.timeline.nowMs))
}
