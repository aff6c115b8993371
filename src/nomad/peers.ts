// The operator's work on a region's raft: reading its configuration, removing peers, transferring leadership.
import type { RaftServer } from '../raft/raft.js'
import { badRequest, NomadError } from './nomad-error.js'
import { inNomadsWords, type Region } from './region.js'
import type { NomadServer } from './server.js'

/** What names a peer: its id or its address, host and RPC port. */
export interface PeerName {
  readonly kind: 'id' | 'address'
  readonly value: string
}

export interface PeerView {
  readonly id: string
  readonly address: string
  /** its name in the gossip pool; undefined where that does not know it */
  readonly memberName: string | undefined
  readonly leader: boolean
  readonly voter: boolean
}

export interface RaftConfigurationView {
  readonly index: number
  readonly servers: readonly PeerView[]
}

/** The configuration as a server sees it: who leads is what this server believes. */
export function raftConfiguration (region: Region, asked: NomadServer): RaftConfigurationView {
  const { raft, profile } = region
  const leaderId = region.leaderSeenFrom(asked)?.id
  return {
    index: profile.tracksIndex ? raft.configurationIndex : 0,
    servers: raft.servers.map(({ id, address, suffrage }) => ({
      id,
      address,
      memberName: region.gossip.members.find((member) => member.id === id)?.memberName,
      leader: id === leaderId,
      voter: suffrage === 'voter'
    }))
  }
}

/**
 * Removes a peer; a living one is added again by the leader's next reconcile.
 *
 * @throws {NomadError} 500 for an unknown one, and in raft's words where it is the last voter
 */
export function removePeer (region: Region, name: PeerName): void {
  const peer = find(region, name)
  if (peer === undefined) throw new NomadError(notFound(name))
  inNomadsWords(() => region.raft.removeServer(peer.id))
}

export interface Transfer {
  readonly from: RaftServer
  readonly to: RaftServer
  /** it was the leader already */
  readonly noop: boolean
}

/**
 * Hands leadership to a peer; to one without a vote the old leader wins again.
 *
 * @throws {NomadError} 400 for an unknown one; 500 where it cannot take over
 */
export function transferLeadership (region: Region, name: PeerName): Transfer {
  const { raft } = region
  const to = find(region, name)
  if (to === undefined) throw badRequest(notFound(name))
  const from = raft.servers.find(({ id }) => id === raft.leaderId)
  if (from === undefined) throw new NomadError('No cluster leader')
  if (from === to) return { from, to, noop: true }
  // the words of hashicorp/raft for a target that does not answer; inferred
  if (!raft.inContact(to.id)) throw new NomadError('leadership transfer timeout')
  inNomadsWords(() => { raft.transferLeadership(to.id) })
  return { from, to, noop: false }
}

function find ({ raft }: Region, { kind, value }: PeerName): RaftServer | undefined {
  return raft.servers.find((server) => server[kind] === value)
}

function notFound ({ kind, value }: PeerName): string {
  return `${kind} ${JSON.stringify(value)} was not found in the Raft configuration`
}
