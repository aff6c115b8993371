// Automated snapshots (enterprise): their settings, their schedule on the timeline, their results.
import { join } from 'node:path'
import type { JsonObject } from '../json/index.js'
import { invalid } from '../refusal/index.js'
import type { Cluster } from './cluster.js'
import type { Files } from './files.js'
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
}

/** What the last run came to, as stored by name. */
export type AutoSnapshotStatus = JsonObject & {
  readonly lastStartAtMs: number
  readonly lastEndAtMs: number
  readonly lastError: string
  readonly lastUrl: string
  readonly nextStartAtMs: number
}

/** A file that a configuration has written, and nothing has removed since. */
export type AutoSnapshotFile = JsonObject & { readonly path: string, readonly bytes: number }

export const AUTO_SNAPSHOT_EVENT = 'cluster.auto-snapshot'

export function autoSnapshot (cluster: Cluster, name: string): AutoSnapshot | undefined {
  return autoSnapshotsIn(cluster.storage).get(name)
}

export function autoSnapshotNames (cluster: Cluster): string[] {
  return autoSnapshotsIn(cluster.storage).children()
}

export function autoSnapshotStatus (cluster: Cluster, name: string): AutoSnapshotStatus | undefined {
  return autoSnapshotStatusesIn(cluster.storage).get(name)
}

/** Stores settings and schedules the first run one interval from now (inferred). */
export function configureAutoSnapshot (cluster: Cluster, name: string, settings: AutoSnapshot): void {
  autoSnapshotsIn(cluster.storage).put(name, settings)
  const nextStartAtMs = cluster.timeline.nowMs + settings.intervalSeconds * 1000
  const before = autoSnapshotStatus(cluster, name)
  putStatus(cluster, name, { lastStartAtMs: 0, lastEndAtMs: 0, lastError: '', lastUrl: '', ...before, nextStartAtMs })
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
    const next = autoSnapshotStatus(cluster, name)?.nextStartAtMs ?? cluster.timeline.nowMs + intervalSeconds * 1000
    schedule(cluster, name, Math.max(next, cluster.timeline.nowMs))
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
  putStatus(cluster, name, { lastStartAtMs: nowMs, lastEndAtMs: nowMs, lastError: '', lastUrl: url, nextStartAtMs })
  const archive = takeSnapshot(cluster)
  const { autoSnapshotRuns: runs } = cluster
  const run = keepAfter(runs.get(name), cluster, name, settings, { fileName, archive })
  runs.set(name, run)
}

/** One run after the other, also where time jumps over several: each counts what those before it have left. */
async function keepAfter (before: Promise<void> | undefined, ...what: Parameters<typeof keep>): Promise<void> {
  await before
  try {
    await keep(...what)
  } catch (error) {
    const [cluster, name] = what
    recordError(cluster, name, (error as Error).message)
  }
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
  readonly archive: AsyncIterable<Uint8Array>
}

/** Local snapshots become files; those for a cloud stay in memory, as many as are retained. */
async function keep (
  cluster: Cluster, name: string, settings: AutoSnapshot, { fileName, archive }: Taken
): Promise<void> {
  const chunks: Uint8Array[] = []
  for await (const chunk of archive) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  if (settings.storageType === 'local') return await keepFile(cluster, name, settings, { fileName, bytes })
  const kept = [...cluster.keptSnapshots.get(name) ?? [], { fileName, bytes }]
  cluster.change({ keptSnapshots: new Map(cluster.keptSnapshots).set(name, kept.slice(-settings.retain)) })
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
  const gone = await Promise.all(leaving.map(({ path }) => hasGone(files, path)))
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
  putStatus(cluster, name, { ...status, lastError: message, lastUrl: '' })
}
