// KV version 2, `data/` and `subkeys/`: reading and writing versions.
// https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version, …#read-secret-subkeys
import { Type, type Static } from '@sinclair/typebox'
import type { JsonObject, JsonValue } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { withFloats } from './floats.js'
import { isMap } from '../../go/values.js'
import { mergePatch } from './merge-patch.js'
import { attributionOf } from './attribution.js'
import {
  deletedVersion, isDeleted, newMetadata, renderVersion, storeOf, type KeyMetadata, type KvStore
} from './stored-versions.js'

const path = field.string({ description: 'Location of the secret.' })
const version = field.int({ description: 'Which version to read; 0 or absent: the current one' })
const dataFields = Type.Object({
  path,
  version,
  options: field.map({ description: 'cas: write only if the current version is this one; 0: only if there is none' }),
  data: field.map({ description: 'The contents, stored and returned on read.' })
})
const subkeysFields = Type.Object({
  path,
  version,
  depth: field.int({ description: 'How deep to go; 0 or absent: no limit' })
})
type DataCall = Call<Static<typeof dataFields>>
type SubkeysCall = Call<Static<typeof subkeysFields>>

export const dataPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2',
  path: 'data/*path',
  summary: 'Write, patch, read and delete data in the key-value store.',
  fields: dataFields,
  exists: (call) => storeOf(call).metadata(call.params.path ?? '') !== undefined,
  operations: { read, create: write, update: write, patch, delete: remove }
})

export const subkeysPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2',
  path: 'subkeys/*path',
  summary: 'The structure of a secret, its values removed.',
  fields: subkeysFields,
  operations: { read: readSubkeys }
})

/** A 404 with a body: the status comes with an envelope that does not end with a newline (recorded). */
export function missing (data: JsonObject): LogicalResponse {
  return { data, status: { code: 404, newline: false } }
}

/** A 404 without any body, as PATCH of a missing key answers. */
export function missingWithoutBody (): LogicalResponse {
  return { status: { code: 404, body: 'empty' } }
}

function read (call: DataCall): LogicalResponse | undefined {
  return readVersion(call, (data, metadata) => ({ data, metadata }))
}

function readSubkeys (call: SubkeysCall): LogicalResponse | undefined {
  return readVersion(call, (data, metadata) => ({
    metadata,
    subkeys: data && withoutValues(data, call.fields.depth || Infinity)
  }))
}

/** The data is null where the version is deleted. */
type Render = (data: JsonObject | null, metadata: JsonObject) => JsonObject

function readVersion (call: Call<{ version?: number }>, render: Render): LogicalResponse | undefined {
  const key = call.params.path ?? ''
  const store = storeOf(call)
  const metadata = store.metadata(key)
  if (metadata === undefined) return undefined
  const { version: asked = 0 } = call.fields
  const wanted = asked > 0 ? asked : metadata.currentVersion
  const found = store.version(key, wanted)
  if (found === undefined) return undefined
  const rendered = renderVersion(metadata, wanted, found)
  if (found.destroyed || isDeleted(found, call.nowMs)) return missing(render(null, rendered))
  return { data: render(found.data, rendered) }
}

function write (call: DataCall): LogicalResponse {
  const key = call.params.path ?? ''
  if (key === '') throw invalid('missing path')
  const { data } = call.fields
  if (data === undefined) throw invalid('no data provided')
  const store = storeOf(call)
  const old = store.metadata(key)
  const metadata = old ?? newMetadata(call.nowMs)
  checkAndSet(call, store, metadata)
  return addVersion(call, { store, metadata }, withFloats(data), old === undefined ? 'create' : 'update')
}

function patch (call: DataCall): LogicalResponse {
  const key = call.params.path ?? ''
  const { data } = call.fields
  if (data === undefined) throw invalid('no data provided')
  const store = storeOf(call)
  const metadata = store.metadata(key)
  if (metadata === undefined) return missingWithoutBody()
  checkAndSet(call, store, metadata)
  const current = store.version(key, metadata.currentVersion)
  if (current === undefined) return missingWithoutBody()
  const isGone = current.destroyed || isDeleted(current, call.nowMs)
  if (isGone || current.data === null) return missing(renderVersion(metadata, metadata.currentVersion, current))
  return addVersion(call, { store, metadata }, mergePatch(current.data, withFloats(data)), 'patch')
}

interface Place { readonly store: KvStore, readonly metadata: KeyMetadata }

function addVersion (call: DataCall, { store, metadata }: Place, data: JsonObject, operation: string): LogicalResponse {
  const key = call.params.path ?? ''
  const by = attributionOf(call, operation)
  const { metadata: after, version: added } = store.addVersion(key, metadata, data, call.nowMs, by)
  return { data: renderVersion(after, after.currentVersion, added) }
}

/** Deletes the latest version, softly; nothing to delete is no error. */
function remove (call: DataCall): undefined {
  const key = call.params.path ?? ''
  const store = storeOf(call)
  const metadata = store.metadata(key)
  if (metadata === undefined) return
  const current = store.version(key, metadata.currentVersion)
  if (current === undefined || current.destroyed || isDeleted(current, call.nowMs)) return
  const by = attributionOf(call, 'delete')
  store.putVersion(key, metadata.currentVersion, deletedVersion(current, call.nowMs, by))
  if (by !== undefined) store.putMetadata(key, { ...metadata, lastUpdatedBy: by })
}

function checkAndSet (call: DataCall, store: KvStore, metadata: KeyMetadata): void {
  const options = call.fields.options
  if (options !== undefined && 'cas' in options) {
    if (parseCas(options.cas) === metadata.currentVersion) return
    throw invalid('check-and-set parameter did not match the current version')
  }
  if (store.config.casRequired || metadata.casRequired) {
    throw invalid('check-and-set parameter required for this call')
  }
}

/** As weakly decoded to an int by mapstructure: a number, a number in a string, a boolean, null. */
function parseCas (raw: JsonValue | undefined): number {
  if (raw === null || raw === '') return 0
  if (typeof raw === 'boolean') return Number(raw)
  const text = typeof raw === 'number' || typeof raw === 'string' ? String(raw) : ''
  if (!/^[+-]?\d+$/.test(text)) throw invalid('error parsing check-and-set parameter')
  return Number(text)
}

/** Every leaf, and what lies deeper than `depth`, becomes null; an empty map is a leaf. */
function withoutValues (object: JsonObject, depth: number): JsonObject {
  const whole: Record<string, JsonValue> = Object.create(null)
  const pending = [{ from: object, to: whole, level: 1 }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { from, to, level } = next
    for (const [key, member] of Object.entries(from)) {
      to[key] = null
      if (!isMap(member) || level >= depth || Object.keys(member).length === 0) continue
      const inner: Record<string, JsonValue> = Object.create(null)
      to[key] = inner
      pending.push({ from: member, to: inner, level: level + 1 })
    }
  }
  return whole
}
