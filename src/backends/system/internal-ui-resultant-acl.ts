// sys/internal/ui/resultant-acl: all that the caller's policies come to.
// https://developer.hashicorp.com/vault/api-docs/system/internal-ui-resultant-acl
import { Type } from '@sinclair/typebox'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { aclOf } from '../../vault/authentication.js'

export const internalUiResultantAclPaths: readonly PathDefinition[] = [
  definePath({
    path: 'internal/ui/resultant-acl',
    summary: 'What the caller may do.',
    fields: Type.Object({}),
    unauthenticated: true,
    operations: { read }
  })
]

function read (call: Call<unknown>): LogicalResponse {
  if (call.request.clientToken === '') return { status: { code: 204, body: 'empty' } }
  return { data: aclOf(call).resultant() }
}
