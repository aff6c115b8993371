// The clusters under load, as a client and an operator reach them. Nothing here throws: no answer is an answer, too.
import { ServerProcess } from '../hostile/server-process.js'

/** status 0: no answer came, or not all of it */
export interface Reply {
  readonly status: number
  readonly text: string
  readonly json: unknown
}

export interface ClusterNode {
  /** as controls name it: `CLUSTER:ID` */
  readonly name: string
  readonly cluster: string
  readonly url: string
}

/** Under load: rules make requests hang. */
const PATIENCE_MS = 1_500
/** While all is to be quiet: a busy machine takes its time, and nobody is to hang. */
export const PATIENT_MS = 60_000
const FLAGS = ['--fixture', 'four-clusters', '--nodes', '3', '--time-scale', '10']
const HEAP_MIB = 1024

export class Clusters {
  readonly server: ServerProcess
  readonly nodes: readonly ClusterNode[]
  readonly nomad: readonly string[]

  private constructor (server: ServerProcess) {
    this.server = server
    const { nodes, nomad = [] } = server.ready
    this.nodes = nodes.map(({ id, clusterName, url }) => ({ name: `${clusterName}:${id}`, cluster: clusterName, url }))
    this.nomad = nomad.map(({ url }) => url)
  }

  static async start (seed: number): Promise<Clusters> {
    return new Clusters(await ServerProcess.start({ flags: ['--seed', String(seed), ...FLAGS], heapMiB: HEAP_MIB }))
  }

  of (cluster: string): ClusterNode[] {
    return this.nodes.filter((node) => node.cluster === cluster)
  }

  async ask (url: string, method = 'GET', body?: unknown, patienceMs = PATIENCE_MS): Promise<Reply> {
    try {
      const answer = await fetch(url, {
        method,
        headers: { 'X-Vault-Token': 'root' },
        signal: AbortSignal.timeout(patienceMs),
        ...body === undefined ? {} : { body: body instanceof Uint8Array ? body : JSON.stringify(body) }
      })
      const text = await answer.text()
      return { status: answer.status, text, json: parsed(text) }
    } catch {
      return { status: 0, text: '', json: undefined }
    }
  }

  /** bytes; undefined unless it is 200 */
  async download (url: string): Promise<Uint8Array | undefined> {
    const answer = await fetch(url, { headers: { 'X-Vault-Token': 'root' } })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    return answer.status === 200 ? bytes : undefined
  }

  /**
   * A control, at the first node that answers at all. It is waited for: one that is given up could still act later,
   * when everything has been put right.
   */
  async steer (method: string, path: string, body?: unknown): Promise<Reply> {
    const found = new AbortController()
    const answering = this.nodes.map(async ({ url }) => {
      const signal = AbortSignal.any([found.signal, AbortSignal.timeout(PATIENT_MS)])
      await (await fetch(`${url}/_mock/time`, { signal })).arrayBuffer()
      return url
    })
    const url = await Promise.any(answering).catch(() => this.nodes[0]!.url)
    found.abort()
    return await this.ask(`${url}/_mock/${path}`, method, body, PATIENT_MS)
  }

  /** The active node of a cluster. */
  async active (cluster: string): Promise<ClusterNode | undefined> {
    for (const node of this.of(cluster)) {
      const { status, json } = await this.ask(`${node.url}/v1/sys/leader`, 'GET', undefined, PATIENT_MS)
      if (status === 200 && field(json, 'is_self') === true) return node
    }
    return undefined
  }

  /** The same while all is quiet. @throws when there is none for long */
  async activeUrl (cluster: string): Promise<string> {
    let url: string | undefined
    await until(async () => (url = (await this.active(cluster))?.url) !== undefined, PATIENT_MS)
    if (url === undefined) throw new Error(`${cluster} has no active node`)
    return url
  }
}

function parsed (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What stands at that place, if anything does. */
export function field (value: unknown, ...path: readonly string[]): unknown {
  let found = value
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = Reflect.get(found, name)
  }
  return found
}

export async function until (done: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  const endsAtMs = performance.now() + patienceMs
  for (;;) {
    if (await done()) return true
    if (performance.now() > endsAtMs) return false
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
