// sys/storage/raft/snapshot-auto: snapshots by schedule (enterprise).
import { Type, type Static } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import { snapshotLoadedBy, snapshotStatus } from '../../cluster/loaded-snapshot.js'
import {
  autoSnapshot, autoSnapshotNames, autoSnapshotStatus, configureAutoSnapshot, deleteAutoSnapshot,
  type AutoSnapshot, type AutoSnapshotStatus, type StorageType
} from '../../cluster/auto-snapshots.js'
import { goMap, type JsonObject, type JsonValue } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { invalid } from '../../refusal/index.js'
import { rfc3339 } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { requireEnterprise } from './editions.js'

/** Settings of a storage type, with the names of the wire; secrets are in neither list. */
interface Target {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

const TARGETS: Readonly<Record<StorageType, Target>> = {
  local: { required: ['local_max_space'], optional: [] },
  'aws-s3': {
    required: ['aws_s3_bucket', 'aws_s3_region'],
    optional: [
      'aws_access_key_id', 'aws_s3_endpoint', 'aws_s3_kms_key', 'aws_s3_disable_tls', 'aws_s3_force_path_style',
      'aws_s3_enable_kms', 'aws_s3_server_side_encryption'
    ]
  },
  'google-gcs': {
    required: ['google_gcs_bucket'],
    optional: ['google_endpoint', 'google_disable_tls']
  },
  'azure-blob': {
    required: ['azure_container_name'],
    optional: [
      'azure_account_name', 'azure_client_id', 'azure_blob_environment', 'azure_endpoint', 'azure_auth_mode'
    ]
  }
}
/** They keep folders by names that end with a slash. */
const ENDS_WITH_SLASH: readonly StorageType[] = ['azure-blob', 'google-gcs']
const AZURE_AUTH_MODES = ['shared', 'managed', 'environment']

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

export const autoSnapshotPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/storage/raftautosnapshots', [
  definePath({
    path: 'storage/raft/snapshot-auto/config',
    summary: 'Lists the automated snapshot configurations.',
    sudo: true,
    fields: Type.Object({}),
    operations: { list }
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
])

function list ({ cluster }: Call<unknown>): LogicalResponse {
  requireEnterprise(cluster)
  return { data: { keys: autoSnapshotNames(cluster) } }
}

function readSettings ({ cluster, params }: Call<Settings>): LogicalResponse | undefined {
  requireEnterprise(cluster)
  const settings = autoSnapshot(cluster, params.name ?? '')
  return settings && {
    data: goMap({
      autoload_enabled: shownAutoload(cluster.profile, settings),
      interval: settings.intervalSeconds,
      retain: settings.retain,
      path_prefix: settings.pathPrefix,
      file_prefix: settings.filePrefix,
      storage_type: settings.storageType,
      ...settings.target
    })
  }
}

/** The documentation's sample of a configuration without it does not have it. */
function shownAutoload ({ autoload }: Profile, settings: AutoSnapshot): boolean | undefined {
  const isOn = settings.autoload === true
  return autoload === 'always shown' || (autoload === 'shown while on' && isOn) ? isOn : undefined
}

/** A full write: optional settings that are left out get their default. The texts are inferred. */
function writeSettings ({ cluster, params, fields }: Call<Settings>): undefined {
  requireEnterprise(cluster)
  const { name = '' } = params
  const settings = checkedSettings(fields)
  const autoload = cluster.profile.autoload !== 'unknown' && fields.autoload_enabled === true
  if (autoload) checkAutoload(cluster, name, settings)
  configureAutoSnapshot(cluster, name, autoload ? { ...settings, autoload } : settings)
}

/** There is room for one loaded snapshot. */
function checkAutoload (cluster: Cluster, name: string, { storageType }: AutoSnapshot): void {
  if (storageType === 'local') throw invalid('autoload_enabled is not supported for storage type local')
  const other = autoSnapshotNames(cluster).find((one) => one !== name && autoSnapshot(cluster, one)?.autoload === true)
  if (other !== undefined) throw invalid(`autoload_enabled is already set for configuration "${other}"`)
}

function checkedSettings (fields: Settings): AutoSnapshot {
  const { interval = 0, path_prefix: pathPrefix = '', retain } = fields
  if (interval <= 0) throw invalid('interval is required and must be greater than zero')
  const storageType = storageTypeIn(fields)
  if (pathPrefix === '') throw invalid('path_prefix is required')
  if (ENDS_WITH_SLASH.includes(storageType) && !pathPrefix.endsWith('/')) {
    throw invalid(`path_prefix must end with a / for storage type ${storageType}`)
  }
  if (retain < 1) throw invalid('retain must be at least 1')
  if (!isFileName(fields.file_prefix)) throw invalid('file_prefix must not contain a path separator')
  if (storageType === 'local' && pathPrefix.split('/').includes('..')) throw invalid('path_prefix must not contain ".."')
  return {
    intervalSeconds: interval,
    retain,
    pathPrefix,
    filePrefix: fields.file_prefix,
    storageType,
    target: checkedTarget(storageType, fields)
  }
}

/** What begins with it is a name in a folder, and leads nowhere else. */
function isFileName (prefix: string): boolean {
  return !/[/\\\0]/.test(prefix)
}

function storageTypeIn ({ storage_type: given = '' }: Settings): StorageType {
  if (given === '') throw invalid('storage_type is required')
  const known: readonly StorageType[] = ['local', 'azure-blob', 'aws-s3', 'google-gcs']
  const found = known.find((type) => type === given)
  if (found === undefined) throw invalid(`storage_type must be one of ${known.join(', ')}; received: ${given}`)
  return found
}

/** Secrets are neither kept nor shown: the mock uploads nothing. */
function checkedTarget (storageType: StorageType, fields: Settings): JsonObject {
  const { required, optional } = TARGETS[storageType]
  const given = new Map<string, JsonValue>(Object.entries(fields))
  const missing = required.find((name) => isUnset(given.get(name)))
  if (missing !== undefined) throw invalid(`${missing} is required for storage type ${storageType}`)
  if (fields.aws_s3_enable_kms === true && fields.aws_s3_server_side_encryption === true) {
    throw invalid('aws_s3_enable_kms and aws_s3_server_side_encryption are mutually exclusive')
  }
  if (storageType === 'azure-blob') checkAzure(fields)
  const kept = [...required, ...optional].filter((name) => given.has(name))
  return goMap(Object.fromEntries(kept.map((name) => [name, given.get(name)])))
}

function isUnset (value: JsonValue | undefined): boolean {
  return value === undefined || value === '' || value === 0
}

function checkAzure (fields: Settings): void {
  const { azure_auth_mode: mode = 'shared' } = fields
  if (!AZURE_AUTH_MODES.includes(mode)) {
    throw invalid(`azure_auth_mode must be one of ${AZURE_AUTH_MODES.join(', ')}`)
  }
  if (mode === 'shared' && fields.azure_account_key === undefined) throw invalid('azure_account_key is required')
  if (mode === 'managed' && fields.azure_client_id === undefined) throw invalid('azure_client_id is required')
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
      ...loadedFields(cluster, params.name ?? '', status),
      snapshot_start: '',
      snapshot_url: '',
      next_snapshot_start: instant(status.nextStartAtMs)
    })
  }
}

/** What of its snapshots is loaded, or why the last one is not. */
function loadedFields (cluster: Cluster, name: string, { loadingError }: AutoSnapshotStatus): JsonObject {
  if (loadingError !== undefined) return { loading_error: loadingError }
  const loaded = snapshotLoadedBy(cluster, name)
  return loaded === undefined
    ? {}
    : {
        loaded_snapshot_id: loaded.id,
        loaded_snapshot_expires_at: rfc3339(loaded.expiresAtMs),
        loaded_snapshot_status: snapshotStatus(cluster, loaded)
      }
}
