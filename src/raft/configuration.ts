// The raft configuration: who the servers are, how many make a quorum, and how Go prints it.
import type { RaftState } from './raft-state.js'

export type RaftServer = RaftState['servers'][number]
export type Suffrage = RaftServer['suffrage']

/**
 * - `no-leader`: nobody can commit anything now
 * - `leadership-lost`: the change cost the leader its quorum and was dropped
 * - `refused`: the change itself is not possible
 */
export type RaftErrorReason = 'no-leader' | 'leadership-lost' | 'refused'

/** What raft would not do; the message is in the words of hashicorp/raft or raft-autopilot where they have some. */
export class RaftError extends Error {
  override readonly name = 'RaftError'

  constructor (message: string, readonly reason: RaftErrorReason = 'refused') {
    super(message)
  }
}

export function votersOf (servers: readonly RaftServer[]): RaftServer[] {
  return servers.filter(({ suffrage }) => suffrage === 'voter')
}

/** The smallest majority of so many voters. */
export function requiredQuorum (voters: number): number {
  return Math.floor(voters / 2) + 1
}

/** @throws {RaftError} without a voter, in the words of `hashicorp/raft` `checkConfiguration` */
export function checkVoters (servers: readonly RaftServer[]): void {
  if (votersOf(servers).length > 0) return
  const printed = servers.map(({ id, address }) => `{Nonvoter ${id} ${address}}`).join(' ')
  throw new RaftError(`need at least one voter in configuration: {[${printed}]}`)
}
