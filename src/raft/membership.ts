// Changes of a raft configuration: adding, removing, promoting and demoting servers.
import type { LeaderLoss, RaftCore } from './core.js'
import { checkVoters, RaftError, requiredQuorum, votersOf, type RaftServer } from './configuration.js'

const TOO_MANY_REMOVALS = 'Preventing server addition that would require removal of too many servers and cause cluster instability'

/** The changes of a group's configuration. */
export class Membership {
  readonly #core: RaftCore

  constructor (core: RaftCore) {
    this.#core = core
  }

  /** The first configuration; servers that already have one refuse it. */
  bootstrap (servers: readonly RaftServer[]): void {
    const core = this.#core
    if (core.servers.length > 0) throw new RaftError('cluster already has state')
    checkVoters(servers)
    core.change({ servers })
    for (const { id } of servers) core.admit(id)
    core.change({ bootstrapping: true, term: 2 })
    core.commit(1)
    core.change({ configurationIndex: core.lastIndex })
  }

  /**
   * Adds a server, or moves a known one to a new address; another server at that address is removed first.
   *
   * @throws {RaftError} `refused` if those removals would cost the quorum
   * @see raft-autopilot `AddServer`
   */
  add (server: RaftServer): void {
    const core = this.#core
    const known = core.server(server.id)
    if (known?.address === server.address) return
    core.requireQuorum()
    for (const displaced of this.#displacedBy(server)) this.remove(displaced.id)
    if (known !== undefined) return this.#replace({ ...known, address: server.address })
    core.admit(server.id)
    this.#commit([...core.servers, server], () => core.observer.serverAdded?.(server))
  }

  /** @returns false for an unknown id, which changes nothing */
  remove (id: string): boolean {
    const core = this.#core
    const server = core.server(id)
    if (server === undefined) return false
    this.#commit(core.servers.filter((other) => other !== server), () => core.observer.serverRemoved?.(server), 'removed')
    return true
  }

  /** Gives a server a vote; @returns false if it has one or is unknown */
  promote (id: string): boolean {
    const core = this.#core
    const server = core.server(id)
    if (server?.suffrage !== 'nonVoter') return false
    const promoted: RaftServer = { id, address: server.address, suffrage: 'voter' }
    this.#replace(promoted, () => core.observer.serverPromoted?.(promoted))
    return true
  }

  /** Takes a server's vote for good; @returns false if it has none or is unknown */
  demote (id: string): boolean {
    const core = this.#core
    const server = core.server(id)
    if (server?.suffrage !== 'voter') return false
    const demoted: RaftServer = { ...server, suffrage: 'nonVoter', permanentNonVoter: true }
    this.#replace(demoted, () => core.observer.serverDemoted?.(demoted))
    return true
  }

  #displacedBy (server: RaftServer): RaftServer[] {
    const { servers } = this.#core
    const displaced = servers.filter(({ id, address }) => address === server.address && id !== server.id)
    const voters = votersOf(servers).length
    if (votersOf(displaced).length > voters - requiredQuorum(voters)) throw new RaftError(TOO_MANY_REMOVALS)
    return displaced
  }

  #replace (server: RaftServer, announce: () => void = () => {}): void {
    this.#commit(this.#core.servers.map((other) => other.id === server.id ? server : other), announce, 'demoted')
  }

  /** A configuration is committed by a majority of the new one; a leader without a vote in it is none any more. */
  #commit (servers: readonly RaftServer[], announce: () => void, loss: LeaderLoss = 'removed'): void {
    const core = this.#core
    core.requireQuorum()
    checkVoters(servers)
    core.refreshContact(servers)
    if (!core.hasQuorum(servers)) {
      core.loseLeader('quorum')
      throw new RaftError('leadership lost while committing log', 'leadership-lost')
    }
    const before = core.servers
    core.change({ servers })
    core.commit(1)
    core.change({ configurationIndex: core.lastIndex })
    for (const { id } of before) if (core.server(id) === undefined) this.#leave(id)
    if (core.leaderId !== undefined && core.server(core.leaderId)?.suffrage !== 'voter') core.loseLeader(loss)
    announce()
  }

  /**
   * A server that was removed: a leader has applied its own removal, a follower only knows that there was another
   * entry.
   */
  #leave (id: string): void {
    const core = this.#core
    const { lastIndex } = core
    if (core.peer(id).inContact) core.changePeer(id, { seenIndex: lastIndex })
    core.changePeer(id, id === core.leaderId ? { appliedIndex: lastIndex } : { inContact: false })
  }
}
