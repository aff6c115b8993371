// A node joins the cluster of another one: asks for its challenge, in this world or over the network.
import { beginJoin, joinSharedStorage } from '../cluster/membership.js'
import type { Node } from '../cluster/node.js'
import { parseJson, printJson } from '../json/index.js'
import { VaultError } from '../refusal/index.js'
import { send } from './outbound.js'

export interface JoinRequest {
  readonly leaderApiAddr: string
  readonly autoJoin: string
  readonly certificatesAreValid: boolean
  readonly caPem: string
  readonly retry: boolean
  readonly nonVoter: boolean
}

const RETRY_MS = 2000
const NO_CHALLENGE = 'failed to join raft cluster: failed to get raft challenge'

/**
 * Joins, in Vault's order of checks: a node that is initialised has nothing to do; with `retry` it goes on in the
 * background.
 *
 * @returns false: it will be tried again in the background
 * @throws {VaultError} `failure` with the one text that Vault gives for every reason
 * @see `reference/raft.md` §2; recordings `raft-single`, `raft-cluster`
 */
export async function joinCluster (node: Node, request: JoinRequest): Promise<boolean> {
  if (node.removed) throw failed('node was removed from a HA cluster')
  if (node.cluster.surroundings.raftUse === 'ha_storage') {
    joinSharedStorage(node, { addressGiven: request.leaderApiAddr !== '' || request.autoJoin !== '', nonVoter: request.nonVoter })
    return true
  }
  if (node.initialized && !node.joinPending) return true
  if (request.retry) {
    await tryJoin(node, request).catch(() => { scheduleRetry(node, request) })
    return false
  }
  await tryJoin(node, request)
  return true
}

function failed (text: string): VaultError {
  return new VaultError('failure', text, false)
}

async function tryJoin (node: Node, { leaderApiAddr, autoJoin, certificatesAreValid, caPem, nonVoter }: JoinRequest): Promise<void> {
  if ((leaderApiAddr === '') === (autoJoin === '') || autoJoin !== '' || !certificatesAreValid) throw failed(NO_CHALLENGE)
  const leader = await findLeader(node, leaderApiAddr, caPem)
  if (leader === undefined) throw failed(NO_CHALLENGE)
  beginJoin(node, leader.cluster, { nonVoter })
}

/**
 * The node behind an address. Raft does not span processes, but the challenge is really sent: the address must
 * answer, and only a node of this world can be joined.
 */
async function findLeader (node: Node, apiAddr: string, caPem: string): Promise<Node | undefined> {
  const near = node.cluster.surroundings.nodeAt(apiAddr)
  if (near !== undefined) return canBeJoined(node, near) ? near : undefined
  await askForChallenge(node, apiAddr, caPem)
  return undefined
}

function canBeJoined (node: Node, leader: Node): boolean {
  const { network } = node.cluster.surroundings
  return leader.process === 'running' && !leader.sealed && leader.cluster.activeNode !== undefined && network.canReach(node.networkName, leader.networkName)
}

async function askForChallenge (node: Node, apiAddr: string, caPem: string): Promise<void> {
  const { status, body } = await send({
    url: `${apiAddr.replace(/\/$/, '')}/v1/sys/storage/raft/bootstrap/challenge`,
    method: 'PUT',
    headers: { 'X-Vault-Request': 'true' },
    body: printJson({ server_id: node.id }),
    timeoutMs: 5000,
    ...(caPem === '' ? {} : { caPem })
  }).catch(() => { throw failed(NO_CHALLENGE) })
  if (status === 200) parseJson(body)
}

/** Tries again every two seconds of the timeline while the node is still fresh. */
function scheduleRetry (node: Node, request: JoinRequest): void {
  const { timeline } = node.cluster
  timeline.schedule({
    atMs: timeline.nowMs + RETRY_MS,
    kind: 'join.retry',
    urgency: 'deadline',
    ids: { cluster: node.cluster.key, node: node.id, leader: request.leaderApiAddr, autoJoin: request.autoJoin, caPem: request.caPem, certificatesAreValid: String(request.certificatesAreValid), nonVoter: String(request.nonVoter) }
  })
}

/** Handler of `join.retry`. */
export function retryJoin (node: Node, ids: Readonly<Record<string, string>>): void {
  const request: JoinRequest = { leaderApiAddr: ids.leader ?? '', autoJoin: ids.autoJoin ?? '', certificatesAreValid: ids.certificatesAreValid === 'true', caPem: ids.caPem ?? '', retry: true, nonVoter: ids.nonVoter === 'true' }
  if (node.initialized) return
  tryJoin(node, request).catch(() => { scheduleRetry(node, request) })
}
