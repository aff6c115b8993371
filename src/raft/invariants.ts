// What must always hold of a raft group.
import { requiredQuorum, votersOf } from './configuration.js'
import type { Raft } from './raft.js'
import type { RaftState } from './raft-state.js'

/** A group as it is, or as it was saved, and which of its servers run. */
export interface Group extends RaftState {
  readonly isUp: (id: string) => boolean
}

const INVARIANTS: Record<string, (group: Group) => boolean> = {
  'there is a voter once there is a server': ({ servers }) => servers.length === 0 || votersOf(servers).length > 0,

  'ids and addresses are unique': ({ servers }) =>
    new Set(servers.map(({ id }) => id)).size === servers.length &&
    new Set(servers.map(({ address }) => address)).size === servers.length,

  'the leader is a voter that runs': ({ leaderId, servers, isUp }) =>
    leaderId === undefined || (votersOf(servers).some(({ id }) => id === leaderId) && isUp(leaderId)),

  'the leader was elected in this very term': ({ leaderId, lastElection, term }) =>
    leaderId === undefined || (lastElection?.leaderId === leaderId && lastElection.term === term),

  'only a majority elects': ({ lastElection }) =>
    lastElection === undefined || new Set(lastElection.grantedBy).size >= requiredQuorum(lastElection.voters),

  'only a server that has every committed entry is elected': ({ lastElection }) =>
    lastElection === undefined || lastElection.appliedIndex === lastElection.committedIndex,

  'the leader has every committed entry': (group) =>
    group.leaderId === undefined || hasAll(group, group.leaderId),

  'a majority of the voters has every committed entry': (group) => {
    const voters = votersOf(group.servers)
    const upToDate = voters.filter(({ id }) => hasAll(group, id))
    return voters.length === 0 || upToDate.length >= requiredQuorum(voters.length)
  },

  'nobody is ahead of what is committed': ({ peers, lastIndex, term }) =>
    [...peers.values()].every(({ appliedIndex, seenIndex, term: seenTerm }) =>
      appliedIndex <= seenIndex && seenIndex <= lastIndex && seenTerm <= term),

  'whoever is in contact has applied everything': (group) =>
    group.servers.every(({ id }) => !inContact(group, id) || hasAll(group, id)),

  'nobody is in contact without a leader': (group) =>
    group.leaderId !== undefined || group.servers.every(({ id }) => !inContact(group, id)),

  'the configuration is a committed entry': ({ configurationIndex, lastIndex }) => configurationIndex <= lastIndex
}

function hasAll ({ peers, lastIndex }: Group, id: string): boolean {
  return peers.get(id)?.appliedIndex === lastIndex
}

function inContact ({ peers }: Group, id: string): boolean {
  return peers.get(id)?.inContact === true
}

/** The first invariant that does not hold, as a sentence; undefined where all do. */
export function brokenInvariant (group: Group): string | undefined {
  return Object.entries(INVARIANTS).find(([, holds]) => !holds(group))?.[0]
}

/** @throws {Error} naming the first invariant that does not hold, with the state */
export function checkInvariants ({ core, state }: Raft): void {
  const broken = brokenInvariant({ ...state, isUp: core.options.isUp })
  if (broken === undefined) return
  throw new Error(`raft group ${core.options.group}: not true that ${broken}: ${JSON.stringify(state)}`)
}
