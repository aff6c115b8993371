// sys/internal/ui/feature-flags: what the web interface may offer.
import { Type } from '@sinclair/typebox'
import { definePath, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

export const internalUiFeaturePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/internal-ui-feature', [
  definePath({
    path: 'internal/ui/feature-flags',
    summary: 'Enabled feature flags.',
    fields: Type.Object({}),
    unauthenticated: true,
    operations: { read }
  })
])

function read (): LogicalResponse {
  return { bare: { feature_flags: null } }
}
