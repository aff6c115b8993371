// sys/internal/specs/openapi: what there is to call, from the path tables.
import { Type } from '@sinclair/typebox'
import { printJson } from '../../json/index.js'
import type { Backends } from '../../vault/backend-table.js'
import { field } from '../../vault/fields/fields.js'
import { apiPath, mountsOf, type MountEntry } from '../../vault/mounts/mounts.js'
import { openApiDocument, type DescribedPaths } from '../../vault/openapi.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { aclOf } from '../../vault/authentication.js'

const fields = Type.Object({
  context: field.string({ description: 'Context string appended to every operationId' }),
  generic_mount_paths: field.bool({ description: 'Use generic mount paths', default: false })
})

export const openApiPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/internal-specs-openapi', [
  definePath({
    path: 'internal/specs/openapi',
    summary: 'Generate an OpenAPI 3 document of all mounted paths.',
    unauthenticated: true,
    fields,
    operations: { read: document, update: document }
  })
])

/** Of the mounts that the caller may see; the document as it is, without an envelope. */
async function document (call: Call<unknown>): Promise<LogicalResponse> {
  const { storage, cluster } = call
  const acl = call.request.clientToken === '' ? undefined : aclOf(call)
  const isVisible = (mount: MountEntry): boolean => {
    return mount.config.listingVisibility === 'unauth' || acl?.hasAnyCapabilityBelow(apiPath(mount)) === true
  }
  const mounts = [...mountsOf(storage, 'auth'), ...mountsOf(storage, 'mounts')].filter(isVisible)
  const described = await Promise.all(mounts.map(async (mount) => await describe(mount, call.backends)))
  const body = printJson(openApiDocument(described, cluster))
  return { raw: { status: 200, contentType: 'application/json', body } }
}

async function describe (mount: MountEntry, backends: Backends): Promise<DescribedPaths> {
  const { paths } = await backends.load(mount)
  return { paths, prefix: apiPath(mount), tag: tagOf(mount) }
}

function tagOf ({ type, table }: MountEntry): string {
  if (type === 'system' || type === 'identity') return type
  return table === 'auth' ? 'auth' : 'secrets'
}
