// sys/remount: moving a mount.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { field } from '../../vault/fields/fields.js'
import { migrationOf, remount } from '../../vault/mounts/mount-changes.js'
import { apiPath } from '../../vault/mounts/mounts.js'
import { revokePrefix } from '../../vault/tokens/leases.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

const remountFields = Type.Object({
  from: field.string({ description: 'The previous mount point.' }),
  to: field.string({ description: 'The new mount point.' })
})
const statusFields = Type.Object({ migration_id: field.string({ description: 'The ID of the migration operation' }) })
type RemountCall = Call<Static<typeof remountFields>>

export const remountPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/remount', [
  definePath({
    path: 'remount',
    summary: 'Moves a mount to another path.',
    fields: remountFields,
    sudo: true,
    operations: { update: move }
  }),
  definePath({
    path: 'remount/status/:migration_id',
    summary: 'How a move goes.',
    fields: statusFields,
    operations: { read: status }
  })
])

function move (call: RemountCall): LogicalResponse {
  const { from = '', to = '' } = call.fields
  const id = remount(call.storage, { from, to }, call.cluster.random.stream('mounts'), (mount) => {
    // leases bear the path that gave them out
    if (mount.table === 'mounts') revokePrefix(call, apiPath(mount), true)
  })
  const { product } = call.cluster.profile
  return {
    data: goMap({ migration_id: id }),
    warnings: [
      'Mount move has been queued. ' +
      `Progress will be reported in ${product}'s server log, tagged with the returned migration_id`
    ]
  }
}

function status (call: Call<unknown>): LogicalResponse | undefined {
  const id = call.params.migration_id ?? ''
  const migration = migrationOf(call.storage, id)
  if (migration === undefined) return undefined
  const { sourceMount, targetMount, status } = migration
  const info = { source_mount: sourceMount, target_mount: targetMount, status }
  return { data: goMap({ migration_id: id, migration_info: info }) }
}
