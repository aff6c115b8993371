// A Nomad region: servers, one raft, one gossip pool, autopilot's settings and the ACLs. Wiring only; what it does stands beside.
import { Raft, RaftError } from '../raft/raft.js'
import type { Network } from '../sim/network.js'
import type { Random } from '../sim/random.js'
import type { Timeline } from '../sim/timeline.js'
import { Acl } from './acl.js'
import { firstAutopilotConfig, type StoredAutopilotConfig } from './autopilot.js'
import { Gossip, NOMAD_GROUP } from './gossip.js'
import { NomadError } from './nomad-error.js'
import { nomadProfiles, type NomadProfile, type NomadProfileName } from './profiles.js'
import { NomadServer, type NomadPlace } from './server.js'

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
  /** how `RaftProtocol` is printed: Go clients need the string, the documentation's sample has the number; default `string` */
  readonly raftProtocolAs?: 'string' | 'number'
}

/** Observed with `raft_multiplier = 1`: a new leader within about 2.5 s, also after the leader itself was removed. */
const TIMING = { electionMs: 2000, soleElectionMs: 1500, handoverMs: 2000, leaderLeaseMs: 500, heartbeatMs: 100 }
/** Entries of a new leader, and of a new region besides: the first ACL token is entry 8 (observed). */
const ELECTION_ENTRIES = 2
const FIRST_ENTRIES = 3

/** Ready at once: all servers vote and the first one leads. */
export class Region {
  readonly name = 'global'
  readonly datacenter = 'dc1'
  readonly profile: NomadProfile
  readonly servers: readonly NomadServer[]
  readonly raft: Raft
  readonly gossip: Gossip
  readonly acl: Acl
  readonly raftProtocolAs: 'string' | 'number'
  /** the key id and the key that `/.well-known/jwks.json` shows */
  signingKey: { readonly id: string, readonly publicKey: Buffer }
  /** the term of the leader that this region began with */
  firstTerm: number
  autopilot: StoredAutopilotConfig

  constructor (readonly surroundings: RegionSurroundings, { profile = 'documented', places, acl = false, raftProtocolAs = 'string' }: RegionOptions) {
    const { random } = surroundings
    const ids = random.stream('nomad/ids')
    this.profile = nomadProfiles[profile]
    this.raftProtocolAs = raftProtocolAs
    this.servers = places.map((place) => new NomadServer(place, this.name, this.profile.idsAreAddresses ? undefined : ids.uuid(), () => { this.connectivityChanged() }))
    this.signingKey = { id: ids.uuid(), publicKey: ids.bytes(32) }
    this.acl = new Acl({ enabled: acl, ids, append: () => this.append(), nowMs: () => this.timeline.nowMs })
    this.raft = this.#buildRaft()
    this.gossip = new Gossip(this)
    this.autopilot = this.#begin()
    this.firstTerm = this.raft.term
  }

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
    return this.isUp(a) && this.isUp(b) && network.canReach(a.networkName, b.networkName) && network.canReach(b.networkName, a.networkName)
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

  #begin (): StoredAutopilotConfig {
    const { raft, servers } = this
    // raft asks for the settings before the entry that holds them is written
    this.autopilot = firstAutopilotConfig(0)
    raft.bootstrap(...servers.map(({ id, address }) => ({ id, address, suffrage: 'voter' as const })))
    raft.electNode(servers[0]?.id ?? '')
    const stored = firstAutopilotConfig(raft.appendEntry())
    raft.appendEntry(FIRST_ENTRIES)
    return stored
  }

  #isUp (id: string): boolean {
    const server = this.server(id)
    return server !== undefined && this.isUp(server)
  }

  #networkName (id: string): string {
    return this.server(id)?.networkName ?? id
  }
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
