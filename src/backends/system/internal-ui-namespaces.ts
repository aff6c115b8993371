// sys/internal/ui/namespaces: there is the root alone.
import { Type } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { aclOf } from '../../vault/authentication.js'

export const internalUiNamespacesPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/internal-ui-namespaces', [
  definePath({
    path: 'internal/ui/namespaces',
    summary: 'The namespaces that the caller may see.',
    fields: Type.Object({}),
    unauthenticated: true,
    operations: { read }
  })
])

/** Whoever has a token may see the root. */
function read (call: Call<unknown>): LogicalResponse {
  aclOf(call)
  return { data: goMap({ keys: [''] }) }
}
