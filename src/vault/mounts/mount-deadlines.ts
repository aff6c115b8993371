// Instants at which a mount has something to do by itself: a password or a key is to be changed.
import type { LeaseContext } from '../tokens/secret-leases.js'
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
  if (mount === undefined) return
  const call = { cluster, storage, nowMs: cluster.timeline.nowMs, mount, mountPrefix: mountPrefix(mount) }
  onceSettled(backends.load(mount), ({ onDeadline }) => { onDeadline?.(call, id.slice(slash + 1)) })
}
