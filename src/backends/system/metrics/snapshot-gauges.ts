// Gauges of automated snapshots, by configuration.
import { autoSnapshot, autoSnapshotNames, autoSnapshotStatus } from '../../../cluster/auto-snapshots.js'
import type { Cluster } from '../../../cluster/cluster.js'
import type { Node } from '../../../cluster/node.js'
import { autoSnapshotFilesIn } from '../../../cluster/stored.js'
import { isDrSecondary } from '../../../replication/records.js'
import { gauge, type Gauge } from '../../../telemetry/gauge.js'

export function snapshotGauges ({ cluster }: Node): Gauge[] {
  if (cluster.edition !== 'ent' || isDrSecondary(cluster)) return []
  return autoSnapshotNames(cluster).flatMap((name) => gaugesOf(cluster, name))
}

function gaugesOf (cluster: Cluster, name: string): Gauge[] {
  const labels = { snapshot_config_name: name }
  const status = autoSnapshotStatus(cluster, name)
  const succeeded = status !== undefined && status.lastEndAtMs !== 0 && status.lastError === ''
  const isLocal = autoSnapshot(cluster, name)?.storageType === 'local'
  return [
    ...(succeeded
      ? [gauge('vault.autosnapshots.last.success.time', Math.floor(status.lastEndAtMs / 1000), labels)]
      : []),
    ...(isLocal ? localGauges(cluster, name) : []),
    gauge('vault.autosnapshots.snapshots.in.storage', keptCount(cluster, name), labels)
  ]
}

function localGauges (cluster: Cluster, name: string): Gauge[] {
  const labels = { snapshot_config_name: name }
  const bytes = (autoSnapshotFilesIn(cluster.storage).get(name) ?? []).reduce((sum, file) => sum + file.bytes, 0)
  const space = Number(autoSnapshot(cluster, name)?.target.local_max_space)
  return [
    gauge('vault.autosnapshots.total.snapshot.size', bytes, labels),
    gauge('vault.autosnapshots.percent.maxspace.used', bytes * 100 / space, labels)
  ]
}

function keptCount (cluster: Cluster, name: string): number {
  return autoSnapshotFilesIn(cluster.storage).get(name)?.length ?? cluster.keptSnapshots.get(name)?.length ?? 0
}
