// One server of a cluster: where it listens, whether it lives, and its own view of the seal.
import type { Cluster } from './cluster.js'
import type { Storage } from './storage.js'

/** A node's progress towards its unseal threshold. */
export interface UnsealProgress {
  /** empty until the first share */
  readonly nonce: string
  /** the shares given so far, base64 */
  readonly shares: readonly string[]
}

export const NO_PROGRESS: UnsealProgress = { nonce: '', shares: [] }

/**
 * `running`: serves. `stopped`: the process is gone, connections are refused. `paused`: accepts connections and never
 * answers, as a removed former leader does (observed on 1.14).
 */
export type ProcessState = 'running' | 'stopped' | 'paused'

/** Shares and threshold as a node shows them in its seal-status: what it knew when it was last unsealed. */
export interface SealConfig {
  readonly shares: number
  readonly threshold: number
}

export class Node {
  #process: ProcessState = 'running'
  /** its listener follows the process */
  onProcessChange: ((process: ProcessState) => void) | undefined
  /** further ones that want to know; each ends itself */
  readonly processListeners = new Set<(process: ProcessState) => void>()
  sealed = true
  /** sealed by a change of keys alone: raft goes on counting it until it is unsealed */
  votesWhileSealed = false
  /** joined, but its unseal has not yet answered the leader's challenge */
  joinPending = false
  /** set once a 1.19+ node learnt that it was removed; only wiping clears it */
  removed = false
  unsealProgress: UnsealProgress = NO_PROGRESS
  sealConfig: SealConfig | undefined
  /** what a cut-off or paused node still sees; undefined while it follows the leader */
  view: Storage | undefined
  /** when this node became active; 0 while it is not */
  activeSinceAtMs = 0
  nonVoter = false
  upgradeVersion: string

  /**
   * @param id raft node id, e.g. `raft_0`
   * @param cluster the cluster it belongs to; a fresh node has one of its own, not yet initialised
   */
  constructor (readonly id: string, public cluster: Cluster, public apiAddr: string, public clusterAddr: string, version: string) {
    this.upgradeVersion = version
  }

  get process (): ProcessState { return this.#process }
  set process (state: ProcessState) {
    this.#process = state
    this.onProcessChange?.(state)
    for (const listener of this.processListeners) listener(state)
  }

  get initialized (): boolean { return this.cluster.initialized }

  get isActive (): boolean { return this.cluster.activeNode === this }

  /** Takes part in raft: running, unsealed and not told to stay out. */
  get participates (): boolean { return this.process === 'running' && !this.sealed && !this.joinPending }

  /** The name of this node in the world's network. */
  get networkName (): string { return `${this.cluster.label}/${this.id}` }

  /** What this node can read: the cluster's storage, or its own older view while it is cut off. */
  get storage (): Storage { return this.view ?? this.cluster.storage }
}
