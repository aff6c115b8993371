// sys/replication: the generic status, upkeep, and the paths of 0.7.
import { Type } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { unsupportedPath } from '../../refusal/index.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { maintenancePaths } from './replication/maintenance.js'
import type { Page } from './replication/pages.js'
import { legacyRevokePath, primaryPaths } from './replication/primary.js'
import { secondaryPaths } from './replication/secondary.js'
import { renderReplication } from './replication/status.js'

const page: Page = { base: 'replication/', kind: 'performance', legacy: true }

export const replicationPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/replication', [
  definePath({
    path: 'replication/status',
    summary: 'Prints the status of replication.',
    unauthenticated: true,
    fields: Type.Object({}),
    operations: { read: readStatus }
  }),
  ...maintenancePaths('replication/', { isDr: false }),
  ...primaryPaths(page),
  legacyRevokePath(page),
  ...secondaryPaths(page)
])

/**
 * What all clients can read: both kinds by name, and in the documentation of 0.7 performance replication flat as well,
 * at the top and in `data`. The community edition has the mode alone (recorded).
 */
function readStatus (call: Call): LogicalResponse {
  const { profile, edition } = call.cluster
  if (!profile.hasReplication) throw unsupportedPath()
  if (edition !== 'ent') return { data: { mode: 'disabled' } }
  const performance = renderReplication(call.cluster, 'performance')
  const dr = renderReplication(call.cluster, 'dr')
  if (!profile.flatReplicationStatus) return { data: goMap({ dr, performance }) }
  return { bare: envelope(call, performance, { ...performance, dr, performance }) }
}

function envelope ({ request, cluster }: Call, flat: JsonObject, data: JsonObject): JsonObject {
  const sorted = Object.fromEntries(Object.entries(flat).sort(([a], [b]) => a < b ? -1 : 1))
  return {
    ...sorted,
    request_id: request.id,
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data: goMap({ ...data }),
    wrap_info: null,
    warnings: null,
    auth: null,
    mount_type: cluster.profile.mountType ? '' : undefined
  }
}
