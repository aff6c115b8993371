// A node joins the cluster of another one: asks for its challenge, in this world or over the network.
import type { FastifyBaseLogger } from 'fastify'
import { beginJoin, joinSharedStorage } from '../cluster/membership.js'
import type { Node } from '../cluster/node.js'
import { joinOf, scheduleJoin, type RetryJoin } from '../cluster/retry-join.js'
import { parseJson, printJson } from '../json/index.js'
import { removedFromCluster, VaultError } from '../refusal/index.js'
import { leaderCandidates } from './leader-candidates.js'
import { mistrustOf } from './leader-certificate.js'
import { send } from './outbound.js'

export interface JoinRequest extends RetryJoin {
  /** goes on in the background where the first try fails */
  readonly retry: boolean
}

type Warn = Pick<FastifyBaseLogger, 'warn'>

/** Of the timeline, between one try and the next. */
const RETRY_MS = 2000
const CHALLENGE_TIMEOUT_MS = 5000
const NO_CHALLENGE = 'failed to join raft cluster: failed to get raft challenge'

/**
 * Joins, in Vault's order of checks: a node that is initialised has nothing to do; with `retry` it goes on in the
 * background.
 *
 * @param log is told why, as Vault's one text does not say it
 * @returns false: it will be tried again in the background
 * @throws {VaultError} `failure` with the one text that Vault gives for every reason
 * @see `reference/raft.md` §2; recordings `raft-single`, `raft-cluster`
 */
export async function joinCluster (node: Node, request: JoinRequest, log?: Warn): Promise<boolean> {
  if (node.removed) throw removedFromCluster()
  if (node.cluster.raftUse === 'none') throw failed('raft backend not in use')
  if (node.cluster.raftUse === 'ha_storage') {
    const addressGiven = request.leaderApiAddr !== '' || request.autoJoin !== ''
    joinSharedStorage(node, { addressGiven, nonVoter: request.nonVoter })
    return true
  }
  if (node.initialized && !node.joinPending) return true
  const { retry, ...join } = request
  if (retry) {
    await tryJoin(node, join, log).catch(() => { scheduleJoin(node, join, RETRY_MS) })
    return false
  }
  await tryJoin(node, join, log)
  return true
}

function failed (text: string): VaultError {
  return new VaultError('failure', text, false)
}

/** The first node that can be joined is; each of the others has its line in the log. */
async function tryJoin (node: Node, request: RetryJoin, log: Warn | undefined): Promise<void> {
  const { apiAddrs, problem } = leaderCandidates(node, request)
  if (problem !== undefined) log?.warn({ node: node.id, said: problem }, 'join refused: no address of a leader')
  const far: string[] = []
  for (const apiAddr of apiAddrs) {
    const near = node.cluster.surroundings.nodeAt(apiAddr)
    if (near === undefined) far.push(apiAddr)
    else if (await isJoinable(node, near, { ...request, apiAddr }, log)) {
      beginJoin(node, near.cluster, { nonVoter: request.nonVoter })
      return
    }
  }
  await Promise.all(far.map(async (apiAddr) => { await tellWhyNot(node, { ...request, apiAddr }, log) }))
  throw failed(NO_CHALLENGE)
}

/** A join by one of the addresses that may be the leader's. */
interface Attempt extends RetryJoin {
  readonly apiAddr: string
}

/**
 * Raft does not span processes, but the challenge is really asked for, so that the log says what a real server would
 * have met.
 */
async function tellWhyNot (node: Node, attempt: Attempt, log: Warn | undefined): Promise<void> {
  const said = await askForChallenge(node, attempt).catch((error: Error) => error.message)
  log?.warn({ node: node.id, leader: attempt.apiAddr, said }, 'join refused: no node of this process has that address, and raft does not span processes')
}

/** A leader of this world: it must be reached, and trusted where that is looked at. */
async function isJoinable (node: Node, leader: Node, attempt: Attempt, log: Warn | undefined): Promise<boolean> {
  const named = { node: node.id, leader: attempt.apiAddr }
  const obstacle = obstacleTo(node, leader)
  if (obstacle !== undefined) {
    log?.warn(named, `join refused: ${obstacle}`)
    return false
  }
  const said = node.cluster.profile.joinChecksTls ? await tlsProblem(leader, attempt) : undefined
  if (said !== undefined) log?.warn({ ...named, said }, 'join refused: no secure connection to that node')
  return said === undefined
}

/** What the joiner's client would say of the connection, in Go's words. */
async function tlsProblem (leader: Node, { apiAddr, caPem, tlsServerName }: Attempt): Promise<string | undefined> {
  const speaksTls = leader.apiAddr.startsWith('https:')
  if (speaksTls && apiAddr.startsWith('http:')) return 'Client sent an HTTP request to an HTTPS server.'
  return await mistrustOf(apiAddr, { caPem, serverName: tlsServerName })
}

/** Why a node cannot join another one's cluster; undefined: it can. */
function obstacleTo (node: Node, leader: Node): string | undefined {
  const { network } = node.cluster.surroundings
  const leads = leader.process === 'running' && !leader.sealed && leader.cluster.activeNode !== undefined
  if (!leads || !network.canReach(node.networkName, leader.networkName)) {
    return 'that node is not reachable, sealed or without a leader'
  }
  // raft knows servers by their ids: two of one id would be one voter with two voices
  const namesake = leader.cluster.nodes.get(node.id)
  return namesake === undefined || namesake === node ? undefined : `its cluster already has a node ${node.id}`
}

/** @returns what was answered, for the log */
async function askForChallenge (node: Node, { apiAddr, caPem, tlsServerName }: Attempt): Promise<string> {
  const { status, body } = await send({
    url: `${apiAddr.replace(/\/$/, '')}/v1/sys/storage/raft/bootstrap/challenge`,
    method: 'PUT',
    headers: { 'X-Vault-Request': 'true' },
    body: printJson({ server_id: node.id }),
    timeoutMs: CHALLENGE_TIMEOUT_MS,
    ...(caPem === '' ? {} : { caPem }),
    ...(tlsServerName === '' ? {} : { serverName: tlsServerName })
  })
  if (status === 200) parseJson(body)
  return `status ${status}`
}

/** Handler of `join.retry`. */
export function retryJoin (node: Node, ids: Readonly<Record<string, string>>, log?: Warn): void {
  if (node.initialized) return
  const join = joinOf(ids)
  // tries go on once it runs again
  if (node.process !== 'running') scheduleJoin(node, join, RETRY_MS)
  else tryJoin(node, join, log).catch(() => { scheduleJoin(node, join, RETRY_MS) })
}
