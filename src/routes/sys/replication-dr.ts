// sys/replication/dr. https://developer.hashicorp.com/vault/api-docs/system/replication/replication-dr
import { Type } from '@sinclair/typebox'
import { requireSecondary } from '../../cluster/replication/machine.js'
import type { LocalRoute } from '../../http/app.js'
import { unsupportedPath } from '../../refusal.js'
import { deleteDrOperationToken, mintDrOperationToken } from '../../vault/replication/dr-operation-token.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type PathDefinition } from '../../vault/paths.js'
import { ceremonyRoutes } from './generate-root.js'
import { publicKeyPath, statusPath } from './replication-performance.js'
import { maintenancePaths, primaryPaths, requireEnterprise, secondaryPaths, withDrOperationToken, type Page } from './replication-operations.js'

const BASE = 'replication/dr/'
const page: Page = { base: BASE, kind: 'dr', legacy: false }
const Gate = Type.Object({ dr_operation_token: field.string({ description: 'DR operation token.' }) })

export const drReplicationPaths: readonly PathDefinition[] = [
  statusPath(`${BASE}status`, 'dr'),
  ...primaryPaths(page),
  ...secondaryPaths(page),
  publicKeyPath(`${BASE}secondary/generate-public-key`, 'dr'),
  ...maintenancePaths(BASE, { isDr: false }).filter(({ path }) => path.endsWith('/reindex')),
  ...maintenancePaths(`${BASE}secondary/`, { isDr: true }),
  definePath({
    path: `${BASE}secondary/operation-token/delete`,
    summary: 'Deletes the DR operation token.',
    unauthenticated: true,
    fields: Gate,
    operations: { update: withDrOperationToken(({ cluster }) => { deleteDrOperationToken(cluster); return undefined }) }
  }),
  definePath({
    path: `${BASE}secondary/config/reload/:subsystem`,
    summary: 'Reloads the license.',
    unauthenticated: true,
    fields: Type.Object({ ...Gate.properties, subsystem: field.string({ description: '`license`.' }) }),
    operations: {
      update: withDrOperationToken(({ params }) => {
        if (params.subsystem !== 'license') throw unsupportedPath()
        return undefined
      })
    }
  })
]

/** The ceremony for the token that a DR secondary asks for: as for root tokens, without an envelope. */
export const drOperationTokenRoutes: readonly LocalRoute[] = ceremonyRoutes('sys/replication/dr/secondary/generate-operation-token', {
  strategy: 'dr-operation-token',
  check: (cluster) => {
    requireEnterprise(cluster)
    requireSecondary(cluster, 'dr')
  },
  mint: mintDrOperationToken
})
