// sys/replication/dr. https://developer.hashicorp.com/vault/api-docs/system/replication/replication-dr
import { Type } from '@sinclair/typebox'
import { unsupportedPath } from '../../refusal/index.js'
import { deleteDrOperationToken } from '../../vault/replication/dr-operation-tokens.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type PathDefinition } from '../../vault/paths.js'
import { publicKeyPath, statusPath } from './replication-performance.js'
import { maintenancePaths, primaryPaths, secondaryPaths, withDrOperationToken, type Page } from './replication-operations.js'

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
