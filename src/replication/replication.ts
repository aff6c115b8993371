// What a cluster has of replication besides its stored records: the journal, the links, the guard.
import type { Cluster, ReplicationPort } from '../cluster/cluster.js'
import { canTalk, fallen, isConnected, type NearEnds } from './connection.js'
import type { Fetched } from './bootstrap.js'
import type { Lot } from './far-stream.js'
import type { Following } from './following.js'
import { Journal, sharedWith } from './journal.js'
import { asOfNow, resumed } from './pace.js'
import { isDrSecondary, isPerformanceSecondary, KINDS, primaryRecord, takesNoPart, type ReplicationKind } from './records.js'
import { refusals } from './refusals.js'
import {
  NO_PROGRESS, NO_REPLICATION, NO_STREAM, type Connection, type Pace, type Progress, type ReplicationState, type Stream
} from './replication-state.js'
import { inScope, lastWal } from './scope.js'
import { Transfers } from './transfers.js'

export type { Progress } from './replication-state.js'

type Direction = 'downstream' | 'upstream'

/** Beside its state: who waits for a write, and which primaries of other processes are being asked. */
export class Replication implements ReplicationPort {
  /** long polls of secondaries in other processes, to be woken by a write */
  readonly waiting = new Set<() => void>()
  /** kinds that follow a primary in another process right now */
  readonly remoteLoops = new Set<ReplicationKind>()
  /** those that wait before they look for it again: each ends itself */
  readonly pauses = new Map<ReplicationKind, () => void>()
  /** answers to secondaries in other processes, until they have come */
  readonly transfers = new Transfers()
  /** data of primaries of other processes that is put in place once their links have carried it, or is fetched anew */
  readonly fetched = new Map<ReplicationKind, Fetched | 'on its way'>()
  /** kinds whose bootstrap from another process is being watched */
  readonly watches = new Set<ReplicationKind>()
  /** how fast primaries of other processes said last that the link is */
  readonly theirPaces = new Map<ReplicationKind, Pace>()
  /** what came from primaries of other processes and is on its way over a slow link */
  readonly #lots = new Map<ReplicationKind, Lot[]>()
  #state: Omit<ReplicationState, 'journal'> = NO_REPLICATION
  #journal: Journal | undefined
  /** how far secondaries in other processes are, by the keys of their links: as of their last question */
  readonly #asked = new Map<string, number>()
  /** no request is served any more: what was written goes to the secondaries before this primary is none */
  draining = false
  #mayWrite = false

  constructor (readonly cluster: Cluster, readonly following: Following) {}

  get state (): ReplicationState { return { ...this.#state, journal: this.#journal?.state } }

  /** Takes over a state; who waits for a write may look again. */
  restore ({ journal, ...state }: ReplicationState): void {
    this.#state = state
    this.#journal = journal && new Journal(sharedWith(this.cluster.storage, journal), this.following.buffer)
    this.#lots.clear()
    this.transfers.clear()
    this.fetched.clear()
    this.wake()
  }

  lotsOf (kind: ReplicationKind): Lot[] {
    const lots = this.#lots.get(kind) ?? []
    this.#lots.set(kind, lots)
    return lots
  }

  get journal (): Journal {
    const begin = (): Journal => {
      const epoch = this.cluster.random.stream('replication').uuid()
      return new Journal({ epoch, firstNumber: 1, entries: [] }, this.following.buffer)
    }
    this.#journal ??= begin()
    return this.#journal
  }

  progress (kind: ReplicationKind): Progress { return this.#state.progress.get(kind) ?? NO_PROGRESS }

  setProgress (kind: ReplicationKind, progress: Progress): void {
    this.#state = { ...this.#state, progress: new Map(this.#state.progress).set(kind, progress) }
  }

  stream (kind: ReplicationKind): Stream { return this.#state.streams.get(kind) ?? NO_STREAM }

  setStream (kind: ReplicationKind, stream: Stream): void {
    this.#state = { ...this.#state, streams: new Map(this.#state.streams).set(kind, stream) }
  }

  /** It begins anew, if ever. */
  forgetStream (kind: ReplicationKind): void {
    this.#lots.delete(kind)
    this.pauses.get(kind)?.()
    const kept = [...this.#state.streams].filter(([name]) => name !== kind)
    this.#state = { ...this.#state, streams: new Map(kept) }
  }

  /** Whether its merkle tree does not fit its data. */
  get corrupted (): true | undefined { return this.#state.corruption && true }

  /** Whether a merkle check has found that. */
  get corruptionFound (): boolean { return this.#state.corruption?.found === true }

  setCorruption (corruption: ReplicationState['corruption']): void {
    this.#state = { ...this.#state, corruption }
  }

  /** The link to a secondary; its key has kind and secondary id. */
  downstream (key: string): Connection | undefined { return this.#state.downstream.get(key) }

  get downstreamKeys (): string[] { return [...this.#state.downstream.keys()] }

  /** The link to the primary. */
  upstream (kind: ReplicationKind): Connection | undefined { return this.#state.upstream.get(kind) }

  setDownstream (key: string, connection: Connection): void { this.#put('downstream', key, connection) }

  setUpstream (kind: ReplicationKind, connection: Connection): void { this.#put('upstream', kind, connection) }

  /** A secondary in another process has asked for what comes after a position. */
  heardFrom (key: string, position: number): void {
    this.#asked.set(key, position)
    if (this.draining) this.wake()
    const connection = this.#state.downstream.get(key)
    const { nowMs: lastHeardAtMs } = this.cluster.timeline
    if (connection !== undefined) this.#put('downstream', key, { ...connection, lastHeardAtMs })
  }

  /** Whether every secondary in another process that is connected has all that was written here, as it says. */
  hasShippedAll (kind: ReplicationKind): boolean {
    const { nowMs } = this.cluster.timeline
    return [...this.#state.downstream].every(([key, connection]) => {
      const isFar = connection.ends === undefined && kindIn(key) === kind && isConnected(connection, nowMs)
      return !isFar || this.#asked.get(key) === this.journal.position
    })
  }

  /** Ends a link at both ends; what this end knew of it is forgotten with `forget`. */
  close (direction: Direction, key: string): void {
    const connection = this.#state[direction].get(key)
    if (connection === undefined) return
    this.#changeBothEnds(direction, key, { ...fallen(connection, this.cluster.timeline.nowMs), closed: true })
  }

  forget (direction: Direction, key: string): void {
    const kept = [...this.#state[direction]].filter(([name]) => name !== key)
    this.#state = { ...this.#state, [direction]: new Map(kept) }
  }

  /** To be called after each write: somebody may wait for it. */
  wrote (path: string): void {
    if (takesNoPart(this.cluster) && this.#state.streams.size === 0) return
    const kinds = KINDS.filter((kind) => primaryRecord(this.cluster, kind) !== undefined)
    if (kinds.some((kind) => inScope(kind, path))) this.#log(path)
    const isStopped = [...this.#state.streams.values()].some(({ stoppedBy }) => stoppedBy !== '')
    if (kinds.length === 0 && !isStopped) return
    if (this.waiting.size > 0) queueMicrotask(() => { this.wake() })
    this.following.scheduleCatchUp()
  }

  #log (path: string): void {
    const { storage, timeline: { nowMs: atMs } } = this.cluster
    const [performanceWal, drWal] = [lastWal(storage, 'performance'), lastWal(storage, 'dr')]
    this.journal.add({ path, value: storage.storedAt(path), atMs, performanceWal, drWal })
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
    if (this.#mayWrite || path.startsWith('own/') || takesNoPart(this.cluster)) return
    const isCopy = path.startsWith('replicated/') && isPerformanceSecondary(this.cluster)
    if (isCopy || isDrSecondary(this.cluster)) throw refusals.readOnly()
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
    if ([...this.cluster.nodes.values()].every(({ process }) => process === 'stopped')) this.#forgetHeartbeats()
    // who waits for a write is told how fast the link is now
    this.wake()
    this.following.scheduleCatchUp()
  }

  /** A new leader is looked for at once: other nodes of the primary said where it is. */
  leaderElected (): void {
    for (const kind of KINDS) this.#lookAtOnce(kind)
    for (const [key, connection] of this.#state.downstream) {
      const ends = this.#endsOf(connection)
      if (ends !== undefined) replicationOf(ends.secondary).#lookAtOnce(kindIn(key))
    }
    this.following.scheduleCatchUp()
  }

  leaderLost (): void { this.#noteReachability() }

  /** What `recover` does: a secondary that lost its primary does not wait until its backoff is over. */
  recover (): void {
    for (const kind of KINDS) this.#lookAtOnce(kind)
    this.following.scheduleCatchUp()
  }

  #lookAtOnce (kind: ReplicationKind): void {
    const stream = this.#state.streams.get(kind)
    const { nowMs } = this.cluster.timeline
    if (stream !== undefined && stream.lostAtMs !== 0) this.setStream(kind, resumed(stream, nowMs))
    this.pauses.get(kind)?.()
  }

  /** All data was replaced: whoever follows, and whom this one follows, compares everything. */
  restart (): void {
    this.#journal = undefined
    this.transfers.clear()
    this.#state = { ...this.#state, progress: new Map() }
    this.following.scheduleCatchUp()
  }

  /** Looks which links still stand; from when on one does not, is what counts. */
  #noteReachability (): void {
    const { nowMs } = this.cluster.timeline
    for (const direction of ['downstream', 'upstream'] as const) {
      for (const [key, connection] of this.#state[direction]) {
        const ends = this.#endsOf(connection)
        const stillStands = ends !== undefined && canTalk(ends)
        if (connection.stands && !stillStands) this.#changeBothEnds(direction, key, fallen(connection, nowMs))
      }
    }
  }

  /** When secondaries were heard of is in the memory of processes, and none is left. */
  #forgetHeartbeats (): void {
    for (const [key, connection] of this.#state.downstream) {
      if (!connection.stands) this.#put('downstream', key, { ...connection, lastHeardAtMs: 0 })
    }
  }

  #endsOf ({ ends }: Connection): NearEnds | undefined {
    const { clusters } = this.following
    const primary = clusters.get(ends?.primary ?? '')
    const secondary = clusters.get(ends?.secondary ?? '')
    return primary === undefined || secondary === undefined ? undefined : { primary, secondary }
  }

  /** Within a world both ends know the same of a link. */
  #changeBothEnds (direction: Direction, key: string, connection: Connection): void {
    this.#put(direction, key, connection)
    const ends = this.#endsOf(connection)
    if (ends === undefined) return
    const kind = kindIn(key)
    if (!connection.stands) replicationOf(ends.secondary).#streamStopped(kind, ends.primary)
    if (direction === 'downstream') replicationOf(ends.secondary).#putIfSame('upstream', kind, connection)
    else replicationOf(ends.primary).#putIfSame('downstream', `${kind}/${connection.secondaryId}`, connection)
  }

  /** What the secondary was told last is what it knows from now on. */
  #streamStopped (kind: ReplicationKind, primary: Cluster): void {
    const { nowMs } = this.cluster.timeline
    const stream = asOfNow(this.stream(kind), nowMs)
    this.setStream(kind, { ...stream, lostAtMs: stream.lostAtMs === 0 ? nowMs : stream.lostAtMs })
    this.setProgress(kind, { ...this.progress(kind), knownWal: lastWal(primary.storage, kind) })
  }

  #putIfSame (direction: Direction, key: string, connection: Connection): void {
    const known = this.#state[direction].get(key)
    const isSame = known?.secondaryId === connection.secondaryId && known.ends?.primary === connection.ends?.primary &&
      known.ends?.secondary === connection.ends?.secondary
    if (isSame) this.#put(direction, key, connection)
  }

  #put (direction: Direction, key: string, connection: Connection): void {
    this.#state = { ...this.#state, [direction]: new Map(this.#state[direction]).set(key, connection) }
  }
}

/** Of a link's key. */
function kindIn (key: string): ReplicationKind {
  return key.startsWith('dr') ? 'dr' : 'performance'
}

/** The replication of a cluster, which knows it by its port alone. */
export function replicationOf ({ key, replication }: Cluster): Replication {
  if (!(replication instanceof Replication)) throw new Error(`cluster ${key} has no replication`)
  return replication
}
