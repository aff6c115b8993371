// KV version 1: one object per path, as it came.
import { Type } from '@sinclair/typebox'
import type { Area, Storage } from '../../cluster/storage.js'
import { parseDurationSeconds } from '../../go/durations.js'
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { effectiveTtls } from '../../vault/mounts/mounts.js'
import type { Backend, Call } from '../../vault/paths.js'
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
    render: (call, data) => ({ data, lease: { id: '', durationSeconds: leaseSeconds(call, data), renewable: false } })
  })]
}

/** The secret's own `ttl` or `lease` where it can be read as a duration, else the mount's default. */
function leaseSeconds (call: Call<unknown>, data: JsonObject): number {
  const { defaultSeconds } = effectiveTtls(call.mount, call.cluster.leaseTtls)
  const own = data.ttl ?? data.lease
  if (own === undefined) return defaultSeconds
  try {
    return parseDurationSeconds(own)
  } catch {
    return defaultSeconds
  }
}

function checkWrite ({ params, request }: Call<unknown>): void {
  if (params.path === '') throw invalid('missing path')
  if (Object.keys(request.data).length === 0) throw invalid('missing data fields')
}
