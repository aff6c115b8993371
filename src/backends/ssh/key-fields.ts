// The fields of a request that brings keys along or has them made.
import { Type } from '@sinclair/typebox'
import { field } from '../../vault/fields/fields.js'

export const keyFields = Type.Object({
  private_key: field.string({
    default: '', description: 'Private half of the SSH key that will be used to sign certificates.'
  }),
  public_key: field.string({
    default: '', description: 'Public half of the SSH key that will be used to sign certificates.'
  }),
  generate_signing_key: field.bool({
    description: 'Generate SSH key pair internally rather than use the private_key and public_key fields.'
  }),
  key_type: field.string({
    default: 'ssh-rsa',
    description: 'Specifies the desired key type when generating; could be a OpenSSH key type identifier (ssh-rsa, ' +
      'ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, or ssh-ed25519) or an algorithm (rsa, ec, ' +
      'ed25519).'
  }),
  key_bits: field.int({
    default: 0,
    description: 'Specifies the desired key bits when generating variable-length keys (such as when ' +
      'key_type="ssh-rsa") or which NIST P-curve to use when key_type="ec" (256, 384, or 521).'
  }),
  issuer_name: field.string({ description: 'Name of the issuer (OpenBao).' })
})
