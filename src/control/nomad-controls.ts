// What can be done to a server of the Nomad region: killed, started, paused, elected.
import type { Region } from '../nomad/region.js'
import type { NomadServer, ProcessState } from '../nomad/server.js'
import { RaftError } from '../raft/raft.js'
import type { World } from '../world/world.js'
import type { EventLog, WorldEventKind } from './event-log.js'
import { checkWorld } from './invariants.js'
import { ControlProblem, unknown } from './problem.js'

/** A server as the controls show it. */
export interface NomadServerStatus {
  readonly name: string
  /** raft id */
  readonly id: string
  /** host and RPC port */
  readonly address: string
  readonly process: ProcessState
  /** as the gossip pool sees it */
  readonly member: 'alive' | 'failed' | 'left'
  readonly leader: boolean
  readonly suffrage: 'voter' | 'nonVoter' | 'none'
}

/** Servers are named `server-1`, `server-1.global` or by their raft id. */
export class NomadControls {
  readonly #world: World
  readonly #events: EventLog

  constructor (world: World, events: EventLog) {
    this.#world = world
    this.#events = events
  }

  list (): NomadServerStatus[] {
    const { nomad } = this.#world
    return nomad === undefined ? [] : nomad.servers.map((server) => statusOf(nomad, server))
  }

  /** @throws {ControlProblem} for an unknown name, as all others do */
  status (name: string): NomadServerStatus {
    const { region, server } = this.#named(name)
    return statusOf(region, server)
  }

  /** Ends the process at once; connections are refused. Its raft data stays. */
  kill (name: string): void { this.#become(name, 'stopped', 'killed') }

  /** Starts a server that was killed; it joins again by itself. */
  start (name: string): void { this.#become(name, 'running', 'started') }

  /** Stops it from doing anything, as SIGSTOP does. */
  pause (name: string): void { this.#become(name, 'paused', 'paused') }

  resume (name: string): void { this.#become(name, 'running', 'resumed') }

  /** Makes a server the leader now. */
  elect (name: string): void {
    const { region, server } = this.#named(name)
    try {
      region.raft.electNode(server.id)
    } catch (error) {
      throw error instanceof RaftError ? new ControlProblem('impossible', error.message) : error
    }
    checkWorld(this.#world)
  }

  #become (name: string, process: ProcessState, kind: WorldEventKind): void {
    const { server } = this.#named(name)
    if (server.process === process) throw new ControlProblem('impossible', `${name} is ${process}`)
    server.process = process
    this.#events.add(kind, { cluster: 'nomad', node: server.name })
    checkWorld(this.#world)
  }

  #named (name: string): { readonly region: Region, readonly server: NomadServer } {
    const { nomad } = this.#world
    const server = nomad?.server(name)
    if (nomad === undefined || server === undefined) throw unknown('Nomad server', name, nomad?.servers.map((each) => each.name) ?? [])
    return { region: nomad, server }
  }
}

function statusOf (region: Region, server: NomadServer): NomadServerStatus {
  const { name, id, address, process } = server
  return {
    name,
    id,
    address,
    process,
    member: region.gossip.statusOf(server),
    leader: region.leader === server,
    suffrage: region.raft.servers.find((peer) => peer.id === id)?.suffrage ?? 'none'
  }
}
