// The fields that encrypt, decrypt, rewrap and datakey share.
import { field } from '../../vault/fields/fields.js'

export const nameField = field.string({ description: 'Name of the key' })

export const cipherFields = {
  name: nameField,
  context: field.string({ description: 'Base64 encoded context for key derivation. Required if key derivation is enabled.' }),
  nonce: field.string({
    description: 'Base64 encoded nonce, of 12 bytes. Convergent keys of Vault 0.6.1 alone need it.'
  })
}

export const keyVersionField = field.int({
  description: 'The version of the key to use. Must be 0 (for latest) or a value greater than or equal to the ' +
    'min_encryption_version configured on the key.'
})

export const batchFields = {
  batch_input: field.list({ description: 'A list of items to be processed in a single batch, in order.' }),
  partial_failure_response_code: field.int({
    description: 'The status in place of 400 when some items of a batch failed and others succeeded.'
  })
}

export const associatedDataField = field.string({
  description: 'Base64 encoded data that is authenticated with the text, and not encrypted.'
})
