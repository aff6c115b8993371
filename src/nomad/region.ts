// A Nomad region: servers, one raft, one gossip pool, autopilot's settings and the ACLs. Wiring only; what it does
// stands beside.
import { NO_RAFT } from '../raft/raft-state.js'
import { Raft, RaftError } from '../raft/raft.js'
import type { Network } from '../sim/network.js'
import type { Random } from '../sim/random.js'
import type { Timeline } from '../sim/timeline.js'
import { Acl, NO_ACL } from './acl.js'
import { firstAutopilotConfig } from './autopilot.js'
import { Gossip, NOMAD_GROUP } from './gossip.js'
import { NomadError } from './nomad-error.js'
import { nomadProfiles, type NomadProfile, type NomadProfileName } from './profiles.js'
import type {
  NomadServerState, RegionState, SigningKey, StoredAutopilotConfig, StoredSchedulerConfig
} from './region-state.js'
import { firstSchedulerConfig } from './scheduler.js'
import { NomadServer, rpcAddress, type NomadPlace } from './server.js'

/** What a region needs of its world. */
export interface RegionSurroundings {
  readonly timeline: Timeline
  readonly random: Random
  readonly network: Network
}

export interface RegionOptions {
  /** default `documented` */
  readonly profile?: NomadProfileName
  readonly places: readonly NomadPlace[]
  /** tokens are looked at; default false */
  readonly acl?: boolean
  /**
   * how `RaftProtocol` is printed: Go clients need the string, the documentation's sample has the number; default
   * `string`
   */
  readonly raftProtocolAs?: 'string' | 'number'
}

/** Observed with `raft_multiplier = 1`: a new leader within about 2.5 s, also after the leader itself was removed. */
const TIMING = { electionMs: 2000, soleElectionMs: 1500, handoverMs: 2000, leaderLeaseMs: 500, heartbeatMs: 100 }
/** Entries of a new leader, and of a new region besides, in order: the first ACL token is entry 8 (observed). */
const ELECTION_ENTRIES = 2
const FIRST_ENTRIES = ['autopilot', 'scheduler', 'cluster metadata', 'root key']
/** the stream of chance that ids come from */
const IDS = 'nomad/ids'

/** What no part of a region keeps for itself. */
type Own = Omit<RegionState, 'servers' | 'raft' | 'acl' | 'gossip'>

/**
 * A region; `newRegion` makes one that is ready at once. Its servers' listeners are the only thing beside its state.
 */
export class Region {
  readonly name = 'global'
  readonly datacenter = 'dc1'
  readonly raft: Raft
  readonly gossip: Gossip
  readonly acl: Acl
  #servers: readonly NomadServer[] = []
  #state: Own

  constructor (readonly surroundings: RegionSurroundings, state: RegionState) {
    this.#state = state
    this.raft = this.#buildRaft()
    this.gossip = new Gossip(this)
    this.acl = new Acl({
      enabled: () => this.#state.aclEnabled,
      ids: surroundings.random.stream(IDS),
      append: () => this.append(),
      nowMs: () => this.timeline.nowMs
    })
    this.restore(state)
  }

  get state (): RegionState {
    const servers = this.#servers.map((server) => server.state)
    return { ...this.#state, servers, raft: this.raft.state, acl: this.acl.state, gossip: this.gossip.state }
  }

  /** Takes over a state. A server stays with its listener, one by one; one that the state lacks stops. */
  restore (state: RegionState): void {
    const { servers, raft, acl, gossip, ...own } = state
    const before = this.#servers
    this.#state = own
    this.#servers = servers.map((server, i) => before[i] ?? this.#newServer(server))
    for (const [i, server] of servers.entries()) this.#servers[i]?.restore(server)
    for (const server of before.slice(servers.length)) server.restore({ ...server.state, process: 'stopped' })
    this.raft.restore(raft)
    this.acl.restore(acl)
    this.gossip.restore(gossip)
  }

  /** In a new region: all servers vote, and the first one leads. */
  begin (): void {
    const { raft, servers } = this
    raft.bootstrap(...servers.map(({ id, address }) => ({ id, address, suffrage: 'voter' as const })))
    raft.electNode(servers[0]?.id ?? '')
    const [autopilotIndex = 0, schedulerIndex = 0, , keyIndex = 0] = FIRST_ENTRIES.map(() => raft.appendEntry())
    this.#state = {
      ...this.#state,
      autopilot: firstAutopilotConfig(autopilotIndex),
      scheduler: firstSchedulerConfig(schedulerIndex),
      signingKey: { ...this.#state.signingKey, createIndex: keyIndex },
      firstTerm: raft.term
    }
  }

  get profile (): NomadProfile { return nomadProfiles[this.#state.profile] }
  get servers (): readonly NomadServer[] { return this.#servers }
  get raftProtocolAs (): RegionState['raftProtocolAs'] { return this.#state.raftProtocolAs }
  get signingKey (): SigningKey { return this.#state.signingKey }
  set signingKey (signingKey: SigningKey) { this.#state = { ...this.#state, signingKey } }
  get firstTerm (): number { return this.#state.firstTerm }
  get autopilot (): StoredAutopilotConfig { return this.#state.autopilot }
  set autopilot (autopilot: StoredAutopilotConfig) { this.#state = { ...this.#state, autopilot } }
  get scheduler (): StoredSchedulerConfig { return this.#state.scheduler }
  set scheduler (scheduler: StoredSchedulerConfig) { this.#state = { ...this.#state, scheduler } }

  get timeline (): Timeline { return this.surroundings.timeline }

  /** Who leads; undefined while nobody does. */
  get leader (): NomadServer | undefined {
    const { leaderId } = this.raft
    return leaderId === undefined ? undefined : this.server(leaderId)
  }

  /** @param name its id, name, or name in the gossip pool */
  server (name: string): NomadServer | undefined {
    return this.servers.find((server) => server.id === name || server.name === name || server.memberName === name)
  }

  /** The leader that a server can pass requests on to; a server that was removed still finds it through gossip. */
  leaderSeenFrom (server: NomadServer): NomadServer | undefined {
    const { leader } = this
    return leader !== undefined && this.connected(server, leader) ? leader : undefined
  }

  isUp (server: NomadServer): boolean {
    return server.process === 'running' && this.surroundings.network.isUp(server.networkName)
  }

  /** Both are up and hear each other. */
  connected (a: NomadServer, b: NomadServer): boolean {
    const { network } = this.surroundings
    if (!this.isUp(a) || !this.isUp(b)) return false
    return network.connects(a.networkName, b.networkName)
  }

  /** To be called whenever a link changes; servers that start or stop tell by themselves. */
  connectivityChanged (): void {
    this.raft.connectivityChanged()
    this.gossip.connectivityChanged()
  }

  /**
   * Commits an entry.
   *
   * @returns its index
   * @throws {NomadError} 500 where the leader has lost its majority
   */
  append (): number {
    return inNomadsWords(() => this.raft.appendEntry())
  }

  #buildRaft (): Raft {
    const { timeline, random, network } = this.surroundings
    return new Raft({
      group: NOMAD_GROUP,
      timeline,
      random: random.stream('nomad/raft'),
      isUp: (id) => this.#isUp(id),
      canReach: (from, to) => network.canReach(this.#networkName(from), this.#networkName(to)),
      timing: TIMING,
      electionEntries: ELECTION_ENTRIES,
      autopilotConfig: () => this.autopilot.config,
      observer: {
        leaderElected: () => { this.gossip.leaderElected() },
        serverRemoved: () => { this.gossip.serverRemoved() }
      }
    })
  }

  #newServer (state: NomadServerState): NomadServer {
    return new NomadServer(state, this.name, () => { this.connectivityChanged() })
  }

  #isUp (id: string): boolean {
    const server = this.server(id)
    return server !== undefined && this.isUp(server)
  }

  #networkName (id: string): string {
    return this.server(id)?.networkName ?? id
  }
}

/** A region that is ready at once: all servers vote and the first one leads. */
export function newRegion (surroundings: RegionSurroundings, options: RegionOptions): Region {
  const { profile = 'documented', places, acl = false, raftProtocolAs = 'string' } = options
  const ids = surroundings.random.stream(IDS)
  const idAt = (place: NomadPlace): string => nomadProfiles[profile].idsAreAddresses ? rpcAddress(place) : ids.uuid()
  const servers = places.map(({ name, host, port }): NomadServerState => {
    return { id: idAt({ name, host, port }), name, host, port, process: 'running' }
  })
  const region = new Region(surroundings, {
    profile,
    raftProtocolAs,
    aclEnabled: acl,
    servers,
    raft: NO_RAFT,
    firstTerm: 0,
    autopilot: firstAutopilotConfig(0),
    acl: NO_ACL,
    scheduler: firstSchedulerConfig(0),
    signingKey: {
      id: ids.uuid(),
      publicKey: ids.bytes(32).toString('base64'),
      createdAtMs: surroundings.timeline.nowMs,
      createIndex: 0
    },
    gossip: { heard: servers.map(({ id }) => id), left: [], reaped: [] }
  })
  region.begin()
  return region
}

/** What raft would not do becomes a plain error with its words, as in Nomad. */
export function inNomadsWords<T> (action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof RaftError)) throw error
    throw new NomadError(error.reason === 'no-leader' ? 'leadership lost while committing log' : error.message)
  }
}
