// A small exporter for several Vault clusters: what each of their nodes says of itself, and how far secondaries are
// behind. Each cluster is started with --prometheus --unauthenticated-metrics-access; then, with prom-client installed:
//   npx tsx examples/exporter/exporter.ts east=http://127.0.0.1:8200 west=http://127.0.0.1:8300,http://127.0.0.1:8302
// and Prometheus scrapes http://127.0.0.1:9410/metrics
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'
import { Gauge, Registry } from 'prom-client'

/** One cluster: a name, and the addresses of its nodes. */
export interface Target { readonly cluster: string, readonly nodes: readonly string[] }

/** The values of one node by name, without labels. */
type Series = ReadonlyMap<string, number>

interface Scraped extends Target {
  /** by address; undefined: the node does not answer */
  readonly series: ReadonlyMap<string, Series | undefined>
}

/** What is taken over from each node, and under which name. */
const TAKEN = {
  vault_core_active: 'vault_node_active',
  vault_core_unsealed: 'vault_node_unsealed',
  vault_core_handle_request_count: 'vault_node_requests',
  vault_autopilot_failure_tolerance: 'vault_cluster_failure_tolerance',
  vault_core_license_expiration_time_epoch: 'vault_license_expires'
}

/** Asks all nodes, and says it in Prometheus' form. */
export async function metricsOf (targets: readonly Target[]): Promise<string> {
  const scraped = await Promise.all(targets.map(scrapeCluster))
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: string[]): Gauge => {
    return new Gauge({ name, help, labelNames, registers: [registry] })
  }
  const up = gauge('vault_up', 'the node answers', ['cluster', 'node'])
  const taken = Object.entries(TAKEN).map(([source, name]) => ({ source, own: gauge(name, source, ['cluster', 'node']) }))
  for (const { cluster, series } of scraped) {
    for (const [node, values] of series) {
      up.set({ cluster, node }, values === undefined ? 0 : 1)
      for (const { source, own } of taken) {
        const value = values?.get(source)
        if (value !== undefined) own.set({ cluster, node }, value)
      }
    }
  }
  const lag = gauge('vault_replication_lag', 'log entries that a secondary lacks', ['kind', 'primary', 'secondary'])
  for (const { lagging, ...labels } of await lagsBetween(scraped)) lag.set(labels, lagging)
  return await registry.metrics()
}

async function scrapeCluster (target: Target): Promise<Scraped> {
  const series = new Map<string, Series | undefined>()
  await Promise.all(target.nodes.map(async (node) => { series.set(node, await scrape(node)) }))
  return { ...target, series }
}

async function scrape (node: string): Promise<Series | undefined> {
  try {
    const answer = await fetch(`${node}/v1/sys/metrics?format=prometheus`)
    if (!answer.ok) return undefined
    const lines = [...(await answer.text()).matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm)]
    return new Map(lines.map(([, name = '', value]) => [name, Number(value)]))
  } catch {
    return undefined
  }
}

const LAST_WAL = {
  performance: 'vault_replication_wal_last_performance_wal', dr: 'vault_replication_wal_last_dr_wal'
}

interface Lag { readonly kind: string, readonly primary: string, readonly secondary: string, readonly lagging: number }

/** Primary and secondary belong together by the id of their replication set, which the open status tells. */
async function lagsBetween (clusters: readonly Scraped[]): Promise<Lag[]> {
  const lags: Lag[] = []
  const members = await Promise.all(clusters.map(async (cluster) => ({ cluster, sets: await setsOf(cluster) })))
  for (const kind of ['performance', 'dr'] as const) {
    for (const { cluster: primary, sets } of members.filter(({ sets }) => sets[kind]?.mode === 'primary')) {
      for (const other of members) {
        const status = other.sets[kind]
        if (status?.mode !== 'secondary' || status.cluster_id !== sets[kind]?.cluster_id) continue
        const last = activeOf(primary)?.get(LAST_WAL[kind]) ?? 0
        const lagging = last - status.last_remote_wal
        lags.push({ kind, primary: primary.cluster, secondary: other.cluster.cluster, lagging })
      }
    }
  }
  return lags
}

interface Status { readonly mode: string, readonly cluster_id: string, readonly last_remote_wal: number }

async function setsOf ({ nodes }: Target): Promise<{ performance?: Status, dr?: Status }> {
  for (const node of nodes) {
    try {
      const answer = await fetch(`${node}/v1/sys/replication/status`)
      if (answer.ok) return (await answer.json() as { data: Awaited<ReturnType<typeof setsOf>> }).data
    } catch { /* the next one may know */ }
  }
  return {}
}

function activeOf ({ series }: Scraped): Series | undefined {
  return [...series.values()].find((values) => values?.get('vault_core_active') === 1)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const targets = process.argv.slice(2).map((argument) => {
    const [cluster = '', nodes = ''] = argument.split('=')
    return { cluster, nodes: nodes.split(',') }
  })
  createServer((_request, response) => {
    metricsOf(targets).then(
      (text) => { response.setHeader('content-type', 'text/plain; version=0.0.4').end(text) },
      (error: Error) => { response.writeHead(500).end(error.message) }
    )
  }).listen(9410, '127.0.0.1')
}
