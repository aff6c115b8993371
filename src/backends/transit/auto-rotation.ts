// Keys that rotate by themselves: a period after their latest version was made.
import { onceSettled, type Eventually } from '../../vault/eventually.js'
import { deleteAlarm, putAlarm } from '../../vault/alarms.js'
import type { MountCall } from '../../vault/paths.js'
import { mayRotate, rotated } from './create-key.js'
import { newMaterial, newVersion } from './key-material.js'
import { storeOf, type TransitKey } from './stored-keys.js'

/**
 * When a key rotates next; undefined where it does not. The real server looks for keys whose time has come once an
 * hour: here it comes on time.
 */
function rotatesAtMs (call: MountCall, key: TransitKey): number | undefined {
  const latest = storeOf(call).archived(key, key.latestVersion)
  if (key.autoRotatePeriodSeconds === 0 || latest === undefined || !mayRotate(key)) return undefined
  return Date.parse(latest.creationTime) + key.autoRotatePeriodSeconds * 1000
}

/** To be called after a key has changed: it rotates when its time comes. */
export function armRotation (call: MountCall, key: TransitKey): void {
  const atMs = rotatesAtMs(call, key)
  if (atMs !== undefined) putAlarm(call, atMs, key.name)
}

/** To be called before a key changes. */
export function disarmRotation (call: MountCall, key: TransitKey): void {
  const atMs = rotatesAtMs(call, key)
  if (atMs !== undefined) deleteAlarm(call, atMs, key.name)
}

/** The alarm of a key. RSA is made in the thread pool: its version comes later, and counts from now all the same. */
export function rotateDue (call: MountCall, name: string): Eventually<void> {
  const key = storeOf(call).key(name)
  if (key === undefined || !isDue(call, key)) return
  return onceSettled(newMaterial(key, call.cluster.random.stream('transit')), (material) => {
    const store = storeOf(call)
    const current = store.key(name)
    if (current === undefined || !isDue(call, current)) return
    armRotation(call, rotated(store, current, newVersion(current, material, call.nowMs)))
  })
}

function isDue (call: MountCall, key: TransitKey): boolean {
  const atMs = rotatesAtMs(call, key)
  return atMs !== undefined && atMs <= call.nowMs
}
