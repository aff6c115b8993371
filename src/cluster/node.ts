// One server of a cluster: where it listens, whether it lives, and its own view of the seal.
import { Type } from '@sinclair/typebox'
import { closed, count, instant, mapOf, oneOf, texts, type State } from '../sim/declared.js'
import type { Cluster } from './cluster.js'
import { Telemetry } from '../telemetry/telemetry.js'
import type { Storage } from './storage.js'
import { StorageForm } from './storage-form.js'

/** Requests that one client may still make under one quota. */
const RateBucket = Type.Object({ left: count, endsAtMs: instant, blockedUntilMs: instant }, closed)

const own = {
  /** told to clients, e.g. `http://127.0.0.1:8200` */
  apiAddr: Type.String(),
  /** host and port */
  clusterAddr: Type.String(),
  /**
   * `running`: serves. `stopped`: the process is gone, connections are refused. `paused`: accepts connections and never
   * answers, as a removed former leader does (observed on 1.14)
   */
  process: oneOf('running', 'stopped', 'paused'),
  sealed: Type.Boolean(),
  /** sealed by a change of keys alone: raft goes on counting it until it is unsealed */
  votesWhileSealed: Type.Boolean(),
  /** joined, but its unseal has not yet answered the leader's challenge */
  joinPending: Type.Boolean(),
  /** set once a node learnt that it was removed, as from 1.19 on; only wiping clears it */
  removed: Type.Boolean(),
  nonVoter: Type.Boolean(),
  upgradeVersion: Type.String(),
  /** when this node became active; 0 while it is not */
  activeSinceAtMs: instant,
  /** its way towards the unseal threshold; the nonce is empty until the first share, shares are in base64 */
  unsealProgress: Type.Object({ nonce: Type.String(), shares: texts }, closed),
  /** shares and threshold as its seal-status shows them: what it knew when it was last unsealed */
  sealConfig: Type.Optional(Type.Object({ shares: count, threshold: count }, closed)),
  /** by client and quota */
  rateBuckets: mapOf(RateBucket),
  /** what a cut-off or paused node still sees; absent while it follows the leader */
  view: Type.Optional(StorageForm)
}

/** With the key of its cluster. */
export const NodeForm = Type.Object({ id: Type.String(), cluster: Type.String(), ...own }, closed)

export type NodeState = State<typeof NodeForm>
type Own = Omit<NodeState, 'id' | 'cluster'>
export type ProcessState = NodeState['process']
export type RateBucket = State<typeof RateBucket>

export const NO_PROGRESS: NodeState['unsealProgress'] = { nonce: '', shares: [] }

/** What a process knows as long as it runs. */
const FORGOTTEN: Pick<Own, 'votesWhileSealed' | 'activeSinceAtMs' | 'unsealProgress' | 'rateBuckets'> = {
  votesWhileSealed: false,
  activeSinceAtMs: 0,
  unsealProgress: NO_PROGRESS,
  rateBuckets: new Map()
}

const FRESH: Omit<Own, 'apiAddr' | 'clusterAddr' | 'upgradeVersion'> = {
  ...FORGOTTEN,
  process: 'running',
  sealed: true,
  joinPending: false,
  removed: false,
  nonVoter: false
}

/**
 * One server. Beside its state it has only those who want to know whether its process runs, and what that process has
 * counted, which a restored world begins anew.
 */
export class Node {
  #state: Own
  /** each ends itself */
  readonly processListeners = new Set<(process: ProcessState) => void>()
  #telemetry: Telemetry | undefined

  /**
   * @param id raft node id, e.g. `raft_0`
   * @param cluster the cluster it belongs to; a fresh node has one of its own, not yet initialised
   */
  constructor (
    readonly id: string,
    public cluster: Cluster,
    apiAddr: string,
    clusterAddr: string,
    upgradeVersion: string
  ) {
    this.#state = { ...FRESH, apiAddr, clusterAddr, upgradeVersion }
  }

  get state (): NodeState {
    const { id, cluster: { key: cluster } } = this
    return { ...this.#state, id, cluster, view: this.#state.view?.clone() }
  }

  /** Takes over a state; the caller sees to its cluster. */
  restore ({ id, cluster, ...state }: NodeState): void {
    this.change({ ...state, sealConfig: state.sealConfig, view: state.view?.clone() })
    this.#telemetry = undefined
  }

  change (change: Partial<Own>): void {
    const before = this.#state.process
    this.#state = { ...this.#state, ...change }
    const { process } = this.#state
    if (process !== before) for (const listener of [...this.processListeners]) listener(process)
  }

  /** Its process ends, or is held up for good; what only the process knew is gone. */
  stop (): void {
    this.change({ ...FORGOTTEN, process: 'stopped' })
    this.#telemetry = undefined
  }

  /** As on the day it was installed. */
  wipe (): void { this.change({ ...FRESH, sealConfig: undefined, view: undefined }) }

  /** What its process counts and times. */
  get telemetry (): Telemetry {
    if (this.#telemetry !== undefined) return this.#telemetry
    const telemetry = new Telemetry(this.cluster.timeline)
    // what was done before is not this process's
    telemetry.storageWorkSince(this.storage.work)
    return (this.#telemetry = telemetry)
  }

  get apiAddr (): string { return this.#state.apiAddr }
  get clusterAddr (): string { return this.#state.clusterAddr }
  get process (): ProcessState { return this.#state.process }
  get sealed (): boolean { return this.#state.sealed }
  get votesWhileSealed (): boolean { return this.#state.votesWhileSealed }
  get joinPending (): boolean { return this.#state.joinPending }
  get removed (): boolean { return this.#state.removed }
  get nonVoter (): boolean { return this.#state.nonVoter }
  get upgradeVersion (): string { return this.#state.upgradeVersion }
  get activeSinceAtMs (): number { return this.#state.activeSinceAtMs }
  get unsealProgress (): NodeState['unsealProgress'] { return this.#state.unsealProgress }
  get sealConfig (): NodeState['sealConfig'] { return this.#state.sealConfig }
  get rateBuckets (): NodeState['rateBuckets'] { return this.#state.rateBuckets }
  get view (): Storage | undefined { return this.#state.view }

  get initialized (): boolean { return this.cluster.initialized }

  get isActive (): boolean { return this.cluster.activeNode === this }

  /** Takes part in raft: running, unsealed and not told to stay out. */
  get participates (): boolean { return this.process === 'running' && !this.sealed && !this.joinPending }

  /** The name of this node in the world's network. */
  get networkName (): string { return `${this.cluster.label}/${this.id}` }

  /** What this node can read: the cluster's storage, or its own older view while it is cut off. */
  get storage (): Storage { return this.#state.view ?? this.cluster.storage }
}
