// Running worlds: nodes with listeners, ready to be used; what `createCluster` and the command hand out.
import { writeFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyImage } from '../world/world-image.js'
import { Controls } from '../control/controls.js'
import { NodeListeners } from './node-listeners.js'
import { FIXTURES, type FixtureName, type Prepared } from '../world/fixtures/index.js'
import { makeCertificates } from '../http/certificates.js'
import type { TlsMaterial } from '../http/listeners.js'
import type { JsonValue } from '../json/index.js'
import { NO_REGION, regionFor, type NomadListenOptions, type RunningNomadServer } from './nomad.js'
import { openNodes, placesFor, savedPlaces, type OpenedNodes, type RunningNode } from './nodes.js'
import { makeWorld, sharedApp, type MachineOptions } from './listen.js'
import { wallClockMs } from '../sim/wall-clock.js'
import type { StartingData } from '../world/starting-data.js'
import type { World, WorldOptions } from '../world/world.js'

export type { RunningNode } from './nodes.js'

export interface OpenOptions extends WorldOptions, StartingData, MachineOptions {
  /** how many nodes, of each cluster; default 1 */
  readonly nodes?: number
  /** clusters by name, each made by the fixture; cluster k listens from PORT+100·k on */
  readonly clusters?: Readonly<Record<string, { readonly nodes?: number }>>
  /** raft ids; default `raft_0`, `raft_1` … */
  readonly nodeIds?: readonly string[]
  readonly host?: string
  /** port of node 0, node i listens on PORT+2i; 0, the default, takes free ports */
  readonly port?: number
  /** addresses that clients are told, one per node; `auto` takes each request's Host header */
  readonly apiAddr?: 'auto' | readonly string[]
  /** the world to start from; default `dev` */
  readonly fixture?: FixtureName
  /** a saved world to start from, in place of a fixture: what `saveWorld` or `GET /_mock/state` gave */
  readonly state?: JsonValue
  /** serves the controls below `/_mock/` and keeps a journal; true by default */
  readonly control?: boolean
  /** default `root` */
  readonly rootToken?: string
  /** HTTPS: with a certificate made at start, or with this one */
  readonly tls?: boolean | TlsMaterial
  /**
   * the Nomad region: where and how it listens, `optional` to go on without it where the address is taken; false for none.
   * By default, in the `documented` profile only, one without listeners, for which the Vault nodes answer
   */
  readonly nomad?: false | (NomadListenOptions & { readonly optional?: boolean })
}

export interface RunningWorld {
  readonly world: World
  /** steers it */
  readonly controls: Controls
  readonly nodes: readonly RunningNode[]
  readonly rootToken: string | undefined
  /** base64 */
  readonly unsealKeys: readonly string[]
  /** what each cluster's user must know, by the clusters' names, where they were given */
  readonly handedOut: ReadonlyMap<string, Prepared>
  /** where the CA of a certificate made at start was written */
  readonly caFile: string | undefined
  /** below it lie the files of clients; one of the server's own is made at the first write and removed at the end */
  readonly filesFolder: string
  /** servers of the Nomad region that listen */
  readonly nomad: readonly RunningNomadServer[]
  /** what the user should know, one line each */
  readonly notices: readonly string[]
  readonly close: () => Promise<void>
}

/**
 * Opens listeners, then builds the world behind them, so that a node knows its address from its first moment.
 *
 * @throws the listener's error when a port is in use; nothing stays open then
 */
export async function openWorld (options: OpenOptions = {}): Promise<RunningWorld> {
  const { fixture = 'dev' } = options
  const { world, files } = makeWorld(options)
  const following = new NodeListeners()
  const controls = new Controls(world, { settled: () => following.settled() })
  const app = await sharedApp(options.logger)
  const { tls, caFile } = await tlsFor(options)
  const saved = options.state === undefined ? undefined : (await import('../world/saved-world.js')).readImage(options.state)
  const opened: OpenedNodes = { nodes: [], listeners: [] }
  let nomad = NO_REGION
  const close = async (): Promise<void> => {
    world.timeline.stop()
    world.following.stop()
    await Promise.all([...opened.listeners.map((listener) => listener.close()), nomad.close()])
    await files.close()
  }
  try {
    await openNodes(world, saved === undefined ? placesFor(options, fixture) : savedPlaces(saved), { ...options, app, tls, following, controls: options.control === false ? undefined : controls }, opened)
    nomad = await regionFor(world, options, tls)
    const handedOut = saved === undefined ? prepare(world, fixture, options) : new Map<string, Prepared>()
    if (saved !== undefined) applyImage(world, saved)
    else world.handedOut = [...handedOut.values()][0] ?? world.handedOut
    if ((options.secrets ?? options.policies ?? options.tokens) !== undefined) (await import('../world/starting-data.js')).applyStartingData(world.nodes[0], options)
    controls.begin({ journal: options.control !== false })
    world.timeline.start()
    return { world, controls, nodes: opened.nodes, rootToken: world.handedOut.rootToken, unsealKeys: world.handedOut.unsealKeys, handedOut, caFile, filesFolder: files.folder, nomad: nomad.servers, notices: nomad.notices, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The fixture makes one cluster of all nodes, or each of the named ones. */
function prepare (world: World, fixture: FixtureName, { clusters, rootToken = 'root' }: OpenOptions): Map<string, Prepared> {
  if (clusters === undefined) return new Map([['', FIXTURES[fixture](world, world.nodes, { rootToken })]])
  return new Map(Object.keys(clusters).map((label) => {
    const nodes = world.nodes.filter(({ cluster }) => cluster.label === label)
    return [label, FIXTURES[fixture](world, nodes, { rootToken })]
  }))
}

async function tlsFor ({ tls, host = '127.0.0.1' }: OpenOptions): Promise<{ tls?: TlsMaterial, caFile?: string }> {
  if (tls === undefined || tls === false) return {}
  if (tls !== true) return { tls }
  const made = makeCertificates({ host, nowMs: wallClockMs() })
  const caFile = join(await mkdtemp(join(tmpdir(), 'vault-mock-')), 'ca.pem')
  await writeFile(caFile, made.caPem)
  return { tls: { cert: made.certPem, key: made.keyPem }, caFile }
}
