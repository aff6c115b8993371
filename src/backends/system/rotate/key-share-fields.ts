// What the rotations of root and recovery key take, and who has them: OpenBao 2.4 and later.
// https://openbao.org/api-docs/system/rotate
import { Type, type Static } from '@sinclair/typebox'
import { invalid } from '../../../refusal/index.js'
import type { Profile } from '../../../profiles/index.js'
import { field } from '../../../vault/fields/fields.js'

export const RotationFields = Type.Object({
  secret_shares: field.int({ description: 'Specifies the number of shares to split the root key into.', default: 0 }),
  secret_threshold: field.int({
    description: 'Specifies the number of shares required to reconstruct the root key.', default: 0
  }),
  pgp_keys: field.stringList({ description: 'Specifies the PGP keys that encrypt the new shares.', default: [] }),
  backup: field.bool({ description: 'Specifies whether the encrypted shares are kept in storage.', default: false }),
  require_verification: field.bool({
    description: 'Specifies whether the new shares must be proven before they are in force.', default: false
  })
})

export const ShareFields = Type.Object({
  key: field.string({ description: 'Specifies a single key share.', default: '' }),
  nonce: field.string({ description: 'Specifies the nonce of the attempt.', default: '' })
})

export const NoFields = Type.Object({})

/** @throws {VaultError} `invalid` without a key, then without a nonce */
export function requireShare ({ key, nonce }: Static<typeof ShareFields>): void {
  if (key === '') throw invalid("missing required field 'key'")
  if (nonce === '') throw invalid("missing required field 'nonce'")
}

export function hasKeyRotation ({ authenticatedKeyRotation }: Profile): boolean {
  return authenticatedKeyRotation
}
