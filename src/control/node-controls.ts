// What can be done to a node: killed, started, wiped, paused, sealed, elected.
import type { Cluster } from '../cluster/cluster.js'
import { stepDown } from '../cluster/leadership.js'
import { NO_PROGRESS, type Node } from '../cluster/node.js'
import { joinAsConfigured } from '../cluster/retry-join.js'
import { becomeUnsealed, finishJoin, sealNode } from '../cluster/seal.js'
import { RaftError } from '../raft/raft.js'
import type { World } from '../world/world.js'
import type { EventLog, WorldEventKind } from './event-log.js'
import { checkWorld } from './invariants.js'
import { nodeNamed } from './names.js'
import { ControlProblem } from './problem.js'

const SITS_OUT_MS = 10_000

/** A node as the controls show it. */
export interface NodeStatus {
  readonly id: string
  /** its cluster's label */
  readonly cluster: string
  readonly apiAddr: string
  readonly clusterAddr: string
  readonly process: 'running' | 'stopped' | 'paused'
  readonly initialized: boolean
  readonly sealed: boolean
  readonly active: boolean
  readonly suffrage: 'voter' | 'nonVoter' | 'none'
  readonly appliedIndex: number
  readonly term: number
  /** it does not follow the leader and answers from what it knew last */
  readonly cutOff: boolean
}

/**
 * Every action has the consequences that it has in Vault. Nodes are named by id, `cluster/id` where that is not enough.
 */
export class NodeControls {
  readonly #world: World
  readonly #events: EventLog

  constructor (world: World, events: EventLog) {
    this.#world = world
    this.#events = events
  }

  list (): NodeStatus[] { return this.#world.nodes.map(statusOf) }

  /** @throws {ControlProblem} for an unknown name, as all others do */
  status (name: string): NodeStatus { return statusOf(nodeNamed(this.#world, name)) }

  /** Ends the process at once; connections are refused. Its raft data stays; what it had in memory alone is gone. */
  kill (name: string): void {
    this.#act(name, 'killed', (node) => {
      if (node.isActive) forgetCeremonies(node.cluster)
      if (node.cluster.raftUse === 'none') this.#erase(node)
      node.stop()
      node.cluster.connectivityChanged()
    })
  }

  /**
   * Starts a node that is not running. As Vault does, it comes up sealed, unless told to `unseal`. Its listener opens
   * in the background: `await controls.settled()` before the next request.
   */
  start (name: string, { unseal = false }: { readonly unseal?: boolean } = {}): void {
    this.#act(name, 'started', (node) => {
      if (node.process === 'running') throw new ControlProblem('impossible', `${name} is running`)
      node.change({ sealed: true, process: 'running' })
      node.cluster.connectivityChanged()
      joinAsConfigured(node)
      if (unseal) this.#unseal(node)
    })
  }

  /** Kills it, if it runs, and starts it. */
  restart (name: string, options: { readonly unseal?: boolean } = {}): void {
    if (nodeNamed(this.#world, name).process !== 'stopped') this.kill(name)
    this.start(name, options)
  }

  /**
   * Ends the process, deletes its data and starts it again: a fresh node, still in the raft configuration if it was.
   */
  wipe (name: string): void {
    this.#act(name, 'wiped', (node) => {
      const { cluster } = node
      this.#erase(node)
      if (cluster.nodes.size > 0) cluster.connectivityChanged()
      joinAsConfigured(node)
    })
  }

  /** Stops it from doing anything, as SIGSTOP does: connections are taken and never answered. */
  pause (name: string): void {
    this.#act(name, 'paused', (node) => {
      if (node.process !== 'running') throw new ControlProblem('impossible', `${name} is not running`)
      node.change({ process: 'paused', activeSinceAtMs: 0 })
      node.cluster.connectivityChanged()
    })
  }

  /** Lets a paused node go on; requests that came meanwhile are answered. */
  resume (name: string): void {
    this.#act(name, 'resumed', (node) => {
      if (node.process !== 'paused') throw new ControlProblem('impossible', `${name} is not paused`)
      node.change({ process: 'running' })
      node.cluster.connectivityChanged()
    })
  }

  seal (name: string): void { this.#act(name, undefined, sealNode) }

  /** Unseals without a key; a joiner becomes a member. */
  unseal (name: string): void { this.#act(name, undefined, (node) => { this.#unseal(node) }) }

  /** Makes a node the leader of its cluster now. */
  elect (name: string): void { this.#act(name, undefined, ({ id, cluster }) => { cluster.raft.electNode(id) }) }

  /** The node, if active, gives up leading for ten seconds. */
  stepDown (name: string): void { this.#act(name, undefined, (node) => { stepDown(node, SITS_OUT_MS) }) }

  #unseal (node: Node): void {
    const { cluster } = node
    const { seal } = cluster
    if (seal === undefined || cluster.rootKey === undefined) {
      const reason = seal === undefined ? 'it is not initialised' : 'its data is under keys of another cluster'
      throw new ControlProblem('impossible', `${node.id} cannot be unsealed without keys: ${reason}`)
    }
    if (node.removed) throw new ControlProblem('impossible', `${node.id} was removed from its cluster`)
    if (!node.sealed) return
    node.change({ sealConfig: { shares: seal.shares, threshold: seal.threshold }, unsealProgress: NO_PROGRESS })
    // which tells of it
    if (node.joinPending) finishJoin(node)
    else becomeUnsealed(node)
  }

  #erase (node: Node): void {
    this.#freshCluster(node).add(node)
    node.wipe()
  }

  /** A cluster for a node that is to belong to none. */
  #freshCluster ({ id, cluster: { label } }: Node): Cluster {
    const { clusters } = this.#world
    let key = `${label}/${id}`
    for (let n = 2; clusters.has(key); n++) key = `${label}/${id}#${n}`
    return this.#world.addCluster(key, label)
  }

  #act (name: string, kind: WorldEventKind | undefined, action: (node: Node) => void): void {
    const node = nodeNamed(this.#world, name)
    try {
      action(node)
    } catch (error) {
      throw error instanceof RaftError ? new ControlProblem('impossible', error.message) : error
    }
    if (kind !== undefined) this.#tell(kind, node)
    checkWorld(this.#world)
  }

  #tell (kind: WorldEventKind, node: Node): void {
    this.#events.add(kind, { cluster: node.cluster.label, node: node.id })
  }
}

/** Half-done ceremonies live in the memory of the active node. */
function forgetCeremonies (cluster: Cluster): void {
  cluster.change({ rootGeneration: undefined, rekey: undefined })
}

/** How a node stands. */
export function statusOf (node: Node): NodeStatus {
  const { id, cluster, apiAddr, clusterAddr, process, initialized, sealed, isActive } = node
  const { raft } = cluster
  return {
    id,
    cluster: cluster.label,
    apiAddr,
    clusterAddr,
    process,
    initialized,
    sealed,
    active: isActive,
    suffrage: raft.servers.find((server) => server.id === id)?.suffrage ?? 'none',
    appliedIndex: raft.appliedIndex(id),
    term: raft.termSeenFrom(id),
    cutOff: node.view !== undefined
  }
}
