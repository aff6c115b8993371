// One server of a Nomad region: its names and addresses, and whether its process runs.

/** Where a server listens for HTTP; its RPC port is one above, its gossip port two above. */
export interface NomadPlace {
  /** without the region, e.g. `server-0` */
  readonly name: string
  readonly host: string
  readonly port: number
}

/** As of a Vault node: serves, is gone, or accepts connections and never answers. */
export type ProcessState = 'running' | 'stopped' | 'paused'

export class NomadServer {
  readonly name: string
  readonly host: string
  readonly httpPort: number
  /** raft id */
  id: string
  #process: ProcessState = 'running'
  /** its listener follows the process */
  onProcessChange: ((process: ProcessState) => void) | undefined

  /**
   * @param id raft id; its address if absent
   * @param processChanged tells the region
   */
  constructor ({ name, host, port }: NomadPlace, readonly regionName: string, id: string | undefined, readonly processChanged: () => void) {
    this.name = name
    this.host = host
    this.httpPort = port
    this.id = id ?? this.address
  }

  get rpcPort (): number { return this.httpPort + 1 }
  get serfPort (): number { return this.httpPort + 2 }

  /** Host and RPC port: what raft knows it by. */
  get address (): string {
    return `${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.rpcPort}`
  }

  /** Its name in the gossip pool: `server-0.global`. */
  get memberName (): string { return `${this.name}.${this.regionName}` }

  /** Its name in the world's network. */
  get networkName (): string { return `nomad/${this.name}` }

  get process (): ProcessState { return this.#process }
  set process (state: ProcessState) {
    if (state === this.#process) return
    this.#process = state
    this.onProcessChange?.(state)
    this.processChanged()
  }

  /** Stands in for a server of a region that is replaced: its listener follows this one from now on. */
  takeOver (before: NomadServer | undefined, process: ProcessState): void {
    this.#process = process
    if (before?.onProcessChange === undefined) return
    this.onProcessChange = before.onProcessChange
    before.onProcessChange = undefined
    if (before.process !== process) this.onProcessChange(process)
  }
}
