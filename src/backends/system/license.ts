// sys/license/status: the license of the enterprise edition, an invented one that never ends.
import { Type } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { rfc3339 } from '../../sim/instants.js'
import { license } from '../../vault/license.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { requireEnterprise } from './editions.js'

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

function read ({ cluster }: Call<unknown>): LogicalResponse {
  requireEnterprise(cluster)
  const rendered = renderLicense()
  return { data: goMap({ autoloading_used: true, autoloaded: rendered, persisted_autoload: rendered }) }
}

function renderLicense (): JsonObject {
  return goMap({
    expiration_time: rfc3339(license.expiresAtMs),
    features: license.features,
    license_id: license.id,
    performance_standby_count: license.performanceStandbyCount,
    start_time: rfc3339(license.startsAtMs),
    termination_time: rfc3339(license.terminatesAtMs)
  })
}
