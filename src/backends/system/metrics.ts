// sys/metrics: what the telemetry of a node says, as JSON or for Prometheus.
// https://developer.hashicorp.com/vault/api-docs/system/metrics
import { Type } from '@sinclair/typebox'
import { field } from '../../vault/fields/fields.js'
import { definePath } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { metricsAnswer } from './metrics/answer.js'

export const metricsPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/metrics', [
  definePath({
    path: 'metrics',
    summary: 'Export the metrics aggregated for telemetry purpose.',
    fields: Type.Object({
      format: field.string({
        description: 'Format to export metrics into. Currently accepts only "prometheus".',
        default: ''
      })
    }),
    operations: {
      read: ({ node, fields, request }) => ({ raw: metricsAnswer(node, fields.format, request.headers.accept) })
    }
  })
])
