// How KV version 2 keeps a secret: one entry of metadata, one entry per version, one entry of settings for the mount.
// What is known of a version lies with it, so that a write costs the same however many versions there are.
import type { Area, Storage } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import type { Call } from '../../vault/paths.js'
import type { Attribution } from './attribution.js'

/** One version. */
export type StoredVersion = JsonObject & {
  readonly createdAtMs: number
  /** 0: none; in the future where `delete_version_after` is at work */
  readonly deletionAtMs: number
  readonly destroyed: boolean
  /** null once it is destroyed */
  readonly data: JsonObject | null
  readonly createdBy?: Attribution
  readonly deletedBy?: Attribution
}

/** A secret's metadata. */
export type KeyMetadata = JsonObject & {
  /** 0 while only metadata was written */
  readonly currentVersion: number
  /** 0 until the first version was pruned, or could have been */
  readonly oldestVersion: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** 0: the mount's */
  readonly maxVersions: number
  readonly casRequired: boolean
  /** 0: the mount's */
  readonly deleteVersionAfterSeconds: number
  readonly customMetadata: JsonObject | null
  /** OpenBao: how often the metadata was written */
  readonly metadataVersion: number
  /** OpenBao: whether writing metadata needs its version */
  readonly metadataCasRequired: boolean
  readonly lastUpdatedBy?: Attribution
}

/** A version, and the metadata that it leaves behind. */
export interface AddedVersion { readonly metadata: KeyMetadata, readonly version: StoredVersion }

/** The mount's settings. */
export type KvConfig = JsonObject & {
  readonly casRequired: boolean
  readonly metadataCasRequired: boolean
  /** 0: 10 */
  readonly maxVersions: number
  /** 0: never; negative: not even where a secret says so */
  readonly deleteVersionAfterSeconds: number
}

const DEFAULT_MAX_VERSIONS = 10
const DEFAULT_CONFIG: KvConfig = {
  casRequired: false,
  metadataCasRequired: false,
  maxVersions: 0,
  deleteVersionAfterSeconds: 0
}

/** A window on the data of one KV v2 mount, for one call. */
export class KvStore {
  /** by the secret's path */
  readonly #metadata: Area<KeyMetadata>
  /** `<path>/<number>` */
  readonly #versions: Area<StoredVersion>
  /** one entry, `config` */
  readonly #config: Area<KvConfig>
  /** as it was read for this call */
  #settings: KvConfig | undefined

  /** @param prefix the mount's, e.g. `replicated/mount/<uuid>/` */
  constructor (storage: Storage, prefix: string) {
    this.#metadata = storage.area(`${prefix}m/`)
    this.#versions = storage.area(`${prefix}v/`)
    this.#config = storage.area(prefix)
  }

  get config (): KvConfig { return (this.#settings ??= this.#config.get('config') ?? DEFAULT_CONFIG) }

  set config (config: KvConfig) {
    this.#config.put('config', config)
    this.#settings = config
  }

  /** The metadata of all secrets, for listing. */
  get secrets (): Area<KeyMetadata> { return this.#metadata }

  metadata (path: string): KeyMetadata | undefined { return this.#metadata.get(path) }

  putMetadata (path: string, metadata: KeyMetadata): void { this.#metadata.put(path, metadata) }

  version (path: string, number: number): StoredVersion | undefined {
    return this.#versions.get(versionName(path, number))
  }

  putVersion (path: string, number: number, version: StoredVersion): void {
    this.#versions.put(versionName(path, number), version)
  }

  /** All versions that are kept, by number. */
  * versions (path: string, metadata: KeyMetadata): Generator<readonly [number, StoredVersion]> {
    for (let number = Math.max(1, metadata.oldestVersion); number <= metadata.currentVersion; number++) {
      const version = this.version(path, number)
      if (version !== undefined) yield [number, version]
    }
  }

  /** Removes a secret, its versions and its metadata. */
  deleteKey (path: string, metadata: KeyMetadata): void {
    for (const [number] of this.versions(path, metadata)) this.#versions.delete(versionName(path, number))
    this.#metadata.delete(path)
  }

  /**
   * Adds a version, prunes what is then too old and returns it with the new metadata.
   *
   * @param data numbers already as float64
   * @param by who writes it, where that is noted
   */
  addVersion (path: string, metadata: KeyMetadata, data: JsonObject, nowMs: number, by?: Attribution): AddedVersion {
    const number = metadata.currentVersion + 1
    const deletionAtMs = this.deletionAtMs(metadata, nowMs)
    const oldestVersion = this.#prune(path, metadata, number)
    const after: KeyMetadata = { ...metadata, currentVersion: number, oldestVersion, updatedAtMs: nowMs }
    const added: StoredVersion = { createdAtMs: nowMs, deletionAtMs, destroyed: false, data }
    const kept = by === undefined ? after : { ...after, lastUpdatedBy: by }
    const version = by === undefined ? added : { ...added, createdBy: by }
    this.putVersion(path, number, version)
    this.putMetadata(path, kept)
    return { metadata: kept, version }
  }

  /** When a version written or undeleted now will count as deleted; 0: never. */
  deletionAtMs (metadata: KeyMetadata, nowMs: number): number {
    const mountSeconds = this.config.deleteVersionAfterSeconds
    if (mountSeconds < 0) return 0
    const ownSeconds = metadata.deleteVersionAfterSeconds
    const seconds = mountSeconds > 0 && ownSeconds > 0 ? Math.min(mountSeconds, ownSeconds) : mountSeconds + ownSeconds
    return seconds > 0 ? nowMs + seconds * 1000 : 0
  }

  /** Makes room for a new version. @returns the oldest one that is left */
  #prune (path: string, metadata: KeyMetadata, newest: number): number {
    const max = Math.max(metadata.maxVersions, this.config.maxVersions) || DEFAULT_MAX_VERSIONS
    if (newest - metadata.oldestVersion < max) return metadata.oldestVersion
    const oldest = newest - max + 1
    const first = Math.max(1, metadata.oldestVersion)
    for (let number = first; number < oldest; number++) this.#versions.delete(versionName(path, number))
    return oldest
  }
}

function versionName (path: string, number: number): string {
  return `${path}/${number}`
}

/** The store of the mount that a call is for. */
export function storeOf (call: Call<unknown>): KvStore {
  return new KvStore(call.storage, call.mountPrefix)
}

/** What a secret starts with. */
export function newMetadata (nowMs: number): KeyMetadata {
  return {
    currentVersion: 0,
    oldestVersion: 0,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    maxVersions: 0,
    casRequired: false,
    deleteVersionAfterSeconds: 0,
    customMetadata: null,
    metadataVersion: 0,
    metadataCasRequired: false
  }
}

/** Deleted, now or because its time has come; destroyed or not. */
export function isDeleted (version: StoredVersion, nowMs: number): boolean {
  return version.deletionAtMs !== 0 && version.deletionAtMs <= nowMs
}

export function deletedVersion (version: StoredVersion, nowMs: number, by: Attribution | undefined): StoredVersion {
  const deleted = { ...version, deletionAtMs: nowMs }
  return by === undefined ? deleted : { ...deleted, deletedBy: by }
}

/** A version as `metadata` of `data/` and `subkeys/` and as the answer to a write; sorted, as Go prints a map. */
export function renderVersion ({ customMetadata }: KeyMetadata, number: number, version: StoredVersion): JsonObject {
  const times = renderTimes(version)
  return {
    created_time: times.created_time,
    custom_metadata: customMetadata,
    deletion_time: times.deletion_time,
    destroyed: version.destroyed,
    version: number
  }
}

/** The part of a version that `metadata/` shows too; sorted. */
export function renderTimes ({ createdAtMs, deletionAtMs, destroyed }: StoredVersion): VersionTimes {
  return {
    created_time: rfc3339Nano(createdAtMs),
    deletion_time: deletionAtMs === 0 ? '' : rfc3339Nano(deletionAtMs),
    destroyed
  }
}

type VersionTimes = { readonly created_time: string, readonly deletion_time: string, readonly destroyed: boolean }
