// Instants at which an engine acts by itself: entries below its mount, of which the timeline knows only the earliest.
import type { Cluster } from '../cluster/cluster.js'
import type { Area, Storage } from '../cluster/storage.js'
import { isDrSecondary, isPerformanceSecondary } from '../replication/records.js'
import type { EventTable } from '../sim/timeline.js'
import { VaultError } from '../refusal/index.js'
import type { Backends } from './backend-table.js'
import { onceSettled, rescue } from './eventually.js'
import { unawaited } from './in-turns.js'
import { instantKey, instantOf, nameOf } from './instant-keys.js'
import { mountPrefix, mountsOf, type MountEntry } from './mounts/mounts.js'
import { allStorages } from './namespaces/namespaces.js'
import type { MountCall } from './paths.js'
import { RETRY_MS } from './tokens/deadlines.js'

/** The timeline's kind for the earliest alarm of a cluster; its ids are `{ cluster }`, the cluster's key. */
export const ALARM_KIND = 'vault.alarm'

/** Where they lie below a mount's prefix: `<instant>/<name>`. */
export const ALARMS = 'alarm/'

type MountOf = Pick<MountCall, 'cluster' | 'storage' | 'mountPrefix'>

function alarms (storage: Storage, prefix: string): Area<true> {
  return storage.area(prefix + ALARMS)
}

/** Lets the `alarm` of a mount's backend be called at an instant, on the cluster that may write there by then. */
export function putAlarm ({ cluster, storage, mountPrefix: prefix }: MountOf, atMs: number, name: string): void {
  alarms(storage, prefix).put(instantKey(atMs, name), true)
  const ids = { cluster: cluster.key }
  const pending = cluster.timeline.find(ALARM_KIND, ids)
  if (pending !== undefined && pending.atMs <= atMs) return
  cluster.timeline.schedule({ atMs, kind: ALARM_KIND, ids, urgency: 'deadline' })
}

/** It is not to be called then after all. */
export function deleteAlarm ({ storage, mountPrefix: prefix }: MountOf, atMs: number, name: string): void {
  alarms(storage, prefix).delete(instantKey(atMs, name))
}

/** Tells the timeline the earliest alarm: after an unseal, a restore or a promotion. */
export function armAlarms (cluster: Cluster, waitMs = 0): void {
  const { timeline } = cluster
  const ids = { cluster: cluster.key }
  timeline.cancel(ALARM_KIND, ids)
  const earliest = writableMounts(cluster).reduce((atMs, { storage, mount }) => {
    return Math.min(atMs, firstOf(storage, mount) ?? Infinity)
  }, Infinity)
  if (earliest === Infinity) return
  const atMs = Math.max(earliest, timeline.nowMs + waitMs)
  timeline.schedule({ atMs, kind: ALARM_KIND, ids, urgency: 'deadline' })
}

function firstOf (storage: Storage, mount: MountEntry): number | undefined {
  const [first] = alarms(storage, mountPrefix(mount)).entries()
  return first && instantOf(first[0])
}

/** A mount with the storage of its namespace. */
interface Place { readonly storage: Storage, readonly mount: MountEntry }

/** A secondary's replicated mounts are its primary's business. */
function writableMounts (cluster: Cluster): Place[] {
  if (isDrSecondary(cluster)) return []
  const all = allStorages(cluster.storage).flatMap((storage) => {
    return [...mountsOf(storage, 'mounts'), ...mountsOf(storage, 'auth')].map((mount) => ({ storage, mount }))
  })
  return isPerformanceSecondary(cluster) ? all.filter(({ mount }) => mount.local) : all
}

/**
 * Lets the timeline's alarms act.
 *
 * @param lookup the cluster by its key; undefined once it is gone
 */
export function registerAlarms (
  table: EventTable, lookup: (key: string) => Cluster | undefined, backends: Backends
): void {
  table.handle(ALARM_KIND, (ids) => {
    const cluster = lookup(ids.cluster ?? '')
    if (cluster?.activeNode === undefined) return
    if (!cluster.takesWrites) armAlarms(cluster, RETRY_MS)
    else {
      for (const place of writableMounts(cluster)) ring(cluster, place, backends)
      armAlarms(cluster)
    }
  })
}

function ring (cluster: Cluster, { storage, mount }: Place, backends: Backends): void {
  const { nowMs } = cluster.timeline
  const prefix = mountPrefix(mount)
  for (const key of dueKeys(storage, prefix, nowMs)) {
    alarms(storage, prefix).delete(key)
    const call = { cluster, storage, backends, nowMs, mount, mountPrefix: prefix }
    act(call, nameOf(key))
  }
}

function dueKeys (storage: Storage, prefix: string, nowMs: number): string[] {
  const due: string[] = []
  for (const [key] of alarms(storage, prefix).entries()) {
    if (instantOf(key) > nowMs) break
    due.push(key)
  }
  return due
}

/** What is refused meanwhile, to a cluster that has lost its leader, is left undone. */
function act (call: MountCall, name: string): void {
  unawaited(rescue<void>(
    () => onceSettled(call.backends.load(call.mount), ({ alarm }) => alarm?.(call, name)), ignoreRefusal
  ))
}

function ignoreRefusal (error: unknown): void {
  if (!(error instanceof VaultError)) throw error
}
