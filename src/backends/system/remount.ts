// sys/remount: moving a mount.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { field } from '../../vault/fields/fields.js'
import { invalid } from '../../refusal/index.js'
import type { Eventually } from '../../vault/eventually.js'
import { eachInTurns, unawaited } from '../../vault/in-turns.js'
import { checkedMove, migrationOf, remount, type CheckedMove, type MoveEnd } from '../../vault/mounts/mount-changes.js'
import { apiPath, localMountPrefix, mountPrefix } from '../../vault/mounts/mounts.js'
import { innermost } from '../../vault/namespaces/entering.js'
import { deleteBelow } from '../../vault/tokens/deletion.js'
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

/** @throws VaultError `both 'from' and 'to' path must be specified as a string` and what `checkedMove` throws */
function move (call: RemountCall): Eventually<LogicalResponse> {
  const { from = '', to = '' } = call.fields
  if (from === '' || to === '') throw invalid("both 'from' and 'to' path must be specified as a string")
  if (from !== from.trim()) throw invalid("'from' path cannot contain trailing whitespace")
  if (to !== to.trim()) throw invalid("'to' path cannot contain trailing whitespace")
  const checked = checkedMove(endAt(call, from), endAt(call, to))
  return checked.from.storage === checked.to.storage ? moveWithin(call, checked) : moveAcross(call, checked)
}

/** Where a path leads: it may begin with namespaces below the request's own. */
function endAt ({ storage, namespace }: Call<unknown>, path: string): MoveEnd {
  const bare = path.replace(/^\//, '')
  const inner = innermost(storage, namespace, `${bare}/`)
  return { storage: storage.whole.namespace(inner.id), path: bare.slice(inner.path.length - namespace.path.length) }
}

function moveWithin (call: RemountCall, checked: CheckedMove): LogicalResponse {
  const { mount, from: { storage } } = checked
  // leases bear the path that gave them out
  if (mount.table === 'mounts') unawaited(revokePrefix({ ...call, storage }, apiPath(mount), true))
  return started(call, checked)
}

/** Leases and tokens are their namespace's: they end. The data goes along. */
async function moveAcross (call: RemountCall, checked: CheckedMove): Promise<LogicalResponse> {
  const { mount, from, to } = checked
  const there = { ...call, storage: from.storage }
  await revokePrefix(there, apiPath(mount), true)
  const folders = [...new Set([mountPrefix(mount), localMountPrefix(mount)])]
  for (const folder of folders) {
    const entries = from.storage.clone().entries(folder)
    await eachInTurns(to.storage, entries, ([path, value]) => { to.storage.put(path, value) })
  }
  const response = started(call, checked)
  for (const folder of folders) await deleteBelow(there, folder)
  return response
}

function started (call: RemountCall, checked: CheckedMove): LogicalResponse {
  const id = remount(checked, call.cluster.random.stream('mounts'))
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
