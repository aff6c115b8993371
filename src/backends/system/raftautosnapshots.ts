// sys/storage/raft/snapshot-auto (enterprise). https://developer.hashicorp.com/vault/api-docs/system/storage/raftautosnapshots
import { Type, type Static } from '@sinclair/typebox'
import {
  autoSnapshot, autoSnapshotNames, autoSnapshotStatus, configureAutoSnapshot, deleteAutoSnapshot, type AutoSnapshot, type StorageType
} from '../../cluster/auto-snapshots.js'
import type { Cluster } from '../../cluster/cluster.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { enterpriseOnly, invalid, unsupportedPath } from '../../refusal/index.js'
import { rfc3339 } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'

/** Settings of each storage type: required ones, then optional ones. */
const TARGETS: Readonly<Record<StorageType, { readonly required: readonly string[], readonly optional: readonly string[] }>> = {
  local: { required: ['local_max_space'], optional: [] },
  'aws-s3': {
    required: ['aws_s3_bucket', 'aws_s3_region'],
    optional: ['aws_access_key_id', 'aws_s3_endpoint', 'aws_s3_kms_key', 'aws_s3_disable_tls', 'aws_s3_force_path_style', 'aws_s3_enable_kms', 'aws_s3_server_side_encryption']
  },
  'google-gcs': { required: ['google_gcs_bucket'], optional: ['google_endpoint', 'google_disable_tls'] },
  'azure-blob': { required: ['azure_container_name'], optional: ['azure_account_name', 'azure_client_id', 'azure_blob_environment', 'azure_endpoint', 'azure_auth_mode'] }
}

const Settings = Type.Object({
  name: field.string({ description: 'Name of the configuration.' }),
  interval: field.durationSeconds({ description: 'Time between snapshots.' }),
  retain: field.int({ description: 'How many snapshots to keep.', default: 1 }),
  path_prefix: field.string({ description: 'Directory, or prefix within the bucket.' }),
  file_prefix: field.string({ description: 'Name prefix of the snapshot files.', default: 'vault-snapshot' }),
  storage_type: field.string({ description: 'local, azure-blob, aws-s3 or google-gcs.' }),
  autoload_enabled: field.bool({ description: 'Load each snapshot once taken (1.21).' }),
  local_max_space: field.int({ description: 'Bytes that all snapshots together may take.' }),
  aws_s3_bucket: field.string(),
  aws_s3_region: field.string(),
  aws_access_key_id: field.string(),
  aws_secret_access_key: field.string(),
  aws_session_token: field.string(),
  aws_s3_endpoint: field.string(),
  aws_s3_kms_key: field.string(),
  aws_s3_disable_tls: field.bool(),
  aws_s3_force_path_style: field.bool(),
  aws_s3_enable_kms: field.bool(),
  aws_s3_server_side_encryption: field.bool(),
  google_gcs_bucket: field.string(),
  google_service_account_key: field.string(),
  google_endpoint: field.string(),
  google_disable_tls: field.bool(),
  azure_container_name: field.string(),
  azure_account_name: field.string(),
  azure_account_key: field.string(),
  azure_client_id: field.string(),
  azure_blob_environment: field.string(),
  azure_endpoint: field.string(),
  azure_auth_mode: field.string()
})

type Settings = Static<typeof Settings>

export const autoSnapshotPaths: readonly PathDefinition[] = [
  definePath({
    path: 'storage/raft/snapshot-auto/config',
    summary: 'Lists the automated snapshot configurations.',
    sudo: true,
    fields: Type.Object({}),
    operations: { list: ({ cluster }) => { requireEnterprise(cluster); return { data: { keys: autoSnapshotNames(cluster) } } } }
  }),
  definePath({
    path: 'storage/raft/snapshot-auto/config/:name',
    summary: 'Reads, writes and deletes an automated snapshot configuration.',
    sudo: true,
    fields: Settings,
    operations: { read: readSettings, update: writeSettings, delete: removeSettings }
  }),
  definePath({
    path: 'storage/raft/snapshot-auto/status/:name',
    summary: 'Tells how the last automated snapshot went.',
    fields: Type.Object({ name: field.string() }),
    operations: { read: readStatus }
  })
]

function requireEnterprise ({ profile, edition }: Cluster): void {
  if (profile.product === 'Vault' && edition === 'ent') return
  throw profile.enterpriseStubs ? enterpriseOnly() : unsupportedPath()
}

function readSettings ({ cluster, params }: Call<Settings>): LogicalResponse | undefined {
  requireEnterprise(cluster)
  const settings = autoSnapshot(cluster, params.name ?? '')
  return settings && {
    data: goMap({
      interval: settings.intervalSeconds,
      retain: settings.retain,
      path_prefix: settings.pathPrefix,
      file_prefix: settings.filePrefix,
      storage_type: settings.storageType,
      ...settings.target
    })
  }
}

/** A full write: optional settings that are left out get their default. The texts are inferred. */
function writeSettings ({ cluster, params, fields }: Call<Settings>): undefined {
  requireEnterprise(cluster)
  configureAutoSnapshot(cluster, params.name ?? '', checkedSettings(fields))
}

function checkedSettings (fields: Settings): AutoSnapshot {
  const storageType = fields.storage_type as StorageType
  if (fields.interval === undefined || fields.interval <= 0) throw invalid('interval is required and must be greater than zero')
  if (fields.storage_type === undefined || fields.storage_type === '') throw invalid('storage_type is required')
  if (!(storageType in TARGETS)) throw invalid(`storage_type must be one of local, azure-blob, aws-s3, google-gcs; received: ${storageType}`)
  if (fields.path_prefix === undefined || fields.path_prefix === '') throw invalid('path_prefix is required')
  if ((storageType === 'azure-blob' || storageType === 'google-gcs') && !fields.path_prefix.endsWith('/')) throw invalid(`path_prefix must end with a / for storage type ${storageType}`)
  if (fields.retain < 1) throw invalid('retain must be at least 1')
  return {
    intervalSeconds: fields.interval,
    retain: fields.retain,
    pathPrefix: fields.path_prefix,
    filePrefix: fields.file_prefix,
    storageType,
    target: checkedTarget(storageType, fields)
  }
}

/** Secrets are neither kept nor shown: the mock uploads nothing. */
function checkedTarget (storageType: StorageType, fields: Settings): JsonObject {
  const { required, optional } = TARGETS[storageType]
  const given = fields as Readonly<Record<string, string | number | boolean | undefined>>
  for (const name of required) {
    if (given[name] === undefined || given[name] === '' || given[name] === 0) throw invalid(`${name} is required for storage type ${storageType}`)
  }
  if (given.aws_s3_enable_kms === true && given.aws_s3_server_side_encryption === true) throw invalid('aws_s3_enable_kms and aws_s3_server_side_encryption are mutually exclusive')
  checkAzure(storageType, given)
  return goMap(Object.fromEntries([...required, ...optional].filter((name) => given[name] !== undefined).map((name) => [name, given[name]])))
}

function checkAzure (storageType: StorageType, given: Readonly<Record<string, unknown>>): void {
  if (storageType !== 'azure-blob') return
  const mode = given.azure_auth_mode ?? 'shared'
  if (!['shared', 'managed', 'environment'].includes(String(mode))) throw invalid('azure_auth_mode must be one of shared, managed, environment')
  if (mode === 'shared' && given.azure_account_key === undefined) throw invalid('azure_account_key is required')
  if (mode === 'managed' && given.azure_client_id === undefined) throw invalid('azure_client_id is required')
}

function removeSettings ({ cluster, params }: Call<Settings>): undefined {
  requireEnterprise(cluster)
  deleteAutoSnapshot(cluster, params.name ?? '')
}

/** Before the first run the times are empty (inferred). */
function readStatus ({ cluster, params }: Call<{ name?: string }>): LogicalResponse | undefined {
  requireEnterprise(cluster)
  const status = autoSnapshotStatus(cluster, params.name ?? '')
  if (status === undefined) return undefined
  const instant = (atMs: number): string => atMs === 0 ? '' : rfc3339(atMs)
  return {
    data: goMap({
      last_snapshot_start: instant(status.lastStartAtMs),
      last_snapshot_end: instant(status.lastEndAtMs),
      last_snapshot_error: status.lastError,
      last_snapshot_url: status.lastUrl,
      snapshot_start: '',
      snapshot_url: '',
      next_snapshot_start: instant(status.nextStartAtMs)
    })
  }
}
