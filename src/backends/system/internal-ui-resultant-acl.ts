// sys/internal/ui/resultant-acl: all that the caller's policies come to.
import { Type } from '@sinclair/typebox'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { aclOf } from '../../vault/authentication.js'

export const internalUiResultantAclPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/internal-ui-resultant-acl', [
  definePath({
    path: 'internal/ui/resultant-acl',
    summary: 'What the caller may do.',
    fields: Type.Object({}),
    unauthenticated: true,
    operations: { read }
  })
])

function read (call: Call<unknown>): LogicalResponse {
  if (call.request.clientToken === '') return { status: { code: 204, body: 'empty' } }
  return { data: aclOf(call).resultant() }
}
