// What sys/mounts and sys/auth take: the same fields, decoded the same way.
// https://developer.hashicorp.com/vault/api-docs/system/mounts, …/auth
import { Type, type Static } from '@sinclair/typebox'
import { unsupportedOperation, unsupportedPath } from '../../../refusal/index.js'
import { field } from '../../../vault/fields/fields.js'
import { LISTS } from '../../../vault/mounts/mount-config.js'
import type { MountRequest } from '../../../vault/mounts/mount-changes.js'
import type { TuneRequest } from '../../../vault/mounts/mount-tuning.js'
import type { MountTable } from '../../../vault/mounts/mounts.js'
import type { Call } from '../../../vault/paths.js'

const path = field.string({ description: 'The path to mount to. Example: "aws/east"' })
const description = field.string({ description: 'User-friendly description for this mount.' })
const pluginVersion = field.string({ description: 'The semantic version of the plugin to use.' })
const options = field.keyValue({ description: 'The options to pass into the backend, such as version for kv.' })

export const noFields = Type.Object({})

/** Of `mounts/:path` and `auth/:path`. */
export const mountFields = Type.Object({
  path,
  type: field.string({ description: 'The type of the backend. Example: "kv"' }),
  description,
  config: field.map({ description: 'Configuration for this mount, such as default_lease_ttl and max_lease_ttl.' }),
  local: field.bool({ description: 'Mark the mount as a local mount, which is not replicated.' }),
  seal_wrap: field.bool({ description: 'Whether to turn on seal wrapping for the mount.' }),
  external_entropy_access: field.bool({
    description: 'Whether to give the mount access to an external entropy source.'
  }),
  plugin_name: field.string({ description: 'Name of the plugin to mount, with the type "plugin".' }),
  plugin_version: pluginVersion,
  options
})

/** Of `mounts/:path/tune` and `auth/:path/tune`. */
export const tuneFields = Type.Object({
  path,
  default_lease_ttl: field.string({ description: 'The default lease TTL for this mount.' }),
  max_lease_ttl: field.string({ description: 'The max lease TTL for this mount.' }),
  description,
  audit_non_hmac_request_keys: field.stringList({ description: 'The request keys that audit devices do not hash.' }),
  audit_non_hmac_response_keys: field.stringList({ description: 'The response keys that audit devices do not hash.' }),
  options,
  listing_visibility: field.string({
    description: '"unauth", "hidden" or empty: whether callers without a token see the mount.'
  }),
  passthrough_request_headers: field.stringList({ description: 'Headers passed on to the plugin.' }),
  allowed_response_headers: field.stringList({ description: 'Headers the plugin may set.' }),
  allowed_managed_keys: field.stringList({ description: 'Managed keys the mount may use.' }),
  token_type: field.string({
    description: 'The type of token to issue: service, batch, default-service, default-batch.'
  }),
  user_lockout_config: field.map({ description: 'When users are locked out: lockout_threshold, lockout_duration …' }),
  plugin_version: pluginVersion
})

export type MountCall = Call<Static<typeof mountFields>>
export type TuneCall = Call<Static<typeof tuneFields>>

/** A request to mount, from its fields. Options are null only where null was sent (reference/core.md §13). */
export function mountRequest (call: MountCall, table: MountTable): MountRequest {
  const { fields } = call
  return {
    table,
    path: mountPath(call),
    type: fields.type ?? '',
    pluginName: fields.plugin_name ?? '',
    description: fields.description ?? '',
    local: fields.local ?? false,
    sealWrap: fields.seal_wrap ?? false,
    externalEntropyAccess: fields.external_entropy_access ?? false,
    options: call.request.data.options === null ? null : fields.options ?? {},
    config: fields.config ?? {},
    owner: call.cluster,
    systemMaxTtlSeconds: call.cluster.leaseTtls.maxSeconds
  }
}

/** A request to tune, from its fields. */
export function tuneRequest ({ fields }: TuneCall): TuneRequest {
  return {
    defaultLeaseTtl: fields.default_lease_ttl,
    maxLeaseTtl: fields.max_lease_ttl,
    description: fields.description,
    listingVisibility: fields.listing_visibility,
    tokenType: fields.token_type,
    options: fields.options,
    lists: Object.fromEntries(LISTS.map((name) => [name, fields[name]])),
    userLockout: fields.user_lockout_config
  }
}

/** The fields of a tune request that were sent and are known. */
export function givenTuneFields (call: TuneCall): string[] {
  return Object.keys(call.request.data).filter((name) => name in tuneFields.properties)
}

/** The captured path; `mounts/` and `auth/` without one are no paths of Vault's. */
export function mountPath (call: Call<unknown>): string {
  const { path } = call.params
  if (path === undefined || path === '') throw unsupportedPath()
  return path
}

/** LIST: no such operation, and of the bare table no such path. */
export function refuseList (call: Call<unknown>): never {
  mountPath(call)
  throw unsupportedOperation()
}
