// Following a primary in another process: long polls, one after the other, with a pause after each failure.
import type { JsonObject } from '../json/index.js'
import { armTimer } from '../sim/wall-clock.js'
import type { Cluster } from '../cluster/cluster.js'
import { applyAnswer, nextRequest } from './applying.js'
import { connectionTo, NO_ADDRESS } from './connection.js'
import type { LinkCertificates } from './link-certificates.js'
import { asJson, readFollowAnswer } from './messages.js'
import { linkAddresses, secondaryRecord, type ReplicationKind, type SecondaryRecord } from './records.js'
import { LinkRefused } from './refusals.js'
import { replicationOf } from './replication.js'

/** The way out of the process, which the layers above provide. */
export interface Outreach {
  /**
   * What a wrapping token held, as the envelope's text.
   *
   * @throws {VaultError} the texts of `secondary/enable`
   */
  unwrap (apiAddr: string, token: string, trusted: TrustedFiles): Promise<string>
  /**
   * Says something to a primary at its cluster address, in a secondary's name.
   *
   * @throws {LinkRefused} the primary refuses; any other error: it was not reached
   */
  send (clusterAddr: string, action: 'follow' | 'run', message: JsonObject, credentials: LinkCredentials): Promise<JsonObject>
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
    if (!heard) await pause(RETRY_MS)
  }
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
  const request = nextRequest(cluster, kind, record)
  const message = asJson({ ...request, waitMs })
  const answer = readFollowAnswer(await outreach.send(address, 'follow', message, credentialsOf(kind, record)))
  if (!isStillWanted(cluster, kind, record, request.epoch)) return
  noteContact(cluster, kind, record)
  const isNews = answer.epoch !== request.epoch || answer.position !== request.position || answer.seal !== undefined
  if (isNews) applyAnswer(cluster, kind, answer)
}

/** While the answer was under way, the cluster may have been told to follow another one, or asked twice. */
function isStillWanted (cluster: Cluster, kind: ReplicationKind, { secret }: SecondaryRecord, epoch: string): boolean {
  const isSamePrimary = secondaryRecord(cluster, kind)?.secret === secret
  return isSamePrimary && replicationOf(cluster).progress(kind).epoch === epoch && cluster.takesWrites
}

function noteContact (cluster: Cluster, kind: ReplicationKind, { secondaryId }: SecondaryRecord): void {
  replicationOf(cluster).setUpstream(kind, connectionTo(secondaryId, NO_ADDRESS, cluster.timeline.nowMs))
}

async function pause (ms: number): Promise<void> {
  await new Promise<void>((resolve) => { armTimer(ms, resolve) })
}
