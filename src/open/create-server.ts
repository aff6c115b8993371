// One Vault node over a world of its own: `createServer`.
import type { InjectOptions, Response } from 'light-my-request'
import type { Controls } from '../control/controls.js'
import { injectable } from '../http/verbs.js'
import { placesIn } from '../world/blueprint.js'
import { readState } from '../world/saved-world.js'
import type { World } from '../world/world.js'
import { assemble } from './assemble.js'
import { checkOptions, SERVER_OPTIONS } from './check-options.js'
import { Injections } from './injections.js'
import { handlerFor, sharedApp } from './listen.js'
import { NodeListeners, type WhereToListen } from './node-listeners.js'
import type { OpenOptions } from './open-world.js'

type OfListeners = 'host' | 'port' | 'tls' | 'clusterAddr' | 'clusterListen' | 'furtherListeners' | 'controlListen'

export type ServerOptions = Omit<OpenOptions, 'nodes' | 'nodeIds' | 'stateFile' | OfListeners>

/** A request for `inject`; `LIST`, `SCAN` and `RECOVER` work, too. */
export type InjectRequest = Omit<InjectOptions, 'method'> & { readonly method?: string }

/** One Vault node over a world of its own. */
export interface Server {
  /**
   * sends a request without a socket; rejects with the code `ECONNREFUSED` while the node is stopped, and with
   * `ECONNRESET` where the server is closed first
   */
  readonly inject: (request: InjectRequest | string) => Promise<Response>
  /** opens listeners; port 0, the default, takes free ones. Resolves with the URL of the first node. */
  readonly listen: (options?: { readonly host?: string, readonly port?: number }) => Promise<string>
  readonly close: () => Promise<void>
  /** below it lie the files of clients: audit devices, automated snapshots */
  readonly filesFolder: string
  /** the first node's URL; undefined before `listen` */
  readonly url: string | undefined
  readonly rootToken: string | undefined
  /** base64 */
  readonly unsealKeys: readonly string[]
  readonly world: World
  /** steers it */
  readonly controls: Controls
}

/**
 * Makes a server: one node, ready at once, over a world that nothing else shares; the fixture may bring others. Silent
 * unless given a logger; time is `auto`.
 *
 * @throws {OptionsError} for an option that there is not, or a value that it cannot have
 * @throws {StateError} for a state that cannot be loaded
 * @example
 * const vault = createServer()
 * const answer = await vault.inject({ url: '/v1/sys/health' })
 */
export function createServer (options: ServerOptions = {}): Server {
  checkOptions(options, SERVER_OPTIONS)
  const { logger, control = true, journal = {}, apiAddr, files: folder, state, ...others } = options
  const { allowedHosts, controlToken, ...blueprint } = others
  const access = { allowedHosts, controlToken }
  let listeners: NodeListeners | undefined
  const saved = state === undefined ? undefined : readState(state)
  const { world, controls, files } = assemble({ ...blueprint, nodes: 1, state: saved }, {
    logger,
    folder,
    journal: control && journal,
    settled: async () => { await listeners?.settled() }
  })
  const offered = control ? controls : undefined
  const injections = new Injections()
  return {
    world,
    controls,
    filesFolder: files.folder,
    get rootToken () { return world.handedOut.rootToken },
    get unsealKeys () { return world.handedOut.unsealKeys },
    get url () { return listeners?.url },
    async inject (request) {
      const [node] = world.nodes
      if (node === undefined) throw new Error('there is no node to send a request to')
      const handle = handlerFor(await sharedApp(logger), { world, node, controls: offered, access })
      const look = (): void => { injections.look() }
      node.processListeners.add(look)
      return await injections.send({
        handle,
        request: injectable(typeof request === 'string' ? { url: request } : request),
        target: node,
        handleLooks: control
      }).finally(() => { node.processListeners.delete(look) })
    },
    async listen (where = {}) {
      listeners = await listenersFor(world, { apiAddr, ...access, ...where }, logger)
      listeners.serve(world, offered)
      world.timeline.start()
      return listeners.url ?? ''
    },
    async close () {
      controls.end()
      world.timeline.stop()
      world.following.stop()
      injections.end()
      await listeners?.close()
      await files.close()
    }
  }
}

/** Only the first node's port is chosen; the others take free ones. */
async function listenersFor (
  world: World, where: WhereToListen, logger: ServerOptions['logger']
): Promise<NodeListeners> {
  const listeners = new NodeListeners(await sharedApp(logger), where)
  await listeners.open(placesIn({ state: world.state }).slice(0, 1))
  return listeners
}
