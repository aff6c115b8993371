// sys/internal/ui/namespaces: those below the request's own in which the caller may do anything at all.
import { Type } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { descendantsOf, hasNamespaces } from '../../vault/namespaces/namespaces.js'
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

/** Relative to the request's namespace, which is itself in it where there are no others, or OpenBao says so. */
function read (call: Call<unknown>): LogicalResponse {
  const { cluster, storage, namespace } = call
  const acl = aclOf(call)
  const own = !hasNamespaces(cluster) || cluster.profile.uiListsOwnNamespace ? [''] : []
  const below = descendantsOf(storage, namespace)
    .map(({ path }) => path.slice(namespace.path.length))
    .filter((path) => acl.hasAnyCapabilityBelow(path))
  const keys = [...own, ...below]
  return { data: goMap(keys.length === 0 ? {} : { keys }) }
}
