// What sys/metrics answers, asked with a token or without.
import type { Node } from '../../../cluster/node.js'
import { printJson } from '../../../json/index.js'
import type { RawResponse } from '../../../vault/paths.js'
import { renderSummary } from './go-metrics.js'
import { renderPrometheus } from './prometheus.js'

const PLAIN = 'text/plain'
const PROMETHEUS = `${PLAIN}; version=0.0.4; charset=utf-8`

/**
 * @param format as asked for in the query; empty: JSON, unless the client accepts what Prometheus asks for
 * @param accept the header
 * @see `helper/metricsutil/metricsutil.go`
 */
export function metricsAnswer (node: Node, format: string, accept = ''): RawResponse {
  const wanted = format === '' && /^(?:application\/openmetrics-text|prometheus\/telemetry)/.test(accept) ? 'prometheus' : format
  if (wanted === '') return raw(200, 'application/json', printJson(renderSummary(node)))
  if (wanted !== 'prometheus') return raw(400, PLAIN, `metric response format "${wanted}" unknown`)
  if (node.cluster.surroundings.prometheus !== true) return raw(400, PLAIN, 'prometheus is not enabled')
  return raw(200, PROMETHEUS, renderPrometheus(node))
}

function raw (status: number, contentType: string, body: string): RawResponse {
  return { status, contentType, body }
}
