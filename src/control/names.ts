// How the controls name things: `raft_1` or, where two clusters have one, `east/raft_1`; a cluster by its label.
import type { Cluster } from '../cluster/cluster.js'
import type { Node } from '../cluster/node.js'
import type { World } from '../world/world.js'
import { peersOf } from './replication-links.js'
import { ControlProblem, unknown } from './problem.js'

/**
 * @param name `raft_1` or `east/raft_1`
 * @throws {ControlProblem} for an unknown name and for one that several nodes have
 */
export function nodeNamed (world: World, name: string): Node {
  const found = world.nodes.filter((node) => node.id === name || node.networkName === name)
  if (found.length > 1) throw new ControlProblem('wrong', `several nodes are called "${name}": ${found.map(({ networkName }) => networkName).join(', ')}`)
  if (found[0] === undefined) throw unknown('node', name, world.nodes.map(({ id }) => id))
  return found[0]
}

/**
 * The cluster with a label or key; without a name the first that is initialised.
 *
 * @throws {ControlProblem} for an unknown name
 */
export function clusterNamed (world: World, name?: string): Cluster {
  const clusters = [...world.clusters.values()].filter(({ nodes }) => nodes.size > 0)
  const named = clusters.filter(({ key, label }) => name === undefined || key === name || label === name)
  const found = named.find(({ initialized }) => initialized) ?? named[0]
  if (found === undefined) throw unknown('cluster', name ?? '', clusters.map(({ label }) => label))
  return found
}

/**
 * What the network calls an end of a link: a node, or all of a cluster; a Nomad server, or by `nomad` all of them. A
 * cluster that replicates with one of this world is also known by its secondary id, and by the name and id that its
 * health shows; so it may be one of another process.
 *
 * @throws {ControlProblem} for an unknown name and for one that several nodes have
 */
export function endNamed (world: World, name: string): string {
  if (world.nodes.some(({ cluster }) => cluster.label === name)) return name
  if (name === 'nomad' && world.nomad !== undefined) return name
  const server = world.nomad?.server(name)?.networkName
  if (server !== undefined) return server
  const isNode = world.nodes.some(({ id, networkName }) => name === id || name === networkName)
  const peer = isNode ? undefined : peersOf(world).find(({ names }) => names.includes(name))
  return peer?.networkName ?? nodeNamed(world, name).networkName
}
