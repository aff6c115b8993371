// What a cluster has of replication while it runs, besides its stored records: the journal, the links, the guard.
import type { Cluster, ReplicationPort } from '../cluster/cluster.js'
import type { Connection } from './connection.js'
import type { Following } from './following.js'
import { Journal } from './journal.js'
import { isDrSecondary, isPerformanceSecondary, KINDS, primaryRecord, type ReplicationKind } from './records.js'
import { refusals } from './refusals.js'

/** How far a secondary has come; forgotten with the process, after which it compares everything. */
export interface Progress {
  /** of the primary's journal; empty: nothing is known, compare everything */
  readonly epoch: string
  readonly position: number
  /** the primary's write that arrived last by streaming; 0 right after the bootstrap */
  readonly lastRemoteWal: number
  /** the primary's write that this cluster's data includes, streamed or not */
  readonly wal: number
}

const NO_PROGRESS: Progress = { epoch: '', position: 0, lastRemoteWal: 0, wal: 0 }

export class Replication implements ReplicationPort {
  /** links to secondaries, by kind and secondary id */
  readonly downstream = new Map<string, Connection>()
  /** links to primaries */
  readonly upstream = new Map<ReplicationKind, Connection>()
  /** long polls of secondaries in other processes, to be woken by a write */
  readonly waiting = new Set<() => void>()
  /** kinds that follow a primary in another process right now */
  readonly remoteLoops = new Set<ReplicationKind>()
  readonly #progress = new Map<ReplicationKind, Progress>()
  #journal: Journal | undefined
  #mayWrite = false

  constructor (readonly cluster: Cluster, readonly following: Following) {}

  get journal (): Journal {
    this.#journal ??= new Journal(this.cluster.random.stream('replication').uuid())
    return this.#journal
  }

  progress (kind: ReplicationKind): Progress { return this.#progress.get(kind) ?? NO_PROGRESS }

  setProgress (kind: ReplicationKind, progress: Progress): void { this.#progress.set(kind, progress) }

  /** To be called after each write: somebody may wait for it. */
  wrote (path: string): void {
    if (!KINDS.some((kind) => primaryRecord(this.cluster, kind) !== undefined)) return
    this.journal.add(path)
    if (this.waiting.size > 0) queueMicrotask(() => { this.wake() })
    this.following.scheduleCatchUp()
  }

  /** Lets long polls look again. */
  wake (): void {
    for (const wake of [...this.waiting]) wake()
  }

  /**
   * To be called before each write: a secondary only copies what its primary has.
   *
   * @throws {ReadOnlyError}
   */
  guard (path: string): void {
    if (this.#mayWrite || path.startsWith('own/')) return
    if (isDrSecondary(this.cluster) || (path.startsWith('replicated/') && isPerformanceSecondary(this.cluster))) throw refusals.readOnly()
  }

  /** Runs what writes down a primary's data. */
  unguarded (write: () => void): void {
    this.#mayWrite = true
    try {
      write()
    } finally {
      this.#mayWrite = false
    }
  }

  connectivityChanged (): void {
    this.#noteReachability()
    this.following.scheduleCatchUp()
  }

  leaderElected (): void { this.following.scheduleCatchUp() }

  leaderLost (): void { this.#noteReachability() }

  #noteReachability (): void {
    const { nowMs } = this.cluster.timeline
    for (const connection of [...this.downstream.values(), ...this.upstream.values()]) connection.noteReachability(nowMs)
  }

  /** All data was replaced: whoever follows, and whom this one follows, compares everything. */
  restart (): void {
    this.#journal = undefined
    this.#progress.clear()
    this.following.scheduleCatchUp()
  }
}

/** The replication of a cluster, which knows it by its port alone. */
export function replicationOf ({ key, replication }: Cluster): Replication {
  if (!(replication instanceof Replication)) throw new Error(`cluster ${key} has no replication`)
  return replication
}
