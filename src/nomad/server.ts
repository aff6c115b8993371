// One server of a Nomad region: its names and addresses, and whether its process runs.
import type { NomadServerState } from './region-state.js'

/** Where a server listens for HTTP; its RPC port is one above, its gossip port two above. */
export type NomadPlace = Pick<NomadServerState, 'name' | 'host' | 'port'>

export type ProcessState = NomadServerState['process']

/** One server; beside its state it has only the listener that follows its process. */
export class NomadServer {
  #state: NomadServerState
  /** its listener follows the process */
  onProcessChange: ((process: ProcessState) => void) | undefined

  /** @param processChanged tells the region */
  constructor (state: NomadServerState, readonly regionName: string, readonly processChanged: () => void) {
    this.#state = state
  }

  get state (): NomadServerState { return this.#state }

  /** Takes over a state; the region, which is replaced, too, is told nothing. */
  restore (state: NomadServerState): void {
    const before = this.process
    this.#state = state
    if (this.process !== before) this.onProcessChange?.(this.process)
  }

  get id (): string { return this.#state.id }
  get name (): string { return this.#state.name }
  get host (): string { return this.#state.host }
  get httpPort (): number { return this.#state.port }
  get rpcPort (): number { return this.httpPort + 1 }
  get serfPort (): number { return this.httpPort + 2 }

  /** Host and RPC port: what raft knows it by. */
  get address (): string { return rpcAddress(this.#state) }

  /** Its name in the gossip pool: `server-0.global`. */
  get memberName (): string { return `${this.name}.${this.regionName}` }

  /** Its name in the world's network. */
  get networkName (): string { return `nomad/${this.name}` }

  get process (): ProcessState { return this.#state.process }
  set process (process: ProcessState) {
    if (process === this.process) return
    this.restore({ ...this.#state, process })
    this.processChanged()
  }
}

/** Host and RPC port of a server at a place. */
export function rpcAddress ({ host, port }: NomadPlace): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port + 1}`
}
