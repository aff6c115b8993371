// What changes the whole world at once, and what the model forgets or remembers with it.
import type { Dice } from '../hostile/dice.js'
import { PATIENT_MS, type Clusters } from './clusters.js'
import { Model } from './model.js'

/** What the clusters must remember. */
export interface Memory {
  readonly vault: Model
  readonly nomad: Model
}

/** Something to go back to. */
interface Kept {
  readonly memory: Memory
  readonly snapshot?: Uint8Array
}

const MOUNTS = { url: 'sys/mounts/kv', body: { type: 'kv' } }

export class Upheavals {
  readonly #clusters: Clusters
  readonly #count: (name: string) => void
  #snapshot: Kept | undefined
  #checkpoint: Kept | undefined

  constructor (clusters: Clusters, count: (name: string) => void) {
    this.#clusters = clusters
    this.#count = count
  }

  /** What every world of the load has: a KV v1 mount. */
  async prepare (): Promise<void> {
    const url = await this.#clusters.activeUrl('primary')
    await this.#clusters.ask(`${url}/v1/${MOUNTS.url}`, 'POST', MOUNTS.body, PATIENT_MS)
  }

  /**
   * One of them, while all is quiet.
   *
   * @returns what the clusters must remember now
   * @throws when a control or a restore is refused
   */
  async happen (dice: Dice, memory: Memory): Promise<Memory> {
    const name = dice.pick(['nothing', 'snapshot', 'restore', 'restore', 'checkpoint', 'return', 'return', 'state', 'reset'] as const)
    const before = copyOf(memory)
    if (name === 'snapshot' || (name === 'restore' && this.#snapshot === undefined)) await this.#takeSnapshot(before)
    else if (name === 'restore') return await this.#restore(memory)
    else if (name === 'checkpoint' || (name === 'return' && this.#checkpoint === undefined)) await this.#save(before)
    else if (name === 'return') return await this.#return()
    else if (name === 'state') await this.#stateAndBack()
    else if (name === 'reset') return await this.#reset()
    return memory
  }

  async #takeSnapshot (memory: Memory): Promise<void> {
    const url = await this.#clusters.activeUrl('primary')
    const snapshot = await this.#clusters.download(`${url}/v1/sys/storage/raft/snapshot`)
    if (snapshot === undefined) throw new Error('no snapshot was given')
    this.#snapshot = { memory, snapshot }
    this.#count('snapshot')
  }

  async #restore ({ nomad }: Memory): Promise<Memory> {
    const { memory, snapshot } = this.#snapshot!
    const url = await this.#clusters.activeUrl('primary')
    must(await this.#clusters.ask(`${url}/v1/sys/storage/raft/snapshot`, 'POST', snapshot, PATIENT_MS), 'restore')
    this.#count('restore')
    return { vault: memory.vault.copy(), nomad }
  }

  async #save (memory: Memory): Promise<void> {
    must(await this.#clusters.steer('PUT', 'checkpoints/soak'), 'checkpoint')
    this.#checkpoint = { memory }
    this.#count('checkpoint')
  }

  async #return (): Promise<Memory> {
    must(await this.#clusters.steer('POST', 'checkpoints/soak/restore'), 'return to a checkpoint')
    this.#count('return to a checkpoint')
    return copyOf(this.#checkpoint!.memory)
  }

  async #stateAndBack (): Promise<void> {
    const state = await this.#clusters.steer('GET', 'state')
    must(await this.#clusters.steer('PUT', 'state', state.json), 'a saved state, loaded')
    this.#count('state saved and loaded')
  }

  async #reset (): Promise<Memory> {
    must(await this.#clusters.steer('POST', 'reset'), 'reset')
    this.#count('reset')
    // a snapshot of the world before belongs to other keys, perhaps
    this.#snapshot = undefined
    await this.prepare()
    return { vault: new Model(), nomad: new Model() }
  }
}

function copyOf ({ vault, nomad }: Memory): Memory {
  return { vault: vault.copy(), nomad: nomad.copy() }
}

function must ({ status, text }: { readonly status: number, readonly text: string }, what: string): void {
  if (status < 200 || status > 299) throw new Error(`${what}: ${status} ${text.slice(0, 200)}`)
}
