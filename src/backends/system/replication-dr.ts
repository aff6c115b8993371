// sys/replication/dr.
import { Type } from '@sinclair/typebox'
import { unsupportedPath } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'
import { deleteDrOperationToken } from '../../vault/replication/dr-operation-tokens.js'
import { maintenancePaths, reindexPath } from './replication/maintenance.js'
import { drOperationToken, withDrOperationToken, type Page } from './replication/pages.js'
import { primaryPaths } from './replication/primary.js'
import { publicKeyPath, secondaryPaths } from './replication/secondary.js'
import { statusPath } from './replication/status.js'

const BASE = 'replication/dr/'
const page: Page = { base: BASE, kind: 'dr', legacy: false }
const Gate = Type.Object({ dr_operation_token: drOperationToken })

export const drReplicationPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/replication/replication-dr', [
  statusPath(`${BASE}status`, 'dr'),
  ...primaryPaths(page),
  ...secondaryPaths(page),
  publicKeyPath(`${BASE}secondary/generate-public-key`, 'dr'),
  reindexPath(BASE, { isDr: false }),
  ...maintenancePaths(`${BASE}secondary/`, { isDr: true }),
  definePath({
    path: `${BASE}secondary/operation-token/delete`,
    summary: 'Deletes the DR operation token.',
    unauthenticated: true,
    fields: Gate,
    operations: { update: withDrOperationToken(forgetToken) },
    source: NAMED_ONLY
  }),
  definePath({
    path: `${BASE}secondary/config/reload/:subsystem`,
    summary: 'Reloads the license.',
    unauthenticated: true,
    fields: Type.Object({ ...Gate.properties, subsystem: field.string({ description: '`license`.' }) }),
    operations: { update: withDrOperationToken(reload) }
  })
])

function forgetToken ({ cluster }: Call<unknown>): undefined {
  deleteDrOperationToken(cluster)
}

function reload ({ params }: Call<unknown>): undefined {
  if (params.subsystem !== 'license') throw unsupportedPath()
}
