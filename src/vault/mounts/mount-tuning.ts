// Tuning: what can be changed on a mount that exists.
import type { Storage } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { parseDurationSeconds } from '../../go/durations.js'
import { orInvalid } from '../../go/refusing.js'
import { parseInt64, parseUint64 } from '../../go/strconv.js'
import { LISTS, parseTokenType, parseVisibility } from './mount-config.js'
import { sanitizePath } from './mount-changes.js'
import { isSingleton } from './mount-types.js'
import { mountPrefix, putMount, resolveMount } from './mounts.js'
import type { MountConfig, MountEntry, UserLockout } from './mounts.js'

/** What a client wants changed; absent members stay as they are. */
export interface TuneRequest {
  /** empty: unchanged; `system`: the system's again */
  readonly defaultLeaseTtl?: string
  readonly maxLeaseTtl?: string
  readonly description?: string
  readonly listingVisibility?: string
  readonly tokenType?: string
  readonly options?: JsonObject
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>
  readonly userLockout?: JsonObject
}

/** Turns what KV v1 left below a mount's prefix into first versions. */
export type KvUpgrade = (prefix: string) => void

const UNTUNABLE = ['cubbyhole/', 'sys/', 'audit/', 'identity/']
const TUNABLE_EVERYWHERE = ['path', 'audit_non_hmac_request_keys', 'audit_non_hmac_response_keys']
const LOCKOUT_TYPES = ['ldap', 'approle', 'userpass']
const NO_LOCKOUT: UserLockout = { threshold: 0, durationSeconds: 0, counterResetSeconds: 0, disabled: false }

/**
 * Changes a mount's settings; a KV mount told to be of version 2 has its secrets turned into first versions.
 *
 * @param path as requests have it: `secret`, `auth/approle`
 * @param given the names of the fields that were sent
 * @returns warnings
 * @throws VaultError in Vault's words
 */
export function tuneMount (
  storage: Storage, path: string, request: TuneRequest, given: readonly string[], upgradeKv: KvUpgrade
): string[] {
  const sanitized = sanitizePath(path)
  refuseUntunable(sanitized, given)
  const mount = resolveMount(storage, sanitized)?.mount
  if (mount === undefined) throw invalid(`tune of path "${sanitized}" failed: no mount entry found`)
  const { description = mount.description } = request
  const options = tunedOptions(mount, request.options)
  const tuned: MountEntry = { ...mount, description, options, config: tunedConfig(mount, request) }
  putMount(storage, tuned)
  return upgrade(mount, tuned, upgradeKv)
}

function refuseUntunable (path: string, given: readonly string[]): void {
  if (!UNTUNABLE.some((prefix) => path.startsWith(prefix))) return
  const field = given.find((name) => !TUNABLE_EVERYWHERE.includes(name))
  if (field !== undefined) throw invalid(`cannot tune parameter ${field} of ${path}`)
}

function tunedConfig (mount: MountEntry, request: TuneRequest): MountConfig {
  const { config } = mount
  const { listingVisibility, tokenType } = request
  return {
    ...config,
    ...tunedTtls(config, request),
    listingVisibility: listingVisibility === undefined ? config.listingVisibility : parseVisibility(listingVisibility),
    tokenType: tokenType === undefined ? config.tokenType : tunedTokenType(mount, tokenType),
    lists: tunedLists(config, request),
    ...tunedLockout(mount, request.userLockout)
  }
}

function tunedLists ({ lists }: MountConfig, request: TuneRequest): MountConfig['lists'] {
  const tuned = { ...lists }
  for (const name of LISTS) {
    const given = request.lists[name]
    if (given !== undefined) tuned[name] = given
  }
  return tuned
}

function tunedTtls (config: MountConfig, request: TuneRequest): Pick<MountConfig, 'defaultLeaseTtlSeconds' | 'maxLeaseTtlSeconds'> {
  const defaultLeaseTtlSeconds = tunedTtl(config.defaultLeaseTtlSeconds, request.defaultLeaseTtl)
  const maxLeaseTtlSeconds = tunedTtl(config.maxLeaseTtlSeconds, request.maxLeaseTtl)
  if (maxLeaseTtlSeconds !== 0 && maxLeaseTtlSeconds < defaultLeaseTtlSeconds) {
    const than = `would be less than backend default lease TTL of ${defaultLeaseTtlSeconds}`
    throw invalid(`backend max lease TTL of ${maxLeaseTtlSeconds} ${than}`)
  }
  return { defaultLeaseTtlSeconds, maxLeaseTtlSeconds }
}

function tunedTtl (oldSeconds: number, given: string | undefined): number {
  if (given === undefined || given === '') return oldSeconds
  return given === 'system' ? 0 : orInvalid(() => parseDurationSeconds(given))
}

function tunedTokenType (mount: MountEntry, given: string): string {
  if (mount.table !== 'auth') throw invalid("'token_type' can only be modified on auth mounts")
  if (isSingleton(mount.type)) throw invalid("'token_type' cannot be set for 'token' or 'ns_token' auth mounts")
  return parseTokenType(given)
}

function tunedLockout (mount: MountEntry, given: JsonObject | undefined): Pick<MountConfig, 'userLockout'> {
  if (given === undefined || Object.keys(given).length === 0) return {}
  if (!LOCKOUT_TYPES.includes(mount.type)) {
    throw invalid(`tuning of user lockout configuration for auth type "${mount.type}" not allowed`)
  }
  const old = mount.config.userLockout ?? NO_LOCKOUT
  const { lockout_threshold: threshold } = given
  const seconds = (name: string, before: number): number => {
    return given[name] === undefined ? before : tunedTtl(before, String(given[name]))
  }
  return {
    userLockout: {
      threshold: threshold === undefined ? old.threshold : lockoutThreshold(String(threshold)),
      durationSeconds: seconds('lockout_duration', old.durationSeconds),
      counterResetSeconds: seconds('lockout_counter_reset', seconds('lockout_counter_reset_duration', old.counterResetSeconds)),
      disabled: given.lockout_disable === undefined ? old.disabled : String(given.lockout_disable) === 'true'
    }
  }
}

function lockoutThreshold (given: string): number {
  return orInvalid(() => Number(parseUint64(given)), (message) => `unable to parse user lockout threshold: ${message}`)
}

/** Given options are added to the old ones; an empty value removes one, except the version. */
function tunedOptions (mount: MountEntry, given: JsonObject | undefined): JsonObject | null {
  if (given === undefined || Object.keys(given).length === 0) return mount.options
  if (given.version !== undefined) checkVersion(versionOf(mount), String(given.version))
  const kept = Object.entries({ ...mount.options, ...given }).filter(([name, value]) => value !== '' || name === 'version')
  return Object.fromEntries(kept)
}

function checkVersion (oldVersion: number, given: string): void {
  const version = orInvalid(() => Number(parseInt64(given)), (message) => `unable to parse options: ${message}`)
  if (version !== 1 && version !== 2) throw invalid(`invalid version provided: ${version}`)
  if (oldVersion > version) throw invalid(`cannot downgrade mount from version ${oldVersion}`)
}

/** 0 where none was ever said, which behaves like 1. */
function versionOf (mount: MountEntry): number {
  return Number(mount.options?.version ?? 0)
}

function upgrade (before: MountEntry, after: MountEntry, upgradeKv: KvUpgrade): string[] {
  const from = versionOf(before)
  const to = versionOf(after)
  if (from >= to) return []
  if (to === 2 && before.type === 'kv') upgradeKv(mountPrefix(after))
  const meanwhile = 'This mount will be unavailable for a brief period and will resume service shortly.'
  return [`Upgrading mount from version ${from} to version ${to}. ${meanwhile}`]
}
