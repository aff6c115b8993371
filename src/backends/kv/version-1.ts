// KV version 1: one object per path, as it came.
import { Type } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import { parseDurationSeconds } from '../../go/durations.js'
import { field } from '../../vault/fields/fields.js'
import { effectiveTtls } from '../../vault/mounts/mounts.js'
import type { Backend, Call, LogicalResponse } from '../../vault/paths.js'
import { definePath } from '../../vault/paths.js'
import { listFolder, readObject, scanFolder } from '../passthrough.js'

/** Where a mount keeps the objects of KV v1, below its prefix. */
export const OBJECTS = 'd/'

const fields = Type.Object({ path: field.string({ description: 'Location of the secret.' }) })

/** The engine of mounts of type `kv` (version 1 or none) and `generic`. Numbers keep their text. */
export const kvV1: Backend = {
  type: 'kv',
  paths: [definePath({
    path: '*path',
    summary: 'Reads, writes, lists and deletes secrets.',
    fields,
    exists: (call) => call.storage.has(location(call)),
    operations: { read, create: write, update: write, delete: remove, list, scan }
  })]
}

function location (call: Call<unknown>): string {
  return call.mountPrefix + OBJECTS + call.params.path
}

function read (call: Call<unknown>): LogicalResponse | undefined {
  const data = readObject(call.storage, location(call))
  if (data === undefined) return undefined
  return { data, lease: { id: '', durationSeconds: leaseSeconds(call, data), renewable: false } }
}

/** The secret's own `ttl` or `lease` where it can be read as a duration, else the mount's default. */
function leaseSeconds (call: Call<unknown>, data: JsonObject): number {
  const { defaultSeconds } = effectiveTtls(call.mount)
  const own: JsonValue | undefined = data.ttl ?? data.lease
  if (own === undefined) return defaultSeconds
  try {
    return parseDurationSeconds(own)
  } catch {
    return defaultSeconds
  }
}

function write (call: Call<unknown>): undefined {
  if (call.params.path === '') throw invalid('missing path')
  if (Object.keys(call.request.data).length === 0) throw invalid('missing data fields')
  call.storage.put(location(call), call.request.data)
}

function remove (call: Call<unknown>): undefined {
  call.storage.delete(location(call))
}

function list (call: Call<unknown>): LogicalResponse | undefined {
  return listFolder(call.storage, call.mountPrefix + OBJECTS, call.params.path ?? '')
}

function scan (call: Call<unknown>): LogicalResponse | undefined {
  return scanFolder(call.storage, call.mountPrefix + OBJECTS, call.params.path ?? '')
}
