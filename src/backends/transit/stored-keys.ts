// What transit stores below its mount: keys, their versions, and two settings.
import type { Area, Entry, Storage } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import type { Call, MountCall } from '../../vault/paths.js'

/** When a key was backed up or restored, and which version was the latest then. */
export type KeyEvent = JsonObject & { readonly time: string, readonly version: number }

/** A key, which Vault's sources call a policy. */
export type TransitKey = JsonObject & {
  readonly name: string
  /** e.g. `aes256-gcm96` */
  readonly type: string
  /** HMAC keys alone have a size of their own; 0: none */
  readonly keySizeBytes: number
  readonly derived: boolean
  /** how keys for contexts are derived: 1 HKDF, 0 the counter mode of Vault's first versions */
  readonly kdf: number
  readonly convergentEncryption: boolean
  /** where a version does not say; -1: it does */
  readonly convergentVersion: number
  readonly exportable: boolean
  readonly allowPlaintextBackup: boolean
  readonly deletionAllowed: boolean
  readonly softDeleted: boolean
  readonly latestVersion: number
  readonly minDecryptionVersion: number
  /** 0: the latest */
  readonly minEncryptionVersion: number
  /** 0: no version was trimmed away */
  readonly minAvailableVersion: number
  /** 0: never */
  readonly autoRotatePeriodSeconds: number
  readonly imported: boolean
  readonly allowImportedKeyRotation: boolean
  /** e.g. `vault:v{{version}}:`; empty for just that */
  readonly versionTemplate: string
  readonly backupInfo: KeyEvent | null
  readonly restoreInfo: KeyEvent | null
}

/** A version of a key. All bytes are base64. */
export type KeyVersion = JsonObject & {
  /** RFC 3339, as backups have it */
  readonly creationTime: string
  /** what a symmetric key is, and the 64 bytes of a private Ed25519 key; null for others */
  readonly key: string | null
  readonly hmacKey: string | null
  /** of RSA and elliptic curves: PKCS#8; null where only the public key was imported */
  readonly privateKey: string | null
  /** of all pairs: SubjectPublicKeyInfo */
  readonly publicKey: string | null
  /** 0: as its key says */
  readonly convergentVersion: number
  /** certificates in DER, the key's own first */
  readonly certificateChain: readonly string[]
}

export type CacheConfig = JsonObject & { readonly size: number }
export type KeysConfig = JsonObject & { readonly disableUpsert: boolean }

const WRAPPING_FOLDER = 'import/'
/** The wrapping key's name; clients cannot name it, but lists of some servers show its folder. */
export const WRAPPING_KEY = `${WRAPPING_FOLDER}wrapping-key`

/** A window on one mount of transit. */
export class TransitStore {
  readonly #keys: Area<TransitKey>
  /** `<name>/<number>` */
  readonly #versions: Area<KeyVersion>
  readonly #cacheConfig: Entry<CacheConfig>
  readonly #keysConfig: Entry<KeysConfig>

  /** @param prefix the mount's, e.g. `replicated/mount/<uuid>/` */
  constructor (storage: Storage, prefix: string) {
    this.#keys = storage.area(`${prefix}policy/`)
    this.#versions = storage.area(`${prefix}version/`)
    this.#cacheConfig = storage.entry(`${prefix}config/cache`)
    this.#keysConfig = storage.entry(`${prefix}config/keys`)
  }

  /** The names of all keys, and `import/` if there is a wrapping key and that is wanted. */
  names ({ withWrappingKey }: { withWrappingKey: boolean }): string[] {
    return this.#keys.children().filter((name) => withWrappingKey || name !== WRAPPING_FOLDER)
  }

  key (name: string): TransitKey | undefined { return this.#keys.get(name) }

  putKey (key: TransitKey): void { this.#keys.put(key.name, key) }

  /** A version that may be used: those below the minimum for decryption are put away. */
  version (key: TransitKey, number: number): KeyVersion | undefined {
    return number < key.minDecryptionVersion || number > key.latestVersion ? undefined : this.archived(key, number)
  }

  /** A version, put away or not. */
  archived ({ name }: TransitKey, number: number): KeyVersion | undefined {
    return this.#versions.get(`${name}/${number}`)
  }

  /** The versions that may be used, by number. */
  * versions (key: TransitKey): Generator<readonly [number, KeyVersion]> {
    for (let number = key.minDecryptionVersion; number <= key.latestVersion; number++) {
      const version = this.archived(key, number)
      if (version !== undefined) yield [number, version]
    }
  }

  putVersion ({ name }: TransitKey, number: number, version: KeyVersion): void {
    this.#versions.put(`${name}/${number}`, version)
  }

  /** Adds a version; the key as it is then is stored with it. */
  addVersion (key: TransitKey, version: KeyVersion): TransitKey {
    const latestVersion = key.latestVersion + 1
    const changed = { ...key, latestVersion, minDecryptionVersion: Math.max(1, key.minDecryptionVersion) }
    this.putVersion(changed, latestVersion, version)
    this.putKey(changed)
    return changed
  }

  /** Removes the versions below a number for good. */
  trim (key: TransitKey, minAvailableVersion: number): TransitKey {
    for (let number = key.minAvailableVersion; number < minAvailableVersion; number++) {
      this.#versions.delete(`${key.name}/${number}`)
    }
    const changed = { ...key, minAvailableVersion }
    this.putKey(changed)
    return changed
  }

  /** Removes a key with all that it has. */
  delete ({ name }: TransitKey): void {
    for (const number of this.#versions.children(`${name}/`)) this.#versions.delete(`${name}/${number}`)
    this.#keys.delete(name)
  }

  get cacheConfig (): CacheConfig { return this.#cacheConfig.value ?? { size: 0 } }
  set cacheConfig (config: CacheConfig) { this.#cacheConfig.put(config) }

  get keysConfig (): KeysConfig { return this.#keysConfig.value ?? { disableUpsert: false } }
  set keysConfig (config: KeysConfig) { this.#keysConfig.put(config) }
}

/** The store of the mount that a call is for. */
export function storeOf (call: MountCall): TransitStore {
  return new TransitStore(call.storage, call.mountPrefix)
}

/** The key that a path names. */
export function namedKey (call: Call<unknown>): TransitKey | undefined {
  return storeOf(call).key(call.params.name ?? '')
}

/**
 * The same, to be used.
 *
 * @param missing what is said where there is none
 * @throws {VaultError} `invalid`, also for a key that is deleted softly
 */
export function usableKey (call: Call<unknown>, missing: string): TransitKey {
  const key = namedKey(call)
  if (key === undefined) throw invalid(missing)
  if (key.softDeleted) throw invalid('refusing to use soft-deleted key')
  return key
}

/** @throws {VaultError} `no such key version` */
export function requireVersion (store: TransitStore, key: TransitKey, number: number): KeyVersion {
  const version = store.version(key, number)
  if (version === undefined) throw invalid('no such key version')
  return version
}
