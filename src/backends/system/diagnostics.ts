// sys/in-flight-req, sys/monitor, sys/pprof: what looks into a running server.
// https://developer.hashicorp.com/vault/api-docs/system/in-flight-req, …/monitor, …/pprof
import { Type } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'

const PROFILES = Type.Object({ profile: field.string({ description: 'The profile to take.' }) })
const LOG_LEVEL = Type.Object({
  log_level: field.string({ description: 'Log level to view system logs at. Currently supported values are "trace", "debug", "info", "warn", "error".' }),
  log_format: field.string({ description: 'Output format of logs. Supported values are "standard" and "json".' })
})

export const diagnosticsPaths: readonly PathDefinition[] = [
  definePath({
    path: 'in-flight-req',
    summary: 'reports in-flight requests',
    fields: Type.Object({}),
    operations: { read: inFlight }
  }),
  definePath({
    path: 'monitor',
    summary: 'Streams the log.',
    fields: LOG_LEVEL,
    operations: { read: () => { throw invalid('vault-mock does not stream its log: it writes it to standard error, see --log-level') } }
  }),
  ...['pprof', 'pprof/*profile'].map((path) => definePath({
    path,
    summary: 'Returns an HTML page listing the available profiles.',
    fields: PROFILES,
    operations: { read: () => { throw invalid('vault-mock does not simulate pprof: there is no Go runtime to look into') } }
  }))
]

/** Requests are served one after the other, so that the only one in flight is this one. */
function inFlight ({ request, nowMs }: Call<unknown>): LogicalResponse {
  return {
    bare: goMap({
      [request.id]: {
        start_time: rfc3339Nano(nowMs),
        client_remote_address: request.remoteAddress ?? '',
        request_path: `/v1/${request.path}`,
        request_method: 'GET',
        client_id: ''
      }
    })
  }
}
