// Worlds of several clusters, by name: `createWorld`.
import inject, { type Response } from 'light-my-request'
import type { Cluster } from '../cluster/cluster.js'
import type { Controls } from '../control/controls.js'
import type { PathsFilter, ReplicationKind } from '../replication/records.js'
import { injectable } from '../http/verbs.js'
import { openWorld, type OpenOptions, type RunningNode, type RunningWorld } from './open-world.js'
import { handlerFor, sharedApp } from './listen.js'
import { replicate } from '../vault/replication/pairing.js'
import type { InjectRequest } from './create-server.js'
import type { HandedOut, World } from '../world/world.js'

/** Options of a world whose clusters have names: `{ clusters: { east: { nodes: 3 }, west: {} } }`. */
export type NamedWorldOptions<Name extends string> = Omit<OpenOptions, 'clusters'> & {
  readonly clusters: Readonly<Record<Name, { readonly nodes?: number }>>
}

/** One cluster of such a world. */
export interface NamedCluster {
  readonly name: string
  readonly nodes: readonly RunningNode[]
  /** the active node; undefined while there is none */
  readonly leader: RunningNode | undefined
  readonly cluster: Cluster
  readonly rootToken: string | undefined
  /** base64; of a secondary that `replicateTo` made: its primary's */
  readonly unsealKeys: readonly string[]
  /** sends a request to the active node (without one, to the first) and needs no socket */
  readonly inject: (request: InjectRequest | string) => Promise<Response>
  /**
   * Makes another cluster a secondary of this one, all its data gone. When this returns, it has the data of this one
   * and its nodes are open.
   *
   * @param options `id`: of the secondary, by default its name; `pathsFilter`: what it is not given (performance)
   * @throws {VaultError} in a wrong state, as the endpoints do
   */
  readonly replicateTo: (
    secondary: NamedCluster,
    kind?: ReplicationKind,
    options?: { readonly id?: string, readonly pathsFilter?: PathsFilter }
  ) => void
}

export interface NamedWorld {
  readonly world: World
  /** steers it */
  readonly controls: Controls
  /** cuts the links between two clusters, or a cluster and a node (`east/raft_0`), both ways */
  readonly cut: (from: string | NamedCluster, to: string | NamedCluster) => void
  /** heals what is cut between two, around one, or everywhere */
  readonly heal: (from?: string | NamedCluster, to?: string | NamedCluster) => void
  readonly close: () => Promise<void>
}

/**
 * Makes a world of several clusters that know nothing of each other yet; every node listens. Time is `auto`.
 *
 * @example
 * const world = await createWorld({ clusters: { east: { nodes: 3 }, west: {} } })
 * world.east.replicateTo(world.west, 'dr')
 */
export async function createWorld<Name extends string> (
  options: NamedWorldOptions<Name>
): Promise<NamedWorld & Readonly<Record<Name, NamedCluster>>> {
  const running = await openWorld(options)
  const { world } = running
  const handedOut = new Map(running.handedOut)
  const parts = { running, handedOut, options }
  const clusters = Object.keys(options.clusters).map((name) => [name, namedCluster(name, parts)] as const)
  return {
    ...Object.fromEntries(clusters) as Readonly<Record<Name, NamedCluster>>,
    world,
    controls: running.controls,
    cut: (from, to) => { world.network.cut(nameOf(from), nameOf(to)) },
    heal: (from, to) => { world.network.heal(from && nameOf(from), to && nameOf(to)) },
    close: running.close
  }
}

function nameOf (end: string | NamedCluster): string {
  return typeof end === 'string' ? end : end.name
}

interface Parts {
  readonly running: RunningWorld
  /** by cluster name; a secondary takes its primary's keys */
  readonly handedOut: Map<string, HandedOut>
  readonly options: OpenOptions
}

function namedCluster (name: string, { running, handedOut, options: { logger } }: Parts): NamedCluster {
  const { world, controls } = running
  const nodes = (): RunningNode[] => running.nodes.filter(({ clusterName }) => clusterName === name)
  const leader = (): RunningNode | undefined => nodes().find(({ node }) => node.isActive)
  const first = (): RunningNode => {
    const found = leader() ?? nodes()[0]
    if (found === undefined) throw new Error(`the cluster ${name} is not there any more`)
    return found
  }
  const cluster = (): Cluster => first().node.cluster
  return {
    name,
    get nodes () { return nodes() },
    get rootToken () { return handedOut.get(name)?.rootToken },
    get unsealKeys () { return handedOut.get(name)?.unsealKeys ?? [] },
    get leader () { return leader() },
    get cluster () { return cluster() },
    async inject (request) {
      const { node } = first()
      const handle = handlerFor(await sharedApp(logger), { world, node, controls })
      return await inject(handle, injectable(typeof request === 'string' ? { url: request } : request))
    },
    replicateTo (secondary, kind = 'performance', { id = secondary.name, pathsFilter } = {}) {
      replicate(cluster(), secondary.cluster, kind, { id, ...(pathsFilter === undefined ? {} : { pathsFilter }) })
      const unsealKeys = handedOut.get(name)?.unsealKeys ?? []
      handedOut.set(secondary.name, { ...handedOut.get(secondary.name), unsealKeys })
    }
  }
}
