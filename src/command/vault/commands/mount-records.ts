// Mounts as the server lists them, in the order in which the real client prints their members.
import { goMap, isObject, type JsonObject, type JsonValue } from '../../../json/index.js'
import { textOf } from '../secret.js'
import { goValue } from '../../../go/values.js'

type Mounts = ReadonlyArray<[string, JsonObject]>
type Members = Readonly<Record<string, JsonValue | undefined>>

/** Mounts by their paths, sorted; those of a list's `data`, or of the answer itself. */
export function mountsIn (data: JsonObject): Array<[path: string, mount: JsonObject]> {
  return Object.keys(data).sort().flatMap((path) => {
    const mount = data[path]
    return isObject(mount) && typeof mount['type'] === 'string' ? [[path, mount]] : []
  })
}

/** For other formats than tables: what the server does not say has Go's zero value. */
export function mountRecords (mounts: Mounts): JsonObject {
  return goMap(Object.fromEntries(mounts.map(([path, mount]) => [path, mountRecord(mount)])))
}

function mountRecord (mount: Members): JsonObject {
  return {
    uuid: mount['uuid'] ?? '',
    type: mount['type'] ?? '',
    description: mount['description'] ?? '',
    accessor: mount['accessor'] ?? '',
    config: configRecord(isObject(mount['config']) ? mount['config'] : {}),
    options: mount['options'] ?? null,
    local: mount['local'] ?? false,
    seal_wrap: mount['seal_wrap'] ?? false,
    external_entropy_access: mount['external_entropy_access'] ?? false,
    plugin_version: mount['plugin_version'] ?? '',
    running_plugin_version: mount['running_plugin_version'] ?? '',
    running_sha256: mount['running_sha256'] ?? '',
    deprecation_status: mount['deprecation_status'] ?? ''
  }
}

const OPTIONAL = [
  'audit_non_hmac_request_keys', 'audit_non_hmac_response_keys', 'listing_visibility', 'passthrough_request_headers', 'allowed_response_headers',
  'token_type', 'allowed_managed_keys', 'user_lockout_config', 'delegated_auth_accessors', 'identity_token_key', 'trim_request_trailing_slashes', 'plugin_name'
]

function configRecord (config: Members): JsonObject {
  const said = OPTIONAL.filter((name) => !isZero(config[name])).map((name) => [name, config[name]])
  return {
    default_lease_ttl: config['default_lease_ttl'] ?? 0,
    max_lease_ttl: config['max_lease_ttl'] ?? 0,
    force_no_cache: config['force_no_cache'] ?? false,
    ...Object.fromEntries(said)
  }
}

function isZero (value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '' || value === false ||
    (Array.isArray(value) && value.length === 0)
}

/** Rows of `secrets list`, or with a version those of `auth list`. */
export function simpleRows (mounts: Mounts, withVersion: boolean): string[][] {
  const names = ['type', 'accessor', 'description', ...withVersion ? ['plugin_version'] : []]
  return [
    ['Path', 'Type', 'Accessor', 'Description', ...withVersion ? ['Version'] : []],
    ...mounts.map(([path, mount]) => [path, ...names.map((name) => textOf(mount[name]))])
  ]
}

/** @param sixth the column that secrets engines and auth methods do not share: its head and its member */
export function detailedRows (mounts: Mounts, sixth: readonly [string, string]): string[][] {
  const head = ['Path', 'Plugin', 'Accessor', 'Default TTL', 'Max TTL', sixth[0], 'Replication', 'Seal Wrap',
    'External Entropy Access', 'Options', 'Description', 'UUID', 'Version', 'Running Version', 'Running SHA256',
    'Deprecation Status']
  return [head, ...mounts.map(([path, mount]) => detailedRow(path, mountRecord(mount), sixth[1]))]
}

function detailedRow (path: string, mount: JsonObject, sixth: string): string[] {
  const config = isObject(mount['config']) ? mount['config'] : {}
  const ttl = (name: string): string => {
    if (mount['type'] === 'system' || mount['type'] === 'cubbyhole') return ''
    return config[name] === 0 ? 'system' : String(config[name])
  }
  const texts = ['description', 'uuid', 'plugin_version', 'running_plugin_version', 'running_sha256', 'deprecation_status']
  return [
    path, textOf(mount['type']), textOf(mount['accessor']), ttl('default_lease_ttl'), ttl('max_lease_ttl'), String(config[sixth] ?? ''),
    mount['local'] === true ? 'local' : 'replicated', String(mount['seal_wrap']), String(mount['external_entropy_access']),
    isObject(mount['options']) ? goValue(mount['options']) : 'map[]', ...texts.map((name) => textOf(mount[name]))
  ]
}
