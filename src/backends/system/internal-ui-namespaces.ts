// sys/internal/ui/namespaces: there is the root alone.
// https://developer.hashicorp.com/vault/api-docs/system/internal-ui-namespaces
import { Type } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { aclOf } from '../../vault/authentication.js'

export const internalUiNamespacesPaths: readonly PathDefinition[] = [
  definePath({
    path: 'internal/ui/namespaces',
    summary: 'The namespaces that the caller may see.',
    fields: Type.Object({}),
    unauthenticated: true,
    operations: { read }
  })
]

/** Whoever has a token may see the root. */
function read (call: Call<unknown>): LogicalResponse {
  aclOf(call)
  return { data: goMap({ keys: [''] }) }
}
