// sys/version-history.
import { Type } from '@sinclair/typebox'
import { keyringOf } from '../../cluster/keyring.js'
import { goMap } from '../../json/index.js'
import { versionOf } from '../../profiles/index.js'
import { rfc3339 } from '../../sim/instants.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

export const versionHistoryPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/version-history', [
  definePath({
    path: 'version-history',
    summary: 'List historical version changes sorted by installation time in ascending order.',
    fields: Type.Object({}),
    operations: { list }
  })
])

/** One version, here from the first moment. */
function list ({ cluster, storage }: Call<unknown>): LogicalResponse {
  const { profile, edition } = cluster
  const version = versionOf(profile, edition)
  const info = goMap({
    build_date: profile.buildDate,
    previous_version: null,
    timestamp_installed: rfc3339(keyringOf(storage).installedAtMs)
  })
  return { data: goMap({ keys: [version], key_info: goMap({ [version]: info }) }) }
}
