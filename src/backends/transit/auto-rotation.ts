// Keys that rotate by themselves: a period after their latest version was made.
import { VaultError } from '../../refusal/index.js'
import { mountDeadline, type MountCall } from '../../vault/mounts/mount-deadlines.js'
import { deleteDeadline, putDeadline } from '../../vault/tokens/deadlines.js'
import { mayRotate, rotated } from './create-key.js'
import { newMaterial, newVersion, type Material } from './key-material.js'
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
  if (atMs !== undefined) putDeadline(call, atMs, mountDeadline(call.mount, key.name))
}

/** To be called before a key changes. */
export function disarmRotation (call: MountCall, key: TransitKey): void {
  const atMs = rotatesAtMs(call, key)
  if (atMs !== undefined) deleteDeadline(call, atMs, mountDeadline(call.mount, key.name))
}

/** The deadlines of all keys, on a cluster that has become a primary: they were its primary's before. */
export function armRotations (call: MountCall): void {
  const store = storeOf(call)
  for (const name of store.names()) {
    const key = store.key(name)
    if (key !== undefined) armRotation(call, key)
  }
}

/** The deadline of a key. RSA is made in the thread pool: its version comes later, and counts from now all the same. */
export function rotateDue (call: MountCall, name: string): void {
  const key = storeOf(call).key(name)
  if (key === undefined || !isDue(call, key)) return
  const material = newMaterial(key, call.cluster.random.stream('transit'))
  if (material instanceof Promise) material.then((made) => { addDue(call, name, made) }).catch(ignoreRefusal)
  else addDue(call, name, material)
}

/** Whoever has rotated the key meanwhile was first. */
function addDue (call: MountCall, name: string, material: Material): void {
  const store = storeOf(call)
  const key = store.key(name)
  if (key === undefined || !isDue(call, key)) return
  armRotation(call, rotated(store, key, newVersion(key, material, call.nowMs)))
}

/** A cluster that has lost its leader meanwhile leaves it undone. */
function ignoreRefusal (error: unknown): void {
  if (!(error instanceof VaultError)) throw error
}

function isDue (call: MountCall, key: TransitKey): boolean {
  const atMs = rotatesAtMs(call, key)
  return atMs !== undefined && atMs <= call.nowMs
}
