// Automated snapshots (enterprise): their settings, their schedule on the timeline, their results.
import { join } from 'node:path'
import type { JsonObject } from '../json/index.js'
import { invalid } from '../refusal/index.js'
import type { Cluster } from './cluster.js'
import type { Files } from './files.js'
import { chunksOf, loadSnapshot } from './loaded-snapshot.js'
import { takeSnapshot } from './snapshots.js'
import { autoSnapshotFilesIn, autoSnapshotsIn, autoSnapshotStatusesIn } from './stored.js'

export type StorageType = 'local' | 'azure-blob' | 'aws-s3' | 'google-gcs'

/** Settings as stored by name; the storage type's own settings lie in `target`. */
export type AutoSnapshot = JsonObject & {
  readonly intervalSeconds: number
  readonly retain: number
  readonly pathPrefix: string
  readonly filePrefix: string
  readonly storageType: StorageType
  /** e.g. `{ local_max_space: 100000 }`, with the names of the wire */
  readonly target: JsonObject
  /** each snapshot is loaded once it is there, to recover single secrets from (1.21) */
  readonly autoload?: boolean
}

/** What the last run came to, as stored by name. */
export type AutoSnapshotStatus = JsonObject & {
  readonly lastStartAtMs: number
  readonly lastEndAtMs: number
  readonly lastError: string
  readonly lastUrl: string
  readonly nextStartAtMs: number
  /** of its own snapshots, the last that was loaded; absent: none was */
  readonly lastLoadAtMs?: number
  /** why the last one was not loaded */
  readonly loadingError?: string
}

const NEVER_RAN: AutoSnapshotStatus = { lastStartAtMs: 0, lastEndAtMs: 0, lastError: '', lastUrl: '', nextStartAtMs: 0 }

/** A file that a configuration has written, and nothing has removed since. */
export type AutoSnapshotFile = JsonObject & { readonly path: string, readonly bytes: number }

export const AUTO_SNAPSHOT_EVENT = 'cluster.auto-snapshot'

export function autoSnapshot (cluster: Cluster, name: string): AutoSnapshot | undefined {
  return autoSnapshotsIn(cluster.storage).get(name)
}

export function autoSnapshotNames (cluster: Cluster): string[] {
  return autoSnapshotsIn(cluster.storage).children()
}

/** Of settings that came with their cluster's data, nothing has run here yet. */
export function autoSnapshotStatus (cluster: Cluster, name: string): AutoSnapshotStatus | undefined {
  if (autoSnapshot(cluster, name) === undefined) return undefined
  return autoSnapshotStatusesIn(cluster.storage).get(name) ?? NEVER_RAN
}

/** Stores settings and schedules the first run one interval from now (inferred). */
export function configureAutoSnapshot (cluster: Cluster, name: string, settings: AutoSnapshot): void {
  autoSnapshotsIn(cluster.storage).put(name, settings)
  const nextStartAtMs = cluster.timeline.nowMs + settings.intervalSeconds * 1000
  putStatus(cluster, name, { ...NEVER_RAN, ...autoSnapshotStatus(cluster, name), nextStartAtMs })
  schedule(cluster, name, nextStartAtMs)
}

export function deleteAutoSnapshot (cluster: Cluster, name: string): void {
  autoSnapshotsIn(cluster.storage).delete(name)
  autoSnapshotStatusesIn(cluster.storage).delete(name)
  autoSnapshotFilesIn(cluster.storage).delete(name)
  cluster.timeline.cancel(AUTO_SNAPSHOT_EVENT, { cluster: cluster.key, name })
}

/** Puts every configured run on the timeline again: after a restore or a take-over. */
export function armAutoSnapshots (cluster: Cluster): void {
  for (const name of autoSnapshotNames(cluster)) {
    const settings = autoSnapshot(cluster, name)
    if (settings === undefined) continue
    const { intervalSeconds } = settings
    const { nowMs } = cluster.timeline
    const known = autoSnapshotStatus(cluster, name)?.nextStartAtMs ?? 0
    schedule(cluster, name, known === 0 ? nowMs + intervalSeconds * 1000 : Math.max(known, nowMs))
  }
}

/** For the fixture of a snapshot that fails, too. */
export function putStatus (cluster: Cluster, name: string, status: AutoSnapshotStatus): void {
  autoSnapshotStatusesIn(cluster.storage).put(name, status)
}

function schedule (cluster: Cluster, name: string, atMs: number): void {
  cluster.timeline.schedule({ atMs, kind: AUTO_SNAPSHOT_EVENT, urgency: 'deadline', ids: { cluster: cluster.key, name } })
}

/** One run. Where nothing can be written it is skipped; the schedule goes on. Handler of the timeline event. */
export function runAutoSnapshot (cluster: Cluster, name: string): void {
  const settings = autoSnapshot(cluster, name)
  if (settings === undefined) return
  const { nowMs } = cluster.timeline
  const nextStartAtMs = nowMs + settings.intervalSeconds * 1000
  schedule(cluster, name, nextStartAtMs)
  if (!cluster.takesWrites) return
  const fileName = `${settings.filePrefix}-${BigInt(nowMs) * 1_000_000n}.snap`
  const url = urlOf(settings, fileName)
  const before = autoSnapshotStatus(cluster, name)
  putStatus(cluster, name, { ...before, lastStartAtMs: nowMs, lastEndAtMs: nowMs, lastError: '', lastUrl: url, nextStartAtMs })
  const archive = takeSnapshot(cluster)
  const { autoSnapshotRuns: runs } = cluster
  const run = keepAfter(runs.get(name), cluster, name, settings, { fileName, url, archive })
  runs.set(name, run)
}

/** One run after the other, also where time jumps over several: each counts what those before it have left. */
async function keepAfter (before: Promise<void> | undefined, ...what: Parameters<typeof keep>): Promise<void> {
  await before
  try {
    const bytes = await measuredKeep(...what)
    await autoload(what, bytes)
  } catch (error) {
    const [cluster, name] = what
    recordError(cluster, name, (error as Error).message)
  }
}

async function measuredKeep (...what: Parameters<typeof keep>): Promise<Uint8Array> {
  const [cluster, name] = what
  const { telemetry } = cluster
  const labels = { snapshot_config_name: name }
  const startedMs = telemetry.stopwatchMs
  const bytes = await keep(...what)
  telemetry.noteSince('vault.autosnapshots.save.duration', startedMs, labels)
  telemetry.note('vault.autosnapshots.snapshot.size', bytes.length, labels)
  return bytes
}

function urlOf ({ storageType, pathPrefix, target }: AutoSnapshot, fileName: string): string {
  const path = join(pathPrefix, fileName)
  switch (storageType) {
    case 'local': return `file://${path}`
    case 'aws-s3': return `https://${String(target.aws_s3_bucket)}.s3.${String(target.aws_s3_region)}.amazonaws.com/${path}`
    case 'google-gcs': return `https://storage.googleapis.com/${String(target.google_gcs_bucket)}/${path}`
    case 'azure-blob': return `https://${String(target.azure_account_name)}.blob.core.windows.net/${String(target.azure_container_name)}/${path}`
  }
}

/** A snapshot on its way to where it is kept. */
interface Taken {
  readonly fileName: string
  readonly url: string
  readonly archive: AsyncIterable<Uint8Array>
}

/** Local snapshots become files; those for a cloud stay in memory, as many as are retained. */
async function keep (
  cluster: Cluster, name: string, settings: AutoSnapshot, { fileName, archive }: Taken
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of archive) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  if (settings.storageType === 'local') await keepFile(cluster, name, settings, { fileName, bytes })
  else {
    const kept = [...cluster.keptSnapshots.get(name) ?? [], { fileName, bytes }]
    cluster.change({ keptSnapshots: new Map(cluster.keptSnapshots).set(name, kept.slice(-settings.retain)) })
  }
  return bytes
}

const AUTOLOAD_EVERY_MS = 3_600_000

/**
 * Loads what was just kept, in place of what was loaded this way before; at most once an hour. What an operator has
 * loaded stays, and is said to be in the way.
 */
async function autoload (
  [cluster, name, settings, { url }]: Parameters<typeof keep>, bytes: Uint8Array
): Promise<void> {
  const status = autoSnapshotStatus(cluster, name)
  if (settings.autoload !== true || status === undefined || !cluster.takesWrites) return
  const { nowMs } = cluster.timeline
  if (status.lastLoadAtMs !== undefined && nowMs - status.lastLoadAtMs < AUTOLOAD_EVERY_MS) return
  const { loadingError: _before, ...rest } = status
  try {
    await loadSnapshot(cluster, chunksOf(bytes), { configuration: name, url }, { replacesAutoloaded: true })
    putStatus(cluster, name, { ...rest, lastLoadAtMs: nowMs })
  } catch (error) {
    putStatus(cluster, name, { ...status, loadingError: `error loading snapshot: ${(error as Error).message}` })
  }
}

/** Writes a file, then removes the oldest that this configuration wrote; there must be room for those that stay. */
async function keepFile (
  cluster: Cluster,
  name: string,
  { pathPrefix, retain, target }: AutoSnapshot,
  { fileName, bytes }: { readonly fileName: string, readonly bytes: Uint8Array }
): Promise<void> {
  const { files } = cluster.surroundings
  const space = Number(target.local_max_space)
  const before = autoSnapshotFilesIn(cluster.storage).get(name) ?? []
  const staying = retain > 1 ? before.slice(1 - retain) : []
  const taken = staying.reduce((sum, file) => sum + file.bytes, bytes.length)
  if (taken > space) throw invalid(`snapshot of ${bytes.length} bytes does not fit into local_max_space ${space}`)
  const path = `${pathPrefix.replace(/\/+$/, '')}/${fileName}`
  await files.write(path, bytes)
  const all = [...before, { path, bytes: bytes.length }]
  const leaving = all.slice(0, -retain)
  const { telemetry } = cluster
  const startedMs = telemetry.stopwatchMs
  const gone = await Promise.all(leaving.map(({ path }) => hasGone(files, path)))
  telemetry.noteSince('vault.autosnapshots.rotate.duration', startedMs, { snapshot_config_name: name })
  // another node may have taken over meanwhile, or the configuration may be gone
  if (!cluster.takesWrites || autoSnapshot(cluster, name) === undefined) return
  autoSnapshotFilesIn(cluster.storage).put(name, all.filter((_file, i) => gone[i] !== true))
}

/** One that cannot be removed is tried again the next time. */
async function hasGone (files: Files, path: string): Promise<boolean> {
  try {
    await files.remove(path)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
  }
}

function recordError (cluster: Cluster, name: string, message: string): void {
  const status = autoSnapshotStatus(cluster, name)
  if (status === undefined || !cluster.takesWrites) return
  cluster.telemetry.note('vault.autosnapshots.save.errors', 1, { snapshot_config_name: name })
  putStatus(cluster, name, { ...status, lastError: message, lastUrl: '' })
}
