// Clients at work: each writes, deletes and reads keys of its own, and notes what was acknowledged.
import type { Dice } from '../hostile/dice.js'
import { field, PATIENT_MS, type ClusterNode, type Clusters } from './clusters.js'
import type { Model, Value } from './model.js'

/** What there is to count. */
export interface Counts {
  acknowledged: number
  unacknowledged: number
}

export interface LoadOptions {
  readonly clusters: Clusters
  readonly model: Model
  readonly nomad: Model
  readonly counts: Counts
  /** whether it goes on */
  readonly mayGoOn: () => boolean
}

const KEYS_OF_A_CLIENT = 60
const CLIENTS = ['primary', 'primary', 'primary', 'secondary', 'secondary']
export const NOMAD_KEY = 'MaxTrailingLogs'

/** All clients, until they may not go on; a write that is under way is waited for. */
export async function load (options: LoadOptions, dice: Dice): Promise<void> {
  await Promise.all([
    ...CLIENTS.map(async (cluster, number) => { await client(options, dice, cluster, `client-${number}`) }),
    reader(options, dice),
    nomadClient(options, dice)
  ])
}

async function client (options: LoadOptions, dice: Dice, cluster: string, name: string): Promise<void> {
  const { clusters, model, counts, mayGoOn } = options
  while (mayGoOn()) {
    const node = dice.pick(clusters.of(cluster))
    const key = `${dice.pick(['kv', 'secret/data'])}/${name}-${dice.below(KEYS_OF_A_CLIENT)}`
    const value = dice.chance(0.1) ? undefined : `v${dice.below(2 ** 30)}`
    model.sent(key, value)
    if (await written(clusters, node, key, value)) {
      model.acknowledged(key, value, `${node.name}, ${new Date().toISOString()}`)
      counts.acknowledged++
    } else {
      counts.unacknowledged++
    }
  }
}

async function written (clusters: Clusters, { url }: ClusterNode, key: string, value: Value): Promise<boolean> {
  const data = { value }
  const { status } = value === undefined
    ? await clusters.ask(`${url}/v1/${key}`, 'DELETE')
    : await clusters.ask(`${url}/v1/${key}`, 'PUT', key.startsWith('secret/') ? { data } : data)
  return status === 200 || status === 204
}

/** What a key holds, or the answer that did not say. */
export async function valueAt (
  clusters: Clusters,
  url: string,
  key: string
): Promise<{ value: Value } | { unread: string }> {
  const { status, json, text } = await clusters.ask(`${url}/v1/${key}`, 'GET', undefined, PATIENT_MS)
  if (status === 404) return { value: undefined }
  if (status !== 200) return { unread: `${status} ${text.slice(0, 100)}` }
  const value = key.startsWith('secret/') ? field(json, 'data', 'data', 'value') : field(json, 'data', 'value')
  return { value: typeof value === 'string' ? value : undefined }
}

/** Reads, lists, takes snapshots, makes and revokes tokens: work whose answers are not compared here. */
async function reader ({ clusters, mayGoOn }: LoadOptions, dice: Dice): Promise<void> {
  const reads = ['GET kv/client-0-1', 'LIST kv', 'GET sys/storage/raft/snapshot', 'GET sys/metrics', 'GET sys/replication/status', 'GET sys/health', 'GET sys/storage/raft/autopilot/state', 'LIST auth/token/accessors']
  while (mayGoOn()) {
    const { url } = dice.pick(clusters.nodes)
    const [method, path] = dice.pick(reads).split(' ')
    await clusters.ask(`${url}/v1/${path}`, method)
    const { json } = await clusters.ask(`${url}/v1/auth/token/create`, 'POST', { ttl: '10m', policies: ['default'] })
    const token = field(json, 'auth', 'client_token')
    if (token !== undefined) await clusters.ask(`${url}/v1/auth/token/revoke`, 'POST', { token })
  }
}

/** One number of the region's autopilot, counted up. */
async function nomadClient ({ clusters, nomad, counts, mayGoOn }: LoadOptions, dice: Dice): Promise<void> {
  while (mayGoOn()) {
    const url = `${dice.pick(clusters.nomad)}/v1/operator/autopilot/configuration`
    const value = 1 + dice.below(10_000)
    nomad.sent(NOMAD_KEY, String(value))
    const { status } = await clusters.ask(url, 'PUT', { [NOMAD_KEY]: value })
    if (status === 200) {
      nomad.acknowledged(NOMAD_KEY, String(value), url)
      counts.acknowledged++
    } else {
      counts.unacknowledged++
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
