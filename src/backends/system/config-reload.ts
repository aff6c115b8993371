// sys/config/reload: reads a part of the configuration again; there is one such part, the license.
// https://developer.hashicorp.com/vault/api-docs/system/config-reload
import { Type } from '@sinclair/typebox'
import { unsupportedPath } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { drOperationToken, withDrOperationToken } from './replication/pages.js'

const PAGE = 'https://developer.hashicorp.com/vault/api-docs/system/config-reload'

export const configReloadPaths = knownFrom(PAGE, [
  definePath({
    path: 'config/reload/:subsystem',
    summary: 'Reload the given subsystem',
    fields: Type.Object({ subsystem: field.string({ description: '`license`.' }) }),
    operations: { update: reload }
  }),
  definePath({
    path: 'replication/dr/secondary/sys/config/reload/license',
    summary: 'Reloads the license of a DR secondary.',
    unauthenticated: true,
    fields: Type.Object({ dr_operation_token: drOperationToken }),
    operations: { update: withDrOperationToken(() => undefined) }
  })
])

/** The license is always the same; the community edition has none, and does not mind (`logical_system_helpers.go`). */
function reload ({ cluster, params }: Call<unknown>): undefined {
  if (params.subsystem !== 'license' || !cluster.profile.hasEnterpriseEdition) throw unsupportedPath()
}
