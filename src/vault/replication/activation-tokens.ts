// Activation tokens: issued by a primary, and used by the cluster that becomes its secondary.
import { apiAddrAsCalled, clusterAddrAsCalled, type CalledAt } from '../../cluster/called-at.js'
import type { Cluster } from '../../cluster/cluster.js'
import type { Storage } from '../../cluster/storage.js'
import { newActivation, readActivation } from '../../replication/activation.js'
import { introduction } from '../../replication/applying.js'
import { canTalk, type NearEnds } from '../../replication/connection.js'
import { addSecondary, checkNewId, requirePrimary, revokeSecondary, type Activation } from '../../replication/transitions.js'
import { asJson, type FollowAnswer, type FollowRequest } from '../../replication/messages.js'
import type { ReplicationKind } from '../../replication/records.js'
import { LinkRefused, refusals } from '../../replication/refusals.js'
import { linkStands } from '../../replication/far-stream.js'
import { openBox, readPublicKey, sealFor } from '../../replication/sealed-box.js'
import { answerFollow } from '../../replication/shipping.js'
import { isMap } from '../../go/values.js'
import { parseJson, printJson, type JsonObject } from '../../json/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { renderEnvelope } from '../envelope.js'
import { onceSettled, type Eventually } from '../eventually.js'
import type { LogicalResponse, WrapInfo } from '../paths.js'
import { deleteToken, tokenByAccessor } from '../tokens/tokens.js'
import { unwrap, wrappingToken, wrapResponse } from '../wrapping/wrapping.js'
import { dialling, type TrustedFiles } from '../../replication/remote.js'
import { replicationOf } from '../../replication/replication.js'
import { staged } from '../../replication/staging.js'

/** What an activation token is to be. */
export interface IssueRequest {
  readonly id: string
  readonly ttlSeconds: number
  /** of the secondary to be, base64; empty: the token is wrapped */
  readonly publicKey: string
  /** the request's path without `/v1/` */
  readonly creationPath: string
  /** how the client called: the token carries the address by which it was reached */
  readonly calledAt?: CalledAt | undefined
}

/** Longest boxes of other text are shorter than the shortest activation. */
const SHORTEST_BOX = 300

/**
 * Issues an activation token: wrapped, to be used once; or sealed for a public key.
 *
 * @throws {VaultError} `invalid`: no primary, no id, one that is taken, a public key that is none
 */
export function issueActivation (cluster: Cluster, kind: ReplicationKind, request: IssueRequest): LogicalResponse {
  const { id, publicKey, calledAt } = request
  const record = requirePrimary(cluster, kind)
  checkNewId(record, id)
  const { activeNode } = cluster
  const apiAddr = activeNode === undefined ? '' : apiAddrAsCalled(activeNode, calledAt)
  const clusterAddr = activeNode === undefined ? '' : `https://${clusterAddrAsCalled(activeNode, calledAt)}`
  const { payload, secret } = newActivation(cluster, kind, record, { id, apiAddr, clusterAddr })
  if (publicKey !== '') {
    const key = readPublicKey(publicKey)
    if (key === undefined) throw invalid('error parsing secondary public key')
    addSecondary(cluster, kind, id, { secret, accessor: '' })
    return { data: { token: sealFor(cluster, key, printJson(payload)) } }
  }
  const wrapInfo = wrapPayload(cluster, payload, { ...request, apiAddr })
  addSecondary(cluster, kind, id, { secret, accessor: wrapInfo.accessor })
  return { wrapInfo: { ...wrapInfo, wrappedAccessor: '' } }
}

/** Keeps what the token stands for, to be fetched with it once. */
function wrapPayload (
  cluster: Cluster,
  payload: JsonObject,
  { ttlSeconds, creationPath, apiAddr }: IssueRequest & { readonly apiAddr: string }
): WrapInfo {
  const { storage, profile } = cluster
  const requestId = cluster.random.stream('ids').uuid()
  const envelope = renderEnvelope({ data: payload }, { requestId, profile, mountType: 'system', doubled: false })
  return wrapResponse({ cluster, storage }, {
    bodyText: envelope.trimEnd(),
    ttlMs: ttlSeconds * 1000,
    creationPath,
    format: 'jwt',
    apiAddr
  })
}

/** Ends a secondary's access; an activation token of its id that was not used yet is dead, too. */
export function revokeActivation (cluster: Cluster, kind: ReplicationKind, id: string): void {
  const accessor = revokeSecondary(cluster, kind, id)
  const context = { cluster, storage: cluster.storage }
  const unused = tokenByAccessor(cluster.storage, accessor)
  if (unused !== undefined) deleteToken(context, unused)
}

/** A token as its user presents it. */
export interface PresentedToken {
  readonly token: string
  /** goes before the address in the token; may be empty */
  readonly primaryApiAddr: string
  /** authorities of the primary's API address, in files of this machine; empty: the system's */
  readonly trusted?: TrustedFiles
}

/** A token used: its primary was found and lets this cluster follow. */
export interface Admitted {
  readonly activation: Activation
  /** where both are of one world */
  readonly ends?: NearEnds | undefined
}

/** The same, with all that the primary sent upon it. */
export interface Bootstrap extends Admitted {
  readonly answer: FollowAnswer
  /** the data, where it was made ready before it is put in place */
  readonly staged?: Storage | undefined
}

/**
 * Uses an activation token: learns what is behind it, at the primary's API address unless it was sealed for this
 * cluster. Nothing changes here.
 *
 * @throws {VaultError} `failure` with the texts of `reference/replication.md` §7.4; `invalid` for one of the other kind
 */
export function useActivation (
  cluster: Cluster, kind: ReplicationKind, { token, primaryApiAddr, trusted }: PresentedToken
): Eventually<Activation> {
  const override = withoutSlash(primaryApiAddr)
  const address = primaryApiAddr === '' ? withoutSlash(addressIn(token)) : override
  return onceSettled(payloadOf(cluster, kind, token, { address, trusted }), (payload) => {
    const content = readActivation(payload, kind)
    if (content === undefined) throw refusals.wrongKind()
    const addresses = new Set([override, content.primaryApiAddr, address].filter((candidate) => candidate !== ''))
    return { ...content, primaryApiAddrOverride: override, primaryApiAddrs: [...addresses] }
  })
}

/** Where an activation token is unwrapped, and whom to trust there. */
interface PrimaryAddress { readonly address: string, readonly trusted: TrustedFiles | undefined }

const NO_FILES: TrustedFiles = { caFile: '', caPath: '' }

/**
 * Fetches a primary's data, from the first of its addresses that gives it. Nothing changes here.
 *
 * @throws {VaultError} `failure` with the texts of `reference/replication.md` §7.4
 */
export function fetchEverything (
  cluster: Cluster, kind: ReplicationKind, activation: Activation
): Eventually<Bootstrap> {
  const { clusterId, secondaryId, primaryApiAddrs } = activation
  const request: FollowRequest = {
    kind, clusterId, secondaryId, ...introduction(cluster), epoch: '', position: 0, sealTag: ''
  }
  for (const address of primaryApiAddrs) {
    const primary = nearCluster(cluster, address)
    const ends = primary && { primary, secondary: cluster }
    if (ends !== undefined && canTalk(ends)) return { activation, ends, answer: fetchNear(ends, request) }
  }
  return onceSettled(fetchFar(cluster, request, activation), (answer) => ({ activation, answer }))
}

/**
 * The same for a cluster that begins with it: what comes from another process is made ready in turns, between which
 * requests are answered.
 *
 * @throws {VaultError} as before
 */
export function fetchBootstrap (
  cluster: Cluster, kind: ReplicationKind, activation: Activation
): Eventually<Bootstrap> {
  return onceSettled(fetchEverything(cluster, kind, activation), (bootstrap) => {
    if (bootstrap.ends !== undefined) return bootstrap
    return staged(bootstrap.answer).then((ready) => ({ ...bootstrap, staged: ready }))
  })
}

/** What is behind a token: in itself where it was sealed for this cluster, else with the primary that wrapped it. */
function payloadOf (
  cluster: Cluster, kind: ReplicationKind, token: string, at: PrimaryAddress
): Eventually<JsonObject> {
  const isBox = token.length >= SHORTEST_BOX && !token.includes('.')
  const boxed = isBox ? openBox(cluster, kind, token) : undefined
  return boxed === undefined ? onceSettled(unwrapAt(cluster, at, token), dataOf) : objectIn(boxed)
}

function withoutSlash (address: string): string {
  return address.replace(/\/+$/, '')
}

/** The claim `addr` of a JWT; empty if the text is none. */
function addressIn (token: string): string {
  const [, claims, signature] = token.split('.')
  if (claims === undefined || signature === undefined) return ''
  try {
    const { addr } = objectIn(Buffer.from(claims, 'base64url'))
    return typeof addr === 'string' ? addr : ''
  } catch {
    return ''
  }
}

function dataOf (envelope: string): JsonObject {
  const { data } = objectIn(envelope)
  return isMap(data) ? data : {}
}

/** The members of a JSON object; none of any other value. */
function objectIn (text: string | Uint8Array): JsonObject {
  const value = parseJson(text)
  return isMap(value) ? value : {}
}

function unwrapAt (
  cluster: Cluster, { address, trusted = NO_FILES }: PrimaryAddress, token: string
): Eventually<string> {
  if (address === '') throw refusals.unwrapFailed('no primary API address available')
  const near = nearCluster(cluster, address)
  if (near !== undefined) return unwrapNear(cluster, near, address, token)
  const { outreach } = replicationOf(cluster).following
  if (outreach === undefined) throw refusals.unwrapFailed(unreachable(address))
  return outreach.unwrap(address, token, trusted)
}

/** Another cluster of this world; one's own address can only be meant for another process. */
function nearCluster (cluster: Cluster, address: string): Cluster | undefined {
  const near = cluster.surroundings.nodeAt(address)?.cluster
  return near === cluster ? undefined : near
}

function unwrapNear (cluster: Cluster, primary: Cluster, address: string, token: string): string {
  const { activeNode } = primary
  if (activeNode === undefined || !canTalk({ primary, secondary: cluster })) {
    throw refusals.unwrapFailed(unreachable(address))
  }
  try {
    return unwrap(activeNode, wrappingToken(activeNode, token))
  } catch (error) {
    throw error instanceof VaultError ? refusals.unwrapRefused() : error
  }
}

function unreachable (address: string): string {
  const host = URL.canParse(address) ? new URL(address).host : address
  return `Post "${address}/v1/sys/wrapping/unwrap": dial tcp ${host}: i/o timeout`
}

function fetchNear (ends: NearEnds, request: FollowRequest): FollowAnswer {
  try {
    return answerFollow(ends.primary, request, { ends })
  } catch (error) {
    throw error instanceof LinkRefused ? refusals.bootstrapFailed(error.message) : error
  }
}

async function fetchFar (
  cluster: Cluster, request: FollowRequest, { primaryClusterAddr, secret, certificates }: Activation
): Promise<FollowAnswer> {
  const { outreach } = replicationOf(cluster).following
  if (outreach === undefined) throw refusals.bootstrapFailed('connection error')
  try {
    const credentials = { ...request, secret, certificates }
    const stands = (): boolean => replicationOf(cluster).following.stopped || linkStands(cluster, request.kind)
    return await outreach.follow(primaryClusterAddr, asJson(request), credentials, stands)
  } catch (error) {
    const { message } = error as Error
    throw refusals.bootstrapFailed(error instanceof LinkRefused ? message : dialling(message))
  }
}
