// sys/license/status: the license of the enterprise edition, an invented one that never ends.
import { Type } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { rfc3339 } from '../../sim/instants.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { requireEnterprise } from './editions.js'

const LICENSE_YEARS_MS = 10 * 365 * 86_400_000

export const licensePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/license', [
  definePath({
    path: 'license/status',
    summary: 'The current license.',
    fields: Type.Object({}),
    operations: { read }
  }),
  definePath({
    path: 'replication/dr/secondary/license/status',
    summary: 'The current license, without a token: for a DR secondary.',
    unauthenticated: true,
    fields: Type.Object({}),
    operations: { read }
  })
])

function read (call: Call<unknown>): LogicalResponse {
  requireEnterprise(call.cluster)
  const license = renderLicense(call.nowMs)
  return { data: goMap({ autoloading_used: true, autoloaded: license, persisted_autoload: license }) }
}

function renderLicense (nowMs: number): JsonObject {
  const expiresAtMs = nowMs + LICENSE_YEARS_MS
  return goMap({
    expiration_time: rfc3339(expiresAtMs),
    features: ['Performance Replication', 'DR Replication', 'Performance Standby', 'Automated Snapshots'],
    license_id: '00000000-0000-4000-8000-000000000000',
    performance_standby_count: 9999,
    start_time: '2020-01-01T00:00:00Z',
    termination_time: rfc3339(expiresAtMs)
  })
}
