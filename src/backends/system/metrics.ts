// sys/metrics: what the telemetry of a node says, as JSON or for Prometheus.
// https://developer.hashicorp.com/vault/api-docs/system/metrics
import { Type, type Static } from '@sinclair/typebox'
import { goMap, printJson, type JsonObject } from '../../json/index.js'
import { entityIds } from '../../vault/identity.js'
import { field } from '../../vault/fields/fields.js'
import { mountsOf } from '../../vault/mounts/mounts.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'

const fields = Type.Object({
  format: field.string({
    description: 'Format to export metrics into. Currently accepts only "prometheus".',
    default: ''
  })
})

export const metricsPaths = knownFrom(NAMED_ONLY, [
  definePath({
    path: 'metrics',
    summary: 'Export the metrics aggregated for telemetry purpose.',
    fields,
    operations: { read }
  })
])

const PLAIN = 'text/plain'
const PROMETHEUS = `${PLAIN}; version=0.0.4; charset=utf-8`

function read (call: Call<Static<typeof fields>>): LogicalResponse {
  const { format } = call.fields
  if (format === '') return raw(200, 'application/json', printJson(renderSummary(call)))
  if (format !== 'prometheus') return raw(400, PLAIN, `metric response format "${format}" unknown`)
  if (call.cluster.surroundings.prometheus !== true) return raw(400, PLAIN, 'prometheus is not enabled')
  return raw(200, PROMETHEUS, renderPrometheus(gaugesOf(call)))
}

function raw (status: number, contentType: string, body: string): LogicalResponse {
  return { raw: { status, contentType, body } }
}

interface Gauge {
  readonly name: string
  readonly value: number
  readonly labels?: Readonly<Record<string, string>>
}

/** What can be said without a walk through the storage. */
function gaugesOf ({ node, cluster, storage }: Call<unknown>): Gauge[] {
  const labels = { cluster: cluster.identity?.name ?? '' }
  const { raft } = cluster
  const tableSize = (type: string, value: number): Gauge => {
    return { name: 'vault.core.mount_table.num_entries', value, labels: { type, local: 'false', ...labels } }
  }
  return [
    { name: 'vault.core.active', value: node.isActive ? 1 : 0, labels },
    { name: 'vault.core.unsealed', value: node.sealed ? 0 : 1, labels },
    tableSize('auth', mountsOf(storage, 'auth').length),
    tableSize('logical', mountsOf(storage, 'mounts').length),
    { name: 'vault.identity.num_entities', value: entityIds(storage).length },
    { name: 'vault.raft.commitIndex', value: raft.lastIndex },
    { name: 'vault.raft.peers', value: raft.servers.length },
    { name: 'vault.raft.term', value: raft.term },
    { name: 'vault.runtime.total_gc_runs', value: 0 }
  ]
}

/** As `go-metrics` prints its in-memory sink. */
function renderSummary (call: Call<unknown>): JsonObject {
  return {
    Timestamp: `${new Date(call.nowMs).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
    Gauges: gaugesOf(call).map(({ name, value, labels = {} }) => ({ Name: name, Value: value, Labels: goMap(labels) })),
    Points: [],
    Counters: [],
    Samples: []
  }
}

function renderPrometheus (gauges: readonly Gauge[]): string {
  const lines: string[] = []
  const told = new Set<string>()
  for (const { name, value, labels = {} } of gauges) {
    const own = name.replaceAll('.', '_')
    if (!told.has(own)) lines.push(`# HELP ${own} ${own}`, `# TYPE ${own} gauge`)
    told.add(own)
    const pairs = Object.entries(labels).sort().map(([label, text]) => `${label}=${JSON.stringify(text)}`)
    lines.push(`${own}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`)
  }
  return `${lines.join('\n')}\n`
}
