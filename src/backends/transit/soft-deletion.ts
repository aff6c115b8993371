// transit/keys/<name>/soft-delete and soft-delete-restore: a key that rests, of OpenBao.
// https://openbao.org/api-docs/secret/transit/#soft-delete-key, #restore-soft-deleted-key
import { Type } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import type { Profile } from '../../profiles/index.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { nameField } from './cipher-fields.js'
import { keyAnswer } from './render-key.js'
import { namedKey, storeOf } from './stored-keys.js'

const fields = Type.Object({ name: nameField })
const inProfile = ({ transit }: Profile): boolean => transit.softDeletion

export const softDeletionPaths: readonly PathDefinition[] = [
  definePath({
    path: 'keys/:name/soft-delete',
    summary: 'Soft delete a named key',
    inProfile,
    fields,
    operations: { delete: (call) => change(call, true) }
  }),
  definePath({
    path: 'keys/:name/soft-delete-restore',
    summary: 'Restore a soft deleted key',
    inProfile,
    fields,
    operations: { update: (call) => change(call, false) }
  })
]

/** What is said of a name that is none is inferred from the neighbours. */
function change (call: Call<unknown>, softDeleted: boolean): LogicalResponse {
  const key = namedKey(call)
  if (key === undefined) throw invalid(`no existing key named ${call.params.name ?? ''} could be found`)
  const changed = { ...key, softDeleted }
  storeOf(call).putKey(changed)
  return keyAnswer(call, changed)
}
