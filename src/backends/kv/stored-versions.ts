// How KV version 2 keeps a secret: one entry of metadata, one entry per version, one entry of settings for the mount.
import type { Storage } from '../../cluster/storage.js'
import { goMap } from '../../json/index.js'
import type { JsonObject } from '../../json/index.js'
import type { Call } from '../../vault/paths.js'
import { rfc3339Nano } from '../../sim/instants.js'

/** One version as its secret's metadata remembers it. */
export type VersionMetadata = JsonObject & {
  readonly createdAtMs: number
  /** 0: none; in the future where `delete_version_after` is at work */
  readonly deletionAtMs: number
  readonly destroyed: boolean
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
  readonly versions: Readonly<Record<string, VersionMetadata>>
}

/** The mount's settings. */
export type KvConfig = JsonObject & {
  readonly casRequired: boolean
  readonly metadataCasRequired: boolean
  /** 0: 10 */
  readonly maxVersions: number
  /** 0: never; negative: not even where a secret says so */
  readonly deleteVersionAfterSeconds: number
}

const METADATA = 'm/'
const VERSIONS = 'v/'
const CONFIG = 'config'
const DEFAULT_MAX_VERSIONS = 10
const DEFAULT_CONFIG: KvConfig = { casRequired: false, metadataCasRequired: false, maxVersions: 0, deleteVersionAfterSeconds: 0 }

/** A window on the data of one KV v2 mount. */
export class KvStore {
  /** @param prefix the mount's, e.g. `replicated/mount/<uuid>/` */
  constructor (readonly storage: Storage, readonly prefix: string) {}

  get config (): KvConfig { return (this.storage.get(this.prefix + CONFIG) as KvConfig | undefined) ?? DEFAULT_CONFIG }

  set config (config: KvConfig) { this.storage.put(this.prefix + CONFIG, config) }

  /** Prefix of the metadata entries, for listing. */
  get metadataPrefix (): string { return this.prefix + METADATA }

  metadata (path: string): KeyMetadata | undefined {
    return this.storage.get(this.metadataPrefix + path) as KeyMetadata | undefined
  }

  putMetadata (path: string, metadata: KeyMetadata): void {
    this.storage.put(this.metadataPrefix + path, metadata)
  }

  version (path: string, version: number): JsonObject | undefined {
    return this.storage.get(this.#versionPath(path, version)) as JsonObject | undefined
  }

  deleteVersion (path: string, version: number): void {
    this.storage.delete(this.#versionPath(path, version))
  }

  /** Removes a secret, its versions and its metadata. */
  deleteKey (path: string, metadata: KeyMetadata): void {
    for (const version of Object.keys(metadata.versions)) this.deleteVersion(path, Number(version))
    this.storage.delete(this.metadataPrefix + path)
  }

  /**
   * Adds a version, prunes what is then too old and returns the new metadata.
   *
   * @param data numbers already as float64
   */
  addVersion (path: string, metadata: KeyMetadata, data: JsonObject, nowMs: number): KeyMetadata {
    const version = metadata.currentVersion + 1
    const added = { createdAtMs: nowMs, deletionAtMs: this.deletionAtMs(metadata, nowMs), destroyed: false }
    const grown = { ...metadata, currentVersion: version, updatedAtMs: nowMs, versions: { ...metadata.versions, [version]: added } }
    const kept = this.#pruned(path, grown)
    this.storage.put(this.#versionPath(path, version), data)
    this.putMetadata(path, kept)
    return kept
  }

  /** When a version written or undeleted now will count as deleted; 0: never. */
  deletionAtMs (metadata: KeyMetadata, nowMs: number): number {
    const mountSeconds = this.config.deleteVersionAfterSeconds
    if (mountSeconds < 0) return 0
    const seconds = Math.min(...[mountSeconds, metadata.deleteVersionAfterSeconds].filter((s) => s > 0))
    return Number.isFinite(seconds) ? nowMs + seconds * 1000 : 0
  }

  #versionPath (path: string, version: number): string {
    return `${this.prefix}${VERSIONS}${path}/${version}`
  }

  #pruned (path: string, metadata: KeyMetadata): KeyMetadata {
    const max = Math.max(metadata.maxVersions, this.config.maxVersions) || DEFAULT_MAX_VERSIONS
    if (metadata.currentVersion - metadata.oldestVersion < max) return metadata
    const oldestVersion = metadata.currentVersion - max + 1
    const kept = Object.entries(metadata.versions).filter(([version]) => Number(version) >= oldestVersion)
    for (let version = Math.max(1, metadata.oldestVersion); version < oldestVersion; version++) this.deleteVersion(path, version)
    return { ...metadata, oldestVersion, versions: Object.fromEntries(kept) }
  }
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
    metadataCasRequired: false,
    versions: {}
  }
}

/** Deleted, now or because its time has come; destroyed or not. */
export function isDeleted (version: VersionMetadata, nowMs: number): boolean {
  return version.deletionAtMs !== 0 && version.deletionAtMs <= nowMs
}

/** A version as `metadata` of `data/` and `subkeys/` and as the answer to a write. */
export function renderVersion (metadata: KeyMetadata, version: number): JsonObject {
  return goMap({ ...renderTimes(metadata.versions[version]!), custom_metadata: metadata.customMetadata, version })
}

/** The part of a version that `metadata/` shows too. */
export function renderTimes (version: VersionMetadata): JsonObject {
  return goMap({
    created_time: rfc3339Nano(version.createdAtMs),
    deletion_time: version.deletionAtMs === 0 ? '' : rfc3339Nano(version.deletionAtMs),
    destroyed: version.destroyed
  })
}
