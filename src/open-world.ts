// Running worlds: nodes with listeners, ready to be used; what `createCluster` and the command hand out.
import { writeFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Node } from './cluster/node.js'
import { applyImage, type WorldImage } from './control/world-image.js'
import { stopFollowing } from './cluster/replication/remote.js'
import { FIXTURES, FIXTURE_CLUSTERS, FIXTURE_NODES, type FixtureName, type Prepared } from './fixtures/index.js'
import { CLUSTER_PORT_STEP } from './fixtures/replication.js'
import { makeCertificates } from './http/certificates.js'
import type { Listener, TlsMaterial } from './http/listeners.js'
import type { JsonValue } from './json/index.js'
import { NO_REGION, regionFor, type NomadListenOptions, type RunningNomadServer } from './open-nomad.js'
import { listenFor, sharedApp } from './server.js'
import { wallClockMs } from './sim/wall-clock.js'
import type { StartingData } from './starting-data.js'
import { World, type WorldOptions } from './world.js'

export interface OpenOptions extends WorldOptions, StartingData {
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
  /** silent without one */
  readonly logger?: FastifyBaseLogger
}

/** One node that listens. */
export interface RunningNode {
  readonly id: string
  readonly clusterName: string
  /** what clients are told */
  readonly apiAddr: string
  readonly clusterAddr: string
  /** where it listens; undefined for a fixture's node without a listener */
  readonly url: string | undefined
  readonly node: Node
}

export interface RunningWorld {
  readonly world: World
  readonly nodes: readonly RunningNode[]
  readonly rootToken: string | undefined
  /** base64 */
  readonly unsealKeys: readonly string[]
  /** what each cluster's user must know, by the clusters' names, where they were given */
  readonly handedOut: ReadonlyMap<string, Prepared>
  /** where the CA of a certificate made at start was written */
  readonly caFile: string | undefined
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
  const world = new World(options)
  const app = await sharedApp(options.logger)
  const { tls, caFile } = await tlsFor(options)
  const saved = options.state === undefined ? undefined : (await import('./world-state.js')).readImage(options.state)
  const nodes: RunningNode[] = []
  const listeners: Listener[] = []
  let nomad = NO_REGION
  const close = async (): Promise<void> => {
    world.timeline.stop()
    stopFollowing(world)
    await Promise.all([...listeners.map((listener) => listener.close()), nomad.close()])
  }
  try {
    for (const [index, { label, offset, id, clusterAddr }] of (saved === undefined ? placesFor(options, fixture) : savedPlaces(saved)).entries()) {
      const node = world.addNode(label, { id, apiAddr: '', clusterAddr: clusterAddr ?? '' })
      if (clusterAddr !== undefined && index > 0) {
        node.apiAddr = `http://${clusterAddr.replace(/:\d+$/, ':8200')}`
        nodes.push(running(node, undefined))
        continue
      }
      const listener = await listenFor(app, node, { host: options.host ?? '127.0.0.1', port: options.port === undefined || options.port === 0 ? 0 : options.port + offset, tls, control: options.control, apiAddrFromHost: options.apiAddr === 'auto' })
      listeners.push(listener)
      place(node, listener, options.apiAddr === 'auto' ? undefined : options.apiAddr?.[index])
      nodes.push(running(node, listener.url))
    }
    nomad = await regionFor(world, options, tls)
    const handedOut = saved === undefined ? prepare(world, fixture, options) : new Map<string, Prepared>()
    if (saved !== undefined) applyImage(world, saved)
    else world.handedOut = [...handedOut.values()][0] ?? world.handedOut
    if ((options.secrets ?? options.policies ?? options.tokens) !== undefined) (await import('./starting-data.js')).applyStartingData(world.nodes[0], options)
    world.controls.begin({ journal: options.control !== false })
    world.timeline.start()
    return { world, nodes, rootToken: world.handedOut.rootToken, unsealKeys: world.handedOut.unsealKeys, handedOut, caFile, nomad: nomad.servers, notices: nomad.notices, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Place {
  readonly label: string
  /** of its port from the first one */
  readonly offset: number
  readonly id: string
  readonly clusterAddr?: string
}

function placesFor (options: OpenOptions, fixture: FixtureName): Place[] {
  const { clusters, nodes = 1, nodeIds } = options
  const labels = clusters === undefined ? FIXTURE_CLUSTERS[fixture] ?? ['vault'] : Object.keys(clusters)
  return labels.flatMap((label, k) => {
    const ids = FIXTURE_NODES[fixture] ?? Array.from({ length: clusters?.[label]?.nodes ?? nodes }, (_, i) => ({ id: nodeIds?.[i] ?? `raft_${i}` }))
    return ids.map((place, i) => ({ ...place, label, offset: CLUSTER_PORT_STEP * k + 2 * i }))
  })
}

/** Saved nodes listen on fresh addresses; raft's own addresses stay. */
function savedPlaces ({ nodes, clusters }: WorldImage): Place[] {
  const labels = new Map(clusters.map(({ key, label }) => [key, label]))
  return nodes.map(({ id, cluster }, i) => ({ id, label: labels.get(cluster) ?? 'vault', offset: 2 * i }))
}

/** The fixture makes one cluster of all nodes, or each of the named ones. */
function prepare (world: World, fixture: FixtureName, { clusters, rootToken = 'root' }: OpenOptions): Map<string, Prepared> {
  if (clusters === undefined) return new Map([['', FIXTURES[fixture](world, world.nodes, { rootToken })]])
  return new Map(Object.keys(clusters).map((label) => {
    const nodes = world.nodes.filter(({ cluster }) => cluster.label === label)
    return [label, FIXTURES[fixture](world, nodes, { rootToken })]
  }))
}

/** A node's cluster address is the host that clients are told, with the port one above, as Vault has it. */
function place (node: Node, listener: Listener, apiAddr: string | undefined): void {
  node.apiAddr = apiAddr ?? listener.url
  const { hostname, port } = new URL(node.apiAddr)
  if (node.clusterAddr === '') node.clusterAddr = `${hostname}:${Number(port === '' ? listener.port : port) + 1}`
}

function running (node: Node, url: string | undefined): RunningNode {
  return {
    id: node.id,
    clusterName: node.cluster.label,
    get apiAddr () { return node.apiAddr },
    clusterAddr: node.clusterAddr,
    url,
    node
  }
}

async function tlsFor ({ tls, host = '127.0.0.1' }: OpenOptions): Promise<{ tls?: TlsMaterial, caFile?: string }> {
  if (tls === undefined || tls === false) return {}
  if (tls !== true) return { tls }
  const made = makeCertificates({ host, nowMs: wallClockMs() })
  const caFile = join(await mkdtemp(join(tmpdir(), 'vault-mock-')), 'ca.pem')
  await writeFile(caFile, made.caPem)
  return { tls: { cert: made.certPem, key: made.keyPem }, caFile }
}
