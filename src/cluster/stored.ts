// What a cluster keeps of its own in its storage, and where: one window for each path.
import { Type } from '@sinclair/typebox'
import type { JsonObject } from '../json/index.js'
import { closed, count, type State } from '../sim/declared.js'
import type { AutoSnapshot, AutoSnapshotFile, AutoSnapshotStatus } from './auto-snapshots.js'
import type { Keyring } from './keyring.js'
import type { Area, Entry, Storage } from './storage.js'

/** Shares, threshold, and the root key wrapped by the unseal key, base64. */
export const SealForm = Type.Object({ shares: count, threshold: count, wrappedRootKey: Type.String() }, closed)

export type StoredSeal = State<typeof SealForm>

/** What health and seal-status show. */
export type StoredIdentity = { readonly id: string, readonly name: string }

export const sealIn = (storage: Storage): Entry<StoredSeal> => storage.entry('own/seal')
export const identityIn = (storage: Storage): Entry<StoredIdentity> => storage.entry('own/cluster')
export const keyringIn = (storage: Storage): Entry<Keyring> => storage.entry('own/keyring')
/** The settings that differ from the defaults, or were set once. */
export const autopilotIn = (storage: Storage): Entry<JsonObject> => storage.entry('own/autopilot')
/** Servers that autopilot must not give a vote, by id; an operator may name some that are not there (OpenBao). */
export const nonVotersIn = (storage: Storage): Area<true> => storage.area('own/non-voters/')
/**
 * Settings of automated snapshots, by name: each cluster of a performance set has its own, and a DR secondary those of
 * the cluster whose place it would take (inferred).
 */
export const autoSnapshotsIn = (storage: Storage): Area<AutoSnapshot> => storage.area('local/snapshot-auto/')
/** What their last runs came to, by name. */
export const autoSnapshotStatusesIn = (storage: Storage): Area<AutoSnapshotStatus> => storage.area('own/snapshot-auto/')
/** The files that they have written and not removed since, by name; oldest first. */
export const autoSnapshotFilesIn = (storage: Storage): Area<readonly AutoSnapshotFile[]> => {
  return storage.area('own/snapshot-auto-files/')
}
