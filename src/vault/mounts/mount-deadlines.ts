// Instants at which a mount has something to do by itself: a password or a key is to be changed.
import type { Cluster } from '../../cluster/cluster.js'
import type { Backends } from '../backend-table.js'
import type { LeaseContext } from '../tokens/secret-leases.js'
import { isDrSecondary, isPerformanceSecondary } from '../../replication/records.js'
import { onceSettled } from '../eventually.js'
import type { Call } from '../paths.js'
import { mountPrefix, mountsOf, type MountEntry } from './mounts.js'

/** What an engine is given when an instant has come that it has put down. */
export type MountCall = Pick<Call, 'cluster' | 'storage' | 'nowMs' | 'mount' | 'mountPrefix'>

/** A deadline's id for something of a mount, by a name that the engine understands. */
export function mountDeadline ({ uuid }: MountEntry, name: string): string {
  return `mount/${uuid}/${name}`
}

/** Lets the engine behind a mount act; nothing happens where the mount is gone. @param id without `mount/` */
export function meetMountDeadline ({ cluster, storage, backends }: LeaseContext, id: string): void {
  const slash = id.indexOf('/')
  const mounts = [...mountsOf(storage, 'mounts'), ...mountsOf(storage, 'auth')]
  const mount = mounts.find(({ uuid }) => uuid === id.slice(0, slash))
  // a primary that has become a secondary
  if (mount === undefined || (!mount.local && isPerformanceSecondary(cluster))) return
  const call = callOf(cluster, mount)
  onceSettled(backends.load(mount), ({ onDeadline }) => { onDeadline?.(call, id.slice(slash + 1)) })
}

/**
 * Lets the engines behind replicated mounts put down what another cluster, their primary, has seen to until now. To be
 * called when replication has changed: nothing happens on a secondary, and what is down already stays.
 */
export function meetPromotion (cluster: Cluster, backends: Backends): void {
  if (!cluster.takesWrites || isPerformanceSecondary(cluster) || isDrSecondary(cluster)) return
  for (const table of ['mounts', 'auth'] as const) {
    for (const mount of mountsOf(cluster.storage, table)) {
      if (mount.local) continue
      onceSettled(backends.load(mount), ({ onPromotion }) => { onPromotion?.(callOf(cluster, mount)) })
    }
  }
}

function callOf (cluster: Cluster, mount: MountEntry): MountCall {
  const { storage, timeline: { nowMs } } = cluster
  return { cluster, storage, nowMs, mount, mountPrefix: mountPrefix(mount) }
}
