// sys/rotate/recovery: new recovery keys, of which the Shamir seal has none.
// https://openbao.org/api-docs/system/rotate
import type { Static } from '@sinclair/typebox'
import { invalid } from '../../../refusal/index.js'
import { definePath, type Call } from '../../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../../vault/source.js'
import { hasKeyRotation, NoFields, requireShare, RotationFields, ShareFields } from './key-share-fields.js'

type ShareCall = Call<Static<typeof ShareFields>>

/** The cancelling of nothing succeeds (recorded of the root key's). */
export const recoveryKeyPaths = knownFrom(NAMED_ONLY, [
  definePath({
    path: 'rotate/recovery/init',
    summary: 'Starts, shows or cancels a rotation of the recovery key.',
    inProfile: hasKeyRotation,
    fields: RotationFields,
    operations: {
      read: refusing('unable to look up config: recovery not supported'),
      update: refusing('recovery keys not supported'),
      delete: () => undefined
    }
  }),
  definePath({
    path: 'rotate/recovery/update',
    summary: 'Takes one share of the recovery key that is to be replaced.',
    inProfile: hasKeyRotation,
    fields: ShareFields,
    operations: { update: refusingShare('failed to fetch existing config: recovery not supported') }
  }),
  definePath({
    path: 'rotate/recovery/verify',
    summary: 'Takes one of the new recovery key shares, to prove that they arrived.',
    inProfile: hasKeyRotation,
    fields: ShareFields,
    operations: {
      read: refusing('no rotation configuration found'),
      update: refusingShare('no rotation in progress'),
      delete: refusing('no rotation configuration found')
    }
  }),
  definePath({
    path: 'rotate/recovery/backup',
    summary: 'Shows or deletes the backup of the encrypted recovery key shares.',
    inProfile: hasKeyRotation,
    fields: NoFields,
    operations: { read: refusing('no backed-up keys found'), delete: () => undefined }
  })
])

function refusing (text: string): () => never {
  return () => { throw invalid(text) }
}

function refusingShare (text: string): (call: ShareCall) => never {
  return ({ fields }) => {
    requireShare(fields)
    throw invalid(text)
  }
}
