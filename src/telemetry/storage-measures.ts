// What is measured of the storage: one count under all the names that the documentation has for it.
import { Measure } from './measure.js'
import type { MetricName } from './catalogue.js'

/** How often a storage was used, since it was made. */
export interface StorageWork {
  readonly reads: number
  readonly puts: number
  readonly deletions: number
  readonly lists: number
}

/** Storage work takes no time here: all durations are 0 ms. */
export class StorageMeasures {
  readonly reads = new Measure()
  readonly puts = new Measure()
  readonly deletions = new Measure()
  readonly lists = new Measure()
  /** by the leader; in milliseconds */
  readonly commits = new Measure()
  /** the same; in entries */
  readonly entries = new Measure()
  /** by a follower */
  readonly received = new Measure()

  /** Under which names each is shown. */
  get named (): readonly (readonly [Measure, readonly MetricName[]])[] {
    return [
      [this.reads, ['vault.barrier.get', 'vault.raft.get', 'vault.raft-storage.get']],
      [this.puts, ['vault.barrier.put', 'vault.raft.put', 'vault.raft-storage.put']],
      [this.deletions, ['vault.barrier.delete', 'vault.raft.delete', 'vault.raft-storage.delete']],
      [this.lists, ['vault.barrier.list', 'vault.raft.list', 'vault.raft-storage.list']],
      [this.commits, [
        'vault.raft.commitTime', 'vault.raft.fsm.applyBatch', 'vault.raft.fsm.enqueue', 'vault.raft.leader.dispatchLog',
        'vault.wal.persistWALs', 'vault.wal.flushReady'
      ]],
      [this.entries, ['vault.raft.apply', 'vault.raft.fsm.apply', 'vault.raft.fsm.applyBatchNum']],
      [this.received, [
        'vault.raft.rpc.appendEntries', 'vault.raft.rpc.appendEntries.processLogs',
        'vault.raft.rpc.appendEntries.storeLogs'
      ]]
    ]
  }
}
