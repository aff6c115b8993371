// What is looked at closely: a node or a cluster.
import { computed, signal } from '@preact/signals'
import type { ClusterOverview, NodeOverview } from '../control/overview.js'
import { seen, type Ends, type Seen } from './live.js'

export type Selected = { readonly kind: 'node' | 'cluster', readonly name: string }

export const selected = signal<Selected | undefined>(undefined)

/** `east/raft_0`, as the network names it. */
export function fullName ({ id, cluster }: Pick<NodeOverview, 'id' | 'cluster'>): string {
  return `${cluster}/${id}`
}

/** As short as it is clear: the id alone where no other cluster has it. */
export function nameOf (node: NodeOverview, { clusters }: Pick<Seen, 'clusters'>): string {
  const sharing = clusters.flatMap(({ nodes }) => nodes).filter(({ id }) => id === node.id)
  return sharing.length > 1 ? fullName(node) : node.id
}

export const selectedNode = computed<NodeOverview | undefined>(() => {
  if (selected.value?.kind !== 'node') return undefined
  const { name } = selected.value
  return seen.value?.clusters.flatMap(({ nodes }) => nodes).find((node) => fullName(node) === name)
})

export const selectedCluster = computed<ClusterOverview | undefined>(() => {
  if (selected.value?.kind !== 'cluster') return undefined
  const { name } = selected.value
  return seen.value?.clusters.find(({ key }) => key === name)
})

/** Whether a name, of a node or a cluster, stands for this node. */
export function covers (name: string, node: string): boolean {
  return name === node || node.startsWith(`${name}/`)
}

/** Whether something from one end does not arrive at the other, or the other way round. */
export function isCut ({ links: { cuts } }: Pick<Seen, 'links'>, a: string, b: string): boolean {
  return cuts.some(({ from, to }) => (meets(from, a) && meets(to, b)) || (meets(from, b) && meets(to, a)))
}

/** How slow the link between two clusters is, and how much of a replication stream it carries; undefined for all. */
export function linkBetween (
  { links: { delays, limits } }: Pick<Seen, 'links'>, a: string, b: string
): { readonly delayMs: number, readonly entriesPerSecond: number | undefined } {
  const isIt = ({ from, to }: Ends): boolean => (from === a && to === b) || (from === b && to === a)
  return { delayMs: delays.findLast(isIt)?.delayMs ?? 0, entriesPerSecond: limits.findLast(isIt)?.entriesPerSecond }
}

/** A cluster is cut off where all of it is. */
function meets (end: string, name: string): boolean {
  return covers(end, name)
}

export type Role = 'leader' | 'standby' | 'candidate' | 'non-voter' | 'sealed' | 'stopped' | 'paused' | 'removed' | 'uninitialized'

export function roleOf (node: NodeOverview): Role {
  if (node.process !== 'running') return node.process
  if (node.removed) return 'removed'
  if (!node.initialized) return 'uninitialized'
  if (node.sealed) return 'sealed'
  if (node.active) return 'leader'
  if (node.suffrage === 'nonVoter') return 'non-voter'
  return node.knownLeader === null ? 'candidate' : 'standby'
}

/** What a node is, in one line, for those who hear the picture. */
export function describe (node: NodeOverview): string {
  const { id, cluster, term, appliedIndex, cutOff } = node
  return `${id} of ${cluster}: ${roleOf(node)}, term ${term}, applied ${appliedIndex}${cutOff ? ', does not follow the leader' : ''}`
}
