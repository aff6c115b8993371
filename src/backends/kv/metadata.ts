// KV version 2, `metadata/`: what is known of a secret besides its data.
// https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#list-secrets and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { formatDurationMs } from '../../go/durations.js'
import { goMap, type JsonObject, type JsonValue } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { SCAN } from '../../vault/source.js'
import { listFolder, scanFolder } from '../plain-objects.js'
import { renderAttribution } from './attribution.js'
import { parseCustomMetadata } from './custom-metadata.js'
import { missingWithoutBody } from './data.js'
import { mergePatch } from './merge-patch.js'
import { newMetadata, renderTimes, storeOf, type KeyMetadata, type StoredVersion } from './stored-versions.js'

const fields = Type.Object({
  path: field.string({ description: 'Location of the secret.' }),
  max_versions: field.int({ description: 'The number of versions to keep; absent: the mount\'s' }),
  cas_required: field.bool({ description: 'If true the key requires the cas parameter on all writes' }),
  delete_version_after: field.durationSeconds({
    description: 'How long a version lives; absent: the mount\'s; zero clears it'
  }),
  custom_metadata: field.map({ description: 'Arbitrary, version-agnostic information about the secret' }),
  metadata_cas: field.int({ description: 'Write only if the metadata is of this version (OpenBao)' }),
  metadata_cas_required: field.bool({
    description: 'If true the key requires metadata_cas on all writes of metadata (OpenBao)'
  })
})
type MetadataCall = Call<Static<typeof fields>>

const SETTINGS = [
  'max_versions', 'cas_required', 'delete_version_after', 'custom_metadata', 'metadata_cas_required'
] as const
const CAS_IGNORED = '"cas_required" set to false, but is mandated by backend config. This value will be ignored.'

export const metadataPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2',
  sources: { scan: SCAN },
  path: 'metadata/*path',
  summary: 'Settings and versions of a secret; lists secrets; deletes one with all its versions.',
  fields,
  exists: (call) => storeOf(call).metadata(call.params.path ?? '') !== undefined,
  operations: { read, list, scan, create: write, update: write, patch, delete: remove }
})

function read (call: MetadataCall): LogicalResponse | undefined {
  const key = call.params.path ?? ''
  const store = storeOf(call)
  const metadata = store.metadata(key)
  if (metadata === undefined) return undefined
  const { metadataCas, kvAttribution } = call.cluster.profile
  const versions = [...store.versions(key, metadata)].map(([number, version]) => {
    return [number, kvAttribution ? renderAttributed(version) : renderTimes(version)]
  })
  const rendered = {
    ...render(metadata, metadataCas),
    ...(kvAttribution ? { last_updated_by: renderAttribution(metadata.lastUpdatedBy) } : {})
  }
  return { data: goMap({ ...rendered, versions: goMap(Object.fromEntries(versions)) }) }
}

function renderAttributed (version: StoredVersion): JsonObject {
  return goMap({
    ...renderTimes(version),
    created_by: renderAttribution(version.createdBy),
    deleted_by: renderAttribution(version.deletedBy)
  })
}

/** All but the versions. */
function render (metadata: KeyMetadata, metadataCas: boolean): Record<string, JsonValue | undefined> {
  return {
    cas_required: metadata.casRequired,
    created_time: rfc3339Nano(metadata.createdAtMs),
    current_metadata_version: metadataCas ? metadata.metadataVersion : undefined,
    current_version: metadata.currentVersion,
    custom_metadata: metadata.customMetadata,
    delete_version_after: formatDurationMs(metadata.deleteVersionAfterSeconds * 1000),
    max_versions: metadata.maxVersions,
    metadata_cas_required: metadataCas ? metadata.metadataCasRequired : undefined,
    oldest_version: metadata.oldestVersion,
    updated_time: rfc3339Nano(metadata.updatedAtMs)
  }
}

function list (call: MetadataCall): LogicalResponse | undefined {
  return listFolder(storeOf(call).secrets, call.params.path ?? '')
}

function scan (call: MetadataCall): LogicalResponse | undefined {
  return scanFolder(storeOf(call).secrets, call.params.path ?? '')
}

/** Nothing given is no change, and makes no key. */
function write (call: MetadataCall): LogicalResponse | undefined {
  const key = keyOf(call)
  if (SETTINGS.every((name) => call.fields[name] === undefined)) return
  const custom = call.fields.custom_metadata && parseCustomMetadata(call.fields.custom_metadata, false)
  const old = storeOf(call).metadata(key) ?? newMetadata(call.nowMs)
  checkMetadataCas(call, old)
  put(call, old, call.fields, custom === undefined ? old.customMetadata : custom)
  return casWarning(call)
}

/** As `write`, but null puts a setting back and custom metadata is merged. */
function patch (call: MetadataCall): LogicalResponse | undefined {
  const key = keyOf(call)
  const custom = call.fields.custom_metadata && parseCustomMetadata(call.fields.custom_metadata, true)
  const old = storeOf(call).metadata(key)
  if (old === undefined) return missingWithoutBody()
  checkMetadataCas(call, old)
  const cleared = (name: string): boolean => call.request.data[name] === null
  const settings = {
    max_versions: cleared('max_versions') ? 0 : call.fields.max_versions,
    cas_required: cleared('cas_required') ? false : call.fields.cas_required,
    delete_version_after: cleared('delete_version_after') ? 0 : call.fields.delete_version_after,
    metadata_cas_required: cleared('metadata_cas_required') ? false : call.fields.metadata_cas_required
  }
  const merged = mergePatch(old.customMetadata ?? {}, custom ?? {})
  put(call, old, settings, cleared('custom_metadata') ? null : merged)
  return casWarning(call)
}

type Settings = Omit<Partial<Static<typeof fields>>, 'path' | 'custom_metadata' | 'metadata_cas'>

/** Writing metadata leaves `updated_time` alone (reference/core.md §13). */
function put (call: MetadataCall, old: KeyMetadata, settings: Settings, custom: JsonObject | null): void {
  storeOf(call).putMetadata(keyOf(call), {
    ...old,
    maxVersions: settings.max_versions ?? old.maxVersions,
    casRequired: settings.cas_required ?? old.casRequired,
    deleteVersionAfterSeconds: settings.delete_version_after ?? old.deleteVersionAfterSeconds,
    metadataCasRequired: settings.metadata_cas_required ?? old.metadataCasRequired,
    metadataVersion: old.metadataVersion + 1,
    customMetadata: custom === null || Object.keys(custom).length === 0 ? null : custom
  })
}

function remove (call: MetadataCall): undefined {
  const key = call.params.path ?? ''
  const metadata = storeOf(call).metadata(key)
  if (metadata !== undefined) storeOf(call).deleteKey(key, metadata)
}

function keyOf (call: MetadataCall): string {
  if (call.params.path === undefined || call.params.path === '') throw invalid('missing path')
  return call.params.path
}

/** The texts are inferred. */
function checkMetadataCas (call: MetadataCall, old: KeyMetadata): void {
  if (!call.cluster.profile.metadataCas) return
  const { metadata_cas: wanted } = call.fields
  if (wanted !== undefined) {
    if (wanted === old.metadataVersion) return
    throw invalid('metadata check-and-set parameter did not match the current version')
  }
  if (old.metadataCasRequired || storeOf(call).config.metadataCasRequired) {
    throw invalid('metadata check-and-set parameter required for this call')
  }
}

function casWarning (call: MetadataCall): LogicalResponse | undefined {
  const isIgnored = call.fields.cas_required === false && storeOf(call).config.casRequired
  return isIgnored ? { warnings: [CAS_IGNORED] } : undefined
}
