// Who belongs to a cluster: join with its challenge and answer, removal, promotion and demotion.
import { decodedBase64 } from '../go/base64.js'
import { failure, invalid, VaultError } from '../refusal/index.js'
import { RaftError } from '../raft/raft.js'
import { sealBytes } from './barrier.js'
import type { Cluster } from './cluster.js'
import type { Node } from './node.js'
import { sealNode } from './seal.js'

const CHALLENGE_BYTES = 16
/** How long a 1.19+ node takes to learn that it was removed: its next heartbeat. */
const REMOVAL_NOTICED_MS = 2500

export interface Challenge {
  /** base64 of the sealed answer */
  readonly challenge: string
  readonly shares: number
  readonly threshold: number
}

/**
 * Issues the challenge that a joiner answers once it has the unseal keys.
 *
 * @throws {VaultError} `invalid` without a server id
 * @see `storage/raft/bootstrap/challenge`
 */
export function issueChallenge (cluster: Cluster, serverId: string): Challenge {
  if (serverId === '') throw invalid('no server id provided')
  const { rootKey, seal } = cluster
  if (rootKey === undefined || seal === undefined) throw new VaultError('sealed', 'Vault is sealed')
  const random = cluster.random.stream('challenges')
  const answer = Buffer.from(random.bytes(CHALLENGE_BYTES))
  cluster.change({ challenges: new Map(cluster.challenges).set(serverId, answer.toString('base64')) })
  const challenge = Buffer.from(sealBytes(rootKey, answer, random.bytes(12))).toString('base64')
  return { challenge, shares: seal.shares, threshold: seal.threshold }
}

export interface Answer {
  readonly serverId: string
  readonly answer: string
  readonly clusterAddr: string
  readonly nonVoter: boolean
}

/**
 * Admits a server that proves it holds the keys. The pending answer is used up, right or wrong.
 *
 * @throws {VaultError} `invalid`, in Vault's order of checks
 * @see `storage/raft/bootstrap/answer`
 */
export function acceptAnswer (cluster: Cluster, { serverId, answer, clusterAddr, nonVoter }: Answer): void {
  if (serverId === '') throw invalid('no server_id provided')
  if (answer === '') throw invalid('no answer provided')
  if (clusterAddr === '') throw invalid('no cluster_addr provided')
  if (decodedBase64(answer) === undefined) throw invalid('could not base64 decode answer')
  const expected = cluster.challenges.get(serverId)
  cluster.change({ challenges: new Map([...cluster.challenges].filter(([id]) => id !== serverId)) })
  if (expected === undefined) throw invalid(cluster.profile.unexpectedAnswerText)
  if (expected !== answer) throw invalid('invalid answer given')
  addServer(cluster, { id: serverId, address: clusterAddr, nonVoter })
}

interface Admitted {
  readonly id: string
  readonly address: string
  readonly nonVoter: boolean
}

function addServer (cluster: Cluster, { id, address, nonVoter }: Admitted): void {
  cluster.raft.addServer({ id, address, suffrage: 'nonVoter', permanentNonVoter: nonVoter })
}

/** Ties a fresh node to the cluster it wants to join: it is initialised from now on, and a member once unsealed. */
export function beginJoin (node: Node, leader: Cluster, { nonVoter }: { nonVoter: boolean }): void {
  issueChallenge(leader, node.id)
  const { seal } = leader
  leader.add(node)
  const sealConfig = seal && { shares: seal.shares, threshold: seal.threshold }
  node.change({ joinPending: true, nonVoter, view: undefined, sealConfig })
}

/**
 * Joins where raft only elects the leader: the data is shared, so an open node is a member at once.
 *
 * @throws {VaultError} `failure`, in Vault's order
 * @see `reference/raft.md` §2, rows 4 to 6
 */
export function joinSharedStorage (
  node: Node, { addressGiven, nonVoter }: { readonly addressGiven: boolean, readonly nonVoter: boolean }
): void {
  const refuse = (text: string) => new VaultError('failure', text, false)
  if (node.sealed) throw refuse('node must be unsealed before joining')
  if (addressGiven) throw refuse('leader API address and auto-join metadata must be unset when raft is used exclusively for HA')
  if (node.cluster.activeNode === undefined) throw refuse('unable to fetch leadership entry')
  addServer(node.cluster, { id: node.id, address: node.clusterAddr, nonVoter })
  node.cluster.connectivityChanged()
}

/**
 * The joiner, now able to open the challenge, answers it.
 *
 * @returns false where it is not let in: the leader is gone by now, or somebody else has used up the challenge
 */
export function completeJoin (node: Node): boolean {
  const { cluster } = node
  const answer = cluster.challenges.get(node.id) ?? ''
  try {
    acceptAnswer(cluster, { serverId: node.id, answer, clusterAddr: node.clusterAddr, nonVoter: node.nonVoter })
    return true
  } catch (error) {
    if (error instanceof VaultError || error instanceof RaftError) return false
    throw error
  }
}

/**
 * Takes a server out of the raft configuration. An unknown id changes nothing and is no error.
 *
 * @param serverId raft node id, e.g. `raft_1`
 * @throws {VaultError} `invalid` without an id; `failure` if no voter would be left
 * @see `storage/raft/remove-peer`, recordings `raft-single`, `raft-cluster`
 */
export function removePeer (cluster: Cluster, serverId: string): void {
  if (serverId === '') throw invalid('no server id provided')
  const wasLeader = cluster.raft.leaderId === serverId
  try {
    if (!cluster.raft.removeServer(serverId)) return
  } catch (error) {
    throw error instanceof RaftError ? failure(error.message) : error
  }
  const node = cluster.nodes.get(serverId)
  if (node !== undefined) noticeRemoval(node, { wasLeader })
}

function noticeRemoval (node: Node, { wasLeader }: { wasLeader: boolean }): void {
  const { cluster } = node
  cluster.announce('removed', node)
  if (cluster.profile.removedNode === 'seals') {
    const { timeline } = cluster
    const ids = { cluster: cluster.key, node: node.id }
    timeline.schedule({ atMs: timeline.nowMs + REMOVAL_NOTICED_MS, kind: 'cluster.removed', urgency: 'transition', ids })
  } else if (wasLeader && cluster.profile.removedLeader === 'says-so') {
    becomeRemoved(node)
  } else if (wasLeader) {
    node.change({ process: 'paused' })
    cluster.connectivityChanged()
  }
}

/** A node learns of its removal, as from 1.19 on, and seals itself for good. Handler of `cluster.removed`. */
export function becomeRemoved (node: Node): void {
  if (node.cluster.raft.servers.some((server) => server.id === node.id)) return
  node.change({ removed: true })
  sealNode(node)
}

/** Makes a non-voter a voter by hand (OpenBao). */
export function promotePeer (cluster: Cluster, serverId: string): void {
  if (serverId === '') throw invalid('no server id provided')
  const server = cluster.raft.servers.find(({ id }) => id === serverId)
  if (server?.suffrage !== 'nonVoter') throw failure('server is not a non-voter')
  cluster.raft.promote(serverId)
}

/** Takes a server's vote (OpenBao); unknown ids and the leader are let pass, as recorded. */
export function demotePeer (cluster: Cluster, serverId: string): void {
  if (serverId === '') throw invalid('no server id provided')
  if (serverId === cluster.raft.leaderId || !cluster.raft.servers.some(({ id }) => id === serverId)) return
  cluster.raft.demote(serverId)
}
