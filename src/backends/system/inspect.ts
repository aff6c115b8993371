// sys/internal/inspect/router: which mount answers where, for debugging.
// https://developer.hashicorp.com/vault/api-docs/system/inspect
import { Type } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { unsupportedPath } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { apiPath, mountPrefix, mountsOf, type MountEntry } from '../../vault/mounts/mounts.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'

const TAGS: ReadonlyMap<string, (mount: MountEntry) => string> = new Map<string, (mount: MountEntry) => string>([
  ['root', apiPath],
  ['uuid', ({ uuid }) => uuid],
  ['accessor', ({ accessor }) => accessor],
  ['storage', mountPrefix]
])

export const inspectPaths = knownFrom(NAMED_ONLY, [
  definePath({
    path: 'internal/inspect/router/:tag',
    summary: 'Expose the route entry and mount entry tables present in the router',
    sudo: true,
    fields: Type.Object({ tag: field.string({ description: 'Name of subtree being observed' }) }),
    operations: { read }
  })
])

/** @see the documentation's sample; inferred for `storage` */
function read ({ storage, params }: Call<unknown>): LogicalResponse {
  const tag = params.tag ?? ''
  const keyOf = TAGS.get(tag)
  if (keyOf === undefined) throw unsupportedPath()
  const mounts = [...mountsOf(storage, 'auth'), ...mountsOf(storage, 'mounts')]
  const entries = mounts.map((mount) => [keyOf(mount), describe(mount)])
  return { data: goMap({ [tag]: goMap(Object.fromEntries(entries)) }) }
}

function describe (mount: MountEntry): JsonObject {
  return goMap({
    accessor: mount.accessor,
    mount_namespace: '',
    mount_path: apiPath(mount),
    mount_type: mount.type,
    storage_prefix: mountPrefix(mount),
    tainted: false,
    uuid: mount.uuid
  })
}
