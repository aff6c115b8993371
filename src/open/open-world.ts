// Running worlds: nodes with listeners, ready to be used; what `createCluster` and the command hand out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Controls } from '../control/controls.js'
import type { JournalOptions } from '../control/journal.js'
import type { Access } from '../http/callers.js'
import { makeCertificates } from '../http/certificates.js'
import { ListenError, type TlsMaterial } from '../http/listeners.js'
import type { JsonValue } from '../json/index.js'
import { wallClockMs } from '../sim/wall-clock.js'
import { placesIn, type Blueprint } from '../world/blueprint.js'
import { readState } from '../world/saved-world.js'
import type { HandedOut, World } from '../world/world.js'
import { assemble, type Assembled } from './assemble.js'
import { checkOptions, WORLD_OPTIONS } from './check-options.js'
import { serversIn, type NomadListenOptions } from './create-nomad.js'
import { ControlListener } from './control-listener.js'
import { sharedApp } from './listen.js'
import { NodeListeners, type RunningNode } from './node-listeners.js'
import type { ListenerPlace } from './node-sockets.js'
import { RegionListeners, type RunningNomadServer } from './region-listeners.js'
import { readStateFile, StateFile } from './state-file.js'

export type { RunningNode } from './node-listeners.js'

type Made = Omit<Blueprint, 'state' | 'nomad' | 'addressOf' | 'nomadPlaces'>

export interface OpenOptions extends Made, Access {
  readonly host?: string
  /** port of node 0, node i listens on PORT+2i, cluster k from PORT+100·k on; 0, the default, takes free ports */
  readonly port?: number
  /** addresses that clients are told, one per node; `auto` takes each request's Host header */
  readonly apiAddr?: 'auto' | readonly string[]
  /** addresses that other clusters are told, host and port, one per node; by default one above its API's */
  readonly clusterAddr?: readonly string[] | undefined
  /** where the first node's cluster address is listened on; by default the listener's host, one above its port */
  readonly clusterListen?: { readonly host?: string, readonly port?: number } | undefined
  /** where the first node listens, too, each with TLS of its own; plain HTTP without it */
  readonly furtherListeners?: readonly ListenerPlace[] | undefined
  /** a saved world to start from, in place of a fixture: what `saveWorld` or `GET /_mock/state` gave */
  readonly state?: JsonValue
  /**
   * keeps the world: it is loaded from this file where there is one, in place of all that would make it anew, sealed as
   * after a crash; the file is written every few seconds and when the world is closed
   */
  readonly stateFile?: string | undefined
  /** serves the controls below `/_mock/` and keeps a journal; true by default */
  readonly control?: boolean
  /**
   * an address of the controls' own, with their page, which outlives the nodes: on loopback at a free port; false for
   * none. By default there is none in code, where `controls` are at hand
   */
  readonly controlListen?: boolean | { readonly host?: string, readonly port?: number }
  /** how much the journal keeps */
  readonly journal?: JournalOptions
  /** HTTPS: with a certificate made at start, or with this one */
  readonly tls?: boolean | TlsMaterial
  /**
   * the Nomad region: where and how it listens, `optional` to go on without it where the address is taken; false for
   * none. By default, in the `documented` profile only, one without listeners, for which the Vault nodes answer
   */
  readonly nomad?: false | (NomadListenOptions & { readonly optional?: boolean })
  /**
   * folder below which clients' files lie (audit devices, automated snapshots), as in a changed root; `/`: where
   * clients say. By default one of the server's own, made when it is needed and removed when the server is closed
   */
  readonly files?: string | undefined
  /** silent without one */
  readonly logger?: FastifyBaseLogger
}

export interface RunningWorld {
  readonly world: World
  /** steers it */
  readonly controls: Controls
  /** those there are now: a fixture or a state may bring others */
  readonly nodes: readonly RunningNode[]
  readonly rootToken: string | undefined
  /** base64 */
  readonly unsealKeys: readonly string[]
  /** what each cluster's user must know, by the clusters' names */
  readonly handedOut: ReadonlyMap<string, HandedOut>
  /** where the CA of a certificate made at start was written */
  readonly caFile: string | undefined
  /** where the controls have their own address, with the page at `/ui/`; undefined where they have none */
  readonly controlUrl: string | undefined
  /** servers of the Nomad region that listen */
  readonly nomad: readonly RunningNomadServer[]
  /** what the user should know, one line each */
  readonly notices: readonly string[]
  /** below it lie the files of clients; one of the server's own is made at the first write and removed at the end */
  readonly filesFolder: string
  readonly close: () => Promise<void>
  /** closes, once requests in flight have their answers, or after so long */
  readonly finish: (withinMs: number) => Promise<void>
}

/** There is no place for a temporary file. Its message says what to change. */
export class NoFolderError extends Error {
  override readonly name = 'NoFolderError'
}

/**
 * Opens listeners, then makes the world behind them, so that a node knows its address from its first moment.
 *
 * @throws {OptionsError} for an option that there is not, or a value that it cannot have
 * @throws {StateError} for a state that cannot be loaded
 * @throws {StateFileError} for a state file that cannot be read or written
 * @throws {ListenError} when a port is in use; nothing stays open then
 * @throws {NoFolderError} where the certificate of an authority made at start cannot be written
 */
export async function openWorld (options: OpenOptions = {}): Promise<RunningWorld> {
  checkOptions(options, WORLD_OPTIONS)
  const blueprint = await blueprintOf(options)
  const where = withoutData(options)
  const { logger, allowedHosts } = where
  const app = await sharedApp(logger)
  const { tls, caFile } = tlsFor(where)
  const nodes = new NodeListeners(app, { ...where, tls })
  const region = new RegionListeners({ logger, tls, allowedHosts, ...where.nomad })
  const control = new ControlListener(app, where)
  const closeListeners = async (withinMs = 0): Promise<void> => {
    if (caFile !== undefined) rmSync(dirname(caFile), { recursive: true, force: true })
    await Promise.all([nodes.finish(withinMs), region.finish(withinMs), control.finish(withinMs)])
  }
  try {
    await nodes.open(placesIn(blueprint))
    await openControl(control, { ...options, tls })
    const { nomad, notices: ofRegion } = await openRegion(region, blueprint, options)
    const assembled = assembleBehind(nodes, region, { ...blueprint, nomad }, options)
    const notices = [...nodes.notices, ...ofRegion]
    control.serve(assembled.controls)
    const stateFile = await keepState(assembled.world, options)
    return running(assembled, { nodes, region, control, caFile, notices, stateFile, closeListeners })
  } catch (error) {
    await closeListeners()
    throw error
  }
}

/** What lives as long as the world keeps nothing of what it was filled with, which may be large. */
function withoutData ({ secrets, policies, tokens, namespaces, state, ...rest }: OpenOptions): OpenOptions {
  return rest
}

async function blueprintOf ({ state, stateFile, ...options }: OpenOptions): Promise<Blueprint> {
  const kept = stateFile === undefined ? undefined : await readStateFile(stateFile, options)
  if (kept !== undefined) return { ...options, state: kept, returns: true }
  return state === undefined ? options : { ...options, state: readState(state) }
}

/** Not where there are no controls. */
async function openControl (
  listener: ControlListener, options: OpenOptions & { readonly tls?: TlsMaterial }
): Promise<void> {
  const { control = true, controlListen = false, tls } = options
  if (control && controlListen !== false) await listener.open({ ...controlListen === true ? {} : controlListen, tls })
}

async function keepState (world: World, { stateFile, logger }: OpenOptions): Promise<StateFile | undefined> {
  if (stateFile === undefined) return undefined
  const kept = new StateFile(stateFile, world, logger)
  await kept.begin()
  return kept
}

/** A region whose address is taken may be left out; one that nobody asked for needs no listeners. */
async function openRegion (
  listeners: RegionListeners, { state, fixture }: Blueprint, { nomad }: OpenOptions
): Promise<{ readonly nomad: Blueprint['nomad'], readonly notices: readonly string[] }> {
  if (nomad === undefined || nomad === false) return { nomad, notices: [] }
  try {
    const sample = nomad.sample ?? fixture === 'nomad-documented'
    await listeners.open(state?.nomad?.servers.length ?? serversIn({ ...nomad, sample }))
    return { nomad, notices: [] }
  } catch (error) {
    if (nomad.optional !== true || !(error instanceof ListenError) || error.code !== 'EADDRINUSE') throw error
    const taken = `${error.address}:${error.port} is already in use`
    return { nomad: false, notices: [`${taken}: there is no Nomad region. --nomad-listen gives it another address.`] }
  }
}

function assembleBehind (
  nodes: NodeListeners, region: RegionListeners, blueprint: Blueprint, options: OpenOptions
): Assembled {
  const { logger, control = true, journal = {}, files: folder } = options
  const { places } = region
  const assembled = assemble(
    { ...blueprint, addressOf: nodes.addressOf, nomadPlaces: places.length === 0 ? undefined : places },
    { logger, folder, journal: control && journal, settled: () => nodes.settled() }
  )
  nodes.serve(assembled.world, control ? assembled.controls : undefined)
  region.serve(assembled.world)
  assembled.world.timeline.start()
  return assembled
}

interface Sockets {
  readonly nodes: NodeListeners
  readonly region: RegionListeners
  readonly control: ControlListener
  readonly caFile: string | undefined
  readonly notices: readonly string[]
  readonly stateFile: StateFile | undefined
  readonly closeListeners: (withinMs?: number) => Promise<void>
}

function running ({ world, controls, handedOut, files }: Assembled, sockets: Sockets): RunningWorld {
  const { nodes, region, control, caFile, notices, stateFile, closeListeners } = sockets
  return {
    world,
    controls,
    handedOut,
    caFile,
    notices,
    filesFolder: files.folder,
    get nodes () { return nodes.nodes },
    get nomad () { return region.servers },
    controlUrl: control.url,
    get rootToken () { return world.handedOut.rootToken },
    get unsealKeys () { return world.handedOut.unsealKeys },
    async close () {
      controls.end()
      world.timeline.stop()
      world.following.stop()
      await closeListeners()
      await stateFile?.end()
      await files.close()
    },
    async finish (withinMs) {
      controls.end()
      await closeListeners(withinMs)
      world.timeline.stop()
      world.following.stop()
      await stateFile?.end()
      await files.close()
    }
  }
}

function tlsFor ({ tls, host = '127.0.0.1' }: OpenOptions): { tls?: TlsMaterial, caFile?: string } {
  if (tls === undefined || tls === false) return {}
  if (tls !== true) return { tls }
  const made = makeCertificates({ host, nowMs: wallClockMs() })
  return { tls: { cert: made.certPem, key: made.keyPem }, caFile: writeAuthority(made.caPem) }
}

/** @throws {NoFolderError} */
function writeAuthority (pem: string): string {
  try {
    const file = join(mkdtempSync(join(tmpdir(), 'vault-mock-')), 'ca.pem')
    writeFileSync(file, pem)
    return file
  } catch (error) {
    const { message } = error as Error
    const wanted = 'TMPDIR has to name a folder that this user may write to'
    throw new NoFolderError(`the certificate of the authority cannot be written, ${wanted}: ${message}`)
  }
}
