// KV version 1: one object per path, as it came.
import { Type } from '@sinclair/typebox'
import type { Area, Storage } from '../../cluster/storage.js'
import { parseDurationSeconds } from '../../go/durations.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { effectiveTtls } from '../../vault/mounts/mounts.js'
import type { Backend, Call, LeaseCall, LogicalResponse, RenewedSecret } from '../../vault/paths.js'
import { plainObjectsPath } from '../plain-objects.js'

/** The objects of a mount of KV v1, by path. @param mountPrefix `replicated/mount/<uuid>/` */
export function storedObjects (storage: Storage, mountPrefix: string): Area<JsonObject> {
  return storage.area(`${mountPrefix}d/`)
}

/** The engine of mounts of type `kv` (version 1 or none) and `generic`. Numbers keep their text. */
export const kvV1: Backend = {
  type: 'kv',
  help: (product) => [
    'The kv backend reads and writes arbitrary secrets to the backend.',
    `The secrets are encrypted/decrypted by ${product}: they are never stored`,
    'unencrypted in the backend and the backend never has an opportunity to',
    'see the unencrypted value.',
    '',
    'TTLs can be set on a per-secret basis. These TTLs will be sent down',
    'when that secret is read, and it is assumed that some outside process will',
    'revoke and/or replace the secret at that path.'
  ].join('\n'),
  paths: [plainObjectsPath({
    source: 'https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1',
    summary: 'Pass-through secret storage to the storage backend, allowing you to\n' +
      'read/write arbitrary data into secret storage.',
    description: [
      'The pass-through backend reads and writes arbitrary data into secret storage,',
      'encrypting it along the way.',
      '',
      'A TTL can be specified when writing with the "ttl" field. If given, the',
      'duration of leases returned by this backend will be set to this value. This',
      'can be used as a hint from the writer of a secret to the consumer of a secret',
      'that the consumer should re-read the value before the TTL has expired.',
      'However, any revocation must be handled by the user of this backend; the lease',
      'duration does not affect the provided data in any way.'
    ].join('\n'),
    fields: Type.Object({ path: field.string({ description: 'Location of the secret.' }) }),
    area: (call) => storedObjects(call.storage, call.mountPrefix),
    name: (call) => call.params.path ?? '',
    checkWrite,
    render
  })],
  leases: { renew }
}

/**
 * A secret with a duration; a mount with the option `leased_passthrough` gives it out with a lease, which is renewable
 * where the secret says its `ttl` (seen on a real 1.21).
 */
function render (call: Call<unknown>, data: JsonObject): LogicalResponse {
  const durationSeconds = leaseSeconds(call, data)
  if (call.mount.options?.leased_passthrough !== 'true') {
    return { data, lease: { id: '', durationSeconds, renewable: false } }
  }
  const internal = { path: call.params.path ?? '' }
  return { data, secret: { internal, ttlSeconds: durationSeconds, renewable: ownDuration(data) !== undefined } }
}

/** Reads the secret again. */
function renew (call: LeaseCall): RenewedSecret | null {
  const { path } = call.lease.internal
  const data = typeof path === 'string' ? storedObjects(call.storage, call.mountPrefix).get(path) : undefined
  return data === undefined ? null : { data, ttlSeconds: leaseSeconds(call, data) }
}

/** The secret's own `ttl` or `lease` where it can be read as a duration, else the mount's default. */
function leaseSeconds (call: Pick<Call, 'mount' | 'cluster'>, data: JsonObject): number {
  const { defaultSeconds } = effectiveTtls(call.mount, call.cluster.leaseTtls)
  const own = ownDuration(data)
  if (own === undefined) return defaultSeconds
  try {
    return parseDurationSeconds(own)
  } catch {
    return defaultSeconds
  }
}

function ownDuration ({ ttl, lease }: JsonObject): JsonValue | undefined {
  return ttl ?? lease
}

function checkWrite ({ params, request }: Call<unknown>): void {
  if (params.path === '') throw invalid('missing path')
  if (Object.keys(request.data).length === 0) throw invalid('missing data fields')
}
