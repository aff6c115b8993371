// transit/datakey: a fresh key, encrypted, and in plain text where that is asked for.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#generate-data-key
import { Type, type Static } from '@sinclair/typebox'
import { orInvalid } from '../../go/refusing.js'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { cipherFields, keyVersionField } from './cipher-fields.js'
import { nonceRemark, takesNonce } from './nonces.js'
import { seal } from './sealing.js'
import { storeOf, usableKey } from './stored-keys.js'
import { decodeField } from './versioned-text.js'

const BITS = [128, 256, 512]

const fields = Type.Object({
  ...cipherFields,
  plaintext: field.string({
    description: '"plaintext" will return the key in both plaintext and ciphertext; "wrapped" will return the ' +
      'ciphertext only.'
  }),
  bits: field.int({ description: 'Number of bits for the key: 128, 256 or 512.', default: 256 }),
  key_version: keyVersionField
})
type DatakeyCall = Call<Static<typeof fields>>

export const datakeyPath = definePath({
  path: 'datakey/:plaintext/:name',
  summary: 'Generate a data key',
  fields,
  operations: { update: datakey }
})

function datakey (call: DatakeyCall): LogicalResponse {
  const { plaintext: kind, bits, key_version: keyVersion = 0 } = call.fields
  const context = orInvalid(() => decodeField(call.fields.context ?? ''), () => 'failed to base64-decode context')
  const given = call.cluster.profile.transit.takesNonces ? call.fields.nonce ?? '' : ''
  const nonce = orInvalid(() => decodeField(given), () => 'failed to base64-decode nonce')
  if (!BITS.includes(bits)) throw invalid('invalid bit length')
  if (kind !== 'plaintext' && kind !== 'wrapped') {
    throw invalid("Invalid path, must be 'plaintext' or 'wrapped'")
  }
  const key = usableKey(call, 'encryption key not found')
  if (nonce.length > 0 && !takesNonce(key)) {
    throw failure('provided nonce not allowed for this key')
  }
  const random = call.cluster.random.stream('transit')
  const plaintext = random.bytes(bits / 8)
  const circumstances = { context, nonce, associatedData: Buffer.alloc(0) }
  return {
    data: goMap({
      ciphertext: seal(storeOf(call), key, keyVersion, plaintext, circumstances, random),
      key_version: keyVersion || key.latestVersion,
      plaintext: kind === 'plaintext' ? plaintext.toString('base64') : undefined
    }),
    ...nonceRemark(call)
  }
}
