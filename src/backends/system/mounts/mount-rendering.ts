// How mounts are shown: by sys/mounts, sys/auth, their tune paths and internal/ui/mounts.
// https://developer.hashicorp.com/vault/api-docs/system/mounts, …/auth, …/internal-ui-mounts
import type { LeaseTtls } from '../../../cluster/configured.js'
import { goMap, type JsonObject } from '../../../json/index.js'
import type { Profile } from '../../../profiles/index.js'
import {
  effectiveTtls, mountsOf, type MountConfig, type MountEntry, type MountTable, type UserLockout
} from '../../../vault/mounts/mounts.js'
import type { Call } from '../../../vault/paths.js'

/** The mounts of a table by their paths, as `sys/mounts` and `sys/auth` list them. */
export function renderTable ({ storage, cluster }: Call<unknown>, table: MountTable): JsonObject {
  const mounts = mountsOf(storage, table).map((mount) => [mount.path, renderMount(mount, cluster.profile)])
  return goMap(Object.fromEntries(mounts))
}

/** A mount object (reference/core.md §3.1, recordings `mount read`). */
export function renderMount (mount: MountEntry, profile: Profile): JsonObject {
  return goMap({
    accessor: mount.accessor,
    config: renderConfig(mount),
    deprecation_status: isInCatalogue(mount, profile) ? 'supported' : undefined,
    description: mount.description,
    external_entropy_access: mount.externalEntropyAccess,
    local: mount.local,
    options: mount.options && goMap(mount.options),
    plugin_version: '',
    running_plugin_version: mount.type === 'kv' ? profile.kvPluginVersion : builtinVersion(profile),
    running_sha256: '',
    seal_wrap: mount.sealWrap,
    type: mount.type,
    uuid: mount.uuid
  })
}

/** Those that every cluster has are not. */
function isInCatalogue ({ type }: MountEntry, { builtins }: Profile): boolean {
  return builtins.auth.includes(type) || builtins.secret.includes(type)
}

/** What callers without a token see of a mount that is listed for them. */
export function renderMountForAnyone (mount: MountEntry): JsonObject {
  return goMap({ type: mount.type, description: mount.description, options: mount.options && goMap(mount.options) })
}

/** The settings in force, as `tune` shows them (recordings `mount tune read`, `auth tune`). */
export function renderTuning (mount: MountEntry, system: LeaseTtls): JsonObject {
  const { config, options } = mount
  const { defaultSeconds, maxSeconds } = effectiveTtls(mount, system)
  return goMap({
    ...config.lists,
    default_lease_ttl: defaultSeconds,
    description: mount.description,
    external_entropy_access: mount.externalEntropyAccess ? true : undefined,
    force_no_cache: config.forceNoCache,
    listing_visibility: config.listingVisibility || undefined,
    max_lease_ttl: maxSeconds,
    options: options === null || Object.keys(options).length === 0 ? undefined : goMap(options),
    token_type: mount.table === 'auth' ? config.tokenType : undefined,
    ...(config.userLockout === undefined ? {} : renderUserLockout(config.userLockout))
  })
}

/** The version of what is built in: `v1.14.9+builtin.vault`. */
export function builtinVersion (profile: Profile): string {
  return `v${profile.version}${profile.builtinSuffix}`
}

/** TTLs of 0 are the system's. */
function renderConfig ({ config, table }: MountEntry): JsonObject {
  return goMap({
    ...config.lists,
    default_lease_ttl: config.defaultLeaseTtlSeconds,
    force_no_cache: config.forceNoCache,
    listing_visibility: config.listingVisibility || undefined,
    max_lease_ttl: config.maxLeaseTtlSeconds,
    token_type: table === 'auth' ? config.tokenType : undefined,
    user_lockout_config: userLockoutConfig(config)
  })
}

function userLockoutConfig ({ userLockout }: MountConfig): JsonObject | undefined {
  return userLockout && goMap(renderUserLockout(userLockout))
}

function renderUserLockout (lockout: UserLockout): Record<string, number | boolean> {
  return {
    user_lockout_counter_reset_duration: lockout.counterResetSeconds,
    user_lockout_disable: lockout.disabled,
    user_lockout_duration: lockout.durationSeconds,
    user_lockout_threshold: lockout.threshold
  }
}
