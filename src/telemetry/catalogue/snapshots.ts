// Metrics of automated snapshots.
import { counter, gauge, summary } from './tables.js'

const PER_CONFIGURATION = { labels: ['snapshot_config_name'], enterprise: true }

export const snapshotMetrics = {
  'vault.autosnapshots.last.success.time': gauge('seconds', 'the last one saved, since 1970', PER_CONFIGURATION),
  'vault.autosnapshots.percent.maxspace.used': gauge('percent', 'of `local_max_space`', PER_CONFIGURATION),
  'vault.autosnapshots.total.snapshot.size': gauge('bytes', 'of all local ones that are kept', PER_CONFIGURATION),
  'vault.autosnapshots.snapshots.in.storage': gauge('snapshots', 'that are kept', PER_CONFIGURATION),
  'vault.autosnapshots.save.duration': summary('ms', 'snapshots saved', PER_CONFIGURATION),
  'vault.autosnapshots.save.errors': counter('errors', 'snapshots that could not be saved', PER_CONFIGURATION),
  'vault.autosnapshots.snapshot.size': summary('bytes', 'size of a snapshot', PER_CONFIGURATION),
  'vault.autosnapshots.rotate.duration': summary('ms', 'old ones deleted', PER_CONFIGURATION)
}
