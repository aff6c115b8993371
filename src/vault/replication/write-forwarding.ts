// A performance secondary's writes: its primary runs them, as requests whose caller is known and may do them.
import { nearWritablePrimary, catchUp } from '../../replication/stream.js'
import { isBehind } from '../../replication/behind.js'
import { credentialsOf, dialling, followOnce, sendOver } from '../../replication/remote.js'
import { linkAddresses, secondaryRecord, type SecondaryRecord } from '../../replication/records.js'
import { refusals } from '../../replication/refusals.js'
import type { Cluster } from '../../cluster/cluster.js'
import type { Node } from '../../cluster/node.js'
import type { JsonObject } from '../../json/index.js'
import { failure, VaultError, type RefusalKind } from '../../refusal/index.js'
import { onceSettled, type Eventually } from '../eventually.js'
import type { LogicalRequest, LogicalResponse, RequestContext } from '../paths.js'
import type { Served } from '../request.js'
import { adoptToken, deleteToken, tokenById, type TokenEntry } from '../tokens/tokens.js'
import { replicationOf } from '../../replication/replication.js'

/** What of a request goes over the link: plain data. The secondary wraps the answer itself, uploads never go. */
export type ForwardedRequest = Omit<LogicalRequest, 'wrapTtlMs' | 'upload' | 'calledAt'>

/** A request on its way to the primary, with the token that the secondary has checked. */
export interface Forwarded {
  readonly request: ForwardedRequest
  /** undefined on unauthenticated paths */
  readonly token: TokenEntry | undefined
}

/** Runs a forwarded request on the primary's active node. */
export type RunForwarded = (node: Node, forwarded: Forwarded) => Eventually<Served>

const STALE_READS = "Timeout hit while waiting for local replicated cluster to apply primary's write; " +
  'this client may encounter stale reads of values written during this operation.'

/**
 * Has the primary run what this cluster may not write, and waits until the result has come back.
 *
 * @throws {VaultError} the primary's refusal; `failure` without a primary, or where it can't be reached
 * @see `reference/replication.md` §9.2
 */
export function forwardWrite (context: RequestContext, run: RunForwarded): Eventually<Served> {
  const { cluster, token } = context
  const record = secondaryRecord(cluster, 'performance')
  if (record?.linked !== true) throw refusals.readOnly()
  cluster.telemetry.note('vault.replication.rpc.client.forward')
  const { wrapTtlMs: _wrappedHere, upload: _neverForwarded, calledAt: _notThere, ...request } = context.request
  const primary = nearWritablePrimary(cluster)
  if (primary === 'elsewhere') return runFar(cluster, record, { request, token })
  const active = primary?.activeNode
  if (active === undefined) throw unavailable('no healthy primary')
  return onceSettled(run(active, { request, token }), (served) => {
    moveToken(active.cluster, cluster, served)
    catchUp(cluster.surroundings)
    // in `auto` time a slow link is waited for
    cluster.timeline.settle()
    return isBehind(cluster, 'performance') ? warnOfStaleReads(served) : served
  })
}

function unavailable (reason: string): VaultError {
  return failure(`rpc error: code = Unavailable desc = ${dialling(reason)}`)
}

/** A login that had to go through the primary: the token is the secondary's all the same. */
function moveToken (primary: Cluster, secondary: Cluster, { response }: Served): void {
  const entry = response?.auth?.entry
  if (entry === undefined || entry.type !== 'service') return
  takeToken(primary, entry)
  adoptToken({ cluster: secondary, storage: secondary.storage }, entry)
}

function takeToken (primary: Cluster, { id }: TokenEntry): void {
  const stored = tokenById(primary.storage, id)
  if (stored !== undefined) deleteToken({ cluster: primary, storage: primary.storage }, stored)
}

async function runFar (cluster: Cluster, record: SecondaryRecord, { request, token }: Forwarded): Promise<Served> {
  const message = { request, token: token ?? null }
  const answer = await sendToAny(cluster, record, message)
  if (answer.refusal !== undefined) throw refusalIn(answer.refusal as JsonObject)
  const served = servedIn(answer)
  const entry = served.response?.auth?.entry
  if (entry?.type === 'service') adoptToken({ cluster, storage: cluster.storage }, entry)
  const heard = await followOnce(cluster, 'performance', { waitMs: 0 })
  return heard && !isBehind(cluster, 'performance') ? served : warnOfStaleReads(served)
}

async function sendToAny (cluster: Cluster, record: SecondaryRecord, message: JsonObject): Promise<JsonObject> {
  const credentials = credentialsOf('performance', record)
  let reason = 'no healthy primary'
  for (const address of linkAddresses(record)) {
    try {
      const { outreach } = replicationOf(cluster).following
      return await sendOver(cluster, 'performance', () => outreach!.run(address, message, credentials))
    } catch (error) {
      reason = (error as Error).message
    }
  }
  throw unavailable(reason)
}

function warnOfStaleReads (served: Served): Served {
  const { response } = served
  if (response === undefined) return served
  return { ...served, response: { ...response, warnings: [...response.warnings ?? [], STALE_READS] } }
}

/** What the primary answers to a forwarded request, as JSON; refusals are answers, too. */
export async function answerForwarded (node: Node, message: JsonObject, run: RunForwarded): Promise<JsonObject> {
  const token = message.token === null ? undefined : message.token as TokenEntry
  try {
    if (replicationOf(node.cluster).draining) throw new VaultError('sealed', 'Vault is sealed')
    const { response, mountType } = await run(node, { request: message.request as ForwardedRequest, token })
    if (response?.auth !== undefined) takeToken(node.cluster, response.auth.entry)
    return { response: response === undefined ? null : plain(response), mountType }
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    const { kind, message: text, wrapped } = error
    return { refusal: { kind, text, wrapped } }
  }
}

/** A response that can be sent: all but streams is JSON, and no write is answered by a stream. */
type PlainResponse = Omit<LogicalResponse, 'raw' | 'secret'>

function plain ({ raw, secret, ...response }: LogicalResponse): JsonObject & PlainResponse {
  if (raw !== undefined) throw new Error('a raw answer cannot be sent over a replication link')
  return { ...response }
}

function servedIn ({ response, mountType }: JsonObject): Served {
  return { response: response === null ? undefined : response as PlainResponse, mountType: String(mountType) }
}

function refusalIn ({ kind, text, wrapped }: JsonObject): VaultError {
  return new VaultError(kind as RefusalKind, String(text), wrapped === true)
}
