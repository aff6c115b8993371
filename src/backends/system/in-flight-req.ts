// sys/in-flight-req: the requests being served. https://developer.hashicorp.com/vault/api-docs/system/in-flight-req
import { Type } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'

export const inFlightPaths = knownFrom(NAMED_ONLY, [
  definePath({
    path: 'in-flight-req',
    summary: 'reports in-flight requests',
    fields: Type.Object({}),
    operations: { read }
  })
])

/** Requests are served one after the other, so that the only one in flight is this one. */
function read ({ request, nowMs }: Call<unknown>): LogicalResponse {
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
