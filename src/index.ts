// The public surface, nothing else.
import type { InjectOptions } from 'light-my-request'
import inject, { type Response } from 'light-my-request'
import type { Node } from './cluster/node.js'
import { stopFollowing } from './cluster/replication/remote.js'
import { FIXTURES, FIXTURE_NODES, type FixtureName } from './fixtures/index.js'
import { injectable } from './http/verbs.js'
import type { Listener } from './http/listeners.js'
import { addRegionFor } from './open-nomad.js'
import { openWorld, type OpenOptions, type RunningNode } from './open-world.js'
import { faultsTo, handlerFor, listenFor, sharedApp } from './server.js'
import { applyStartingData } from './starting-data.js'
import { World } from './world.js'

export { openWorld, type OpenOptions, type RunningNode, type RunningWorld } from './open-world.js'
export { createNomad, type CreateNomadOptions, type RunningNomad, type RunningNomadServer } from './open-nomad.js'
export { createWorld, type NamedCluster, type NamedWorld, type NamedWorldOptions } from './replicated-world.js'
export { StartingDataError, type StartingData, type StartingToken } from './starting-data.js'
export { World, type WorldOptions } from './world.js'
export type { FixtureName } from './fixtures/index.js'
export type { Edition, ProfileName } from './profiles/index.js'
export type { TimeMode } from './sim/timeline.js'

export type ServerOptions = Omit<OpenOptions, 'nodes' | 'nodeIds' | 'host' | 'port' | 'tls' | 'state'>

/** A request for `inject`; `LIST`, `SCAN` and `RECOVER` work, too. */
export type InjectRequest = Omit<InjectOptions, 'method'> & { readonly method?: string }

/** One Vault node over a world of its own. */
export interface Server {
  /** sends a request without a socket */
  readonly inject: (request: InjectRequest | string) => Promise<Response>
  /** opens a listener; port 0, the default, takes a free one. Resolves with its URL. */
  readonly listen: (options?: { readonly host?: string, readonly port?: number }) => Promise<string>
  readonly close: () => Promise<void>
  /** the listener's URL; undefined before `listen` */
  readonly url: string | undefined
  readonly rootToken: string | undefined
  /** base64 */
  readonly unsealKeys: readonly string[]
  readonly world: World
}

/**
 * Makes a server: one node, ready at once, over a world that nothing else shares. Silent unless given a logger; time
 * is `auto`.
 *
 * @example
 * const vault = createServer()
 * const answer = await vault.inject({ url: '/v1/sys/health' })
 */
export function createServer (options: ServerOptions = {}): Server {
  const world = new World({ onFault: faultsTo(options.logger), ...options })
  const node = addFixtureNodes(world, options.fixture ?? 'dev')
  world.handedOut = FIXTURES[options.fixture ?? 'dev'](world, world.nodes, { rootToken: options.rootToken ?? 'root' })
  applyStartingData(node, options)
  addRegionFor(world, options)
  world.controls.begin({ journal: options.control !== false })
  const { rootToken, unsealKeys } = world.handedOut
  let listener: Listener | undefined
  return {
    world,
    rootToken,
    unsealKeys,
    get url () { return listener?.url },
    async inject (request) {
      const app = await sharedApp(options.logger)
      return await inject(handlerFor(app, node, { control: options.control }), injectable(typeof request === 'string' ? { url: request } : request))
    },
    async listen ({ host = '127.0.0.1', port = 0 } = {}) {
      listener = await listenFor(await sharedApp(options.logger), node, { host, port, control: options.control })
      world.timeline.start()
      node.apiAddr = listener.url
      return listener.url
    },
    async close () {
      world.timeline.stop()
      stopFollowing(world)
      await listener?.close()
    }
  }
}

/** The fixture's nodes, the first of which is served. */
function addFixtureNodes (world: World, fixture: FixtureName): Node {
  const places = FIXTURE_NODES[fixture] ?? [{ id: 'raft_0' }]
  const nodes = places.map(({ id, clusterAddr }, index) => world.addNode('vault', {
    id,
    apiAddr: `http://127.0.0.1:${8200 + 2 * index}`,
    clusterAddr: clusterAddr ?? `127.0.0.1:${8201 + 2 * index}`
  }))
  return nodes[0] as Node
}

/** A cluster whose nodes listen on free ports. */
export interface RunningCluster {
  readonly nodes: readonly RunningNode[]
  /** the active node; undefined while there is none */
  readonly leader: RunningNode | undefined
  readonly rootToken: string | undefined
  /** base64 */
  readonly unsealKeys: readonly string[]
  readonly world: World
  readonly close: () => Promise<void>
}

/**
 * Makes a cluster of voters that listen on free ports of this machine; ready when the promise resolves. Time is `auto`.
 *
 * @example
 * const cluster = await createCluster({ nodes: 3 })
 * await fetch(`${cluster.leader?.url}/v1/sys/health`)
 */
export async function createCluster (options: OpenOptions = {}): Promise<RunningCluster> {
  const { world, nodes, rootToken, unsealKeys, close } = await openWorld(options)
  return {
    world,
    nodes,
    rootToken,
    unsealKeys,
    close,
    get leader () { return nodes.find(({ node }) => node.isActive) }
  }
}
