// The listeners of a world's nodes: one each, in the order of the nodes, whichever these are after the world was
// replaced.
import type { FastifyInstance } from 'fastify'
import type { Node } from '../cluster/node.js'
import type { Controls } from '../control/controls.js'
import type { Access } from '../http/callers.js'
import type { Listener, ListenerBehaviour, TlsMaterial } from '../http/listeners.js'
import { relocated } from '../world/addresses.js'
import type { AddressOf, Place } from '../world/blueprint.js'
import type { World } from '../world/world.js'
import { atClusterAddress, guardedByHost, handlerFor } from './listen.js'
import { openSlot, type ListenerPlace, type Slot } from './node-sockets.js'

export interface WhereToListen extends Access {
  readonly host?: string
  /** of the first node, others at their offset from it; 0, the default, takes free ports */
  readonly port?: number
  readonly tls?: TlsMaterial | undefined
  /** addresses that clients are told, one per node; `auto` takes each request's Host header */
  readonly apiAddr?: 'auto' | readonly string[] | undefined
  /** addresses that other clusters are told, host and port, one per node; by default one above its API's */
  readonly clusterAddr?: readonly string[] | undefined
  /** where the first node's cluster address is listened on; by default the listener's host, one above its port */
  readonly clusterListen?: { readonly host?: string, readonly port?: number } | undefined
  /** where the first node listens, too, each with its own TLS */
  readonly furtherListeners?: readonly ListenerPlace[] | undefined
}

/** A node that listens. */
export interface RunningNode {
  readonly id: string
  readonly clusterName: string
  /** what clients are told */
  readonly apiAddr: string
  readonly clusterAddr: string
  /** where it listens; undefined for a node that was added since and has no listener */
  readonly url: string | undefined
  /** where it listens, too */
  readonly furtherUrls: readonly string[]
  readonly node: Node
}

interface Served {
  readonly world: World
  /** offered to clients */
  readonly controls: Controls | undefined
}

/** Free ports that are tried until the one above is free, too. */
const PAIR_TRIES = 5

/** They follow their nodes: refuse while a node is stopped. Somewhere the controls must stay within reach. */
export class NodeListeners {
  readonly #app: FastifyInstance
  readonly #where: WhereToListen
  #slots: readonly Slot[] = []
  #served: Served | undefined
  #closed = false
  #opening: Promise<void> = Promise.resolve()
  readonly #retired = new Set<Listener>()
  /** what the user should know, one line each */
  readonly notices: string[] = []
  readonly #running = new WeakMap<Node, RunningNode>()

  constructor (app: FastifyInstance, where: WhereToListen) {
    this.#app = app
    this.#where = where
  }

  /** A listener for each place. @throws {ListenError} where an address is taken */
  async open (places: readonly Place[]): Promise<void> {
    const { port = 0 } = this.#where
    for (const { offset, clusterPortOffset } of places) {
      await (port === 0 ? this.#openOne(0) : this.#openOne(port + offset, clusterPortOffset))
    }
  }

  /** A node's cluster address is the host that clients are told, with the port one above, as Vault has it. */
  readonly addressOf: AddressOf = (_place, index) => this.#addresses(index)

  #addresses (index: number): { readonly apiAddr: string, readonly clusterAddr: string } {
    const { listener, clusterListener } = this.#slots[index] ?? {}
    const apiAddr = this.#told(index) ?? ''
    const told = this.#where.clusterAddr?.[index]
    if (told !== undefined) return { apiAddr, clusterAddr: told }
    const { hostname, port } = new URL(apiAddr)
    const above = clusterListener === undefined || listener === undefined ? 1 : clusterListener.port - listener.port
    return { apiAddr, clusterAddr: `${hostname}:${Number(port === '' ? listener?.port : port) + above}` }
  }

  /** From now on the i-th listener is that of the i-th node, also when the world is replaced. */
  serve (world: World, controls: Controls | undefined): void {
    this.#served = { world, controls }
    world.onReplaced(() => { this.#assign() })
    world.eachCluster((cluster) => {
      for (const change of ['sealed', 'unsealed'] as const) cluster.on(change, () => { this.#arrangeClusterListeners() })
    })
    this.#assign()
  }

  /** Where the first one listens. */
  get url (): string | undefined { return this.#slots[0]?.listener.url }

  /** The nodes of now. */
  get nodes (): readonly RunningNode[] {
    return this.#served?.world.nodes.map((node) => this.#runningNode(node)) ?? []
  }

  /** Resolves once all nodes have a listener, open or shut as they are. */
  async settled (): Promise<void> {
    await this.#opening
    await Promise.all(this.#listeners.map((listener) => listener.settled))
  }

  async close (): Promise<void> {
    await this.finish(0)
  }

  /** Lets requests in flight have their answers, for so long, and closes. */
  async finish (withinMs: number): Promise<void> {
    this.#closed = true
    await this.#opening.catch(() => {})
    const open = this.#slots.flatMap(({ listener, further }) => [listener, ...further])
    const listeners = [...open, ...this.#retired]
    // other clusters ask again
    await Promise.all(this.#slots.map(({ clusterListener }) => clusterListener?.close()))
    await Promise.all(listeners.map((listener) => listener.finish(withinMs)))
  }

  get #listeners (): Listener[] {
    return this.#slots.flatMap(({ listener, further, clusterListener }) => {
      return [listener, ...further, ...clusterListener === undefined ? [] : [clusterListener]]
    })
  }

  #told (index: number): string | undefined {
    const { apiAddr } = this.#where
    return (apiAddr === 'auto' ? undefined : apiAddr?.[index]) ?? this.#slots[index]?.listener.url
  }

  async #openOne (port: number, clusterPortOffset = 1): Promise<void> {
    let slot = await this.#openSlot(port, clusterPortOffset)
    // clients expect the one above: among free ports there is a pair
    const mostTries = port === 0 && this.#where.clusterListen === undefined ? PAIR_TRIES : 1
    for (let tries = 1; tries < mostTries && !hasPair(slot, clusterPortOffset); tries++) {
      await Promise.all([slot.listener, ...slot.further, slot.clusterListener].map((each) => each?.close()))
      slot = await this.#openSlot(port, clusterPortOffset)
    }
    this.#slots = [...this.#slots, slot]
  }

  async #openSlot (port: number, clusterPortOffset: number): Promise<Slot> {
    const { host = '127.0.0.1', tls, furtherListeners = [], clusterListen } = this.#where
    const isFirst = this.#slots.length === 0
    return await openSlot({
      api: { host, port, tls },
      further: isFirst ? furtherListeners : [],
      cluster: (apiPort) => {
        return { host, port: apiPort + clusterPortOffset, ...isFirst ? clusterListen : {}, orFree: port === 0 }
      },
      notice: (text) => { this.notices.push(text) }
    })
  }

  /**
   * Gives each node its listener, opens what is missing, and ends what is left over. The request that asked for all
   * this is answered before its own listener refuses or ends.
   */
  #assign (): void {
    if (this.#served === undefined || this.#closed) return
    const { world } = this.#served
    for (const [index, slot] of this.#slots.entries()) {
      slot.unfollow()
      const node = world.nodes[index]
      if (node !== undefined) this.#follow(slot, node)
    }
    for (const slot of this.#slots.slice(world.nodes.length)) this.#retire(slot)
    this.#slots = this.#slots.slice(0, world.nodes.length)
    this.#arrange({ refuses: false })
    setImmediate(() => { this.#arrange() })
    this.#openMissing(world)
    this.#announceAddresses(world)
  }

  #follow (slot: Slot, node: Node): void {
    const { world, controls } = this.#served ?? {}
    if (world === undefined) return
    const { apiAddr, allowedHosts, controlToken } = this.#where
    const access = { allowedHosts, controlToken }
    slot.handle = handlerFor(this.#app, { world, node, controls, apiAddrFromHost: apiAddr === 'auto', access })
    slot.guardedHandle = guardedByHost(slot.handle, access)
    slot.clusterHandle = atClusterAddress(this.#app, { world, node, controls, apiAddrFromHost: apiAddr === 'auto' })
    slot.node = node
    const changed = (): void => { this.#arrange() }
    node.processListeners.add(changed)
    slot.unfollow = () => { node.processListeners.delete(changed) }
  }

  #retire ({ listener, further, clusterListener }: Slot): void {
    const all = [listener, ...further]
    for (const each of all) this.#retired.add(each)
    setImmediate(() => {
      clusterListener?.close().catch(() => {})
      for (const each of all) each.close().finally(() => { this.#retired.delete(each) }).catch(() => {})
    })
  }

  /** The world may have been replaced again meanwhile. */
  #openMissing (world: World): void {
    if (this.#slots.length >= world.nodes.length) return
    const missing = async (): Promise<void> => {
      if (this.#slots.length >= world.nodes.length) return
      while (this.#slots.length < world.nodes.length && !this.#closed) await this.#openOne(0)
      this.#assign()
    }
    this.#opening = this.#opening.then(missing)
    this.#opening.catch(() => {})
  }

  #announceAddresses (world: World): void {
    const differs = world.nodes.some(({ apiAddr }, i) => apiAddr !== (this.#told(i) ?? apiAddr))
    if (differs) world.restore(relocated(world.state, (_node, i) => this.#slots[i] && this.#addresses(i)))
  }

  /**
   * A stopped node's listener refuses. With controls, a paused node holds its requests back by itself, as the controls
   * are served all the same, and the last listener stays open for them.
   */
  #arrange ({ refuses = true } = {}): void {
    if (this.#served === undefined || this.#closed) return
    const { world, controls } = this.#served
    const keeper = controls === undefined ? undefined : this.#keeper(world.nodes)
    for (const [i, { listener, further }] of this.#slots.entries()) {
      const node = world.nodes[i]
      if (node === undefined) continue
      const behaviour = node === keeper ? 'serving' : behaviourOf(node, controls !== undefined)
      if (behaviour === 'refusing' && !refuses) continue
      for (const each of [listener, ...further]) {
        if (each.behaviour !== behaviour) each.setBehaviour(behaviour)
      }
    }
    if (refuses) this.#arrangeClusterListeners()
  }

  /** Vault opens its cluster port when it is unsealed. */
  #arrangeClusterListeners (): void {
    if (this.#closed) return
    for (const { clusterListener, node } of this.#slots) {
      if (clusterListener === undefined || node === undefined) continue
      const behaviour = node.sealed ? 'refusing' : behaviourOf(node, false)
      if (clusterListener.behaviour !== behaviour) clusterListener.setBehaviour(behaviour)
    }
  }

  #keeper (nodes: readonly Node[]): Node | undefined {
    const served = nodes.slice(0, this.#slots.length)
    return served.find(({ process }) => process !== 'stopped') ??
      served.find((_node, i) => this.#slots[i]?.listener.behaviour === 'serving') ?? served[0]
  }

  #runningNode (node: Node): RunningNode {
    const known = this.#running.get(node)
    if (known !== undefined) return known
    const slotOf = (): Slot | undefined => this.#slots[this.#served?.world.nodes.indexOf(node) ?? -1]
    const running: RunningNode = {
      node,
      id: node.id,
      get clusterName () { return node.cluster.label },
      get apiAddr () { return node.apiAddr },
      get clusterAddr () { return node.clusterAddr },
      get url () { return slotOf()?.listener.url },
      get furtherUrls () { return slotOf()?.further.map(({ url }) => url) ?? [] }
    }
    this.#running.set(node, running)
    return running
  }
}

/** Whether the cluster address is where clients expect it; without one there is nothing to expect. */
function hasPair ({ listener, clusterListener }: Slot, offset: number): boolean {
  return clusterListener === undefined || clusterListener.port === listener.port + offset
}

function behaviourOf ({ process }: Node, hasControls: boolean): ListenerBehaviour {
  if (process === 'stopped') return 'refusing'
  return process === 'paused' && !hasControls ? 'hanging' : 'serving'
}
