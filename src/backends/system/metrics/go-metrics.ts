// The JSON form: the summary of one interval, as go-metrics prints its in-memory sink (`inmem_endpoint.go`).
import type { Node } from '../../../cluster/node.js'
import { goMap, type JsonObject } from '../../../json/index.js'
import { INTERVAL_MS, type Aggregate } from '../../../telemetry/measure.js'
import { keyOf } from '../../../telemetry/telemetry.js'
import { gaugesOf } from './gauges.js'
import { shownBy, type Shown } from './shown.js'

/** Gauges are those of now; counters and samples are those of the last whole interval of ten seconds. */
export function renderSummary (node: Node): JsonObject {
  const shown = shownBy(node)
  const gauges = gaugesOf(node).map((gauge) => ({ ...gauge, key: keyOf(gauge.name, gauge.labels) }))
  gauges.sort((a, b) => a.key < b.key ? -1 : 1)
  return {
    Timestamp: instantOf(node.telemetry.shownInterval),
    Gauges: gauges.map(({ name, value, labels }) => ({ Name: name, Value: value, Labels: goMap({ ...labels }) })),
    Points: [],
    Counters: sampled(shown, 'counter'),
    Samples: sampled(shown, 'summary')
  }
}

/** How Go prints a time in UTC. */
function instantOf (interval: number): string {
  return `${new Date(interval * INTERVAL_MS).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
}

function sampled (shown: readonly Shown[], kind: Shown['kind']): JsonObject[] {
  return shown.filter((one) => one.kind === kind).flatMap((one) => {
    return one.aggregate === undefined ? [] : [renderSample(one, one.aggregate)]
  })
}

/** In the order of Go's struct. */
function renderSample ({ name, labels }: Shown, aggregate: Aggregate): JsonObject {
  const { count, sum, min, max, mean, deviation } = aggregate
  return {
    Name: name,
    Count: count,
    Rate: sum / (INTERVAL_MS / 1000),
    Sum: sum,
    Min: min,
    Max: max,
    Mean: mean,
    Stddev: deviation,
    Labels: goMap({ ...labels })
  }
}
