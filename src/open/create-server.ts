// One Vault node over a world of its own: `createServer`.
import type { InjectOptions, Response } from 'light-my-request'
import inject from 'light-my-request'
import type { Node } from '../cluster/node.js'
import { Controls } from '../control/controls.js'
import type { Listener } from '../http/listeners.js'
import { injectable } from '../http/verbs.js'
import { FIXTURES, FIXTURE_NODES, type FixtureName } from '../world/fixtures/index.js'
import { applyStartingData } from '../world/starting-data.js'
import type { World } from '../world/world.js'
import { handlerFor, listenFor, makeWorld, sharedApp } from './listen.js'
import { NodeListeners } from './node-listeners.js'
import { addRegionFor } from './nomad.js'
import type { OpenOptions } from './open-world.js'

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
  /** below it lie the files of clients */
  readonly filesFolder: string
  /** the listener's URL; undefined before `listen` */
  readonly url: string | undefined
  readonly rootToken: string | undefined
  /** base64 */
  readonly unsealKeys: readonly string[]
  readonly world: World
  /** steers it */
  readonly controls: Controls
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
  const { world, files } = makeWorld(options)
  const following = new NodeListeners()
  const controls = new Controls(world, { settled: () => following.settled() })
  const node = addFixtureNodes(world, options.fixture ?? 'dev')
  world.handedOut = FIXTURES[options.fixture ?? 'dev'](world, world.nodes, { rootToken: options.rootToken ?? 'root' })
  applyStartingData(node, options)
  addRegionFor(world, options)
  controls.begin({ journal: options.control !== false })
  const { rootToken, unsealKeys } = world.handedOut
  const addressee = { world, node, controls: options.control === false ? undefined : controls }
  let listener: Listener | undefined
  return {
    world,
    controls,
    rootToken,
    unsealKeys,
    filesFolder: files.folder,
    get url () { return listener?.url },
    async inject (request) {
      const app = await sharedApp(options.logger)
      return await inject(handlerFor(app, addressee), injectable(typeof request === 'string' ? { url: request } : request))
    },
    async listen ({ host = '127.0.0.1', port = 0 } = {}) {
      listener = await listenFor(await sharedApp(options.logger), addressee, { host, port }, following)
      world.timeline.start()
      node.apiAddr = listener.url
      return listener.url
    },
    async close () {
      world.timeline.stop()
      world.following.stop()
      await listener?.close()
      await files.close()
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
