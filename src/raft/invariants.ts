// What must always hold of a raft group.
import { requiredQuorum, votersOf } from './configuration.js'
import type { RaftCore } from './core.js'
import type { Raft } from './raft.js'

const INVARIANTS: Record<string, (core: RaftCore) => boolean> = {
  'there is a voter once there is a server': ({ servers }) => servers.length === 0 || votersOf(servers).length > 0,

  'ids and addresses are unique': ({ servers }) =>
    new Set(servers.map(({ id }) => id)).size === servers.length &&
    new Set(servers.map(({ address }) => address)).size === servers.length,

  'the leader is a voter that runs': (core) =>
    core.leaderId === undefined || (core.server(core.leaderId)?.suffrage === 'voter' && core.options.isUp(core.leaderId)),

  'the leader was elected in this very term': ({ leaderId, lastElection, term }) =>
    leaderId === undefined || (lastElection?.leaderId === leaderId && lastElection.term === term),

  'only a majority elects': ({ lastElection }) =>
    lastElection === undefined || new Set(lastElection.grantedBy).size >= requiredQuorum(lastElection.voters),

  'only a server that has every committed entry is elected': ({ lastElection }) =>
    lastElection === undefined || lastElection.appliedIndex === lastElection.committedIndex,

  'the leader has every committed entry': (core) =>
    core.leaderId === undefined || core.peer(core.leaderId).appliedIndex === core.lastIndex,

  'a majority of the voters has every committed entry': (core) => {
    const voters = votersOf(core.servers)
    const upToDate = voters.filter(({ id }) => core.peer(id).appliedIndex === core.lastIndex)
    return voters.length === 0 || upToDate.length >= requiredQuorum(voters.length)
  },

  'nobody is ahead of what is committed': ({ peers, lastIndex, term }) =>
    [...peers.values()].every(({ appliedIndex, seenIndex, term: seenTerm }) =>
      appliedIndex <= seenIndex && seenIndex <= lastIndex && seenTerm <= term),

  'whoever is in contact has applied everything': (core) =>
    core.servers.every(({ id }) => !core.peer(id).inContact || core.peer(id).appliedIndex === core.lastIndex),

  'nobody is in contact without a leader': (core) =>
    core.leaderId !== undefined || core.servers.every(({ id }) => !core.peer(id).inContact),

  'the configuration is a committed entry': ({ configurationIndex, lastIndex }) => configurationIndex <= lastIndex
}

/** @throws {Error} naming the first invariant that does not hold, with the state */
export function checkInvariants (raft: Raft): void {
  for (const [sentence, holds] of Object.entries(INVARIANTS)) {
    if (holds(raft.core)) continue
    const state = JSON.stringify(raft.state)
    throw new Error(`raft group ${raft.core.options.group}: not true that ${sentence}: ${state}`)
  }
}
