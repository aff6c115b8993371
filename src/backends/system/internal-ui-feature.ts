// sys/internal/ui/feature-flags: what the web interface may offer.
// https://developer.hashicorp.com/vault/api-docs/system/internal-ui-feature
import { Type } from '@sinclair/typebox'
import { definePath, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'

export const internalUiFeaturePaths: readonly PathDefinition[] = [
  definePath({
    path: 'internal/ui/feature-flags',
    summary: 'Enabled feature flags.',
    fields: Type.Object({}),
    unauthenticated: true,
    operations: { read }
  })
]

function read (): LogicalResponse {
  return { bare: { feature_flags: null } }
}
